"""Where a note is written: words, incident, what it is about, photos. What was typed stays until it is kept."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
)

from console.panels.logbook.presenter import Attachment, Draft, new_id
from contract.logbook import LONGEST_INCIDENT, LONGEST_NOTE, MOST_PICTURES
from widgets.look import GAP, TIGHT, Palette, icon
from widgets.nesting import nest
from widgets.quiet_label import quiet_label
from widgets.room_for_words import hint_in_full
from widgets.texts import Texts
from widgets.wrapping_row import WrappingRow

_LINES = 3
_INCIDENT_WIDTH = 170
ENDINGS = "*.jpg *.jpeg *.png *.webp"


class WritingForm(QFrame):
    """Says `written`; `draft` tells what. `files_given` names photos of this machine, which somebody reads."""

    written = Signal()
    files_given = Signal(object)  # Sequence[Path]

    def __init__(self, palette: Palette, tr: Texts) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._tr = tr
        self._id = new_id()
        self._about: tuple[int | None, int | None] = (None, None)
        self.attached: list[Attachment] = []
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(tr("logbook.words"))
        self.text.setPlaceholderText(tr("logbook.words_hint"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(self.text.fontMetrics().lineSpacing() * _LINES + 2 * GAP)
        self.text.setAcceptDrops(False)
        self.incident = QLineEdit()
        hint_in_full(self.incident, tr("logbook.incident"))
        self.incident.setMaxLength(LONGEST_INCIDENT)
        self.incident.setFixedWidth(_INCIDENT_WIDTH)
        self.is_about = QCheckBox()
        self.is_about.setChecked(True)
        self.pictures = quiet_label(wraps=False)
        self.attach = QPushButton(tr("logbook.attach"))
        self.attach.setIcon(icon("mdi6.image-plus-outline", palette))
        self.detach = QPushButton(tr("logbook.detach"))
        self.write = QPushButton(tr("logbook.write"))
        self.write.setIcon(icon("mdi6.pencil-plus-outline", palette))
        self.write.setToolTip("Ctrl+↵")
        self._lay_out()
        self.setAcceptDrops(True)
        self.text.textChanged.connect(self._dress)
        self.write.clicked.connect(lambda _checked=False: self._give())
        self.attach.clicked.connect(lambda _checked=False: self._choose())
        self.detach.clicked.connect(lambda _checked=False: self._drop_pictures())
        self.incident.returnPressed.connect(self._give)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self._give)
        self.show_about("", None, None)
        self._dress()

    @property
    def draft(self) -> Draft:
        """What stands in the form now."""
        asset_id, alarm_id = self._about if self.is_about.isChecked() else (None, None)
        return Draft(
            id=self._id,
            text=self.text.toPlainText().strip(),
            incident=self.incident.text().strip(),
            asset_id=asset_id,
            alarm_id=alarm_id,
            pictures=tuple(self.attached),
        )

    def show_about(self, words: str, asset_id: int | None, alarm_id: int | None) -> None:
        """What is selected: a note is about it, unless one says otherwise."""
        self._about = (asset_id, alarm_id)
        self.is_about.setVisible(bool(words))
        self.is_about.setText(self._tr("logbook.about", what=words.replace("&", "&&")))

    def add(self, photos: Sequence[Attachment]) -> None:
        """Photos that were read."""
        self.attached = [*self.attached, *photos][:MOST_PICTURES]
        self._dress()

    def clear(self) -> None:
        """It is in the logbook: the next one begins. An incident goes on over several notes."""
        self._id = new_id()
        self.attached = []
        self.text.clear()
        self._dress()

    def set_busy(self, is_busy: bool) -> None:
        """While it is on its way nothing of it changes."""
        for widget in (self.text, self.incident, self.is_about, self.attach, self.detach):
            widget.setEnabled(not is_busy)
        self._dress(is_busy=is_busy)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files of this machine may come."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Here they are."""
        event.acceptProposedAction()
        self.files_given.emit([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def _lay_out(self) -> None:
        row = WrappingRow(TIGHT)
        row.addWidget(self.incident)
        row.addWidget(self.attach)
        row.addWidget(self.pictures)
        row.addWidget(self.detach)
        row.add_gap()
        row.addWidget(self.write)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        column.setSpacing(TIGHT)
        column.addWidget(self.is_about)
        column.addWidget(self.text)
        nest(column, row)

    def _dress(self, *, is_busy: bool = False) -> None:
        length = len(self.text.toPlainText().strip())
        is_too_long = length > LONGEST_NOTE
        self.write.setEnabled(not is_busy and length > 0 and not is_too_long)
        words = [self._tr("logbook.pictures_of", count=len(self.attached))] if self.attached else []
        if is_too_long:
            words.append(self._tr("logbook.too_long", count=LONGEST_NOTE, over=length - LONGEST_NOTE))
        self.pictures.setText(" · ".join(words))
        self.pictures.setToolTip("\n".join(each.name for each in self.attached))
        self.detach.setVisible(bool(self.attached))

    def _give(self) -> None:
        if self.write.isEnabled():
            self.written.emit()

    def _choose(self) -> None:
        paths, _kind = QFileDialog.getOpenFileNames(
            self, self._tr("logbook.attach"), "", f"{self._tr('logbook.photos')} ({ENDINGS})"
        )
        if paths:
            self.files_given.emit([Path(path) for path in paths])

    def _drop_pictures(self) -> None:
        self.attached = []
        self._dress()
