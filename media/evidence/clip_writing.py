"""One clip written: copied byte for byte, or decoded, masked and coded anew by the picture workers."""

import asyncio
import hashlib
import os
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import BinaryIO, Final, Protocol

import msgspec

from contract.footage import FootageGap
from contract.masks import Mask
from contract.media import EvidenceClip, FootagePart
from media.evidence.disk_thread import DiskThread
from media.evidence.plan import PlannedClip
from media.pictures.workers import MaskedGroup, PicturesRefused
from video.access_unit import AccessUnit, Codec, StreamParameters
from video.errors import ProtocolError
from video.footage.archive import FootageArchive, Passage
from video.footage.pictures import FootageGone, to_ticks
from video.footage.places import utc
from video.mp4.fragments import Sample, build_fragment, joined
from video.mp4.init_segment import build_init
from video.mp4.picture_format import nal_kind, picture_format

_PIECE: Final = 4 * 2**20
_TRIES: Final = 3
_BETWEEN_TRIES_S: Final = 1.0
_PARAMETER_SETS: Final = frozenset({7, 8})


class MaskBurning(Protocol):
    """The picture workers, as clips need them."""

    async def mask_units(
        self, parameters: StreamParameters, units: Sequence[AccessUnit], masks: Sequence[Mask]
    ) -> MaskedGroup:
        """Pictures with masks burnt in. Raises PicturesRefused."""
        ...


class WrittenClip(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a planned clip; `clip` None: nothing of it could be had, and `gaps` say so."""

    name: str
    clip: EvidenceClip | None = None
    gaps: tuple[FootageGap, ...] = ()


class _Output:
    """A file that is hashed as it grows, and takes its name once it is whole and durable."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part = path.with_suffix(".part")
        self._file: BinaryIO = self._part.open("wb")
        self._sha = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self._sha.update(data)
        self.size += len(data)

    def keep(self) -> str:
        """Returns its SHA-256."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(self.path)
        return self._sha.hexdigest()

    def drop(self) -> None:
        """Leave nothing when it was not kept; otherwise do nothing."""
        if not self._file.closed:
            self._file.close()
            self._part.unlink(missing_ok=True)


async def copy_clip(
    planned: PlannedClip, part: FootagePart, folder: Path, disk: DiskThread
) -> AsyncGenerator[int | WrittenClip]:
    """Byte for byte. Yields how many bytes were copied, at last the clip. Raises OSError."""
    output = await disk.do(_Output, folder / planned.name)
    try:
        left, at = planned.length, planned.offset
        output.write(await disk.do(_read, planned.path, 0, planned.init_length))
        while left:
            piece = await disk.do(_read, planned.path, at, min(left, _PIECE))
            await disk.do(output.write, piece)
            left, at = left - len(piece), at + len(piece)
            yield len(piece)
        sha256 = await disk.do(output.keep)
    except (FootageGone, ProtocolError) as error:
        reason = "purged" if isinstance(error, FootageGone) else "damaged"
        yield WrittenClip(name=planned.name, gaps=(_gap(part, planned.begins_at, planned.ends_at, reason),))
        return
    finally:
        output.drop()
    yield WrittenClip(name=planned.name, clip=_told(planned, part, output.size, sha256))


async def mask_clip(
    planned: PlannedClip,
    part: FootagePart,
    folder: Path,
    archive: FootageArchive,
    masking: MaskBurning,
    disk: DiskThread,
) -> AsyncGenerator[int | WrittenClip]:
    """With the part's masks burnt in. Yields how many recorded bytes were read, at last the clip.

    A passage that cannot be decoded becomes a gap: no picture leaves unmasked. Raises OSError.
    """
    output = await disk.do(_Output, folder / planned.name)
    film: _MaskedFilm | None = None
    gaps: list[FootageGap] = []
    try:
        for passage in await disk.do(_passages, archive, part.camera_id, planned):
            masked = await _masked(passage, part.masks, masking, disk)
            if isinstance(masked, str):
                gaps.append(_gap(part, passage.begins_at, passage.ends_at, masked))
            else:
                group, times = masked
                film = film or _MaskedFilm(group.parameters, times[0], output)
                if film.takes(group):
                    await disk.do(film.add, group, times, to_ticks(passage.ends_at))
                else:
                    gaps.append(_gap(part, passage.begins_at, passage.ends_at, "damaged"))
            yield passage.length
        sha256 = await disk.do(output.keep) if film is not None else ""
    finally:
        output.drop()
    clip = None
    if film is not None:
        told = _told(planned, part, output.size, sha256)
        size = picture_format(film.parameters)
        clip = msgspec.structs.replace(
            told, codec=Codec.H264.value, width=size.width, height=size.height, pictures=film.pictures
        )
    yield WrittenClip(name=planned.name, clip=clip, gaps=tuple(gaps))


class _MaskedFilm:
    """Fragments of masked pictures, timed as the recorded ones."""

    def __init__(self, parameters: StreamParameters, begins_at_ticks: int, output: _Output) -> None:
        self.parameters = parameters
        self.pictures = 0
        self._origin = begins_at_ticks
        self._sequence = 0
        self._output = output
        output.write(build_init(parameters, begins_at_ticks))

    def takes(self, group: MaskedGroup) -> bool:
        """One film has one size."""
        return group.parameters.parameter_sets == self.parameters.parameter_sets

    def add(self, group: MaskedGroup, times: Sequence[int], ends_at_ticks: int) -> None:
        self._sequence += 1
        samples = [
            Sample(joined([nal for nal in unit.nal_units if _is_picture(nal)]), at, unit.is_key)
            for unit, at in zip(group.units, times, strict=True)
        ]
        self._output.write(build_fragment(self._sequence, samples, ends_at_ticks, self._origin))
        self.pictures += len(samples)


async def _masked(
    passage: Passage, masks: Sequence[Mask], masking: MaskBurning, disk: DiskThread
) -> tuple[MaskedGroup, list[int]] | str:
    """The masked pictures and their times in ticks, or why there are none."""
    try:
        timed = await disk.do(passage.read)
    except FootageGone:
        return "purged"
    except ProtocolError:
        return "damaged"
    units = [one.unit for one in timed]
    for attempt in range(_TRIES):
        if attempt:
            await asyncio.sleep(_BETWEEN_TRIES_S)
        try:
            group = await masking.mask_units(passage.parameters, units, masks)
        except PicturesRefused:
            continue
        return group, [to_ticks(timed[position].at) for position in group.positions]
    return "damaged"


def _passages(archive: FootageArchive, camera_id: int, planned: PlannedClip) -> list[Passage]:
    ends = planned.offset + planned.length
    found = archive.passages(camera_id, planned.begins_at, planned.ends_at)
    return [one for one in found if one.path == planned.path and planned.offset <= one.offset < ends]


def _is_picture(nal: bytes) -> bool:
    return nal_kind(Codec.H264, nal) not in _PARAMETER_SETS


def _read(path: str, offset: int, length: int) -> bytes:
    try:
        with Path(path).open("rb") as file:
            file.seek(offset)
            data = file.read(length)
    except FileNotFoundError:
        raise FootageGone(f"the recording {Path(path).name} was purged") from None
    if len(data) != length:
        raise ProtocolError(f"the recording {Path(path).name} is shorter than its index says")
    return data


def _told(planned: PlannedClip, part: FootagePart, size: int, sha256: str) -> EvidenceClip:
    return EvidenceClip(
        name=planned.name,
        camera_id=part.camera_id,
        label=part.label,
        since=utc(planned.begins_at),
        until=utc(planned.ends_at),
        bytes=size,
        sha256=sha256,
        is_original=not part.masks,
        codec=planned.codec,
        masks=part.masks,
        part=planned.part,
        width=planned.width,
        height=planned.height,
        pictures=planned.pictures,
    )


def _gap(part: FootagePart, since: float, until: float, reason: str) -> FootageGap:
    return FootageGap(since=utc(since), until=utc(until), reason=reason, camera_id=part.camera_id)
