"""The guards of tests/conftest.py catch what they promise to catch."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CONFTEST = (Path(__file__).parents[1] / "conftest.py").read_text("utf-8")

LEAKS = {
    "tasks left running": """
        import asyncio
        kept = []
        async def test_leak():
            kept.append(asyncio.get_running_loop().create_task(asyncio.sleep(60), name="forgotten"))
            await asyncio.sleep(0)
    """,
    "threads left running": """
        import threading
        stop = threading.Event()
        def test_leak():
            threading.Thread(target=stop.wait, args=(6,), name="forgotten").start()
    """,
    "windows left open": """
        from PySide6.QtWidgets import QWidget
        def test_leak(qapp):
            global window
            window = QWidget()
            window.show()
    """,
    "forgotten Qt warning": """
        from PySide6.QtCore import qWarning
        def test_leak(qapp):
            qWarning("forgotten Qt warning")
    """,
}


@pytest.mark.parametrize("words", LEAKS)
def test_a_test_that_leaks_fails(words: str, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makeini(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\nqt_log_level_fail = WARNING\n"
    )
    pytester.makepyfile(LEAKS[words])
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines([f"*{words}*"])


def test_a_test_that_cleans_up_passes(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makeini(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\nqt_log_level_fail = WARNING\n"
    )
    pytester.makepyfile(
        """
        import asyncio
        async def test_clean():
            task = asyncio.get_running_loop().create_task(asyncio.sleep(60))
            task.cancel()
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    assert result.ret == pytest.ExitCode.OK
