"""The one command: every part explains itself, and wrong words end with 2."""

import subprocess
import sys
from pathlib import Path

import pytest

MAIN = Path(__file__).parents[1] / "main.py"


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, MAIN, *words], capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("part", [(), ("backend",), ("city",), ("media",), ("import",), ("user",), ("audit",)])
def test_every_part_explains_itself(part: tuple[str, ...]) -> None:
    run = _run(*part, "--help")
    assert run.returncode == 0
    assert run.stdout.startswith("usage:")


@pytest.mark.parametrize(
    "words",
    [("frobnicate",), ("backend", "--listen", "nowhere"), ("city", "--scale", "-1"), ("user", "promote"), ("import",)],
)
def test_wrong_use_ends_with_2_and_says_why(words: tuple[str, ...]) -> None:
    run = _run(*words)
    assert run.returncode == 2
    assert run.stderr.strip()


def test_listening_in_the_open_asks_for_a_certificate(tmp_path: Path) -> None:
    run = _run("backend", "--listen", "0.0.0.0:0", "--data", str(tmp_path))
    assert run.returncode == 2
    assert "certificate" in run.stderr
