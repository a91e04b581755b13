"""An integration is done when all of this holds for it."""

import asyncio
import gc
import time
import tracemalloc
from collections.abc import AsyncIterator

import pytest

from backend.devkit.adapter import Adapter, DeviceCommand
from backend.devkit.errors import CommandRefused
from backend.devkit.tasks import Tasks
from contract.commands import CommandState
from contract.devices import LinkState
from tests.conformance.harness import Garble, Harness, harness_of, manifests
from tests.conformance.recording_sink import RecordingSink
from tests.eventually import eventually

_MANIFESTS = manifests()
_LONGEST_BLOCK_S = 0.2
_LAST_OF_FIRST_READINGS_S = 0.1
_GROWTH_OF_A_READING_BYTES = 64


class Joined:
    """A harness whose adapter runs."""

    def __init__(self, harness: Harness, adapter: Adapter, sink: RecordingSink) -> None:
        self.harness = harness
        self.adapter = adapter
        self.sink = sink

    async def up(self) -> None:
        await eventually(lambda: self.sink.state is LinkState.UP, "it is up", 30)

    async def down(self) -> None:
        await eventually(lambda: self.sink.state is LinkState.DOWN, "it is down", 30)


@pytest.fixture(params=list(_MANIFESTS))
def name(request: pytest.FixtureRequest) -> str:
    """Each integration in the tree."""
    return str(request.param)


@pytest.fixture
async def joined(name: str) -> AsyncIterator[Joined]:
    """Its adapter, connected to its peer."""
    harness, sink = harness_of(name), RecordingSink()
    tasks = Tasks("conformance")
    try:
        adapter = await harness.start(sink)
        tasks.start(adapter.run(), name=name)
        joined = Joined(harness, adapter, sink)
        await joined.up()
        # What a device tells of itself when it is joined is no answer to what a test does next.
        await eventually(lambda: bool(sink.readings), "it told how it is")
        await asyncio.sleep(_LAST_OF_FIRST_READINGS_S)
        yield joined
    finally:
        await tasks.close()
        await harness.close()


def test_its_manifest_says_what_it_is(name: str) -> None:
    manifest = _MANIFESTS[name]
    assert manifest.name == name
    assert manifest.classes
    assert manifest.title_fr
    assert manifest.title_en
    assert all(set(capability.classes) <= set(manifest.classes) for capability in manifest.capabilities)


async def test_connects_and_reports(joined: Joined) -> None:
    await eventually(lambda: bool(joined.sink.readings))
    assert joined.sink.states[0][0] is LinkState.CONNECTING


async def test_reconnects_after_a_drop(joined: Joined) -> None:
    await joined.harness.drop()
    await joined.down()
    assert joined.sink.states[-1][1], "an operator must read why"
    await joined.harness.come_back()
    await joined.up()


async def test_silence_is_seen_within_three_polls(joined: Joined) -> None:
    await joined.harness.fall_silent()
    began = time.monotonic()
    await joined.down()
    assert time.monotonic() - began <= 3 * joined.harness.poll_s + 3.0  # the machine may be busy


async def test_a_late_peer_does_not_hold_the_loop(joined: Joined) -> None:
    await joined.harness.answer_late(0.05)
    longest = await _longest_block(joined.harness.poll_s * 3)
    assert longest < _LONGEST_BLOCK_S


async def test_an_unknown_act_is_refused(joined: Joined) -> None:
    with pytest.raises(CommandRefused):
        await joined.adapter.execute(DeviceCommand(id="c", asset_ids=(1,), action="no such act"))


@pytest.mark.parametrize("how", list(Garble))
async def test_survives_broken_messages(joined: Joined, how: Garble) -> None:
    await joined.harness.garble(how)
    await joined.up()
    await _flood(joined, 10)


async def test_a_wrong_clock_is_not_believed(joined: Joined) -> None:
    before = len(joined.sink.readings)
    sent = await joined.harness.report_from_the_future()
    await eventually(lambda: len(joined.sink.readings) >= before + sent)
    assert [reading.device_time for reading in joined.sink.readings[before : before + sent]] == [None] * sent


async def test_a_flood_arrives_and_leaves_nothing_behind(joined: Joined) -> None:
    began = time.process_time()
    sent = await _flood(joined, 1_900)
    took = time.process_time() - began
    assert sent / took >= 1_000 or sent < 1_000, f"{sent} readings took {took:.2f} s"
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        # A device may lose what waits for a slow reader, and tracing makes both slow: one mouthful at a time.
        sent = sum([await _flood(joined, 90) for _ in range(20)])
        joined.sink.readings.clear()
        joined.sink.messages.clear()
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < sent * _GROWTH_OF_A_READING_BYTES + 64_000, f"{grown} bytes stay behind {sent} readings"


async def test_each_declared_capability_answers(joined: Joined, name: str) -> None:
    commands = joined.harness.commands()
    assert set(commands) == {capability.name for capability in _MANIFESTS[name].capabilities}
    for capability, command in commands.items():
        outcomes = await joined.adapter.execute(command)
        assert {outcome.asset_id for outcome in outcomes} == set(command.asset_ids), capability
        states = {outcome.state for outcome in outcomes}
        assert states <= {CommandState.VERIFIED, CommandState.DEVICE_ACK}, (capability, outcomes)
        ended = {outcome.asset_id: outcome.state for outcome in outcomes}
        early = [outcome for command_id, outcome in joined.sink.told if command_id == command.id]
        last = {outcome.asset_id: outcome.state for outcome in early}
        assert {asset for asset, state in last.items() if state is CommandState.VERIFIED and ended[asset] != state} == (
            set()
        ), "what was told as proven is not taken back"


async def test_closes_twice(joined: Joined) -> None:
    await joined.adapter.close()
    await joined.adapter.close()
    await joined.harness.close()


async def _flood(joined: Joined, readings: int) -> int:
    """So many; told again where a busy machine lost the link meanwhile, and with it what was on its way."""
    while (sent := await _told_whole(joined, readings)) is None:
        await joined.up()
    return sent


async def _told_whole(joined: Joined, readings: int) -> int | None:
    sink = joined.sink
    before, links = len(sink.readings), len(sink.states)
    sent = await joined.harness.flood(readings)
    wanted = before + sent
    await eventually(lambda: len(sink.readings) >= wanted or len(sink.states) > links, "all readings came", 60)
    return sent if len(sink.states) == links else None


async def _longest_block(seconds: float) -> float:
    """The longest time for which the loop did not turn."""
    ends, longest = time.monotonic() + seconds, 0.0
    while (began := time.monotonic()) < ends:
        await asyncio.sleep(0.005)
        longest = max(longest, time.monotonic() - began - 0.005)
    return longest
