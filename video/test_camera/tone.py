"""A test camera that hums: one tone, coded as cameras code sound, sent in time with the clock while heard."""

import asyncio
from collections.abc import Callable
from typing import Any

import av
import numpy as np

from video.access_unit import StreamParameters
from video.clocks import Clock, monotonic
from video.rtp import build_rtp_header
from video.sound.parameters import SoundCoding, SoundParameters
from video.sound.stream import Listener, SoundStream
from video.stream_source import ServedStream, Viewer

_G711_SAMPLES = 160
_AAC_SAMPLES = 1024
_AAC_RATE = 16_000
_AAC_SIZE_BITS, _AAC_INDEX_BITS = 13, 3


class ToneStream:
    """A ServedSound of one frequency."""

    def __init__(self, coding: SoundCoding, hertz: int, *, clock: Clock = monotonic) -> None:
        self._clock = clock
        self._rate = _AAC_RATE if coding is SoundCoding.AAC else 8_000
        self._step = _AAC_SAMPLES if coding is SoundCoding.AAC else _G711_SAMPLES
        self._payloads, config = _coded(coding, hertz, self._rate)
        bits = (_AAC_SIZE_BITS, _AAC_INDEX_BITS, _AAC_INDEX_BITS) if config else (0, 0, 0)
        self._sound = SoundStream(SoundParameters(coding, self._rate, 1, config, *bits))
        self._number = 0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def parameters(self) -> SoundParameters:
        """What is heard."""
        return self._sound.parameters

    @property
    def ssrc(self) -> int:
        """The synchronisation source that its packets carry."""
        return self._sound.ssrc

    @property
    def listener_count(self) -> int:
        """How many hear it now."""
        return self._sound.listener_count

    def subscribe(self, listener: Listener) -> None:
        """Hum for one more."""
        self._sound.subscribe(listener)
        if self._timer is None:
            self._number = int(self._clock() * self._rate / self._step)
            self._tick()

    def unsubscribe(self, listener: Listener) -> None:
        """Hum for one less."""
        self._sound.unsubscribe(listener)
        if self._sound.listener_count == 0 and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tick(self) -> None:
        now = self._clock()
        while self._number * self._step / self._rate <= now:
            payload = self._payloads[self._number % len(self._payloads)]
            header = build_rtp_header(
                0, marker=True, sequence=self._number, timestamp=self._number * self._step, ssrc=0
            )
            self._sound.publish(header + payload)
            self._number += 1
        due = self._number * self._step / self._rate
        self._timer = asyncio.get_running_loop().call_later(due - now, self._tick)


class HummingStream:
    """A test camera's pictures with a tone beside them."""

    def __init__(self, pictures: ServedStream, tone: ToneStream) -> None:
        self._pictures = pictures
        self.sound = tone

    @property
    def ssrc(self) -> int:
        """The synchronisation source of the pictures."""
        return self._pictures.ssrc

    async def described(self) -> StreamParameters:
        """The pictures' parameters."""
        return await self._pictures.described()

    def subscribe(self, viewer: Viewer) -> None:
        """Show pictures to one more."""
        self._pictures.subscribe(viewer)

    def unsubscribe(self, viewer: Viewer) -> None:
        """Show pictures to one less."""
        self._pictures.unsubscribe(viewer)


def _coded(coding: SoundCoding, hertz: int, rate: int) -> tuple[list[bytes], bytes]:
    """The payloads of about a second, to be repeated, and AAC's config."""
    step = _AAC_SAMPLES if coding is SoundCoding.AAC else _G711_SAMPLES
    count = rate // step
    # Whole waves in the loop: no click where it begins anew.
    waves = max(1, round(hertz * count * step / rate))
    time = np.arange(count * step) / (count * step)
    samples = (0.5 * 32767 * np.sin(2 * np.pi * waves * time)).astype(np.int16)
    encoder: Any = av.CodecContext.create(coding.value, "w")  # PyAV leaves the type of its packets open
    encoder.sample_rate, encoder.layout = rate, "mono"
    sample_format = "fltp" if coding is SoundCoding.AAC else "s16"
    encoder.format = sample_format
    resampler: Any = av.AudioResampler(format=sample_format, layout="mono", rate=rate)
    units: list[bytes] = []
    encode: Callable[[Any], list[Any]] = encoder.encode
    for number in range(count):
        frame = av.AudioFrame.from_ndarray(samples[None, number * step : (number + 1) * step], "s16", "mono")
        frame.sample_rate, frame.pts = rate, number * step
        for converted in resampler.resample(frame):
            units += [bytes(packet) for packet in encode(converted)]
    if coding is not SoundCoding.AAC:
        return units, b""
    units += [bytes(packet) for packet in encode(None)]
    header = (_AAC_SIZE_BITS + _AAC_INDEX_BITS).to_bytes(2, "big")
    return [header + (len(unit) << _AAC_INDEX_BITS).to_bytes(2, "big") + unit for unit in units], bytes(
        encoder.extradata
    )
