"""A tile nobody sees costs nothing for long: its stream is left after a while, and opened anew when it is shown."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from tests.eventually import eventually
from video.clocks import monotonic
from video.decoding import worker_tiles
from video.decoding.frame_slots import FrameSlots, block_size
from video.decoding.messages import Event, GiveAddress, OpenTile, ShowTile, TileChanged, WantAddress
from video.decoding.shared_block import SharedBlock, new_block_name
from video.decoding.worker_tiles import LiveTile
from video.states import StreamState
from video.task_owner import TaskOwner


class Told:
    """A tile of a worker, in this process."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.asked = 0
        self.states: list[StreamState] = []
        self.tasks = TaskOwner()
        self.block = SharedBlock(new_block_name(), block_size(160, 90), is_new=True)
        self.slots = FrameSlots(self.block, 160, 90)
        self.tile = LiveTile(OpenTile("a", "", 160, 90, is_visible=True), self.slots, self._say, self.tasks, monotonic)

    def _say(self, event: Event) -> None:
        if isinstance(event, WantAddress):
            self.asked += 1
            asyncio.get_running_loop().call_soon(self.tile.obey, GiveAddress("a", self._address))
        elif isinstance(event, TileChanged):
            self.states.append(event.state)

    def age(self) -> float:
        frame = self.slots.newest()
        return 1e9 if frame is None else monotonic() - frame.decoded_at


@pytest.fixture
async def told(street: Callable[..., str]) -> AsyncIterator[Told]:
    told = Told(street("/cam/001"))
    yield told
    told.tile.close()
    await told.tasks.close()
    told.block.unlink()


async def test_a_stream_nobody_sees_is_left_after_a_while(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_tiles, "GIVEN_UP_AFTER_S", 1.5)
    await eventually(lambda: told.age() < 0.2)
    told.tile.obey(ShowTile("a", is_visible=False))
    await asyncio.sleep(0.1)
    assert told.states[-1] is StreamState.LIVE
    await eventually(lambda: told.states[-1] is StreamState.CLOSED)
    told.tile.obey(ShowTile("a", is_visible=True))
    await eventually(lambda: told.age() < 0.5)
    assert told.states[-2:] == [StreamState.CONNECTING, StreamState.LIVE]
    assert told.asked == 2


async def test_a_tile_that_is_hidden_for_a_moment_keeps_its_stream(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_tiles, "GIVEN_UP_AFTER_S", 1.5)
    await eventually(lambda: told.age() < 0.2)
    for is_visible in (False, True):
        told.tile.obey(ShowTile("a", is_visible=is_visible))
        await asyncio.sleep(0.2)
    await asyncio.sleep(0.3)
    assert told.asked == 1
    assert told.states[-1] is StreamState.LIVE
