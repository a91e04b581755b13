"""Sound is given to nobody by default, to who may see the camera where it is allowed, and never behind masks."""

import msgspec
import pytest

from backend.services.refusals import ViewingRefused
from contract.api import ViewRequest
from contract.media import OpenCamera
from tests.backend.services.rig import CAMERA
from tests.backend.services.viewing.rig import FACADE, LEILA, Room
from tests.backend.services.viewing.test_masks import draw, lift

ASKED = ViewRequest(sound=True)


def opened(room: Room) -> OpenCamera:
    return [command for command in room.media.told if isinstance(command, OpenCamera)][-1]


async def test_nobody_listens_where_the_service_does_not_allow_it(room: Room) -> None:
    with pytest.raises(ViewingRefused, match="--camera-sound"):
        await room.viewing.live.view(CAMERA, ASKED, LEILA)
    assert room.media.told == []
    await room.viewing.live.view(CAMERA, ViewRequest(), LEILA)
    assert opened(room).has_sound is False, "the camera is not even asked for its sound"
    assert room.media.tickets[-1].has_sound is False


async def test_who_asks_hears_and_the_register_tells_it(room: Room) -> None:
    room.join(allows_sound=True)
    await room.viewing.live.view(CAMERA, ViewRequest(), LEILA)
    await room.viewing.live.view(CAMERA, ASKED, LEILA)
    assert opened(room).has_sound
    assert [ticket.has_sound for ticket in room.media.tickets] == [False, True], "watching is not listening"
    watched, heard = await room.viewings()
    assert "sound" not in watched.payload
    assert heard.payload["sound"] is True


async def test_a_camera_whose_register_says_no_is_never_heard(room: Room) -> None:
    room.join(allows_sound=True)
    camera = room.city.register.get(CAMERA)
    assert camera is not None
    quiet = msgspec.structs.replace(camera, extra={"sound": "No"})
    assert room.viewing.streams.may_sound(camera)
    assert not room.viewing.streams.may_sound(quiet)
    with pytest.raises(ViewingRefused, match="not heard"):
        room.viewing.streams.check_sound(quiet)


async def test_a_masked_camera_is_heard_only_while_its_masks_are_lifted(room: Room) -> None:
    room.join(allows_sound=True)
    await room.viewing.open()
    await draw(room, FACADE)
    with pytest.raises(ViewingRefused, match="masked"):
        await room.viewing.live.view(CAMERA, ASKED, LEILA)
    assert await room.acts() == ["asked", "refused"]
    assert room.media.tickets == []
    await lift(room)
    await room.viewing.live.view(CAMERA, ASKED, LEILA)
    assert room.media.tickets[-1].has_sound
    assert room.media.tickets[-1].lasts_s is not None
