"""What a microphone in front of the loudspeaker would tell: which tone is heard."""

import asyncio
from collections.abc import Awaitable, Callable

import numpy as np

from video.back_off import BackOff
from video.sound.listening import SoundListening
from video.sound.parameters import SAMPLES_PER_SECOND
from video.states import StreamState


def loudest_hertz(samples: bytes) -> float:
    """The strongest frequency of the last half second."""
    heard = np.frombuffer(samples, np.int16)[-SAMPLES_PER_SECOND // 2 :].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    return float(np.argmax(spectrum) * SAMPLES_PER_SECOND / len(heard))


class Ear:
    """Listens to an address for a while."""

    def __init__(self) -> None:
        self.samples = b""
        self.states: list[tuple[StreamState, str]] = []
        self.asked = 0

    def hear(self, samples: bytes) -> None:
        self.samples += samples

    def fares(self, state: StreamState, reason: str) -> None:
        self.states.append((state, reason))

    async def listen(
        self, url: str | Callable[[], Awaitable[str]], until: Callable[[], bool], within_s: float = 8.0
    ) -> "Ear":
        async def address() -> str:
            self.asked += 1
            return url if isinstance(url, str) else await url()

        listening = SoundListening(address, self.hear, self.fares, back_off=BackOff(0.1, 0.3), step_seconds=1.5)
        task = asyncio.get_running_loop().create_task(listening.run())
        try:
            async with asyncio.timeout(within_s):
                while not until() and not task.done():
                    await asyncio.sleep(0.02)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        return self

    def has_heard(self, seconds: float) -> bool:
        return len(self.samples) >= seconds * SAMPLES_PER_SECOND * 2

    @property
    def hertz(self) -> float:
        return loudest_hertz(self.samples)
