"""Claims: who wins, what is driven when one goes, what survives a restart."""

import asyncio
import datetime as dt
import uuid

import pytest
from msgspec.structs import replace

from backend.services.claim_book import ClaimRefused
from contract.api import ClaimRequest
from contract.claims import Claim, Rank
from contract.commands import CommandState
from contract.journal import EntryKind
from tests.backend.services.rig import CAMERA, NEIGHBOURS, SmallCity

LAMP = NEIGHBOURS[0]


def a_request(city: SmallCity, **more: object) -> ClaimRequest:
    request = ClaimRequest(
        id=str(uuid.uuid4()),
        asset_ids=(LAMP,),
        property="level_percent",
        value=80,
        reason="marché de nuit",
        expires_at=city.clock.now() + dt.timedelta(minutes=5),
    )
    return replace(request, **more)


def levels(city: SmallCity) -> list[object]:
    return [command.value for command in city.gateway.commands]


def calendar(city: SmallCity, value: float = 30.0) -> Claim:
    return Claim(
        id="calendar-1",
        asset_id=LAMP,
        property="level_percent",
        value=value,
        rank=Rank.CALENDAR,
        owner="gateway",
        reason="programme de nuit",
        placed_at=city.clock.now(),
        source="GW-21231",
    )


async def test_the_newest_wins_and_its_release_lets_the_next_apply(city: SmallCity) -> None:
    await city.all_lamps_burn()
    await city.claim([LAMP], 80)
    city.clock.pass_time(1)
    newest = await city.claim([LAMP], 100)
    await city.claims.release(newest.id, by="marc", reason="fini")
    await city.settle()
    assert levels(city) == [80, 100, 80]
    assert city.claims.explain(LAMP, "level_percent").is_obeyed
    released = (await city.journal(EntryKind.CLAIM_RELEASED))[-1]
    assert (released.actor, released.payload["reason"]) == ("marc", "fini")


async def test_a_lower_claim_beneath_the_winner_moves_no_lamp(city: SmallCity) -> None:
    await city.all_lamps_burn()
    await city.claims.place(a_request(city, rank=Rank.INCIDENT_PLAN, value=100), by="leila")
    await city.settle()
    lower = a_request(city, rank=Rank.OPERATOR, value=50)
    await city.claims.place(lower, by="marc")
    await city.claims.release(lower.id, by="marc", reason="fini")
    await city.settle()
    assert levels(city) == [100]


async def test_the_gateways_calendar_shows_and_applies_when_ours_ends(city: SmallCity) -> None:
    await city.all_lamps_burn()
    city.sink.field_claims(LAMP, "level_percent", [calendar(city)])
    assert city.claims.explain(LAMP, "level_percent").wanted == 30.0
    assert city.gateway.commands == [], "what lives in the field is never driven"
    await city.claim([LAMP], 100, minutes=5)
    assert [claim.owner for claim in city.claims.of_asset(LAMP)] == ["leila", "gateway"]
    await city.pass_time(301)
    assert levels(city) == [100, None]
    why = city.claims.explain(LAMP, "level_percent")
    assert [claim.owner for claim in why.claims] == ["gateway"]
    assert why.is_obeyed
    with pytest.raises(ClaimRefused, match="lives in the field"):
        await city.claims.release("calendar-1", by="leila", reason="non")


async def test_expiry_survives_a_restart(city: SmallCity) -> None:
    await city.all_lamps_burn()
    await city.claim([LAMP], 100, minutes=5)
    await city.restart(away_s=60)
    assert [claim.owner for claim in city.claims.of_asset(LAMP)] == ["leila"]
    assert levels(city) == [100], "a restart sends nothing"
    await city.pass_time(241)
    assert city.claims.of_asset(LAMP) == []
    assert levels(city) == [100, None]


async def test_what_ended_while_the_backend_was_away_ends_at_once(city: SmallCity) -> None:
    await city.all_lamps_burn()
    await city.claim([LAMP], 100, minutes=5)
    await city.restart(away_s=3600)
    await city.settle()
    assert city.claims.of_asset(LAMP) == []
    assert levels(city) == [100, None]


async def test_a_clock_set_forward_ends_nothing_early(city: SmallCity) -> None:
    await city.all_lamps_burn()
    await city.claim([LAMP], 100, minutes=5)
    city.clock.jump(3600)
    await city.pass_time(10)
    assert len(city.claims.of_asset(LAMP)) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": "not-a-uuid"}, "UUID"),
        ({"asset_ids": ()}, "at least one"),
        ({"asset_ids": (LAMP, LAMP)}, "each asset once"),
        ({"asset_ids": (LAMP, 77)}, "no asset 77"),
        ({"asset_ids": (CAMERA,)}, "no controllable property"),
        ({"property": "power_w"}, "no controllable property"),
        ({"value": 101}, "between 0 and 100"),
        ({"value": "full"}, "is a number"),
        ({"value": None}, "is a number"),
        ({"value": float("nan")}, "is a number"),
        ({"reason": "  "}, "reason"),
        ({"rank": Rank.TWO_PERSON_MANUAL}, "alone"),
        ({"expires_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "past already"),
    ],
)
async def test_a_claim_that_makes_no_sense_claims_nothing(
    city: SmallCity, change: dict[str, object], words: str
) -> None:
    with pytest.raises(ClaimRefused, match=words):
        await city.claims.place(a_request(city, **change), by="leila")
    assert list(city.claims.all()) == []
    assert await city.journal(EntryKind.CLAIM_PLACED) == []


async def test_the_same_claim_twice_is_placed_once(city: SmallCity) -> None:
    request = a_request(city)
    first, second = await asyncio.gather(city.claims.place(request, by="leila"), city.claims.place(request, by="leila"))
    assert first == second
    with pytest.raises(ClaimRefused, match="something else"):
        await city.claims.place(replace(request, value=10), by="leila")


async def test_an_order_overtaken_before_it_was_sent_is_not_sent(city: SmallCity) -> None:
    await city.all_lamps_burn()
    await city.claims.place(a_request(city, value=80), by="leila")
    city.clock.pass_time(1)
    await city.claims.place(a_request(city, value=100), by="leila")
    await city.settle()
    assert levels(city)[-1] == 100
    listed = await city.commands.list(LAMP, None, 10)
    assert listed[0].state is CommandState.VERIFIED
    assert {command.state for command in listed} <= {CommandState.VERIFIED, CommandState.EXPIRED}


async def test_many_lamps_are_claimed_at_once_and_released_one_by_one(city: SmallCity) -> None:
    await city.all_lamps_burn()
    request = await city.claim(NEIGHBOURS, 100)
    assert len(city.gateway.commands) == 1
    await city.claims.release(f"{request.id}.{LAMP}", by="leila", reason="trop clair")
    await city.settle()
    assert city.gateway.commands[-1].asset_ids == (LAMP,)
    assert len(list(city.claims.all())) == len(NEIGHBOURS) - 1
