"""What Qt says by itself is said in the operator's language."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit

from console.shell import qt_words


@pytest.fixture(autouse=True)
def _english_again(qapp: QApplication) -> Iterator[None]:
    yield
    qt_words.speak(qapp, "en")


def said_by_a_field() -> str:
    field = QLineEdit("rue de la Liberté")
    menu = field.createStandardContextMenu()
    return " ".join(action.text() for action in menu.actions())


def test_the_menu_of_a_field_and_the_keys_follow_the_language(qapp: QApplication) -> None:
    key = QKeySequence("Shift+M")
    qt_words.speak(qapp, "fr")
    assert "Co&pier" in said_by_a_field() or "Copier" in said_by_a_field().replace("&", "")
    assert key.toString(QKeySequence.SequenceFormat.NativeText) == "Maj+M"
    assert QKeySequence("Ctrl+Shift+1") == QKeySequence.fromString(
        "Ctrl+Shift+1", QKeySequence.SequenceFormat.PortableText
    )
    qt_words.speak(qapp, "en")
    assert "Copy" in said_by_a_field().replace("&", "")
    assert key.toString(QKeySequence.SequenceFormat.NativeText) == "Shift+M"
