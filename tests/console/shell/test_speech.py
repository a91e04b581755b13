"""Words reach a speech program whole, and only as words."""

import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.shell.speech import SpokenWords, program_call


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A speech program that writes down what it was asked."""
    file = tmp_path / "espeak-ng"
    said = str(tmp_path / "said")
    lines = ("import sys, pathlib", f"pathlib.Path({said!r}).write_text(chr(10).join(sys.argv[1:]))")
    file.write_text("\n".join((f"#!{sys.executable}", *lines, "")))
    file.chmod(0o755)
    return file


def test_words_are_handed_over_as_one_argument(qtbot: QtBot, program: Path, tmp_path: Path) -> None:
    speech = SpokenWords(lambda name: str(program) if name == "espeak-ng" else None, tries_qt=False)
    assert speech.missing("fr") == ""
    speech.say("cinq armoires à Quetigny; $(reboot)", "fr", 70)
    qtbot.waitUntil((tmp_path / "said").exists)
    qtbot.waitUntil(lambda: (tmp_path / "said").read_text().endswith("reboot)"))
    assert (tmp_path / "said").read_text().splitlines() == [
        "-v",
        "fr",
        "-a",
        "140",
        "--",
        "cinq armoires à Quetigny; $(reboot)",
    ]
    speech.stop()


def test_what_is_being_said_ends_when_it_is_silenced(qtbot: QtBot, tmp_path: Path) -> None:
    program = tmp_path / "espeak-ng"
    program.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(30)\n")
    program.chmod(0o755)
    speech = SpokenWords(lambda name: str(program) if name == "espeak-ng" else None, tries_qt=False)
    speech.say("un", "fr", 70)
    speech.say("deux", "fr", 70)
    assert len(speech.children()) == 1
    speech.stop()


def test_without_an_engine_it_says_so(qapp: QApplication) -> None:
    assert qapp is not None
    speech = SpokenWords(lambda _name: None, tries_qt=False)
    assert speech.missing("en") == "sound.no_engine"
    speech.say("one", "en", 70)
    speech.stop()


def test_no_word_can_be_an_option() -> None:
    for program in ("spd-say", "espeak-ng"):
        assert list(program_call(program, "--version", "fr", 50))[-2:] == ["--", "--version"]
