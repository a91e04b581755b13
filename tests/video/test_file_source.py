"""Files and odd addresses behind the same interface."""

import asyncio
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from video.access_unit import AccessUnit, StreamParameters
from video.back_off import BackOff
from video.file_source import FileSource
from video.states import StreamState, StreamStatus


class Notes:
    """What a source told."""

    def __init__(self) -> None:
        self.units: list[AccessUnit] = []
        self.states: list[StreamState] = []

    def described(self, parameters: StreamParameters) -> None: ...

    def received(self, unit: AccessUnit) -> None:
        self.units.append(unit)

    def status_changed(self, status: StreamStatus) -> None:
        self.states.append(status.state)


async def play(address: str, word: StreamState) -> Notes:
    notes = Notes()
    task = asyncio.get_running_loop().create_task(FileSource(address, notes, back_off=BackOff(0.05, 0.1)).run())
    async with asyncio.timeout(8):
        while word not in notes.states or (word is StreamState.LIVE and len(notes.units) < 12):
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return notes


async def test_a_file_plays_at_its_own_pace_again_and_again(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    container: Any = av.open(str(path), "w")  # PyAV's stubs leave its packets untyped.
    with container:
        stream = container.add_stream("libx264", rate=Fraction(30), options={"tune": "zerolatency"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(8):
            frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    notes = await play(str(path), StreamState.LIVE)
    assert [unit.is_key for unit in notes.units].count(True) >= 2
    assert {7, 8, 5} <= {nal[0] & 0x1F for nal in notes.units[0].nal_units}
    assert notes.units[5].received_at - notes.units[0].received_at > 0.1
    assert notes.states[-1] is StreamState.CLOSED


async def test_a_missing_and_a_broken_file_have_their_words(tmp_path: Path) -> None:
    await play(str(tmp_path / "none.mp4"), StreamState.NOT_FOUND)
    (tmp_path / "broken.mp4").write_bytes(b"no video" * 99)
    await play(str(tmp_path / "broken.mp4"), StreamState.DAMAGED)
