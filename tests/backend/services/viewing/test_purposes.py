"""Why somebody watches: said once, entered with every viewing, and asked where the law wants it."""

import datetime as dt
from pathlib import Path

import pytest

from backend.services.refusals import ViewingRefused
from backend.services.viewing.gate import Asked, Door, PurposeNeeded, Viewer
from backend.storage.memory import MemoryStorage
from contract.api import ViewRequest
from contract.footage import FootageRequest, PurposeRequest, StillRequest, ViewingPurpose
from contract.journal import EntryKind
from tests.backend.services.rig import CAMERA
from tests.backend.services.viewing.rig import LEILA, MARC, Room

BRAWL = PurposeRequest(reason="rixe place Darcy", incident="2026-118", requisition="PV 77/2026")


def _last_hour(room: Room) -> FootageRequest:
    now = room.city.clock.now()
    return FootageRequest(since=now - dt.timedelta(hours=1), until=now)


async def test_live_pictures_are_routine_until_a_reason_is_said(room: Room) -> None:
    await room.viewing.live.view(CAMERA, ViewRequest(), LEILA)
    await room.viewing.purposes.say(BRAWL, by="leila", session=LEILA.session)
    await room.viewing.live.view(CAMERA, ViewRequest(), LEILA)
    routine, said, with_reason = await room.viewings()
    assert (routine.payload["is_routine"], routine.payload["reason"]) == (True, "")
    assert (said.payload["act"], said.payload["reason"]) == ("purpose", "rixe place Darcy")
    assert with_reason.payload["is_routine"] is False
    assert [with_reason.payload[name] for name in ("reason", "incident", "requisition")] == [
        "rixe place Darcy",
        "2026-118",
        "PV 77/2026",
    ]
    assert with_reason.payload["session"] == said.payload["session"] != ""
    assert LEILA.session not in str(with_reason.payload), "what names the login opens nothing"


async def test_without_a_reason_no_recording_no_still_no_evidence(room: Room) -> None:
    with pytest.raises(PurposeNeeded):
        await room.viewing.footage.view(CAMERA, _last_hour(room), LEILA)
    with pytest.raises(PurposeNeeded):
        await room.viewing.stills.take(CAMERA, StillRequest(), LEILA)
    with pytest.raises(PurposeNeeded):
        await room.viewing.gate.admit(
            Viewer(user="paul", session="desk-3"), Asked(camera_id=CAMERA, door=Door.EVIDENCE)
        )
    assert room.media.told == []
    assert await room.viewings() == []


async def test_one_login_does_not_speak_for_another(room: Room) -> None:
    await room.viewing.purposes.say(BRAWL, by="leila", session=LEILA.session)
    elsewhere = Viewer(user="leila", session="desk-7")
    for viewer in (MARC, elsewhere):
        with pytest.raises(PurposeNeeded):
            await room.viewing.footage.view(CAMERA, _last_hour(room), viewer)


async def test_a_reason_is_good_for_a_shift_and_outlives_a_restart(room: Room) -> None:
    said = await room.viewing.purposes.say(BRAWL, by="leila", session=LEILA.session)
    await room.restart()
    assert room.viewing.purposes.of(LEILA.session) == said
    room.city.clock.pass_time(12 * 3600 - 1)
    assert not room.viewing.purposes.of(LEILA.session).is_routine
    room.city.clock.pass_time(1)
    assert room.viewing.purposes.of(LEILA.session).is_routine
    await room.restart()
    assert await room.city.storage.records("viewing_purpose") == {}


async def test_a_clock_set_back_makes_no_reason_last_longer(room: Room) -> None:
    await room.viewing.purposes.say(BRAWL, by="leila", session=LEILA.session)
    room.city.clock.jump(-3600)
    assert room.viewing.purposes.of(LEILA.session).is_routine


@pytest.mark.parametrize(
    "request_",
    [
        PurposeRequest(reason=" \n"),
        PurposeRequest(reason="x" * 501),
        PurposeRequest(reason="ok", incident="a\nb"),
        PurposeRequest(reason="ok", requisition="r" * 121),
    ],
)
async def test_what_says_nothing_is_not_taken(room: Room, request_: PurposeRequest) -> None:
    with pytest.raises(ViewingRefused):
        await room.viewing.purposes.say(request_, by="leila", session=LEILA.session)
    assert room.viewing.purposes.of(LEILA.session).is_routine


async def test_a_reason_that_is_not_kept_does_not_count(room: Room) -> None:
    storage = room.city.storage
    assert isinstance(storage, MemoryStorage)
    storage.fail_next = "the disk is full"
    with pytest.raises(Exception, match="disk is full"):
        await room.viewing.purposes.say(BRAWL, by="leila", session=LEILA.session)
    assert room.viewing.purposes.of(LEILA.session).is_routine


async def test_recordings_open_for_the_period_asked_and_what_was_seen_is_entered(room: Room, tmp_path: Path) -> None:
    await room.viewing.purposes.say(BRAWL, by="leila", session=LEILA.session)
    wanted = _last_hour(room)
    ticket = await room.viewing.footage.view(CAMERA, wanted, LEILA)
    [issued] = room.media.footage_tickets
    assert (ticket.ticket, ticket.port, ticket.host) == (issued.ticket, 9554, "127.0.0.1")
    assert (issued.since, issued.until, issued.user, issued.session) == (wanted.since, wanted.until, "leila", "desk-1")
    entry = (await room.viewings())[-1]
    assert (entry.payload["door"], entry.payload["since"]) == ("footage", wanted.since.isoformat())
    room.media.still = tmp_path / "still.jpg"
    room.media.still.write_bytes(b"\xff\xd8picture")
    content, _ = await room.viewing.stills.take(CAMERA, StillRequest(at=wanted.since), LEILA)
    assert content == b"\xff\xd8picture"
    assert not room.media.still.exists(), "no picture stays behind"
    assert [entry.payload["act"] for entry in (await room.viewings())[-2:]] == ["asked", "taken"]


@pytest.mark.parametrize(
    ("since_h", "until_h", "code"),
    [(-1, -2, "period_order"), (1, 2, "period_order"), (-25, -0.5, "period_long"), (-24 * 32, -24 * 31, "period_old")],
)
async def test_periods_that_cannot_be_watched_say_why(room: Room, since_h: float, until_h: float, code: str) -> None:
    await room.viewing.purposes.say(BRAWL, by="leila", session=LEILA.session)
    now = room.city.clock.now()
    period = FootageRequest(since=now + dt.timedelta(hours=since_h), until=now + dt.timedelta(hours=until_h))
    with pytest.raises(ViewingRefused) as refused:
        await room.viewing.footage.view(CAMERA, period, LEILA)
    assert refused.value.said.code == code
    assert room.media.told == []


async def test_nothing_older_than_the_law_allows_is_asked_of_the_archive(room: Room) -> None:
    await room.viewing.purposes.say(BRAWL, by="leila", session=LEILA.session)
    now = room.city.clock.now()
    edge = now - dt.timedelta(days=30)
    await room.viewing.footage.view(
        CAMERA, FootageRequest(since=edge - dt.timedelta(hours=3), until=edge + dt.timedelta(hours=3)), LEILA
    )
    assert room.media.footage_tickets[0].since == edge


async def test_a_service_without_recordings_says_so(room: Room) -> None:
    await room.viewing.purposes.say(BRAWL, by="leila", session=LEILA.session)
    room.media.footage_port = 0
    with pytest.raises(ViewingRefused, match="no recordings"):
        await room.viewing.footage.view(CAMERA, _last_hour(room), LEILA)
    assert (await room.acts())[-2:] == ["asked", "refused"]


async def test_evidence_states_its_purpose_with_the_request_and_takes_the_right_to_manage(room: Room) -> None:
    why = ViewingPurpose(reason="réquisition", requisition="PV 12")
    asked = Asked(camera_id=CAMERA, door=Door.EVIDENCE)
    permit = await room.viewing.gate.admit(Viewer(user="paul", purpose=why), asked)
    assert (await room.city.journal(EntryKind.VIEWING))[-1].payload["requisition"] == "PV 12"
    assert permit.seq > 0
    with pytest.raises(ViewingRefused, match="right"):
        await room.viewing.gate.admit(Viewer(user="leila", purpose=why), asked)
