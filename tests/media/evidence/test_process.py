"""The media process itself builds clips over its pipe, and is killed while it does."""

import datetime as dt
import os
import signal
import sys
from pathlib import Path

from backend.devkit.clock import SystemClock
from backend.services.media import MediaDelays, MediaProcess
from contract.media import (
    BuildEvidence,
    EvidenceClips,
    EvidenceProgress,
    FootagePart,
    MediaEvent,
    MediaReady,
)
from tests.eventually import eventually
from tests.video.footage.films import record
from video.footage.footage_writer import SegmentLimits

SECONDS = 60


class Backend:
    """Tells the process what to build whenever it is ready, as the evidence desk does."""

    def __init__(self, command: BuildEvidence) -> None:
        self.command = command
        self.media: MediaProcess | None = None
        self.lives = 0
        self.progress: list[EvidenceProgress] = []
        self.answer: EvidenceClips | None = None

    def hear(self, event: MediaEvent) -> None:
        match event:
            case MediaReady():
                self.lives += 1
                assert self.media is not None
                self.media.tell(self.command)
            case EvidenceProgress():
                self.progress.append(event)
            case EvidenceClips():
                self.answer = event
            case _:
                pass


async def test_a_killed_media_process_goes_on_where_it_was(tmp_path: Path) -> None:
    clock = SystemClock()
    begins_at = float(int(clock.now().timestamp() - 3600))
    record(tmp_path / "footage", begins_at=begins_at, seconds=SECONDS, limits=SegmentLimits(seconds=1))
    since = dt.datetime.fromtimestamp(begins_at, dt.UTC)
    part = FootagePart(camera_id=7, since=since, until=since + dt.timedelta(seconds=SECONDS), masks=(), label="CAM-007")
    clips = tmp_path / "clips"
    backend = Backend(BuildEvidence(id="e1", folder=str(clips), parts=(part,)))
    command = (sys.executable, "-m", "media", "--footage", str(tmp_path / "footage"))
    backend.media = MediaProcess(command, [backend.hear], clock=clock, delays=MediaDelays(first_s=0.1))
    await backend.media.start()
    try:
        await eventually((clips / "done.jsonl").exists, "the first clip")
        pid = backend.media.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        was_killed_in_between = backend.answer is None
        await eventually(lambda: backend.lives == 2 or backend.answer, "its second life")
        answer: EvidenceClips = await eventually(lambda: backend.answer, "the clips")
        assert was_killed_in_between
        assert backend.lives == 2
        assert len(answer.clips) == SECONDS
        assert answer.trouble == ""
        assert sum(clip.pictures for clip in answer.clips) == SECONDS * 10
        assert backend.progress[-1].done_bytes == backend.progress[-1].total_bytes
        assert not list(clips.glob("*.part"))
    finally:
        await backend.media.close()
