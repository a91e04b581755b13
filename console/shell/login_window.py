"""Who are you? Says what it is doing, what went wrong and what to do; shows the first password once."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from widgets.exercise_banner import ExerciseBanner
from widgets.look import FAR, GAP, PAD, Palette, icon
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.texts import Texts

_WIDTH = 460


class LoginWindow(QWidget):
    """Fed with words; says login_requested and language_requested."""

    login_requested = Signal(str, str)
    language_requested = Signal(str)
    quit_requested = Signal()

    def __init__(self, palette: Palette, texts: Texts, user: str = "") -> None:
        super().__init__()
        self.setObjectName("login_window")
        self._palette = palette
        self._texts = texts
        self._is_closing = False
        self.setWindowTitle(texts("login.window"))
        self.setFixedWidth(_WIDTH)
        self.exercise = ExerciseBanner(palette, texts)
        self._server = PlainLabel()
        self._server.setProperty("role", "muted")
        self._server.setWordWrap(True)
        self.user = QLineEdit(user)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.button = QPushButton(texts("login.enter"))
        self.button.setDefault(True)
        self._status = PlainLabel()
        self._status.setWordWrap(True)
        self._status.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._first = QFrame()
        self._first_text = PlainLabel()
        self._accounts = QVBoxLayout()
        self._memory = PlainLabel()
        self._lay_out()
        self.button.clicked.connect(self._submit)
        self.password.returnPressed.connect(self._submit)
        self.user.returnPressed.connect(self.password.setFocus)

    @property
    def status_text(self) -> str:
        """What it says now."""
        return self._status.text()

    @property
    def memory_text(self) -> str:
        """What it says of where the login is kept."""
        return self._memory.text()

    def show_server(self, text: str) -> None:
        """Which backend this is."""
        self._server.setText(text)
        self._fit()

    def show_status(self, text: str, *, is_warning: bool = False) -> None:
        """What happens, or what went wrong."""
        self._status.setText(text)
        self._status.setVisible(bool(text))
        self._status.setProperty("role", "warning" if is_warning else "muted")
        self._status.style().unpolish(self._status)
        self._status.style().polish(self._status)
        self._fit()

    def set_busy(self, is_busy: bool) -> None:
        """While an answer is awaited nothing can be sent twice."""
        for widget in (self.user, self.password, self.button):
            widget.setEnabled(not is_busy)
        if not is_busy:
            (self.password if self.user.text() else self.user).setFocus()

    def come_forward(self) -> None:
        """In the middle of the screen, with the keyboard: where there is no window manager nobody else sees to it."""
        self.adjustSize()
        self.show()
        self.move(self.screen().availableGeometry().center() - self.rect().center())
        self.activateWindow()

    def show_exercise(self, *, is_exercise: bool) -> None:
        """Whether what is behind this door is real."""
        self.exercise.show_exercise(is_exercise=is_exercise)
        title = self._texts("login.window")
        self.setWindowTitle(self._texts("exercise.window", title=title) if is_exercise else title)
        self._fit()

    def show_memory_only(self, reason_text: str) -> None:
        """Say that the login will not survive this process."""
        self._memory.setText(reason_text)
        self._memory.setVisible(bool(reason_text))
        self._fit()

    def show_first_password(self, user: str, password: str) -> None:
        """The first administrator's password, this once."""
        self._first_text.setText(self._texts("login.first", user=user))
        secret = PlainLabel(password)
        secret.setProperty("role", "secret")
        secret.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        secret.setAccessibleName(self._texts("login.first_secret"))
        layout = self._first.layout()
        if layout is not None:
            layout.addWidget(secret)
        self._first.show()
        self.user.setText(user)
        self._fit()

    def show_demo_accounts(self, accounts: Mapping[str, str]) -> None:
        """Buttons that fill in a demo account."""
        if not accounts:
            return
        heading = PlainLabel(self._texts("login.demo"))
        heading.setProperty("role", "section")
        self._accounts.addWidget(heading)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for user, password in accounts.items():
            button = QPushButton(user)
            button.setToolTip(self._texts("login.demo_tip", user=user))
            button.clicked.connect(lambda _checked=False, user=user, password=password: self._fill(user, password))
            row.addWidget(button)
        row.addStretch(1)
        nest(self._accounts, row)
        self._fit()

    def _fit(self) -> None:
        """Words wrap, so the height follows from the width."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            height = layout.totalHeightForWidth(_WIDTH)
            self.setFixedHeight(height if height > 0 else layout.totalSizeHint().height())

    def finish(self) -> None:
        """Close without leaving the console."""
        self._is_closing = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the login leaves the console."""
        event.accept()
        if not self._is_closing:
            self.quit_requested.emit()

    def _lay_out(self) -> None:
        texts = self._texts
        head = QHBoxLayout()
        mark = PlainLabel()
        mark.setPixmap(icon("mdi6.bell-outline", self._palette, self._palette.text_muted).pixmap(30, 30))
        name = PlainLabel("Beffroi")
        name.setProperty("role", "title")
        language = QPushButton(texts("login.other_language"))
        language.setFlat(True)
        other = "en" if texts.language == "fr" else "fr"
        language.clicked.connect(lambda: self.language_requested.emit(other))
        head.addWidget(mark)
        head.addWidget(name)
        head.addStretch(1)
        head.addWidget(language)
        form = QFormLayout()
        form.setSpacing(PAD)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        form.addRow(texts("login.user"), self.user)
        form.addRow(texts("login.password"), self.password)
        first = QVBoxLayout(self._first)
        first.setContentsMargins(0, 0, 0, 0)
        self._first_text.setWordWrap(True)
        first.addWidget(self._first_text)
        self._first.hide()
        self._memory.setWordWrap(True)
        self._memory.setProperty("role", "muted")
        self._memory.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(FAR, FAR, FAR, FAR)
        column.setSpacing(PAD)
        column.addWidget(self.exercise)
        nest(column, head)
        column.addWidget(self._server)
        column.addWidget(self._first)
        nest(column, form)
        column.addWidget(self.button)
        column.addWidget(self._status)
        column.addWidget(self._memory)
        nest(column, self._accounts)

    def _fill(self, user: str, password: str) -> None:
        self.user.setText(user)
        self.password.setText(password)
        self.button.setFocus()

    def _submit(self) -> None:
        if not self.button.isEnabled():
            return
        user = self.user.text().strip()
        if not user or not self.password.text():
            self.show_status(self._texts("login.both"), is_warning=True)
            return
        password = self.password.text()
        self.password.clear()
        self.login_requested.emit(user, password)
