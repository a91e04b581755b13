"""A head is sent to a direction, in whatever coordinates its maker gave it."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.devkit.adapter import DeviceCommand
from backend.devkit.errors import CommandRefused
from backend.integrations.onvif_camera.aim import (
    DEGREES,
    GENERIC,
    GENERIC_ZOOM,
    Direction,
    Node,
    Reach,
    Space,
    parse_reach,
    position_of,
)
from contract.commands import CommandState
from contract.points import Value
from tests.backend.integrations.onvif_camera.conftest import Ears, Street

GENERIC_HEAD = Node(token="n", pan_tilt=(Space(GENERIC, -1, 1, -1, 1),), zoom=(Space(GENERIC_ZOOM, 0, 1),))
DEGREE_HEAD = Node(token="n", pan_tilt=(Space(GENERIC, -1, 1, -1, 1), Space(DEGREES, 0, 355, -90, 5)))


def told(**arguments: Value) -> DeviceCommand:
    return DeviceCommand(id="look", asset_ids=(1,), action="ptz_absolute", arguments=arguments)


def test_a_head_that_speaks_degrees_is_told_degrees_within_its_own_turn() -> None:
    position = position_of(Direction(-90.0, -30.0), DEGREE_HEAD, Reach())
    assert (position.space, position.pan, position.tilt, position.zoom) == (DEGREES, 270.0, -30.0, None)


def test_a_generic_head_is_told_shares_of_its_reach() -> None:
    position = position_of(Direction(90.0, -45.0, 1.0), GENERIC_HEAD, Reach(-180, 180, -90, 0))
    assert (position.pan, position.tilt, position.zoom) == (0.5, 0.0, 0.0)
    assert position_of(Direction(0.0, 0.0, 500.0), GENERIC_HEAD, Reach()).zoom == 1.0


def test_a_place_a_little_above_the_reach_of_the_tilt_is_still_in_the_picture() -> None:
    assert position_of(Direction(10.0, 9.0), DEGREE_HEAD, Reach()).tilt == 5.0
    with pytest.raises(CommandRefused, match="tilts from -90 to 5"):
        position_of(Direction(10.0, 40.0), DEGREE_HEAD, Reach())


def test_a_direction_behind_the_stop_is_refused_in_words() -> None:
    narrow = Node(token="n", pan_tilt=(Space(DEGREES, -60, 60, -90, 0),))
    with pytest.raises(CommandRefused, match="turns from -60 to 60 degrees, not to 100"):
        position_of(Direction(100.0, -5.0), narrow, Reach())


@given(pan=st.floats(-720, 720), tilt=st.floats(-90, 90), times=st.none() | st.floats(1, 1000))
def test_whatever_the_direction_a_generic_head_stays_within_its_limits(
    pan: float, tilt: float, times: float | None
) -> None:
    position = position_of(Direction(pan, tilt, times), GENERIC_HEAD, Reach())
    assert -1 <= position.pan <= 1
    assert -1 <= position.tilt <= 1
    assert position.zoom is None or 0 <= position.zoom <= 1
    assert (position.pan * 180 - pan + 180) % 360 == pytest.approx(180, abs=1e-6)


@pytest.mark.parametrize("bad", [("180", "-90..90", "20"), ("10..-10", "-90..90", "20"), ("-180..180", "a..b", "2")])
def test_a_reach_that_is_none_is_refused(bad: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_reach(*bad)


@pytest.mark.parametrize("has_degrees", [False, True])
async def test_the_head_travels_to_the_direction_and_says_so(street: Street, ears: Ears, has_degrees: bool) -> None:
    camera = street.camera(has_degrees=has_degrees)
    adapter = await street.attach(ears)
    assert camera.head is not None
    assert ears.value("is_ptz") is True
    (outcome,) = await adapter.execute(told(pan_deg=45.0, tilt_deg=-18.0, magnification=10.5))
    assert outcome.state is CommandState.DEVICE_ACK
    has_started = camera.head.is_moving
    async with asyncio.timeout(5):
        while camera.head.is_moving:
            await asyncio.sleep(0.02)
    assert has_started
    assert camera.head.position.pan == pytest.approx(0.25, abs=1e-5)
    assert camera.head.position.tilt == pytest.approx(-0.2, abs=1e-5)
    assert camera.head.position.zoom == pytest.approx(0.5, abs=1e-5)


async def test_a_camera_without_absolute_move_refuses_in_words(street: Street, ears: Ears) -> None:
    street.camera(has_absolute=False)
    (outcome,) = await (await street.attach(ears)).execute(told(pan_deg=45.0, tilt_deg=-18.0))
    assert (outcome.state, "no absolute move" in outcome.detail) == (CommandState.REJECTED, True)


async def test_a_fixed_camera_says_that_it_does_not_move(street: Street, ears: Ears) -> None:
    street.camera(has_ptz=False)
    adapter = await street.attach(ears)
    assert ears.value("is_ptz") is False
    (outcome,) = await adapter.execute(told(pan_deg=45.0, tilt_deg=-18.0))
    assert (outcome.state, outcome.detail) == (CommandState.REJECTED, "this camera does not move")


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"pan_deg": 1.0},
        {"pan_deg": float("nan"), "tilt_deg": 0.0},
        {"pan_deg": 1.0, "tilt_deg": -91.0},
        {"pan_deg": "north", "tilt_deg": 0.0},
        {"pan_deg": True, "tilt_deg": 0.0},
        {"pan_deg": 1.0, "tilt_deg": 0.0, "magnification": 0.0},
    ],
)
async def test_a_direction_that_is_none_never_reaches_the_camera(
    street: Street, ears: Ears, bad: dict[str, Value]
) -> None:
    street.camera()
    with pytest.raises(CommandRefused):
        await street.adapter(ears).execute(told(**bad))
