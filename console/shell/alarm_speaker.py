"""Alarm sounds on this machine's audio output by Qt; says when there is none, or none any more."""

import logging
import math
import wave
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Final, NamedTuple

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QMessageLogContext,
    QObject,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices, QtAudio

from console.kit.sounding import SoundFault
from contract.alarms import Priority
from widgets.frame_clock import FrameClock, Ticking

log = logging.getLogger(__name__)
_STARTS_WITHIN_S: Final = 1.0
_BYTES_PER_SAMPLE: Final = 2


class _Sound(NamedTuple):
    samples: QByteArray
    per_second: int

    @property
    def lasts_s(self) -> float:
        """How long it sounds."""
        return self.samples.size() / _BYTES_PER_SAMPLE / self.per_second


def load_sounds() -> Mapping[Priority, _Sound]:
    """The four sounds of resources/sounds. Raises OSError or wave.Error where they are missing or not ours."""
    folder = resources.files("resources").joinpath("sounds")
    found: dict[Priority, _Sound] = {}
    for priority in Priority:
        with folder.joinpath(f"p{int(priority)}.wav").open("rb") as file, wave.open(file) as sound:
            if (sound.getnchannels(), sound.getsampwidth()) != (1, _BYTES_PER_SAMPLE):
                raise wave.Error(f"the sound of P{int(priority)} is not 16 bits, one channel")
            found[priority] = _Sound(QByteArray(sound.readframes(sound.getnframes())), sound.getframerate())
    return found


class AlarmSpeaker(QObject):
    """console.kit.sounding.SoundOut. Follows the machine's default output when devices come and go."""

    def __init__(self, clock: FrameClock) -> None:
        super().__init__()
        self._clock = clock
        self._changed: Callable[[], None] | None = None
        self._devices: QMediaDevices | None = None
        self._sounds: Mapping[Priority, _Sound] = {}
        self._sink: QAudioSink | None = None
        self._buffer: QBuffer | None = None
        self._look: Ticking | None = None
        self.fault = SoundFault.NO_DEVICE
        self.device = ""

    def open(self, changed: Callable[[], None]) -> None:
        """Load the sounds, look for an output and listen for others."""
        self._changed = changed
        try:
            self._sounds = load_sounds()
        except (OSError, EOFError, wave.Error) as error:
            log.error("the alarm sounds cannot be read: %s", error)
            self.fault = SoundFault.NO_FILES
            return
        # A machine without a sound card is told of in our words, not in those of Qt's sound services.
        before = qInstallMessageHandler(_say_nothing)
        try:
            self._devices = QMediaDevices(self)
            self._devices.audioOutputsChanged.connect(self._outputs_changed)
            self._outputs_changed()
        finally:
            qInstallMessageHandler(before)

    def play(self, priority: Priority, volume_percent: int) -> None:
        """Play it from its beginning; what played before ends."""
        sound = self._sounds.get(priority)
        output = QMediaDevices.defaultAudioOutput()
        if sound is None or output.isNull():
            return
        self.stop()
        form = QAudioFormat()
        form.setSampleRate(sound.per_second)
        form.setChannelCount(1)
        form.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        sink = QAudioSink(output, form)
        sink.setVolume(_linear(volume_percent))
        buffer = QBuffer(sink)
        buffer.setData(sound.samples)
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._sink, self._buffer = sink, buffer
        sink.start(buffer)
        self._look = self._clock.after(min(_STARTS_WITHIN_S, 0.7 * sound.lasts_s), self._look_whether_it_plays)

    def stop(self) -> None:
        """Quiet."""
        if self._look is not None:
            self._look.stop()
            self._look = None
        sink, self._sink, self._buffer = self._sink, None, None
        if sink is not None:
            sink.stop()
            sink.deleteLater()

    def close(self) -> None:
        """Let go of the output."""
        self.stop()
        self._changed = None
        if self._devices is not None:
            self._devices.audioOutputsChanged.disconnect(self._outputs_changed)
            self._devices.deleteLater()
            self._devices = None

    def _outputs_changed(self) -> None:
        output = QMediaDevices.defaultAudioOutput()
        fault = SoundFault.NO_DEVICE if output.isNull() else SoundFault.NONE
        self._tell(fault, "" if output.isNull() else output.description())

    def _look_whether_it_plays(self) -> None:
        """An output that takes nothing, or ended with an error, is as good as none."""
        self._look = None
        sink = self._sink
        if sink is None:
            return
        error = sink.error()
        is_played = sink.processedUSecs() > 0 and error in {QtAudio.Error.NoError, QtAudio.Error.UnderrunError}
        if not is_played:
            log.warning("the audio output %s does not play: %s", self.device, error.name)
        self._tell(SoundFault.NONE if is_played else SoundFault.FAILED, self.device)

    def _tell(self, fault: SoundFault, device: str) -> None:
        if (fault, device) != (self.fault, self.device):
            self.fault, self.device = fault, device
            if self._changed is not None:
                self._changed()


def _linear(percent: int) -> float:
    """Half of what is set is heard as half as loud: an ear goes by the logarithm."""
    return math.pow(max(0, min(100, percent)) / 100, 1.7)


def _say_nothing(_kind: QtMsgType, _context: QMessageLogContext, _text: str) -> None:
    pass
