"""The strip in which somebody proves who he is: it covers nothing, so that alarms stay in sight."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton

from console.kit.translations import Translations
from widgets.look import GAP, TIGHT, Palette, icon
from widgets.plain_text import PlainLabel
from widgets.room_for_words import text_zoom

_FIELD_WIDTH = 200
_ICON = 20


class SeatStrip(QFrame):
    """Says `given(user, password)`; `stayed` where one may leave things as they are."""

    given = Signal(str, str)
    stayed = Signal()

    def __init__(self, texts: Translations, palette: Palette, words: str, holder: str, *, is_locked: bool) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._is_locked = is_locked
        self._texts = texts
        self._holder = holder
        sign = PlainLabel()
        name = "mdi6.lock-outline" if is_locked else "mdi6.account-switch-outline"
        sign.setPixmap(icon(name, palette).pixmap(round(_ICON * text_zoom(sign))))
        self.words = PlainLabel(words)
        self.words.setWordWrap(True)
        self.user, self.password = QLineEdit(holder if is_locked else ""), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        for field, key in ((self.user, "login.user"), (self.password, "login.password")):
            field.setPlaceholderText(texts(key))
            field.setAccessibleName(texts(key))
            field.setFixedWidth(round(_FIELD_WIDTH * text_zoom(field)))
        self.button, self.stay = QPushButton(), QPushButton(texts("form.cancel"))
        self.button.setDefault(True)
        self.stay.setVisible(not is_locked)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        row.setSpacing(GAP)
        row.addWidget(sign)
        row.addWidget(self.words, 1)
        for widget in (self.user, self.password, self.button, self.stay):
            row.addWidget(widget)
        self.user.returnPressed.connect(self.password.setFocus)
        self.user.textChanged.connect(self._dress)
        self.password.returnPressed.connect(self._give)
        self.button.clicked.connect(lambda _checked=False: self._give())
        self.stay.clicked.connect(lambda _checked=False: self.stayed.emit())
        self._dress()

    def focus(self) -> None:
        """The keyboard where one types next."""
        (self.password if self._is_locked else self.user).setFocus()

    def say(self, words: str) -> None:
        """What went wrong; one tries again."""
        self.words.setText(words)
        self.set_busy(is_busy=False)
        self.password.setFocus()

    def set_busy(self, *, is_busy: bool) -> None:
        """While the backend is asked."""
        self.button.setEnabled(not is_busy)

    def _dress(self) -> None:
        is_same = self._is_locked and self.user.text().strip().lower() == self._holder
        self.button.setText(self._texts("seat.unlock" if is_same else "seat.take_over"))

    def _give(self) -> None:
        user, password = self.user.text().strip().lower(), self.password.text()
        if user and password and self.button.isEnabled():
            self.password.clear()
            self.given.emit(user, password)
