"""F62: what opens pictures is found in no log line, no repr and no entry of the journal."""

import datetime as dt
import logging
from pathlib import Path

import msgspec
import pytest

from backend.devkit.errors import LinkDown
from backend.services.refusals import ViewingRefused
from contract.api import ViewRequest
from contract.footage import FootageRequest, PurposeRequest, StillRequest
from contract.media import CameraState, TicketReady, TicketRefused, TicketUsed, ViewingEnded
from tests.backend.services.rig import CAMERA
from tests.backend.services.viewing.rig import LEILA, Room


async def test_f62_tickets_passwords_and_logins_are_told_to_nobody(
    room: Room, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    now = room.city.clock.now()
    await room.viewing.purposes.say(PurposeRequest(reason="rixe"), by="leila", session=LEILA.session)
    given: list[object] = [await room.viewing.live.view(CAMERA, ViewRequest(reason="rixe"), LEILA)]
    an_hour = FootageRequest(since=now - dt.timedelta(hours=1), until=now)
    given.append(await room.viewing.footage.view(CAMERA, an_hour, LEILA))
    room.media.still = tmp_path / "still.jpg"
    room.media.still.write_bytes(b"\xff\xd8")
    await room.viewing.stills.take(CAMERA, StillRequest(), LEILA)
    live, footage = room.media.tickets[0].ticket, room.media.footage_tickets[0].ticket
    for ticket in (live, footage):
        room.viewing.hear(TicketUsed(ticket=ticket, camera_id=CAMERA, stream="sub", user="leila"))
    room.viewing.hear(CameraState(camera_id=CAMERA, stream="sub", state="refused", detail="401"))
    room.viewing.hear(TicketRefused(camera_id=CAMERA, reason="burnt"))
    permit = room.viewing.open_viewings.permit_of(live)
    given += [TicketReady(ticket=live), room.viewing]
    told = [
        repr(permit),
        *map(repr, given),
        repr(room.viewing.open_viewings),
        *(repr(command) for command in room.media.told[:4]),
    ]
    room.viewing.hear(ViewingEnded(ticket=live, camera_id=CAMERA, stream="sub", user="leila", seconds=1.0))
    room.camera.error = LinkDown("no answer")
    with pytest.raises(ViewingRefused) as refused:
        await room.viewing.live.view(CAMERA, ViewRequest(), LEILA)
    room.people.ended.add(LEILA.session)
    await room.viewing.look()
    await room.city.settle()
    told += [str(refused.value), caplog.text, *(str(msgspec.to_builtins(entry)) for entry in await room.city.journal())]
    for entry in await room.city.journal():
        told.append(str(await room.city.storage.personal_of(entry.seq)))
    for secret in ("s3cret", live, footage, LEILA.session):
        assert not [text for text in told if secret in text], secret
    kept = [
        kind for kind in ("viewing_purpose", "mask_lift", "masks") for kind in await room.city.storage.records(kind)
    ]
    assert not [key for key in kept if LEILA.session in key]
