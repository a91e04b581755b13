"""What this machine remembers of how its operator wants to read the console."""

from pathlib import Path

import msgspec
from PySide6.QtWidgets import QApplication

from console.shell.appearance import Appearance


def _console(qt: QApplication, folder: Path, *, language: str | None = None) -> Appearance:
    return Appearance(qt, folder / "preferences.json", language=language, theme=None)


def test_language_and_size_of_text_are_as_they_were_left(qapp: QApplication, tmp_path: Path) -> None:
    first = _console(qapp, tmp_path)
    first.take(msgspec.structs.replace(first.zoomed(40), language="en"))
    again = _console(qapp, tmp_path)
    assert again.preferences.language == "en"
    assert again.preferences.text_zoom_percent == 140
    assert again.texts("login.starting").startswith("Starting")


def test_a_language_asked_for_at_the_start_stands_above_the_remembered_one(qapp: QApplication, tmp_path: Path) -> None:
    _console(qapp, tmp_path).remember(language="fr", user="anne")
    asked = _console(qapp, tmp_path, language="en")
    assert asked.preferences.language == "en"
    assert asked.preferences.user == "anne"


def test_text_grows_and_shrinks_within_what_stays_readable(qapp: QApplication, tmp_path: Path) -> None:
    appearance = _console(qapp, tmp_path)
    assert appearance.zoomed(1000).text_zoom_percent == 200
    assert appearance.zoomed(-1000).text_zoom_percent == 80
