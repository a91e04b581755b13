"""A viewing stays open as long as its reason does: right, login, camera; stills never stay behind."""

import asyncio
import os
from pathlib import Path

import pytest

from backend.services.refusals import ViewingRefused
from contract.api import ViewRequest
from contract.assets import Asset
from contract.footage import PurposeRequest, StillRequest
from contract.masks import MaskSheet
from contract.media import CloseCamera, MediaCommand, MediaReady, StillTaken, TakeStill, TicketUsed
from contract.rights import Grant, Level, Scope
from tests.backend.services.rig import CAMERA
from tests.backend.services.viewing.rig import FACADE, LEILA, MARC, Room


async def watch(room: Room) -> None:
    """Leila and Marc watch."""
    for viewer in (LEILA, MARC):
        await room.viewing.live.view(CAMERA, ViewRequest(), viewer)
        ticket = room.media.tickets[-1].ticket
        room.viewing.hear(TicketUsed(ticket=ticket, camera_id=CAMERA, stream="sub", user=viewer.user))
    await room.viewing.look()
    assert room.media.revoked == []


async def test_a_right_that_ends_at_an_hour_ends_what_it_opened(room: Room) -> None:
    # 22:00 in the city on this day; Leila's hours end at 22:30.
    room.people.grant("leila", Grant(level=Level.OPERATE, scope=Scope(from_minute=0, to_minute=22 * 60 + 30)))
    await watch(room)
    room.city.clock.pass_time(31 * 60)
    await room.viewing.look()
    assert room.media.revoked == [("leila", LEILA.session)]
    await room.viewing.look()
    assert len(room.media.revoked) == 1
    assert len(room.viewing.open_viewings) == 1


async def test_a_login_that_is_never_renewed_ends_what_it_opened(room: Room) -> None:
    await watch(room)
    room.people.ended.add(MARC.session)
    await room.viewing.look()
    assert room.media.revoked == [("marc", MARC.session)]


async def test_a_camera_that_is_given_to_another_commune_is_not_watched_on(room: Room) -> None:
    room.people.grant("leila", Grant(level=Level.VIEW, scope=Scope(communes=("21231",))))
    await watch(room)
    camera = room.city.register.get(CAMERA)
    assert camera is not None
    moved = Asset(id=CAMERA, code=camera.code, class_="camera", lon=5.1, lat=47.3, commune="21515")
    await room.city.register.apply([moved], "paul", note="given away")
    room.viewing.assets_changed([moved])
    await room.city.settle()
    assert room.media.revoked == [("leila", LEILA.session)]


async def test_a_camera_that_is_gone_is_closed_for_all(room: Room) -> None:
    await watch(room)
    room.viewing.open_viewings.camera_removed(CAMERA)
    closed = [command.stream for command in room.media.told if isinstance(command, CloseCamera)]
    assert closed == ["sub", "main"]
    assert room.media.revoked == [("leila", LEILA.session), ("marc", MARC.session)]


async def test_tickets_that_nobody_used_and_those_of_a_dead_process_are_forgotten(room: Room) -> None:
    await room.viewing.live.view(CAMERA, ViewRequest(), LEILA)
    room.city.clock.pass_time(91)
    await room.viewing.look()
    assert len(room.viewing.open_viewings) == 0
    await watch(room)
    room.viewing.hear(MediaReady(rtsp_port=1))
    assert len(room.viewing.open_viewings) == 0


async def _still_room(room: Room, tmp_path: Path) -> Path:
    await room.viewing.purposes.say(PurposeRequest(reason="rixe"), by="leila", session=LEILA.session)
    room.media.still = tmp_path / "still.jpg"
    room.media.still.write_bytes(b"\xff\xd8picture")
    return room.media.still


async def test_a_still_taken_while_masks_are_drawn_is_not_shown(room: Room, tmp_path: Path) -> None:
    path = await _still_room(room, tmp_path)
    sheet = MaskSheet(camera_id=CAMERA, version=1, masks=(FACADE,))

    def draw(command: MediaCommand) -> None:
        if isinstance(command, TakeStill):
            room.viewing.masks.__dict__["_sheets"][CAMERA] = sheet

    room.media.when_told = draw
    with pytest.raises(ViewingRefused, match="masks have changed"):
        await room.viewing.stills.take(CAMERA, StillRequest(), LEILA)
    assert not path.exists()
    assert (await room.acts())[-1] == "refused"


@pytest.mark.parametrize("what", ["link", "pipe", "huge", "gone"])
async def test_what_is_no_picture_is_not_handed_on(room: Room, tmp_path: Path, what: str) -> None:
    path = await _still_room(room, tmp_path)
    path.unlink()
    if what == "link":
        (tmp_path / "secret").write_text("secret")
        path.symlink_to(tmp_path / "secret")
    elif what == "pipe":
        os.mkfifo(path)
    elif what == "huge":
        with path.open("wb") as file:
            file.truncate(17 * 1024 * 1024)
    with pytest.raises(ViewingRefused):
        await asyncio.wait_for(room.viewing.stills.take(CAMERA, StillRequest(), LEILA), 30)
    assert not path.exists() or path.is_symlink()


async def test_a_picture_that_comes_too_late_is_deleted(room: Room, tmp_path: Path) -> None:
    path = await _still_room(room, tmp_path)
    room.viewing.hear(StillTaken(id="of a request that was given up", path=str(path)))
    for _ in range(100):
        if not path.exists():
            break
        await asyncio.sleep(0.01)
    assert not path.exists()
