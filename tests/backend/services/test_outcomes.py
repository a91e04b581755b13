"""Fifty lamps obey at once and one is dark: the desk sees fifty proven, and waits for one."""

import asyncio

import pytest

from backend.devkit.adapter import DeviceCommand, Outcome
from contract.commands import CommandState
from contract.journal import EntryKind
from tests.backend.services.rig import CAMERA, LAMPS, LIGHTING, SmallCity

QUICK, SLOW = LAMPS[0], LAMPS[1]


class SlowBatch:
    """The gateway takes an order, and works on it until the test lets it end."""

    def __init__(self, city: SmallCity) -> None:
        self.city = city
        self.end = asyncio.Event()
        self.last: Outcome = Outcome(asset_id=SLOW, state=CommandState.UNKNOWN, detail="the lamp did not answer")
        self.command_id = ""
        city.gateway.execute = self._execute  # type: ignore[method-assign]

    async def _execute(self, command: DeviceCommand) -> list[Outcome]:
        self.command_id = command.id
        await self.end.wait()
        return [Outcome(asset_id=QUICK, state=CommandState.VERIFIED), self.last]

    async def tell(self, asset_id: int, state: CommandState) -> None:
        self.city.sink.outcomes_known(self.command_id, [Outcome(asset_id=asset_id, state=state)])
        await self.city.intake.take_all()


async def states(city: SmallCity) -> tuple[CommandState, CommandState]:
    return (await city.last_command(QUICK)).state, (await city.last_command(SLOW)).state


async def test_who_obeyed_is_shown_while_the_slowest_is_waited_for(city: SmallCity) -> None:
    await city.all_lamps_burn()
    batch = SlowBatch(city)
    await city.claim([QUICK, SLOW], 80)
    assert await states(city) == (CommandState.SENT, CommandState.SENT)
    await batch.tell(QUICK, CommandState.DEVICE_ACK)
    assert await states(city) == (CommandState.DEVICE_ACK, CommandState.SENT)
    await batch.tell(QUICK, CommandState.VERIFIED)
    assert await states(city) == (CommandState.VERIFIED, CommandState.SENT)
    batch.end.set()
    await city.settle()
    assert await states(city) == (CommandState.VERIFIED, CommandState.UNKNOWN)
    told = [e.payload["state"] for e in await city.journal(EntryKind.COMMAND) if e.asset_id == QUICK]
    assert told == ["REQUESTED", "AUTHORISED", "SENT", "DEVICE_ACK", "VERIFIED"], "each step once"


async def test_a_lamp_that_reports_while_the_gateway_still_works_is_proven(city: SmallCity) -> None:
    await city.all_lamps_burn()
    batch = SlowBatch(city)
    await city.claim([QUICK, SLOW], 80)
    await batch.tell(SLOW, CommandState.DEVICE_ACK)
    await city.tells(SLOW, "level_percent", 80.0)
    assert (await city.last_command(SLOW)).state is CommandState.VERIFIED
    batch.end.set()
    await city.settle()
    assert (await city.last_command(SLOW)).state is CommandState.VERIFIED, "what is proven stays proven"


async def test_word_that_comes_after_the_end_changes_nothing(city: SmallCity) -> None:
    await city.all_lamps_burn()
    batch = SlowBatch(city)
    await city.claim([QUICK, SLOW], 80)
    batch.end.set()
    await city.settle()
    await batch.tell(QUICK, CommandState.DEVICE_ACK)
    await batch.tell(SLOW, CommandState.DEVICE_ACK)
    assert await states(city) == (CommandState.VERIFIED, CommandState.UNKNOWN)


@pytest.mark.parametrize("lie", ["another command", "another connection's asset", "a state that is no outcome"])
async def test_word_about_what_was_never_asked_is_not_believed(city: SmallCity, lie: str) -> None:
    await city.all_lamps_burn()
    batch = SlowBatch(city)
    await city.claim([QUICK, SLOW], 80)
    if lie == "another command":
        city.sink.outcomes_known("made-up", [Outcome(asset_id=QUICK, state=CommandState.VERIFIED)])
    elif lie == "another connection's asset":
        assert city.camera.sink is not None
        city.camera.sink.outcomes_known(batch.command_id, [Outcome(asset_id=QUICK, state=CommandState.VERIFIED)])
    else:
        city.sink.outcomes_known(batch.command_id, [Outcome(asset_id=QUICK, state=CommandState.REQUESTED)])
    await city.intake.take_all()
    assert await states(city) == (CommandState.SENT, CommandState.SENT)
    assert city.devices.connection_of(QUICK) == LIGHTING
    assert city.devices.connection_of(CAMERA) != LIGHTING
    batch.end.set()


async def test_a_storage_that_fails_then_is_told_again_at_the_end(city: SmallCity) -> None:
    await city.all_lamps_burn()
    batch = SlowBatch(city)
    await city.claim([QUICK, SLOW], 80)
    city.storage.fail_next = "the disk is full"  # type: ignore[attr-defined]
    await batch.tell(QUICK, CommandState.VERIFIED)
    assert (await city.last_command(QUICK)).state is CommandState.SENT, "nothing is shown that was not kept"
    batch.end.set()
    await city.settle()
    assert (await city.last_command(QUICK)).state is CommandState.VERIFIED
