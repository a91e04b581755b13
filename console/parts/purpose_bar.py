"""Why one watches: routine unless said; asked once where something needs a reason."""

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
)

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.formats import clock_time
from console.kit.ports import Client
from console.kit.task_bag import TaskBag
from contract.footage import PurposeRequest, ViewingPurpose
from widgets.keyboard_place import KeyboardPlace
from widgets.look import GAP, TIGHT, Palette, icon
from widgets.nesting import nest
from widgets.notice import Tone
from widgets.plain_text import PlainLabel
from widgets.texts import Texts


class PurposeBar(QFrame):
    """A button that says the purpose, and a form beside the work that changes it."""

    said = Signal()  # another purpose stands
    left = Signal()  # nothing was said

    def __init__(
        self, client: Client, tasks: TaskBag, palette: Palette, tr: Texts, say: Callable[[str, Tone], None]
    ) -> None:
        super().__init__()
        self._client = client
        self._tasks = tasks
        self._tr = tr
        self._say = say
        self._purpose = ViewingPurpose(reason="", is_routine=True)
        self._keyboard = KeyboardPlace()
        self.setObjectName("notice")
        self.button = QToolButton()
        self.button.setIcon(icon("mdi6.eye-check-outline", palette))
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.clicked.connect(lambda _checked=False: self.ask())
        self._why = PlainLabel(tr("purpose.why"))
        self._why.setWordWrap(True)
        self.reason, self.incident, self.requisition = QLineEdit(), QLineEdit(), QLineEdit()
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for field, key, share in (
            (self.reason, "reason", 3),
            (self.incident, "incident", 1),
            (self.requisition, "requisition", 1),
        ):
            field.setMaxLength(200)
            field.setPlaceholderText(tr(f"purpose.{key}"))
            field.setAccessibleName(tr(f"purpose.{key}"))
            field.returnPressed.connect(self._give)
            row.addWidget(field, share)
        keep, leave = QPushButton(tr("purpose.say")), QPushButton(tr("purpose.leave"))
        keep.clicked.connect(lambda _checked=False: self._give())
        leave.clicked.connect(lambda _checked=False: self._leave())
        row.addWidget(keep)
        row.addWidget(leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        column.setSpacing(TIGHT)
        column.addWidget(self._why)
        nest(column, row)
        escape = QShortcut(QKeySequence("Escape"), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._leave)
        self.hide()
        self._dress()

    def load(self) -> None:
        """What stands; a silent backend leaves routine shown."""
        self._tasks.start(self._load(), name="purpose")

    def ask(self) -> None:
        """Show the form; what is being written in it stays."""
        if self.isVisible():
            return
        self._keyboard.remember()
        self.reason.setText("" if self._purpose.is_routine else self._purpose.reason)
        self.incident.setText(self._purpose.incident)
        self.requisition.setText(self._purpose.requisition)
        self.show()
        self.reason.setFocus()

    def _leave(self) -> None:
        self._close()
        self.left.emit()

    def _close(self) -> None:
        self._keyboard.give_back()
        self.hide()

    def _give(self) -> None:
        reason = self.reason.text().strip()
        if not reason:
            self.reason.setFocus()
            return
        incident, requisition = self.incident.text().strip(), self.requisition.text().strip()
        request = PurposeRequest(reason=reason, incident=incident, requisition=requisition)
        self._tasks.start(self._change(request), name="say why")

    async def _load(self) -> None:
        try:
            self._purpose = await self._client.viewing_purpose()
        except RequestFailed:
            return
        self._dress()

    async def _change(self, request: PurposeRequest) -> None:
        try:
            self._purpose = await self._client.say_purpose(request)
        except RequestFailed as error:
            self._say(failure_text(error, self._tr), Tone.WARNING)
            return
        self._close()
        self._dress()
        self.said.emit()

    def _dress(self) -> None:
        purpose = self._purpose
        words = self._tr("purpose.routine") if purpose.is_routine else purpose.reason
        self.button.setText(self.button.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, 180))
        until = purpose.expires_at
        key = "purpose.tip" if until is None else "purpose.tip_until"
        self.button.setToolTip(self._tr(key, reason=words, time=_until(until)))
        self.button.setAccessibleName(self._tr("purpose.name", reason=words))


def _until(at: dt.datetime | None) -> str:
    return "" if at is None else clock_time(at)[:5]
