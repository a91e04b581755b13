"""Who moves a camera: one at a time, told to everybody, and stopped when he is gone."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from backend.devkit.adapter import DeviceCommand
from backend.devkit.errors import CommandRefused
from backend.devkit.head_fence import HeadFence
from backend.ports import JournalQuery
from backend.services.leases import Leases
from backend.services.refusals import CommandRejected, LeaseRefused
from backend.storage.memory import MemoryStorage
from contract.assets import Asset
from contract.commands import CommandState
from contract.journal import EntryKind
from contract.leases import LEASE_S
from contract.places import LookOutcome, LookRequest
from contract.rights import Level
from tests.backend.api.two_communes import TwoCommunes
from tests.backend.heads import Desk, Dome, a_dome, sit_down
from tests.eventually import eventually


@pytest.fixture
async def city() -> AsyncIterator[TwoCommunes]:
    """Two communes of real services in memory."""
    small = TwoCommunes()
    await small.start()
    yield small
    await small.close()


@pytest.fixture
def dome(city: TwoCommunes) -> Dome:
    """The camera of Dijon turns."""
    return a_dome(city)


async def act(desk: Desk, what: str) -> None:
    await desk.city.leases.act(desk.camera, what, by=desk.user, session=desk.session.id)


def holder(city: TwoCommunes) -> object:
    return city.live.points_of(city.camera().id)["ptz_holder"].value


async def test_the_first_who_moves_it_holds_it_and_everybody_sees_who(city: TwoCommunes, dome: Dome) -> None:
    leila, marc = await sit_down(city, "leila"), await sit_down(city, "marc")
    await leila.tells()
    assert dome.tokens == [1]
    assert holder(city) == "leila"
    lease = city.leases.of(city.camera().id, "marc")
    assert (lease.holder, lease.is_mine, lease.token) == ("leila", False, 1)
    with pytest.raises(CommandRejected) as refused:
        await marc.tells()
    assert refused.value.said.code == "head_held"
    assert refused.value.said.args["who"] == "leila"
    assert refused.value.said.args["until"] == "01:00:15"
    assert dome.acts == ["ptz_move"]
    with pytest.raises(CommandRejected):
        await marc.tells("ptz_stop")


async def test_moving_on_keeps_it_and_a_pause_frees_it(city: TwoCommunes, dome: Dome) -> None:
    leila, marc = await sit_down(city, "leila"), await sit_down(city, "marc")
    for _ in range(3):
        await leila.tells()
        city.clock.pass_time(LEASE_S - 1)
        await city.leases.end_due()
    assert dome.tokens == [1, 1, 1]
    city.clock.pass_time(1)
    await city.leases.end_due()
    assert holder(city) == ""
    await asyncio.sleep(0)
    await marc.tells()
    assert dome.tokens[-1] > 1
    assert holder(city) == "marc"


async def test_it_is_taken_renewed_and_released_by_saying_so(city: TwoCommunes, dome: Dome) -> None:
    leila, marc = await sit_down(city, "leila"), await sit_down(city, "marc")
    await act(leila, "take")
    city.clock.pass_time(10)
    await act(leila, "renew")
    city.clock.pass_time(10)
    await city.leases.end_due()
    with pytest.raises(LeaseRefused):
        await act(marc, "take")
    for wrong in ("renew", "release"):
        with pytest.raises(LeaseRefused, match="leila holds"):
            await act(marc, wrong)
    await act(leila, "release")
    assert holder(city) == ""
    with pytest.raises(LeaseRefused, match="nobody holds"):
        await act(leila, "renew")
    with pytest.raises(LeaseRefused, match="taken, renewed"):
        await act(leila, "steal")
    await act(marc, "take")
    assert dome.acts == [], "who only took it and never moved it leaves nothing to stop"


async def test_who_ranks_above_takes_it_over_and_the_head_stands_still_first(city: TwoCommunes, dome: Dome) -> None:
    leila, marc = await sit_down(city, "leila"), await sit_down(city, "marc")
    chief = await sit_down(city, "chief", Level.MANAGE)
    await leila.tells()
    with pytest.raises(LeaseRefused, match="rank"):
        await act(marc, "take_over")
    await act(chief, "take_over")
    await asyncio.sleep(0.05)
    assert dome.acts == ["ptz_move", "ptz_stop"]
    assert holder(city) == "chief"
    with pytest.raises(CommandRejected, match="chief"):
        await leila.tells()
    entries = await city.storage.journal(JournalQuery(kinds=(EntryKind.LEASE,)))
    assert [(entry.payload["act"], entry.payload["before"]) for entry in entries] == [
        ("taken_over", "leila"),
        ("taken", ""),
    ]


async def test_what_a_former_holder_still_has_under_way_is_refused_at_the_device() -> None:
    fence = HeadFence()

    def told(token: int, camera: int = 7) -> DeviceCommand:
        return DeviceCommand(id="x", asset_ids=(camera,), action="ptz_move", lease_token=token)

    fence.check(told(1))
    fence.check(told(3))
    with pytest.raises(CommandRefused, match="somebody else"):
        fence.check(told(2))
    fence.check(told(3))
    fence.check(told(1, camera=8))
    fence.check(told(0))


async def test_tokens_grow_over_a_restart(city: TwoCommunes, dome: Dome) -> None:
    leila = await sit_down(city, "leila")
    await leila.tells()
    before = dome.tokens[-1]
    fresh = Leases(city.storage, city.clock, city.register, city.live, city.identity)
    await fresh.open()
    lease = await fresh.act(leila.camera, "take", by=leila.user, session=leila.session.id)
    assert lease.token > before
    await fresh.close()


async def test_a_lease_that_is_not_kept_is_not_held(city: TwoCommunes, dome: Dome) -> None:
    leila = await sit_down(city, "leila")
    assert isinstance(city.storage, MemoryStorage)
    city.storage.fail_next = "the disk is full"
    with pytest.raises(Exception, match="disk is full"):
        await act(leila, "take")
    assert city.leases.of(leila.camera.id, "leila").holder == ""
    assert dome.acts == []


async def test_what_is_no_head_needs_no_lease(city: TwoCommunes, dome: Dome) -> None:
    leila, marc = await sit_down(city, "leila"), await sit_down(city, "marc")
    await leila.tells()
    rejected = await city.storage.commands(city.camera().id, None, 5)
    assert [command.state for command in rejected] == [CommandState.DEVICE_ACK]
    with pytest.raises(CommandRejected, match="snapshot"):  # refused for what it is, not for who holds the head
        await marc.tells("snapshot")


async def test_look_here_leaves_a_head_alone_that_another_moves(city: TwoCommunes, dome: Dome) -> None:
    place = {"azimuth_deg": 90.0, "fov_deg": 60.0, "range_m": 120.0, "height_m": 6.0, "extra": {"ptz": "yes"}}
    await city.register.apply([msgspec.structs.replace(city.camera(), **place)], "system", note="a dome")
    leila, marc = await sit_down(city, "leila"), await sit_down(city, "marc")
    await leila.tells()
    wish = LookRequest(lon=city.camera().lon, lat=city.camera().lat + 0.0005)

    async def look(desk: Desk) -> LookOutcome:
        return await city.looking.look(wish, by=desk.user.name, may_see=_yes, may_operate=_yes, session=desk.session.id)

    [refused] = (await look(marc)).cameras
    assert (refused.refusal_code, refused.refusal_args["who"]) == ("head_held", "leila")
    [turned] = (await look(leila)).cameras
    assert turned.state is CommandState.DEVICE_ACK
    assert dome.acts == ["ptz_move", "ptz_absolute"]
    city.clock.pass_time(LEASE_S)
    await city.leases.end_due()
    await asyncio.sleep(0.05)
    assert dome.acts == ["ptz_move", "ptz_absolute"], "it has come to rest where it was sent"


def _yes(_camera: Asset) -> bool:
    return True


async def test_what_a_killed_console_had_under_way_does_not_take_the_head_again(city: TwoCommunes, dome: Dome) -> None:
    leila = await sit_down(city, "leila")
    await leila.tells()
    city.leases.lose("leila", leila.session.id)
    with pytest.raises(CommandRejected, match="is gone"):
        await leila.tells()
    await eventually(lambda: dome.acts == ["ptz_move", "ptz_stop"])
    assert city.leases.of(leila.camera.id, "leila").holder == ""
    city.clock.pass_time(1.0)
    await leila.tells()
    assert city.leases.of(leila.camera.id, "leila").is_mine


async def test_a_stop_takes_no_head_that_nobody_holds(city: TwoCommunes, dome: Dome) -> None:
    leila = await sit_down(city, "leila")
    await leila.tells("ptz_stop")
    await eventually(lambda: dome.acts == ["ptz_stop"])
    assert city.leases.of(leila.camera.id, "leila").holder == ""
    await leila.tells()
    await leila.tells("ptz_stop")
    assert city.leases.of(leila.camera.id, "leila").is_mine, "who moved it keeps it for the next move"
