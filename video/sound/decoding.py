"""Coded sound to what every loudspeaker takes: 48 kHz, 16 bit, one channel."""

from typing import Any

import av
from av.error import FFmpegError

from video.sound.parameters import BYTES_PER_SAMPLE, SAMPLES_PER_SECOND, SoundCoding, SoundParameters


class SoundDecoder:
    """Decodes one track in the calling thread."""

    def __init__(self, parameters: SoundParameters) -> None:
        """Raises ValueError for what FFmpeg cannot set up."""
        # PyAV's stubs leave the fields of a sound context untyped.
        context: Any = av.CodecContext.create(parameters.coding.value, "r")
        context.thread_count = 1
        if parameters.coding is SoundCoding.AAC:
            context.extradata = parameters.config
        else:
            context.sample_rate = parameters.clock_rate
            context.layout = "mono" if parameters.channels == 1 else "stereo"
        self._context = context
        self._resampler: Any = _new_resampler()
        self._form: tuple[int, str, str] | None = None

    def decode(self, unit: bytes) -> bytes:
        """The samples of one unit; none when it cannot be decoded."""
        try:
            return b"".join(self._resampled(frame) for frame in self._context.decode(av.Packet(unit)))
        except (FFmpegError, ValueError):
            return b""

    def _resampled(self, frame: Any) -> bytes:
        form = (frame.sample_rate, frame.layout.name, frame.format.name)
        if form != self._form:
            self._form, self._resampler = form, _new_resampler()
        frame.pts = None
        return b"".join(
            bytes(done.planes[0])[: done.samples * BYTES_PER_SAMPLE] for done in self._resampler.resample(frame)
        )


def _new_resampler() -> Any:
    return av.AudioResampler(format="s16", layout="mono", rate=SAMPLES_PER_SECOND)
