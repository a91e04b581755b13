"""The way out of a kiosk: somebody with the right types his password, in a strip that covers nothing."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton

from console.kit.errors import BackendSilent, RequestFailed, RequestRefused
from console.kit.task_bag import TaskBag
from console.kit.translations import Translations
from console.kit.workspace_ports import WorkspaceCalls
from console.shell.screen_window import ScreenWindow
from contract.workspaces import SeatRelease
from widgets.look import GAP, TIGHT
from widgets.plain_text import PlainLabel

_FIELD_WIDTH = 200
_TOO_MANY = 429


class KioskDoor(QObject):
    """`left` is called once the backend has taken the password of somebody who may open it."""

    def __init__(self, tasks: TaskBag, left: Callable[[], None]) -> None:
        super().__init__()
        self._tasks = tasks
        self._left = left
        self.strip: DoorStrip | None = None

    def ask(self, window: ScreenWindow, client: WorkspaceCalls, texts: Translations) -> None:
        """Show the strip on this screen; asked again it goes back to its first field."""
        if self.strip is None:
            strip = self.strip = DoorStrip(texts)
            strip.button.clicked.connect(lambda: self._try(client, texts))
            strip.password.returnPressed.connect(lambda: self._try(client, texts))
            strip.stay.clicked.connect(self.close)
            QShortcut(QKeySequence("Escape"), strip, self.close)
            window.put_under_notice(strip)
        self.strip.user.setFocus()

    def close(self) -> None:
        """The kiosk stays; may be called twice."""
        strip, self.strip = self.strip, None
        if strip is not None:
            strip.password.clear()
            strip.hide()
            strip.deleteLater()

    def _try(self, client: WorkspaceCalls, texts: Translations) -> None:
        if self.strip is not None and self.strip.user.text().strip() and self.strip.button.isEnabled():
            self._tasks.start(self._tried(self.strip, client, texts), name="leave the kiosk")

    async def _tried(self, strip: "DoorStrip", client: WorkspaceCalls, texts: Translations) -> None:
        release = SeatRelease(user=strip.user.text().strip(), password=strip.password.text())
        strip.password.clear()
        strip.button.setEnabled(False)
        try:
            await client.release_seat(release)
        except RequestRefused as error:
            self._say(strip, texts("kiosk.wait" if error.status == _TOO_MANY else "kiosk.refused"))
        except BackendSilent:
            self._say(strip, texts("kiosk.no_answer"))
        except RequestFailed as error:
            self._say(strip, str(error))
        else:
            self.close()
            self._left()

    def _say(self, strip: "DoorStrip", words: str) -> None:
        if strip is self.strip:
            strip.button.setEnabled(True)
            strip.words.setText(words)
            strip.password.setFocus()


class DoorStrip(QFrame):
    """Name, password, leave, stay."""

    def __init__(self, texts: Translations) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.words = PlainLabel(texts("kiosk.ask"))
        self.words.setWordWrap(True)
        self.user, self.password = QLineEdit(), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        for field, name in ((self.user, "login.user"), (self.password, "login.password")):
            field.setPlaceholderText(texts(name))
            field.setAccessibleName(texts(name))
            field.setFixedWidth(_FIELD_WIDTH)
        self.button, self.stay = QPushButton(texts("kiosk.leave")), QPushButton(texts("kiosk.stay"))
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        row.setSpacing(GAP)
        row.addWidget(self.words, 1)
        for widget in (self.user, self.password, self.button, self.stay):
            row.addWidget(widget)
        self.user.returnPressed.connect(self.password.setFocus)
