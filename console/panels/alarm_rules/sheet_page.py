"""A rationalisation sheet, to read and to change."""

from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QPlainTextEdit, QScrollArea, QWidget

from console.kit.formats import day_text
from console.panels.alarm_rules.presenter import LABELS, RuleWords
from contract.alarm_rules import AlarmTypeDetail, SheetChange, SheetContent
from widgets.plain_text import PlainLabel
from widgets.texts import Texts

_LINES = ("respond", "owner", "review", "displays")
_TEXT_HEIGHT = 52


class SheetPage:
    """The form of one sheet; what was typed stays until another alarm type is chosen."""

    def __init__(self, tr: Texts, words: RuleWords) -> None:
        self._tr = tr
        self._words = words
        self._version = 0
        self._shown: tuple[object, ...] = ()
        inner = QWidget()
        form = QFormLayout(inner)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.trace = PlainLabel()
        self.trace.setWordWrap(True)
        form.addRow(tr("alarm_rules.trace"), self.trace)
        self.gravity = QComboBox()
        self.gravity.addItem(tr("alarm_rules.gravity_none"), 0)
        for number in (1, 2, 3, 4):
            self.gravity.addItem(tr(f"alarm_rules.gravity_{number}"), number)
        form.addRow(tr("alarm_rules.gravity"), self.gravity)
        self.lines = {name: QLineEdit() for name in _LINES}
        for name, line in self.lines.items():
            form.addRow(tr(f"alarm_rules.{name}"), line)
        self.texts: dict[tuple[str, str], QPlainTextEdit] = {}
        for name in LABELS:
            for language in ("french", "english"):
                title = tr(f"alarm_rules.{language}", name=tr(f"alarm_rules.{name}"))
                edit = QPlainTextEdit()
                edit.setFixedHeight(_TEXT_HEIGHT)
                edit.setTabChangesFocus(True)
                edit.setAccessibleName(title)
                self.texts[name, language] = edit
                form.addRow(title, edit)
        self.reason = QLineEdit()
        form.addRow(tr("alarm_rules.reason"), self.reason)
        self.widget = QScrollArea()
        self.widget.setWidgetResizable(True)
        self.widget.setWidget(inner)

    @property
    def version(self) -> int:
        """Which version the form was filled from; 0: there was no sheet."""
        return self._version

    @property
    def is_touched(self) -> bool:
        """Something was typed that is not saved."""
        return self._shown != () and self._typed() != self._shown

    def rest_on(self, version: int) -> None:
        """What was typed is to replace this version."""
        self._version = version

    def show_trace(self, detail: AlarmTypeDetail) -> None:
        """Where the rule comes from, whatever is typed below."""
        self.trace.setText(self._words.trace(detail))

    def show_type(self, detail: AlarmTypeDetail) -> None:
        """Fill the form."""
        content = SheetContent() if detail.sheet is None else detail.sheet.content
        self._version = 0 if detail.sheet is None else detail.sheet.version
        self.show_trace(detail)
        self.gravity.setCurrentIndex(0 if content.consequence is None else int(content.consequence))
        within = content.respond_within_s
        self.lines["respond"].setText("" if within is None else f"{within / 60:g}")
        self.lines["owner"].setText(content.owner)
        self.lines["review"].setText(day_text(content.review_on))
        self.lines["displays"].setText("; ".join(content.displays))
        standard = detail.in_force.rule.guidance
        for name in LABELS:
            label = getattr(content, name)
            self.texts[name, "french"].setPlainText(label.fr)
            self.texts[name, "english"].setPlainText(label.en)
        self.texts["guidance", "french"].setPlaceholderText(standard.fr)
        self.texts["guidance", "english"].setPlaceholderText(standard.en)
        self.reason.clear()
        for edit in self.texts.values():
            edit.setReadOnly(not detail.type.may_edit)
        self._shown = self._typed()

    def change(self) -> SheetChange:
        """What was typed. Raises BadField."""
        texts = {
            name: (self.texts[name, "french"].toPlainText(), self.texts[name, "english"].toPlainText())
            for name in LABELS
        }
        typed = {name: line.text() for name, line in self.lines.items()}
        content = self._words.content(texts, self.gravity.currentIndex(), typed)
        return SheetChange(content=content, version=self._version, reason=self.reason.text())

    def _typed(self) -> tuple[object, ...]:
        texts = tuple(edit.toPlainText() for edit in self.texts.values())
        lines = tuple(line.text() for line in self.lines.values())
        return (texts, lines, self.gravity.currentIndex(), self.reason.text())
