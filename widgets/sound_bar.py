"""Sound as the alarm bar shows it: silence with its remaining seconds, what is wrong with it, the test's question."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from widgets.look import TIGHT, Palette, icon
from widgets.plain_text import PlainLabel
from widgets.plain_text import tip as plain_tip
from widgets.texts import Texts

VOLUMES_PERCENT: Final = (20, 40, 55, 70, 85, 100)
SILENCE_KEY: Final = "F4"
TEST_KEY: Final = "Shift+F4"


@dataclass(frozen=True)
class SoundLook:
    """How the sound of this seat stands. `fault`: why alarms are not heard, in words; empty when they are."""

    is_on: bool = True
    volume_percent: int = 70
    speaks: bool = False
    cannot_speak: str = ""
    fault: str = ""
    fault_tooltip: str = ""
    device: str = ""
    silent_seconds: int = 0
    rings: bool = False
    asks: bool = False


class SoundBar(QWidget):
    """Fed with values; says what is wished."""

    silence_requested = Signal()
    hear_again_requested = Signal()
    test_requested = Signal()
    answered = Signal(bool)  # whether the test sound was heard
    on_wished = Signal(bool)
    volume_wished = Signal(int)
    speech_wished = Signal(bool)

    def __init__(self, palette: Palette, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._texts = texts
        self._look = SoundLook()
        self._is_tight = False
        self.menu = QMenu(texts("sound.title"), self)
        self._question = PlainLabel(texts("sound.did_you_hear"))
        self._question.setProperty("role", "warning")
        self._yes = QPushButton(texts("sound.heard"))
        self._no = QPushButton(texts("sound.not_heard"))
        for button in (self._yes, self._no):
            button.setProperty("role", "answer")
        self._yes.clicked.connect(lambda _checked=False: self.answered.emit(True))
        self._no.clicked.connect(lambda _checked=False: self.answered.emit(False))
        self._silence = QPushButton()
        self._silence.clicked.connect(lambda _checked=False: self.silence_requested.emit())
        self._state = QToolButton()
        self._state.setObjectName("sound_state")
        self._state.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._state.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._state.setMenu(self.menu)
        self._volumes: dict[int, QAction] = {}
        self._fill_menu()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        for widget in (self._question, self._yes, self._no, self._silence, self._state):
            row.addWidget(widget)
        self._show(self._look)

    @property
    def silence_text(self) -> str:
        """What the silence button says."""
        return self._silence.text()

    @property
    def can_silence(self) -> bool:
        """Whether there is anything to silence."""
        return self._silence.isEnabled()

    @property
    def fault_text(self) -> str:
        """What is said to be wrong; empty when nothing is."""
        return self._state.text()

    @property
    def is_asking(self) -> bool:
        """Whether it asks if the test sound was heard."""
        return not self._question.isHidden()

    def be_tight(self, *, is_tight: bool) -> None:
        """On a narrow screen the silence says its seconds only."""
        if is_tight is not self._is_tight:
            self._is_tight = is_tight
            self._show(self._look)

    def press_silence(self) -> None:
        """As a click does."""
        self._silence.click()

    def show_sound(self, look: SoundLook) -> None:
        """How it stands now; the same again costs nothing, for a storm of alarms tells it ten times a second."""
        if look != self._look:
            self._show(look)

    def _show(self, look: SoundLook) -> None:
        tr = self._texts
        self._look = look
        for widget in (self._question, self._yes, self._no):
            widget.setVisible(look.asks)
        if look.silent_seconds:
            minutes, seconds = divmod(look.silent_seconds, 60)
            words = tr("sound.silenced", time=f"{minutes}:{seconds:02}")
            tip = tr("sound.silenced_hint")
        else:
            words = tr("sound.silence")
            tip = tr("sound.silence_hint")
        remaining = words.rsplit(" ", 1)[-1] if look.silent_seconds else ""
        self._silence.setText(remaining if self._is_tight else words)
        self._silence.setToolTip(plain_tip(tip))
        self._silence.setAccessibleName(f"{words}. {tip}")
        self._silence.setIcon(
            icon("mdi6.bell-off-outline" if look.silent_seconds else "mdi6.bell-ring-outline", self._palette)
        )
        self._silence.setEnabled(look.rings or look.silent_seconds > 0)
        self._hear_again.setEnabled(look.silent_seconds > 0)
        self._show_state(look)
        self._on.setChecked(look.is_on)
        self._speech.setChecked(look.speaks)
        self._speech.setText(look.cannot_speak or tr("sound.speak"))
        self._speech.setEnabled(not look.cannot_speak or look.speaks)
        for percent, action in self._volumes.items():
            action.setChecked(percent == look.volume_percent)

    def _show_state(self, look: SoundLook) -> None:
        tr = self._texts
        is_wrong = bool(look.fault) or not look.is_on
        name = "mdi6.volume-off" if is_wrong else "mdi6.volume-high"
        self._state.setIcon(icon(name, self._palette, self._palette.p2 if is_wrong else self._palette.text_muted))
        self._state.setText(look.fault or ("" if look.is_on else tr("sound.off")))
        if look.fault:
            tip = look.fault_tooltip
        else:
            tip = (
                tr("sound.on_hint", device=look.device, volume=look.volume_percent)
                if look.is_on
                else tr("sound.off_hint")
            )
        self._state.setToolTip(plain_tip(tip))
        self._state.setAccessibleName(f"{tr('sound.title').replace('&', '')}. {self._state.text()}. {tip}")
        self._state.setProperty("wrong", is_wrong)
        self._state.style().unpolish(self._state)
        self._state.style().polish(self._state)

    def _fill_menu(self) -> None:
        tr = self._texts
        # The keys stand here as words: the window's own menu holds the shortcuts, and two of a kind would cancel out.
        self.menu.addAction(f"{tr('sound.silence_menu')}\t{SILENCE_KEY}").triggered.connect(
            lambda _checked=False: self.silence_requested.emit()
        )
        self._hear_again = self.menu.addAction(tr("sound.hear_again"))
        self._hear_again.triggered.connect(lambda _checked=False: self.hear_again_requested.emit())
        self.menu.addAction(f"{tr('sound.test')}\t{TEST_KEY}").triggered.connect(
            lambda _checked=False: self.test_requested.emit()
        )
        self.menu.addSeparator()
        volume = self.menu.addMenu(tr("sound.volume"))
        group = QActionGroup(volume)
        for percent in VOLUMES_PERCENT:
            action = volume.addAction(f"{percent} %")
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(lambda _checked=False, percent=percent: self.volume_wished.emit(percent))
            self._volumes[percent] = action
        self._on = self.menu.addAction(tr("sound.on"))
        self._on.setCheckable(True)
        self._on.triggered.connect(self.on_wished.emit)
        self._speech = self.menu.addAction(tr("sound.speak"))
        self._speech.setCheckable(True)
        self._speech.triggered.connect(self.speech_wished.emit)
