"""Builds the clips of packages one package after the other, tells how far it is, and takes up what was interrupted."""

import asyncio
import contextlib
import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from contract.footage import FootageGap
from contract.media import BuildEvidence, CancelEvidence, EvidenceClip, EvidenceClips, EvidenceProgress, MediaEvent
from media.evidence.clip_writing import MaskBurning, WrittenClip, copy_clip, mask_clip
from media.evidence.disk_thread import DiskThread
from media.evidence.plan import MOST_CLIPS, Plan, TooMuch, plan_clips
from video.clocks import Clock
from video.errors import ProtocolError
from video.footage.archive import FootageArchive
from video.task_owner import TaskOwner

PROGRESS_EVERY_S: Final = 0.5
PLAN_NAME: Final = "plan.json"
DONE_NAME: Final = "done.jsonl"
_GIB: Final = 2**30
# The clips, and then the package made of them.
_TIMES_WRITTEN: Final = 2
_SPARE_BYTES: Final = 64 * 2**20


class EvidenceStopped(Exception):
    """No clips can be given, for one of the troubles of `EvidenceClips`."""

    def __init__(self, trouble: str, **args: object) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.args_told = {name: str(value) for name, value in args.items()}


class EvidenceBuilding:
    """`footage` None: this media process records nothing. The event loop never waits for a disk."""

    def __init__(
        self,
        footage: Path | None,
        masking: MaskBurning,
        report: Callable[[MediaEvent], None],
        *,
        clock: Clock,
    ) -> None:
        self._footage = footage
        self._masking = masking
        self._report = report
        self._clock = clock
        self._tasks = TaskOwner()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()
        self._disk = DiskThread("evidence")

    def build(self, command: BuildEvidence) -> None:
        """Begin, or go on; asked twice, it is done once."""
        if command.id not in self._running:
            task = self._tasks.start(self._build(command), name=f"evidence {command.id}")
            self._running[command.id] = task
            task.add_done_callback(lambda ended: self._ended(command.id, ended))

    def cancel(self, command: CancelEvidence) -> None:
        """Stop; what is written stays for a resume."""
        if (task := self._running.get(command.id)) is not None:
            task.cancel()

    async def close(self) -> None:
        """Stop everything; a second call does nothing."""
        await self._tasks.close()
        self._disk.close()

    def _ended(self, id_: str, task: asyncio.Task[None]) -> None:
        if self._running.get(id_) is task:
            del self._running[id_]
            trouble = "cancelled" if task.cancelled() else "failed"
            self._report(EvidenceClips(id=id_, trouble=trouble))

    async def _build(self, command: BuildEvidence) -> None:
        try:
            async with self._turn:
                answer = await self._clips(command)
        except EvidenceStopped as stopped:
            answer = EvidenceClips(id=command.id, trouble=stopped.trouble, trouble_args=stopped.args_told)
        except OSError as error:
            answer = _disk_trouble(command.id, error)
        # Forgotten first: who hears the answer may ask anew at once.
        self._running.pop(command.id, None)
        self._report(answer)

    async def _clips(self, command: BuildEvidence) -> EvidenceClips:
        if self._footage is None:
            raise EvidenceStopped("no_recorder")
        folder = Path(command.folder)
        try:
            archive = FootageArchive(self._footage)
            archive = archive.sealed(command.lock_id) if command.lock_id else archive
            plan = await self._disk.do(_plan, archive, command, folder)
        except TooMuch:
            raise EvidenceStopped("too_many", count=MOST_CLIPS) from None
        except ProtocolError as error:
            raise EvidenceStopped("unreadable", reason=error) from error
        if not plan.clips:
            raise EvidenceStopped("nothing")
        written = {one.name: one for one in await self._disk.do(_written, folder)}
        left = plan.bytes - sum(clip.length for clip in plan.clips if clip.name in written)
        await self._disk.do(_check_room, folder, left + (_TIMES_WRITTEN - 1) * plan.bytes)
        done = plan.bytes - left
        told_at = self._tell(command.id, done, plan.bytes, None)
        for planned in plan.clips:
            if planned.name in written:
                continue
            part = plan.parts[planned.part]
            steps = (
                mask_clip(planned, part, folder, archive, self._masking, self._disk)
                if part.masks
                else copy_clip(planned, part, folder, self._disk)
            )
            async with contextlib.aclosing(steps):
                async for step in steps:
                    if isinstance(step, WrittenClip):
                        await self._disk.do(_note, folder, step)
                        written[step.name] = step
                    else:
                        done += step
                        told_at = self._tell(command.id, done, plan.bytes, told_at)
        self._tell(command.id, plan.bytes, plan.bytes, None)
        return _answer(command.id, plan, written)

    def _tell(self, id_: str, done: int, total: int, told_at: float | None) -> float:
        """At most twice a second; None: now."""
        now = self._clock()
        if told_at is not None and now - told_at < PROGRESS_EVERY_S:
            return told_at
        self._report(EvidenceProgress(id=id_, done_bytes=done, total_bytes=total))
        return now


def _answer(id_: str, plan: Plan, written: dict[str, WrittenClip]) -> EvidenceClips:
    clips: list[EvidenceClip] = []
    gaps: list[FootageGap] = [*plan.gaps]
    for planned in plan.clips:
        one = written[planned.name]
        gaps += one.gaps
        if one.clip is not None:
            clips.append(one.clip)
    if not clips:
        raise EvidenceStopped("all_lost")
    gaps.sort(key=lambda gap: (gap.camera_id, gap.since))
    return EvidenceClips(id=id_, clips=tuple(clips), gaps=tuple(gaps))


def _plan(archive: FootageArchive, command: BuildEvidence, folder: Path) -> Plan:
    """The plan of an earlier try, when it was for the same with the same masks; else a new one on clean ground."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = folder / PLAN_NAME
    try:
        plan = msgspec.json.decode(kept.read_bytes(), type=Plan)
        if plan.parts == command.parts and plan.lock_id == command.lock_id:
            return plan
    except (FileNotFoundError, msgspec.MsgspecError):
        pass
    for path in folder.iterdir():
        if path.is_file():
            path.unlink()
    plan = plan_clips(archive, command.parts, command.lock_id)
    _write(kept, msgspec.json.encode(plan))
    return plan


def _written(folder: Path) -> list[WrittenClip]:
    """What earlier tries wrote and is still there; the last line may be cut by a kill."""
    try:
        lines = (folder / DONE_NAME).read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    found: list[WrittenClip] = []
    for line in lines:
        try:
            one = msgspec.json.decode(line, type=WrittenClip)
        except msgspec.MsgspecError:
            continue
        path = folder / one.name
        if one.clip is None or (path.is_file() and path.stat().st_size == one.clip.bytes):
            found.append(one)
    return found


def _note(folder: Path, one: WrittenClip) -> None:
    """The clip itself is durable before its line is."""
    with (folder / DONE_NAME).open("ab") as file:
        file.write(b"\n" + msgspec.json.encode(one) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _write(path: Path, content: bytes) -> None:
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _check_room(folder: Path, wanted: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < wanted + _SPARE_BYTES:
        raise EvidenceStopped("no_room", wanted=f"{wanted / _GIB:.1f}", free=f"{free / _GIB:.1f}")


def _disk_trouble(id_: str, error: OSError) -> EvidenceClips:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return EvidenceClips(id=id_, trouble="disk")
    return EvidenceClips(id=id_, trouble="disk_error", trouble_args={"reason": error.strerror or "?"})
