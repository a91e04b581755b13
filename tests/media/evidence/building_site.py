"""Recordings and the part of the media process that makes clips of them, without the pipe to a backend."""

import asyncio
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from contract.masks import Mask
from contract.media import BuildEvidence, CancelEvidence, EvidenceClips, EvidenceProgress, FootagePart, MediaEvent
from media.evidence.building import EvidenceBuilding
from media.evidence.clip_writing import MaskBurning
from media.pictures.workers import MaskedGroup, PicturesRefused
from tests.video.footage.films import NOON
from video.access_unit import AccessUnit, StreamParameters
from video.clocks import Clock, monotonic


class NoPictures:
    """Picture workers that cannot decode anything; counts who asks."""

    def __init__(self) -> None:
        self.asked = 0

    async def mask_units(
        self, parameters: StreamParameters, units: Sequence[AccessUnit], masks: Sequence[Mask]
    ) -> MaskedGroup:
        self.asked += 1
        raise PicturesRefused("the pictures cannot be decoded")


class Site:
    """Builds into one folder and remembers what was told."""

    def __init__(
        self, footage: Path | None, folder: Path, masking: MaskBurning | None = None, clock: Clock = monotonic
    ) -> None:
        self.folder = folder
        self.heard: list[MediaEvent] = []
        self._ended = asyncio.Event()
        self.building = EvidenceBuilding(footage, masking or NoPictures(), self._hear, clock=clock)

    def _hear(self, event: MediaEvent) -> None:
        self.heard.append(event)
        if isinstance(event, EvidenceClips):
            self._ended.set()

    @property
    def progress(self) -> list[int]:
        return [event.done_bytes for event in self.heard if isinstance(event, EvidenceProgress)]

    async def build(self, *parts: FootagePart, lock_id: str = "") -> EvidenceClips:
        self.begin(*parts, lock_id=lock_id)
        return await self.answer()

    def begin(self, *parts: FootagePart, lock_id: str = "") -> None:
        self._ended.clear()
        self.building.build(BuildEvidence(id="e1", folder=str(self.folder), parts=parts, lock_id=lock_id))

    def cancel(self) -> None:
        self.building.cancel(CancelEvidence(id="e1"))

    async def answer(self) -> EvidenceClips:
        async with asyncio.timeout(30):
            await self._ended.wait()
        last = self.heard[-1]
        assert isinstance(last, EvidenceClips)
        return last


def a_part(
    since: float = 0.0, until: float = 3.0, *, camera_id: int = 7, masks: tuple[Mask, ...] = (), label: str = "CAM-007"
) -> FootagePart:
    """Seconds after the recording began."""
    return FootagePart(camera_id=camera_id, since=at(since), until=at(until), masks=masks, label=label)


def at(seconds: float) -> dt.datetime:
    """A time of day after the recording began."""
    return dt.datetime.fromtimestamp(NOON + seconds, dt.UTC)
