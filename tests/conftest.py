"""Guards: a test that leaks a task, a thread or a window fails; so does one that logs a Qt warning."""

import asyncio
import inspect
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtWidgets import QWidget

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTEST_QT_API", "pyside6")

_GRACE_S = 3.0  # spent only where something is left: a busy machine ends late what was cancelled
_ASYNC_GUARD = "no_task_survives"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the task guard round every coroutine test, outside all its other fixtures."""
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(getattr(item, "obj", None)):
            item.fixturenames.insert(0, _ASYNC_GUARD)


@pytest.fixture(name=_ASYNC_GUARD)
async def _no_task_survives() -> AsyncIterator[None]:
    """Fail when a task that the test started still runs after its fixtures are gone."""
    before = asyncio.all_tasks()
    yield
    deadline = time.monotonic() + _GRACE_S
    while (left := _foreign_tasks(before)) and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    if left:
        pytest.fail("tasks left running: " + ", ".join(sorted(task.get_name() for task in left)))


def _foreign_tasks(before: set[asyncio.Task[object]]) -> set[asyncio.Task[object]]:
    return {task for task in asyncio.all_tasks() - before if task is not asyncio.current_task() and not task.done()}


@pytest.fixture(autouse=True)
def no_thread_survives() -> Iterator[None]:
    """Fail when a thread that the test started still runs after it (library pools that idle are daemons)."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + _GRACE_S
    while (left := _foreign_threads(before)) and time.monotonic() < deadline:
        time.sleep(0.01)
    if left:
        pytest.fail("threads left running: " + ", ".join(sorted(thread.name for thread in left)))


def _foreign_threads(before: set[threading.Thread]) -> set[threading.Thread]:
    return {thread for thread in set(threading.enumerate()) - before if thread.is_alive() and not thread.daemon}


@pytest.fixture(autouse=True)
def no_window_survives() -> Iterator[None]:
    """Fail when a top-level widget outlives its test."""
    before = {id(widget) for widget in _top_level_widgets()}
    yield
    application = _application()
    if application is None:
        return
    if application.property("styleSheet"):
        application.setProperty(
            "styleSheet", ""
        )  # a console dresses the whole application: the next test meets it undressed
    for _ in range(3):
        application.sendPostedEvents(None, 52)  # QEvent.Type.DeferredDelete
        application.processEvents()
    left = [widget for widget in _top_level_widgets() if id(widget) not in before and widget.isVisible()]
    if left:
        names = ", ".join(f"{type(widget).__name__} {widget.objectName()!r}" for widget in left)
        for widget in left:
            widget.close()
            widget.deleteLater()
        pytest.fail(f"windows left open: {names}")


def _application() -> "QCoreApplication | None":
    """Qt's application where a test made one; Qt is not imported for tests that do not."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    return None if widgets is None else widgets.QApplication.instance()


def _top_level_widgets() -> "list[QWidget]":
    widgets = sys.modules.get("PySide6.QtWidgets")
    return [] if widgets is None or _application() is None else widgets.QApplication.topLevelWidgets()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real cities and schemas; a test that asks for it and does not find it skips, visibly."""
    folder = Path(os.environ.get("BEFFROI_DATA", Path(__file__).parents[1] / ".." / "shared" / "data")).resolve()
    if not folder.is_dir():
        if os.environ.get("BEFFROI_PROOFS") == "1":
            pytest.fail(f"no test data at {folder}: set BEFFROI_DATA")
        pytest.skip(f"no test data at {folder}: set BEFFROI_DATA")
    return folder
