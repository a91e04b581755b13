"""Look here: the heads that reach a place turn to it, once, and everyone says what he made of it."""

import asyncio
import uuid
from dataclasses import dataclass

import pytest
from msgspec.structs import replace

from backend.devkit.adapter import Outcome
from backend.services.looking import MOST_OF_ONE_PERSON, LookBusy, Looking
from contract.api import CommandRequest
from contract.assets import Asset
from contract.commands import Command, CommandState
from contract.journal import EntryKind
from contract.places import LookingCamera, LookOutcome, LookRequest
from contract.points import Reading
from tests.backend.services.rig import CAMERA, SmallCity

NORTH = (5.04, 47.32 + 50 / 111_190)  # 50 m north of the dome


@dataclass
class Seat:
    """An operator before the map; `blind_to` and `unarmed` limit his rights."""

    city: SmallCity
    blind_to: frozenset[int] = frozenset()
    unarmed: frozenset[int] = frozenset()

    async def look(self, lon: float, lat: float, id_: str = "") -> LookOutcome:
        looking = Looking(self.city.register, self.city.live, self.city.commands)
        return await looking.look(
            LookRequest(lon=lon, lat=lat, id=id_),
            by="leila",
            may_see=lambda camera: camera.id not in self.blind_to,
            may_operate=lambda camera: camera.id not in self.unarmed,
        )


async def a_dome(city: SmallCity, **fields: object) -> Asset:
    wanted: dict[str, object] = {
        "azimuth_deg": 90.0,
        "fov_deg": 60.0,
        "range_m": 120.0,
        "height_m": 6.0,
        "extra": {"ptz": "yes"},
    }
    found = city.register.get(CAMERA)
    assert found is not None
    dome = replace(found, **{**wanted, **fields})
    await city.register.apply([dome], "leila", note="a dome")
    return dome


async def says_that_it_moves(city: SmallCity, is_ptz: bool) -> None:
    assert city.camera.sink is not None
    city.camera.sink.report([Reading(CAMERA, "is_ptz", is_ptz)])
    await city.intake.take_all()


def only(outcome: LookOutcome) -> LookingCamera:
    (camera,) = outcome.cameras
    return camera


async def test_a_dome_turns_to_the_place_and_the_journal_knows_who_wanted_it(city: SmallCity) -> None:
    await a_dome(city)
    turned = only(await Seat(city).look(*NORTH))
    assert (turned.asset_id, turned.state, turned.refusal) == (CAMERA, CommandState.DEVICE_ACK, "")
    assert turned.distance_m == pytest.approx(50, abs=0.2)
    (told,) = city.camera.commands
    assert told.action == "ptz_absolute"
    assert told.arguments["pan_deg"] == pytest.approx(-90.0, abs=0.1)  # its zero looks east
    assert told.arguments["tilt_deg"] == pytest.approx(-5.71, abs=0.05)  # 5 m down over 50 m
    entries = await city.journal(EntryKind.COMMAND)
    assert {entry.payload["command"] for entry in entries} == {turned.command_id}
    assert entries[0].actor == "leila"
    assert entries[0].payload["reason"] == "look at 47.320450, 5.040000"


async def test_the_same_wish_sent_twice_turns_no_head_twice(city: SmallCity) -> None:
    await a_dome(city)
    wish = str(uuid.uuid4())
    first, again = [await Seat(city).look(*NORTH, wish) for _ in range(2)]
    assert only(first).command_id == only(again).command_id
    assert len(city.camera.commands) == 1


async def test_fixed_and_far_cameras_are_left_in_peace(city: SmallCity) -> None:
    await a_dome(city, extra={})
    assert (await Seat(city).look(*NORTH)).cameras == ()
    await a_dome(city, range_m=30.0)
    assert (await Seat(city).look(*NORTH)).cameras == ()


async def test_what_the_camera_says_of_itself_counts_more_than_the_register(city: SmallCity) -> None:
    await a_dome(city, extra={})
    await says_that_it_moves(city, True)
    assert only(await Seat(city).look(*NORTH)).state is CommandState.DEVICE_ACK
    await a_dome(city)
    await says_that_it_moves(city, False)
    assert (await Seat(city).look(*NORTH)).cameras == ()


async def test_a_head_whose_zero_is_not_known_says_what_to_do(city: SmallCity) -> None:
    await a_dome(city, azimuth_deg=None)
    answer = only(await Seat(city).look(*NORTH))
    assert (answer.command_id, answer.refusal_code) == (None, "look_no_azimuth")
    assert "CAM-4" in answer.refusal
    assert city.camera.commands == []


async def test_rights_who_may_not_see_hears_nothing_who_may_not_operate_hears_why(city: SmallCity) -> None:
    await a_dome(city)
    assert (await Seat(city, blind_to=frozenset({CAMERA})).look(*NORTH)).cameras == ()
    answer = only(await Seat(city, unarmed=frozenset({CAMERA})).look(*NORTH))
    assert (answer.refusal_code, answer.command_id, city.camera.commands) == ("look_not_allowed", None, [])


async def test_what_the_camera_refuses_is_told_in_its_words(city: SmallCity) -> None:
    await a_dome(city)
    city.camera.answer = [Outcome(asset_id=CAMERA, state=CommandState.REJECTED, detail="it has no absolute move")]
    answer = only(await Seat(city).look(*NORTH))
    assert (answer.state, answer.refusal) == (CommandState.REJECTED, "it has no absolute move")


async def test_a_dome_of_the_register_only_says_so_and_does_not_keep_the_others(city: SmallCity) -> None:
    dome = await a_dome(city)
    await city.register.apply([replace(dome, id=5, code="CAM-5", lat=47.3202)], "leila", note="one without device")
    answers = {camera.asset_id: camera for camera in (await Seat(city).look(*NORTH)).cameras}
    assert list(answers) == [5, CAMERA]  # nearest first
    assert (answers[5].refusal_code, answers[CAMERA].state) == ("register_only", CommandState.DEVICE_ACK)


async def test_a_flood_of_looks_of_one_person_is_stopped_and_another_person_is_not(
    city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_dome(city)
    gate, submit = asyncio.Event(), city.commands.submit

    async def slow(request: CommandRequest, *, by: str, session: str = "") -> Command:
        await gate.wait()
        return await submit(request, by=by, session=session)

    monkeypatch.setattr(city.commands, "submit", slow)
    looking = Looking(city.register, city.live, city.commands)
    wish = LookRequest(lon=NORTH[0], lat=NORTH[1])

    async def look(by: str) -> LookOutcome:
        return await looking.look(wish, by=by, may_see=lambda _: True, may_operate=lambda _: True)

    async with asyncio.TaskGroup() as group:
        under_way = [group.create_task(look("leila")) for _ in range(MOST_OF_ONE_PERSON)]
        await asyncio.sleep(0)
        with pytest.raises(LookBusy):
            await look("leila")
        under_way.append(group.create_task(look("marc")))
        await asyncio.sleep(0)
        gate.set()
    assert all(len(one.result().cameras) == 1 for one in under_way)
    assert only(await look("leila")).command_id
