"""What must be so after the kills: files and index agree, everything plays, nothing confirmed is missing."""

import itertools
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

from av.error import FFmpegError

from backend_client.session import Session
from bench.processes import ROOT
from bench.video_kills.people import Confirmed
from contract.api import JournalPage
from contract.evidence import EvidencePackage, EvidenceState
from contract.footage import BookmarkList, FootageGap, LockList, RecordingList
from contract.masks import MaskSheet
from video.clocks import wall
from video.codecs import PictureDecoder
from video.errors import ProtocolError
from video.footage.archive import JOIN_S, FootageArchive, Passage
from video.footage.places import INDEX_SUFFIX, camera_folder
from video.footage.segment_index import parse_index
from video.mp4.fragments import parse_fragment
from video.mp4.init_segment import init_length, parse_init

_HEAD_BYTES: Final = 64 * 1024
_REASONS: Final = frozenset({"service_down", "camera_lost"})
_PAGE: Final = 500


def faults_on_disk(footage: Path, camera_ids: tuple[int, ...]) -> Iterator[str]:
    """What is wrong with the recordings of these cameras, with every process gone."""
    archive = FootageArchive(footage)
    for camera_id in camera_ids:
        yield from _disagreements(footage, camera_id)
        passages = list(archive.passages(camera_id, 0, wall() + 3600))
        if not passages:
            yield f"camera {camera_id}: nothing is recorded"
            continue
        yield from _unplayable(passages)
        yield from _untold_holes(passages, archive.gaps(camera_id, 0, wall() + 3600))


def unplayable_seals(footage: Path, lock_ids: list[str], camera_ids: tuple[int, ...]) -> Iterator[str]:
    """Seals of which nothing plays, or not all."""
    for lock_id in lock_ids:
        sealed = FootageArchive(footage).sealed(lock_id)
        passages = [one for camera_id in camera_ids for one in sealed.passages(camera_id, 0, wall() + 3600)]
        if not passages:
            yield f"seal {lock_id} holds nothing"
        yield from _unplayable(passages)


def journal_fault(data: Path) -> str:
    """What `audit verify` says when it is not content."""
    command = [sys.executable, "main.py", "audit", "verify", "--data", str(data)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return "" if run.returncode == 0 else run.stdout + run.stderr


async def missing(session: Session, confirmed: Confirmed) -> list[str]:
    """What was confirmed and is not there."""
    lost = [one async for one in _missing_settings(session, confirmed)]
    packages = {one: await session.get(f"/evidence/{one}", EvidencePackage) for one in confirmed.packages}
    lost += [f"package {name} is {one.state}: {one.detail}" for name, one in packages.items() if not _is_ready(one)]
    seals = {one.id: one for one in (await session.get("/footage-locks", LockList, {"limit": _PAGE})).items}
    for name in confirmed.seals:
        if name not in seals or seals[name].state != "sealed":
            lost.append(f"seal {name} is {seals[name].state if name in seals else 'gone'}")
    entered = await _entered(session)
    lost += [f"viewing {ticket} is not in the register" for ticket in confirmed.viewings if ticket not in entered]
    return lost


async def are_settled(session: Session, confirmed: Confirmed) -> bool:
    """Whether packages and seals that were under way are done."""
    packages = [await session.get(f"/evidence/{one}", EvidencePackage) for one in confirmed.packages]
    seals = (await session.get("/footage-locks", LockList, {"limit": _PAGE})).items
    is_built = all(one.state not in {EvidenceState.WAITING, EvidenceState.BUILDING} for one in packages)
    return is_built and all(one.state != "sealing" for one in seals)


def _is_ready(package: EvidencePackage) -> bool:
    return package.state is EvidenceState.READY


async def _entered(session: Session) -> set[str]:
    tickets: set[str] = set()
    query: dict[str, str | int | float | None] = {"kinds": "viewing", "limit": _PAGE}
    while True:
        page = await session.get("/journal", JournalPage, query)
        tickets |= {str(entry.payload["ticket"]) for entry in page.items if entry.payload["act"] == "asked"}
        if page.next is None:
            return tickets
        query["cursor"] = page.next


async def _missing_settings(session: Session, confirmed: Confirmed) -> AsyncIterator[str]:
    recordings = {
        one.camera_id: one.plan for one in (await session.get("/recordings", RecordingList, {"limit": _PAGE})).items
    }
    for camera, asked in confirmed.plans.items():
        if recordings.get(camera) not in asked:
            yield f"camera {camera} is not recorded as was planned"
    for camera in set(confirmed.bookmarks.values()):
        page = await session.get(f"/cameras/{camera}/bookmarks", BookmarkList)
        kept = {one.id for one in page.items}
        for name, of_camera in confirmed.bookmarks.items():
            if of_camera == camera and name not in kept:
                yield f"bookmark {name} of camera {camera} is gone"
    for camera, names in confirmed.masks.items():
        drawn = {mask.id for mask in (await session.get(f"/cameras/{camera}/masks", MaskSheet)).masks}
        for name in names:
            if name not in drawn:
                yield f"mask {name} of camera {camera} is gone"


def _disagreements(footage: Path, camera_id: int) -> Iterator[str]:
    """Files that do not parse, and indexes that do not say what is in them."""
    for day in sorted(path for path in camera_folder(footage, camera_id).iterdir() if path.is_dir()):
        films = sorted(day.glob("*.mp4"))
        if {film.stem for film in films} != {index.stem for index in day.glob(f"*{INDEX_SUFFIX}")}:
            yield f"camera {camera_id}: files and indexes of {day.name} are not the same"
            continue
        for film in films:
            head, records = parse_index(film.with_suffix(INDEX_SUFFIX).read_bytes())
            content = film.read_bytes()
            try:
                parse_init(content[: init_length(content[:_HEAD_BYTES])])
                for record in records:
                    parse_fragment(content[record.offset : record.offset + record.length])
            except ProtocolError as error:
                yield f"{film.name}: {error}"
            if head.camera_id != camera_id or not records or records[-1].end != len(content):
                yield f"{film.name}: its index does not end where it ends"


def _unplayable(passages: list[Passage]) -> Iterator[str]:
    for passage in passages:
        decoder = PictureDecoder(passage.parameters.codec)
        try:
            units = passage.read()
            shown = sum(1 for one in units for _ in decoder.decode(one.unit))
        except (ProtocolError, FFmpegError, OSError) as error:
            yield f"{passage.path} at {passage.offset}: {error}"
            continue
        if shown != len(units) or not shown:
            yield f"{passage.path} at {passage.offset}: {shown} of {len(units)} pictures play"


def _untold_holes(passages: list[Passage], gaps: tuple[FootageGap, ...]) -> Iterator[str]:
    """Holes that no gap covers, and gaps without a reason that fits a kill."""
    yield from (f"a gap for {gap.reason!r}" for gap in gaps if gap.reason not in _REASONS)
    for before, after in itertools.pairwise(passages):
        hole = after.begins_at - before.ends_at
        covered = sum(
            min(gap.until.timestamp(), after.begins_at) - max(gap.since.timestamp(), before.ends_at)
            for gap in gaps
            if gap.since.timestamp() < after.begins_at and gap.until.timestamp() > before.ends_at
        )
        if hole > JOIN_S and hole - covered > 0.5:
            yield f"camera {before.camera_id}: {hole:.1f} s missing, of which {covered:.1f} s are told"
