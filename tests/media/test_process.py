"""The media process as a process: started, spoken to over its pipe, gone when its parent goes, silent on secrets."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from av.error import FFmpegError, HTTPUnauthorizedError

from backend.devkit.clock import SystemClock
from backend.services.media import MediaDelays, MediaProcess, MediaUnavailable
from contract.media import CameraState, MediaEvent, OpenCamera, TicketRefused, TicketUsed, ViewingEnded
from tests.media.conftest import PASSWORD, FilmCamera, told, watch_by_ffmpeg
from tests.media.tickets import live_ticket

COMMAND = (sys.executable, "-m", "media")


class Notes:
    """A MediaListener that remembers."""

    def __init__(self) -> None:
        self.states: list[str] = []
        self.used: list[TicketUsed] = []
        self.refused: list[TicketRefused] = []
        self.ended: list[ViewingEnded] = []

    def hear(self, event: MediaEvent) -> None:
        match event:
            case CameraState():
                self.states.append(event.state)
            case TicketUsed():
                self.used.append(event)
            case TicketRefused():
                self.refused.append(event)
            case ViewingEnded():
                self.ended.append(event)
            case _:
                pass


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
async def media(notes: Notes) -> AsyncIterator[MediaProcess]:
    made = MediaProcess(COMMAND, [notes.hear], clock=SystemClock(), delays=MediaDelays(first_s=0.1))
    await made.start()
    yield made
    await made.close()
    await made.close()


async def test_a_ticket_from_the_backend_shows_the_camera_once(
    media: MediaProcess, notes: Notes, camera: FilmCamera, capfd: pytest.CaptureFixture[str]
) -> None:
    url, expires_in = await live_ticket(media, told(camera), "anna")
    assert expires_in == 30
    assert url.startswith("rtsp://127.0.0.1:")
    assert PASSWORD not in url
    assert await asyncio.to_thread(watch_by_ffmpeg, url, 5) == 5
    with pytest.raises(HTTPUnauthorizedError):
        await asyncio.to_thread(watch_by_ffmpeg, url, 1)
    second, _ = await live_ticket(media, told(camera), "bilal")
    assert await asyncio.to_thread(watch_by_ffmpeg, second, 5) == 5
    assert camera.sessions == 1
    assert [event.user for event in notes.used] == ["anna", "bilal"]
    assert "live" in notes.states
    assert notes.ended[0].user == "anna"
    assert len(notes.refused) >= 1
    await media.close()
    said = capfd.readouterr()
    assert PASSWORD not in said.out + said.err


async def test_a_killed_media_process_is_back_within_seconds(
    media: MediaProcess, camera: FilmCamera, notes: Notes
) -> None:
    url, _ = await live_ticket(media, told(camera), "anna")
    first = media.pid
    assert first is not None
    watching = asyncio.gather(asyncio.to_thread(watch_by_ffmpeg, url, 500))
    while "live" not in notes.states:
        await asyncio.sleep(0.02)
    await asyncio.sleep(1.0)
    subprocess.run(["kill", "-9", str(first)], check=True)
    with contextlib.suppress(FFmpegError):  # a player that had not opened yet finds nobody there
        await watching
    async with asyncio.timeout(5):
        while media.pid in {None, first}:
            await asyncio.sleep(0.02)
    url, _ = await live_ticket(media, told(camera), "anna")
    assert await asyncio.to_thread(watch_by_ffmpeg, url, 3) == 3


async def test_a_user_who_loses_his_right_is_hung_up_on(media: MediaProcess, camera: FilmCamera, notes: Notes) -> None:
    url, _ = await live_ticket(media, told(camera), "anna")
    unspent, _ = await live_ticket(media, told(camera), "anna")
    watching = asyncio.gather(asyncio.to_thread(watch_by_ffmpeg, url, 500))
    while "live" not in notes.states:
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.5)
    media.revoke_user("anna")
    (seen,) = await watching
    assert seen < 100
    with pytest.raises(HTTPUnauthorizedError):
        await asyncio.to_thread(watch_by_ffmpeg, unspent, 1)


async def test_a_media_process_that_cannot_start_says_what_to_do(notes: Notes) -> None:
    media = MediaProcess(("/does/not/exist",), [notes.hear], clock=SystemClock(), delays=MediaDelays(first_s=10))
    await media.start()
    await asyncio.sleep(0.1)
    assert "cannot be started" in media.reason
    with pytest.raises(MediaUnavailable, match="cannot be started"):
        await live_ticket(media, OpenCamera(camera_id=7, stream="sub", url="rtsp://127.0.0.1/x"), "anna")
    media.revoke_user("anna")
    await media.close()


def test_it_leaves_when_its_stdin_closes() -> None:
    done = subprocess.run(COMMAND, input=b"", capture_output=True, timeout=20, check=False)
    assert done.returncode == 0
    assert b'"media_ready"' in done.stdout


def test_gibberish_on_the_pipe_ends_it_without_repeating_it() -> None:
    line = b'{"type":"open_camera","camera_id":"' + PASSWORD.encode() + b'"}\n'
    done = subprocess.run(COMMAND, input=line, capture_output=True, timeout=20, check=False)
    assert done.returncode == 1
    assert PASSWORD.encode() not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--listen", "0.0.0.0:0"], b"only encrypted"),
        (["--listen", "localhost"], b"HOST:PORT"),
        (["--listen", "example.org:80"], b"IP address"),
        (["--certificate", "/does/not/exist.pem"], b"cannot be read"),
    ],
)
def test_it_refuses_to_show_video_to_the_street(options: list[str], words: bytes) -> None:
    done = subprocess.run([*COMMAND, *options], input=b"", capture_output=True, timeout=20, check=False)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == b""


def test_without_pipes_it_explains_itself(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing"
    nothing.touch()
    with nothing.open("rb") as file:
        done = subprocess.run(COMMAND, stdin=file, capture_output=True, timeout=20, check=False)
    assert done.returncode == 1
    assert b"started by the backend" in done.stderr


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="limits are read from /proc")
async def test_consoles_at_the_doors_do_not_cost_the_recorder_its_files(notes: Notes) -> None:
    command = ("sh", "-c", 'ulimit -Sn 256; exec "$0" -m media', sys.executable)
    media = MediaProcess(command, [notes.hear], clock=SystemClock())
    await media.start()
    await media.until_ready()
    limits = Path(f"/proc/{media.pid}/limits").read_text("ascii")
    soft = next(line.split()[3] for line in limits.splitlines() if line.startswith("Max open files"))
    assert int(soft) > 256
    await media.close()
