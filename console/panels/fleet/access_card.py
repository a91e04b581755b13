"""What the phone of a vehicle is given, to be typed or scanned: address, token, QR code. In sight for a short while."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPixmap
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from console.kit.translations import Translations
from contract.fleet import DeviceAccess
from widgets.frame_clock import FrameClock, Ticking
from widgets.label_sheet import paint_code
from widgets.look import GAP, PAD, TIGHT, Palette, icon
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.quiet_label import quiet_label

SHOWN_S: Final = 120.0
_CODE_PX: Final = 196


class AccessCard(QFrame):
    """Hidden until it is fed. Who holds the token reports as the vehicle: the card goes by itself."""

    def __init__(self, tr: Translations, palette: Palette, clock: FrameClock) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._tr = tr
        self._clock = clock
        self._ends: Ticking | None = None
        self.title = PlainLabel()
        self.title.setProperty("role", "heading")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.code = PlainLabel()
        self.address, self.topic, self.device, self.token = (_value() for _ in range(4))
        self.copy_button = QPushButton(tr("fleet.access.copy"))
        self.copy_button.setIcon(icon("mdi6.content-copy", palette))
        self.copy_button.clicked.connect(lambda _checked=False: self._copy())
        self.close_button = QPushButton(tr("fleet.access.close"))
        self.close_button.clicked.connect(lambda _checked=False: self.forget())
        self.rows = QFormLayout()
        self._lay_out()
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether an access is shown."""
        return not self.isHidden()

    def show_access(self, name: str, access: DeviceAccess) -> None:
        """Of this vehicle, for two minutes."""
        self.forget()
        tr = self._tr
        self.title.setText(tr("fleet.access.title", vehicle=name))
        for label, text in (
            (self.address, access.url),
            (self.topic, access.topic),
            (self.device, access.device),
            (self.token, access.token),
        ):
            label.setText(text)
        self.rows.setRowVisible(self.topic, bool(access.topic))
        self.code.setPixmap(_picture(scanned(access)))
        self.code.setAccessibleName(tr("fleet.access.code", vehicle=name))
        self._ends = self._clock.after(SHOWN_S, self.forget)
        self.show()
        self.copy_button.setFocus()

    def forget(self) -> None:
        """Show nothing, and hold nothing any more."""
        if self._ends is not None:
            self._ends.stop()
            self._ends = None
        for label in (self.address, self.topic, self.device, self.token, self.code):
            label.clear()
        self.hide()

    def _copy(self) -> None:
        lines = (self.address.text(), self.topic.text(), self.device.text(), self.token.text())
        QGuiApplication.clipboard().setText("\n".join(line for line in lines if line))

    def _lay_out(self) -> None:
        tr = self._tr
        self.rows.setHorizontalSpacing(PAD)
        self.rows.setVerticalSpacing(TIGHT)
        for key, label in (
            ("address", self.address),
            ("topic", self.topic),
            ("device", self.device),
            ("token", self.token),
        ):
            label.setAccessibleName(tr(f"fleet.access.{key}"))
            self.rows.addRow(tr(f"fleet.access.{key}"), label)
        acts = QHBoxLayout()
        acts.setSpacing(GAP)
        acts.addWidget(self.copy_button)
        acts.addWidget(self.close_button)
        acts.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(GAP)
        words.addWidget(self.title)
        nest(words, self.rows)
        words.addWidget(quiet_label(tr("fleet.access.hint")))
        words.addStretch(1)
        nest(words, acts)
        row = QHBoxLayout(self)
        row.setContentsMargins(PAD, PAD, PAD, PAD)
        row.setSpacing(PAD)
        row.addWidget(self.code, 0, Qt.AlignmentFlag.AlignTop)
        nest(row, words, 1)


def scanned(access: DeviceAccess) -> str:
    """What the QR code says: the whole address, with the topic for phones that speak MQTT."""
    return "\n".join(line for line in (access.url, access.topic) if line)


def _value() -> QLabel:
    label = PlainLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label


def _picture(content: str) -> QPixmap:
    picture = QPixmap(_CODE_PX, _CODE_PX)
    picture.fill(QColor("white"))
    painter = QPainter(picture)
    paint_code(painter, content, QRectF(0, 0, _CODE_PX, _CODE_PX))
    painter.end()
    return picture
