"""What somebody typed into a panel and has not sent: taken from it before it is made anew, and put back."""

from collections import Counter
from typing import Final, NamedTuple

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTextEdit, QWidget

_FIELDS: Final = (QLineEdit, QPlainTextEdit, QTextEdit)
Field = QLineEdit | QPlainTextEdit | QTextEdit


class Place(NamedTuple):
    """Which field of a panel: its kind, its name, and which one of those of that name."""

    kind: str
    name: str
    number: int


def typed_in(panel: QWidget) -> dict[Place, str]:
    """Only what hands typed: what a panel wrote into its own fields it asks for again."""
    return {place: _text(field) for place, field in _fields(panel).items() if _is_typed(field) and _text(field)}


def put_back(panel: QWidget, typed: dict[Place, str]) -> None:
    """Into the same fields, where they are there still and nobody filled them."""
    fields = _fields(panel) if typed else {}
    for place, text in typed.items():
        field = fields.get(place)
        if field is None or not field.isEnabled():
            continue
        if isinstance(field, QLineEdit):
            field.setText(text)
            field.setModified(True)
        else:
            field.setPlainText(text)
            field.document().setModified(True)


def _fields(panel: QWidget) -> dict[Place, Field]:
    found: dict[Place, Field] = {}
    counted: Counter[tuple[str, str]] = Counter()
    for field in panel.findChildren(QWidget):
        if not isinstance(field, _FIELDS) or field.isReadOnly():
            continue
        hint = field.placeholderText()
        named = (type(field).__name__, field.objectName() or field.accessibleName() or hint)
        found[Place(*named, counted[named])] = field
        counted[named] += 1
    return found


def _is_typed(field: Field) -> bool:
    return field.isModified() if isinstance(field, QLineEdit) else field.document().isModified()


def _text(field: Field) -> str:
    return field.text() if isinstance(field, QLineEdit) else field.toPlainText()
