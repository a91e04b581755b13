"""This machine's loudspeaker by Qt. Its library is loaded when somebody listens for the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QtMsgType, qInstallMessageHandler

from video.sound.parameters import BYTES_PER_SAMPLE, SAMPLES_PER_SECOND

if TYPE_CHECKING:
    from PySide6.QtCore import QIODevice, QMessageLogContext
    from PySide6.QtMultimedia import QAudioSink

_BUFFERED_S: Final = 0.12


class Loudspeaker:
    """Takes samples as they come; never waits for them to be played."""

    def __init__(self) -> None:
        self._sink: QAudioSink | None = None
        self._device: QIODevice | None = None

    def open(self) -> bool:
        """Whether there is one, and it plays now."""
        self.close()
        # A machine without a sound card is told of in our words, not in those of Qt's sound services.
        before = qInstallMessageHandler(_say_nothing)
        try:
            return self._opened()
        finally:
            qInstallMessageHandler(before)

    @property
    def is_open(self) -> bool:
        """False once it was closed or pulled out."""
        if self._sink is None:
            return False
        from PySide6.QtMultimedia import QtAudio  # noqa: PLC0415 - a library of megabytes that few consoles need

        return self._sink.state() is not QtAudio.State.StoppedState

    def room(self) -> int:
        """How many samples it takes now."""
        return 0 if self._sink is None else self._sink.bytesFree() // BYTES_PER_SAMPLE

    def write(self, samples: bytes) -> None:
        """Play these next."""
        if self._device is not None:
            self._device.write(samples)

    def close(self) -> None:
        """Silence; a second call does nothing."""
        sink, self._sink, self._device = self._sink, None, None
        if sink is not None:
            sink.stop()
            sink.deleteLater()

    def _opened(self) -> bool:
        from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices  # noqa: PLC0415 - see above

        output = QMediaDevices.defaultAudioOutput()
        if output.isNull():
            return False
        form = QAudioFormat()
        form.setSampleRate(SAMPLES_PER_SECOND)
        form.setChannelCount(1)
        form.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        self._sink = QAudioSink(output, form)
        self._sink.setBufferSize(round(_BUFFERED_S * SAMPLES_PER_SECOND) * BYTES_PER_SAMPLE)
        self._device = self._sink.start()
        return self.is_open


def _say_nothing(_kind: QtMsgType, _context: QMessageLogContext, _text: str) -> None:
    pass
