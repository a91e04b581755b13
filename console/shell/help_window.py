"""F1: every key of every panel, in one window beside the work."""

import re
from collections.abc import Iterable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from console.kit.panel_spec import Shortcut
from console.store.context import Spec
from widgets.look import FAR, GAP, PAD
from widgets.texts import Texts

_COLUMNS = 2
_EVERYWHERE = (
    Shortcut("F1", "menu.shortcuts"),
    Shortcut("F6", "keys.next_panel"),
    Shortcut("F8", "keys.most_urgent"),
    Shortcut("F9", "keys.theme"),
    Shortcut("F11", "menu.full_screen"),
    Shortcut("Ctrl+S", "menu.keep_workspace"),
    Shortcut("Ctrl++ / Ctrl+-", "keys.zoom_text"),
    Shortcut("Ctrl+Q", "menu.leave"),
)
_NAMED_KEYS = re.compile(r"\b(Return|Home|Space|Delete|Shift)\b")


class HelpWindow(QWidget):
    """A plain window, never modal."""

    def __init__(self, specs: Mapping[str, Spec], texts: Texts) -> None:
        super().__init__()
        self.setObjectName("screen_field")
        self.setWindowTitle(texts("menu.shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.resize(820, 640)
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(FAR, FAR, FAR, FAR)
        grid.setHorizontalSpacing(FAR)
        grid.setVerticalSpacing(FAR)
        groups: list[tuple[str, Iterable[Shortcut]]] = [(texts("keys.everywhere"), _EVERYWHERE)]
        groups += [
            (texts.label(spec.title), (Shortcut(spec.shortcut, "keys.open_panel"), *spec.shortcuts))
            for spec in specs.values()
        ]
        for number, (title, shortcuts) in enumerate(groups):
            place = (number // _COLUMNS, number % _COLUMNS)
            grid.addWidget(_group(title, shortcuts, texts), *place, Qt.AlignmentFlag.AlignTop)
        grid.setRowStretch(len(groups), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)
        QShortcut(QKeySequence("Escape"), self, self.close)
        QShortcut(QKeySequence("F1"), self, self.close)


def _group(title: str, shortcuts: Iterable[Shortcut], texts: Texts) -> QWidget:
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(PAD)
    grid.setVerticalSpacing(GAP)
    heading = QLabel(title)
    heading.setProperty("role", "heading")
    grid.addWidget(heading, 0, 0, 1, 2)
    for row, shortcut in enumerate(shortcuts, start=1):
        key = QLabel(_key_text(shortcut.key, texts))
        key.setProperty("role", "muted")
        key.setMinimumWidth(110)
        grid.addWidget(key, row, 0, Qt.AlignmentFlag.AlignTop)
        words = QLabel(texts(shortcut.text_key))
        words.setWordWrap(True)
        grid.addWidget(words, row, 1)
    grid.setColumnStretch(1, 1)
    return box


def _key_text(key: str, texts: Texts) -> str:
    """A key as keyboards of the language have it printed."""
    return _NAMED_KEYS.sub(lambda found: texts(f"key.{found.group().casefold()}"), key)
