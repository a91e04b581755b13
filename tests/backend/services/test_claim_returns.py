"""A lamp that was dark when it was claimed is told once it answers again: once, with a new command."""

from collections.abc import Sequence

import pytest

from contract.claims import Claim, Rank
from contract.commands import Command, CommandState
from contract.devices import LinkState
from contract.journal import EntryKind
from tests.backend.services.rig import LAMPS, SmallCity

LAMP, OTHER = LAMPS[0], LAMPS[1]


async def claimed_while_dark(city: SmallCity, lamps: Sequence[int] = (LAMP,)) -> Command:
    """Leila claims 80 %; the lamps do not answer, and their supply takes them back to their program."""
    await city.all_lamps_burn()
    city.gateway.dark.update(lamps)
    city.sink.assets_unreachable(list(lamps), "no answer over the lighting line")
    await city.settle()
    await city.claim(lamps, 80)
    command = await city.last_command(lamps[0])
    assert command.state is CommandState.UNKNOWN
    return command


async def answers_again(city: SmallCity, *lamps: int, level: float = 30.0) -> None:
    city.gateway.dark.difference_update(lamps)
    city.sink.assets_reachable(list(lamps))
    for lamp in lamps:
        await city.tells(lamp, "level_percent", level)


def sent_to(city: SmallCity, lamp: int) -> list[object]:
    return [command.value for command in city.gateway.commands if lamp in command.asset_ids]


async def test_a_lamp_that_answers_again_is_told_once_what_it_missed(city: SmallCity) -> None:
    missed = await claimed_while_dark(city)
    await answers_again(city, LAMP)
    await city.pass_time(4)
    command = await city.last_command(LAMP)
    assert command.id != missed.id, "what was sent is never sent again"
    assert (command.state, command.reason, command.actor) == (CommandState.VERIFIED, "it answers again", "system")
    assert command.claim_id == missed.claim_id
    assert city.claims.explain(LAMP, "level_percent").is_obeyed
    lines = [e.payload for e in await city.journal(EntryKind.COMMAND) if e.payload["command"] == command.id]
    assert {line["reason"] for line in lines} == {"it answers again"}
    await city.pass_time(3600)
    assert sent_to(city, LAMP).count(80) == 2


async def test_lamps_that_return_together_share_one_order(city: SmallCity) -> None:
    await claimed_while_dark(city, LAMPS)
    before = len(city.gateway.commands)
    await answers_again(city, *LAMPS)
    await city.pass_time(4)
    assert len(city.gateway.commands) == before + 1
    assert set(city.gateway.commands[-1].asset_ids) == set(LAMPS)


async def test_a_lamp_that_returns_and_obeys_already_is_left_alone(city: SmallCity) -> None:
    missed = await claimed_while_dark(city)
    await answers_again(city, LAMP, level=30.0)
    await city.tells(LAMP, "level_percent", 80.0)  # the gateway had kept the order
    await city.pass_time(10)
    command = await city.last_command(LAMP)
    assert (command.id, command.state, command.is_late) == (missed.id, CommandState.VERIFIED, True)


async def test_a_lamp_that_comes_and_goes_is_not_told_each_time(city: SmallCity) -> None:
    await claimed_while_dark(city)
    city.gateway.program_level = 30.0
    before = len(city.gateway.commands)
    for _ in range(60):  # ten minutes of a loose wire
        await answers_again(city, LAMP)
        await city.pass_time(5)
        city.gateway.dark.add(LAMP)
        city.sink.assets_unreachable([LAMP], "no answer")
        await city.pass_time(5)
    assert 1 <= len(city.gateway.commands) - before <= 7


async def test_a_lamp_that_answers_but_does_not_obey_is_told_once_a_return(city: SmallCity) -> None:
    await claimed_while_dark(city)
    before = len(city.gateway.commands)
    city.gateway.dark.discard(LAMP)
    city.gateway.answer = []  # it takes the order, and nothing follows
    city.sink.assets_reachable([LAMP])
    await city.tells(LAMP, "level_percent", 30.0)
    await city.pass_time(500)
    assert len(city.gateway.commands) - before == 1


async def test_a_lamp_that_returns_and_says_nothing_is_asked(city: SmallCity) -> None:
    await claimed_while_dark(city)
    city.gateway.dark.discard(LAMP)
    before = len(city.gateway.commands)
    city.sink.assets_reachable([LAMP])
    await city.settle()
    await city.pass_time(4)
    assert city.gateway.read == [(LAMP,)]
    assert len(city.gateway.commands) == before, "nobody knows yet what it does"
    await city.tells(LAMP, "level_percent", 30.0)
    await city.pass_time(10)
    assert len(city.gateway.commands) == before + 1


async def test_what_lives_in_the_field_is_never_driven(city: SmallCity) -> None:
    await city.all_lamps_burn()
    claim = Claim(
        id="calendar-1",
        asset_id=LAMP,
        property="level_percent",
        value=60.0,
        rank=Rank.CALENDAR,
        owner="gateway",
        reason="programme de nuit",
        placed_at=city.clock.now(),
    )
    city.sink.field_claims(LAMP, "level_percent", [claim])
    city.sink.assets_unreachable([LAMP], "no answer")
    await city.settle()
    await answers_again(city, LAMP)
    await city.pass_time(10)
    assert city.gateway.commands == []


async def test_a_link_that_returns_has_its_lamps_told(city: SmallCity) -> None:
    await city.all_lamps_burn()
    city.sink.link_changed(LinkState.DOWN, "the gateway is off")
    await city.settle()
    city.gateway.dark.add(LAMP)
    await city.claim([LAMP], 80)
    city.sink.link_changed(LinkState.UP)
    await answers_again(city, LAMP)
    await city.pass_time(4)
    assert (await city.last_command(LAMP)).state is CommandState.VERIFIED


async def test_a_claim_released_in_the_dark_is_taken_back_when_the_lamp_returns(city: SmallCity) -> None:
    await city.all_lamps_burn()
    request = await city.claim([LAMP], 80, minutes=None)
    city.gateway.dark.add(LAMP)
    city.sink.assets_unreachable([LAMP], "no answer")
    await city.settle()
    await city.claims.release(request.id, by="leila", reason="fini")
    await city.settle()
    await answers_again(city, LAMP, level=80.0)
    await city.pass_time(4)
    assert sent_to(city, LAMP) == [80, None, None]
    await city.pass_time(600)
    assert sent_to(city, LAMP) == [80, None, None]


@pytest.mark.parametrize(("level", "orders"), [(30.0, 1), (80.0, 0)])
async def test_after_a_restart_the_first_report_tells_whether_it_obeys(
    city: SmallCity, level: float, orders: int
) -> None:
    await claimed_while_dark(city)
    await city.restart()
    before = len(city.gateway.commands)
    await city.pass_time(10)
    assert len(city.gateway.commands) == before, "a restart itself sends nothing"
    await answers_again(city, LAMP, level=level)
    await city.pass_time(10)
    assert len(city.gateway.commands) - before == orders
    await city.pass_time(300)
    assert len(city.gateway.commands) - before == orders


async def test_a_storage_that_fails_then_delays_it_and_nothing_is_lost(city: SmallCity) -> None:
    await claimed_while_dark(city)
    before = len(city.gateway.commands)
    await answers_again(city, LAMP)
    city.clock.pass_time(2.5)
    city.storage.fail_next = "the disk is full"  # type: ignore[attr-defined]
    await city.intake.look()
    assert len(city.gateway.commands) == before
    await city.pass_time(10)
    assert len(city.gateway.commands) == before + 1
