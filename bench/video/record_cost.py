"""What recording costs: the media process beside as many `ffmpeg -c copy`, the same cameras, the same seconds.

`python -m bench.video.record_cost [CAMERAS] [SECONDS]` prints it.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Final

import msgspec
import psutil

from bench.video.media_child import MediaChild
from contract.footage import RecordingMode, RecordingPlan
from contract.media import OpenCamera, PlanRecording
from video.clocks import monotonic

_ROOT: Final = Path(__file__).parents[2]
_FRAGMENTED: Final = ("-c", "copy", "-f", "mp4", "-movflags", "frag_keyframe+empty_moov+default_base_moof")
_SETTLE_S: Final = 8.0


class RecordCost(msgspec.Struct, frozen=True):
    """Processor time a second of each, in shares of one core."""

    cameras: int
    seconds: float
    ours: float
    ffmpeg: float
    our_bytes: int
    ffmpeg_bytes: int

    @property
    def ratio(self) -> float:
        """Ours to FFmpeg's."""
        return self.ours / self.ffmpeg


async def record_cost(cameras: int = 16, seconds: float = 20.0) -> RecordCost:
    """Record every camera twice, by the media process and by FFmpeg, and compare while both go on."""
    with tempfile.TemporaryDirectory() as folder:
        footage, films = _folders(folder)
        street = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.video.street", str(cameras)),
            cwd=_ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert street.stdout is not None
        assert street.stdin is not None
        port = int(await street.stdout.readline())
        urls = [f"rtsp://127.0.0.1:{port}/cam/{number:03d}" for number in range(1, cameras + 1)]
        media = MediaChild("--footage", str(footage))
        peers: list[asyncio.subprocess.Process] = []
        try:
            await media.start()
            plan = RecordingPlan(mode=RecordingMode.CONTINUOUS, stream="sub")
            for number, url in enumerate(urls, 1):
                media.tell(OpenCamera(camera_id=number, stream="sub", url=url))
                media.tell(PlanRecording(camera_id=number, plan=plan))
                peers.append(await _ffmpeg(url, films / f"{number}.mp4"))
            await asyncio.sleep(_SETTLE_S)
            began, before = monotonic(), (_cpu_s(media.pid), sum(_cpu_s(peer.pid) for peer in peers))
            sizes = _bytes(footage), _bytes(films)
            await asyncio.sleep(seconds)
            took, after = monotonic() - began, (_cpu_s(media.pid), sum(_cpu_s(peer.pid) for peer in peers))
            return RecordCost(
                cameras,
                took,
                (after[0] - before[0]) / took,
                (after[1] - before[1]) / took,
                _bytes(footage) - sizes[0],
                _bytes(films) - sizes[1],
            )
        finally:
            for peer in peers:
                if peer.returncode is None:
                    peer.kill()
                await peer.wait()
            await media.close()
            street.stdin.close()
            await street.wait()


async def _ffmpeg(url: str, film: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *("ffmpeg", "-v", "error", "-nostdin", "-rtsp_transport", "tcp", "-i", url, *_FRAGMENTED, str(film)),
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )


def _cpu_s(pid: int) -> float:
    """Of the process alone: the children of the media process look at pictures, which FFmpeg's copy does not."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def _folders(folder: str) -> tuple[Path, Path]:
    films = Path(folder, "films")
    films.mkdir()
    return Path(folder, "footage"), films


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    cost = asyncio.run(record_cost(*(int(word) for word in sys.argv[1:3])))
    print(f"{cost} ratio {cost.ratio:.2f}")
