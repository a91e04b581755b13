"""A form of named fields, as texts in and texts out; what was changed stands out, what is wrong says why."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from widgets.form_fields import FormField
from widgets.look import PAD, TIGHT
from widgets.plain_text import PlainLabel

_LONGEST: Final = 500
_SHORTEST: Final = 8  # letters of a choice
_CHANGED: Final = "\N{BULLET} "


class FieldForm(QWidget):
    """Shown by `show_fields`; tells `edited` whenever hands change something."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, _Row] = {}
        self._body = QWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._body)

    def show_fields(self, fields: Sequence[FormField], values: Mapping[str, str]) -> None:
        """Another form: every field with its value; nothing is changed yet."""
        fresh = QWidget()
        form = QFormLayout(fresh)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(PAD)
        form.setVerticalSpacing(TIGHT)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._rows = {}
        for field in fields:
            row = self._rows[field.key] = _Row(field, values.get(field.key, ""))
            row.edited.connect(self.edited)
            form.addRow(row.label, row)
        layout = self.layout()
        if layout is not None:
            layout.replaceWidget(self._body, fresh)
        self._body.hide()
        self._body.deleteLater()
        self._body = fresh

    def changed(self) -> Mapping[str, str]:
        """The fields that hands have changed, with what stands there now."""
        return {key: row.text for key, row in self._rows.items() if row.is_changed}

    def text(self, key: str) -> str:
        """What stands in a field; nothing where there is no such field."""
        row = self._rows.get(key)
        return "" if row is None else row.text

    def set_text(self, key: str, text: str) -> None:
        """As if hands had written it."""
        row = self._rows.get(key)
        if row is not None:
            row.write(text)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """What is wrong, beside its field; the first of them takes the keys."""
        for key, row in self._rows.items():
            row.show_problem(problems.get(key, ""))
        first = next((self._rows[key] for key in problems if key in self._rows), None)
        if first is not None:
            first.editor.setFocus()

    def focus_first(self) -> None:
        """The first field takes the keys."""
        for row in self._rows.values():
            row.editor.setFocus()
            return


class _Row(QWidget):
    """One field with what is wrong below it."""

    edited = Signal()

    def __init__(self, field: FormField, text: str) -> None:
        super().__init__()
        self._field = field
        self._first = text
        self.label = PlainLabel(field.label)
        self.label.setProperty("role", "muted")
        self._line = QLineEdit()
        self._box = QComboBox()
        self.editor: QWidget = self._box if field.choices else self._line
        self.editor.setAccessibleName(field.label)
        self.label.setBuddy(self.editor)
        self._problem = PlainLabel()
        self._problem.setWordWrap(True)
        self._problem.setProperty("role", "warning")
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.editor)
        column.addWidget(self._problem)
        if field.choices:
            for value, words in field.choices:
                self._box.addItem(words, value)
            self._box.setMinimumContentsLength(_SHORTEST)
            self._box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        else:
            self._line.setMaxLength(_LONGEST)
            self._line.setPlaceholderText(field.hint)
        self._show(text)
        self._box.currentIndexChanged.connect(self._on_edited)
        self._line.textChanged.connect(self._on_edited)

    @property
    def text(self) -> str:
        """What stands there."""
        return str(self._box.currentData()) if self._field.choices else self._line.text().strip()

    @property
    def is_changed(self) -> bool:
        """Whether it is not what it was."""
        return self.text != self._first

    def write(self, text: str) -> None:
        """As hands would."""
        self._show(text)

    def show_problem(self, words: str) -> None:
        """Why it cannot be; nothing when it can."""
        self._problem.setText(words)
        self._problem.setVisible(bool(words))
        self.editor.setAccessibleDescription(words)

    def _show(self, text: str) -> None:
        if not self._field.choices:
            self._line.setText(text)
            return
        at = self._box.findData(text)
        if at < 0:
            self._box.addItem(text, text)
            at = self._box.count() - 1
        self._box.setCurrentIndex(at)

    def _on_edited(self) -> None:
        self.show_problem("")
        self.label.setText(f"{_CHANGED if self.is_changed else ''}{self._field.label}")
        self.label.setProperty("role", "" if self.is_changed else "muted")
        self.label.style().polish(self.label)
        self.edited.emit()
