"""The media process's door to decoded pictures: it asks, and children decode."""

import asyncio
import os
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from contract.masks import Mask
from media.pictures.messages import (
    Answer,
    DrawStill,
    Failed,
    Masked,
    MaskGroup,
    Question,
    Still,
)
from media.pictures.worker_process import WorkerProcess
from video.access_unit import AccessUnit, Codec, StreamParameters, h264_parameter_sets, split_annex_b
from video.clocks import Clock, monotonic
from video.masks import geometry
from video.task_owner import TaskOwner

MAX_GROUP_BYTES: Final = 64 * 2**20
MAX_GROUP_UNITS: Final = 3000


class PicturesRefused(Exception):
    """These pictures cannot be had; the text says why."""


class MaskedGroup(msgspec.Struct, frozen=True):
    """A group of pictures with masks burnt in. `positions[i]`: which of the units asked became `units[i]`.

    Pictures are in the order they are shown; one that could not be decoded is missing.
    """

    parameters: StreamParameters
    units: tuple[AccessUnit, ...]
    positions: tuple[int, ...]


class PictureWorkers:
    """`live` masks streams, `asked` answers single questions, `watch` looks at cameras: none waits for another's work.

    Each process starts with its first question and lives until close.
    """

    def __init__(self, *, clock: Clock = monotonic, processes: int | None = None) -> None:
        count = processes or max(1, min(4, os.cpu_count() or 1))
        self._tasks = TaskOwner()
        self._lost_listeners: list[Callable[[WorkerProcess, Question | None], None]] = []
        self.live = tuple(self._worker(f"live {number}", clock) for number in range(1, count + 1))
        self.asked = tuple(self._worker(f"asked {number}", clock) for number in range(1, count + 1))
        self.watch = self._worker("watch", clock)

    async def mask_units(
        self, parameters: StreamParameters, units: Sequence[AccessUnit], masks: Sequence[Mask]
    ) -> MaskedGroup:
        """These pictures, the first a key picture, decoded, masked and coded anew (H.264). Raises PicturesRefused."""
        _check(units)
        answer = await self._ask(MaskGroup(parameters, tuple(units), geometry(masks)))
        if not isinstance(answer, Masked) or not answer.pictures:
            raise PicturesRefused(_reason(answer))
        return _group(answer, units)

    async def still(
        self,
        parameters: StreamParameters,
        units: Sequence[AccessUnit],
        masks: Sequence[Mask],
        width: int | None = None,
    ) -> bytes:
        """The last of these pictures as JPEG, masked, not wider than `width`. Raises PicturesRefused."""
        _check(units)
        answer = await self._ask(DrawStill(parameters, tuple(units), geometry(masks), width or 0))
        if not isinstance(answer, Still) or not answer.jpeg:
            raise PicturesRefused(_reason(answer))
        return answer.jpeg

    def prepare(self) -> None:
        """Somebody will soon ask for masked passages or stills: have a process ready."""
        self.asked[0].begin()

    def hear_of_losses(self, listener: Callable[[WorkerProcess, Question | None], None]) -> None:
        """Called when a worker was lost, with what it was at."""
        self._lost_listeners.append(listener)

    async def close(self) -> None:
        """End every process; a second call does nothing."""
        await self._tasks.close()

    def _worker(self, name: str, clock: Clock) -> WorkerProcess:
        def lost(question: Question | None) -> None:
            for listener in self._lost_listeners:
                listener(worker, question)

        worker = WorkerProcess(name, self._tasks, clock=clock, lost=lost)
        return worker

    async def _ask(self, question: MaskGroup | DrawStill) -> Answer | None:
        answered: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()

        def take(answer: Answer | None) -> None:
            if not answered.done():
                answered.set_result(answer)

        min(self.asked, key=lambda worker: worker.waiting).ask(question, take)
        return await answered


def masked_unit(picture: tuple[bytes, bool, int], rtp_time: int, received_at: float) -> AccessUnit:
    """An access unit of what a worker coded."""
    return AccessUnit(split_annex_b(picture[0]), picture[1], rtp_time, received_at)


def masked_parameters(unit: AccessUnit) -> StreamParameters:
    """What a masked key picture says of its stream."""
    return StreamParameters(Codec.H264, h264_parameter_sets(unit.nal_units))


def _group(answer: Masked, asked: Sequence[AccessUnit]) -> MaskedGroup:
    positions = tuple(min(picture[2], len(asked) - 1) for picture in answer.pictures)
    units = tuple(
        masked_unit(picture, asked[position].rtp_time, asked[position].received_at)
        for picture, position in zip(answer.pictures, positions, strict=True)
    )
    return MaskedGroup(masked_parameters(units[0]), units, positions)


def _check(units: Sequence[AccessUnit]) -> None:
    if not units:
        raise PicturesRefused("no pictures are there")
    if len(units) > MAX_GROUP_UNITS or sum(len(nal) for unit in units for nal in unit.nal_units) > MAX_GROUP_BYTES:
        raise PicturesRefused("too many pictures at once")


def _reason(answer: Answer | None) -> str:
    if isinstance(answer, Failed):
        return answer.reason
    return "the pictures cannot be decoded" if answer is not None else "the decoder is gone"
