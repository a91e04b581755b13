"""A camera from the control room: it comes up, tells what it sees, falls silent, is told to move."""

import asyncio
import datetime as dt
import functools
import logging
import time

import pytest
from msgspec.structs import replace

from backend.devkit.adapter import DeviceCommand, ListingAdapter, StreamingAdapter
from backend.devkit.clock import SystemClock
from backend.devkit.errors import CommandRefused, LinkDown
from backend.integrations.onvif_camera.camera_link import CameraAdapter
from contract.commands import CommandState
from contract.devices import Connection, LinkState
from contract.points import Value
from tests.backend.integrations.onvif_camera.conftest import PASSWORD, PICTURE, Ears, Street
from tests.eventually import eventually


def command(action: str, expires_at: dt.datetime | None = None, **arguments: Value) -> DeviceCommand:
    return DeviceCommand(id="c1", asset_ids=(1,), action=action, arguments=arguments, expires_at=expires_at)


async def test_a_camera_says_who_it_is_and_where_its_video_is(street: Street, ears: Ears) -> None:
    street.camera()
    adapter = await street.attach(ears)
    assert ears.value("model") == "Beffroi Simulated 720p (1.0)"
    await ears.until(lambda: ears.value("motion") is False)
    assert ears.value("tamper") is False
    assert isinstance(adapter, StreamingAdapter)
    assert await adapter.stream_uri(1, "sub") == "rtsp://127.0.0.1:5554/C1/sub"
    assert await adapter.stream_uri(1, "main") == "rtsp://127.0.0.1:5554/C1/main"
    assert await adapter.snapshot(1) == PICTURE
    with pytest.raises(CommandRefused):
        await adapter.stream_uri(1, "thermal")
    with pytest.raises(CommandRefused):
        await adapter.stream_uri(99, "sub")


async def test_a_camera_that_nobody_has_bound_lists_its_video_source(street: Street, ears: Ears) -> None:
    street.camera()
    bound = await street.attach(ears)
    assert not bound.unbound_devices()
    connection = Connection(
        id="camera C1",
        integration="onvif_camera",
        url=f"{street.base_url}/cameras/C1/onvif/device_service",
        settings={"poll_s": "0.3"},
        secret_name="camera",
    )
    new = street.integration.adapter(connection, [], ears)
    assert isinstance(new, CameraAdapter)
    heard = len(ears.links)
    street.run(new)
    await ears.until(lambda: ears.links[heard:] != [] and ears.link is LinkState.UP, within_s=20)
    sources = new.unbound_devices()
    assert [bool(one.address) for one in sources] == [True]
    assert isinstance(new, ListingAdapter), "the page of the connection asks it"


async def test_motion_and_a_covered_lens_are_seen_within_a_moment(street: Street, ears: Ears) -> None:
    camera = street.camera()
    await street.attach(ears, poll_s="10")
    await ears.until(lambda: ears.value("motion") is False)
    began = time.monotonic()
    camera.set_motion(True)
    await ears.until(lambda: ears.value("motion") is True)
    assert time.monotonic() - began < 8.0, "pulled as it happened, not at the next poll"
    camera.set_tamper(True)
    await ears.until(lambda: ears.value("tamper") is True)
    camera.set_motion(False)
    await ears.until(lambda: ears.value("motion") is False)
    assert ears.readings[-1].device_time is not None


async def test_a_silent_camera_is_reported_and_comes_back(street: Street, ears: Ears) -> None:
    camera = street.camera()
    adapter = await street.attach(ears, poll_s="0.5")
    camera.fall_silent()
    await ears.until(lambda: ears.link is LinkState.DOWN)
    assert "does not answer" in ears.links[-1][1]
    with pytest.raises(LinkDown):
        await adapter.stream_uri(1, "sub")
    camera.set_motion(True)
    camera.answer_again()
    await ears.until(lambda: ears.link is LinkState.UP)
    await ears.until(lambda: ears.value("motion") is True)


async def test_a_camera_without_events_is_still_watched_over(street: Street, ears: Ears) -> None:
    camera = street.camera(has_events=False)
    await street.attach(ears, poll_s="0.2")
    assert ears.value("motion") == "never heard", "unknown is a value"
    camera.fall_silent()
    await ears.until(lambda: ears.link is LinkState.DOWN)


async def test_a_restarted_camera_is_subscribed_anew(street: Street, ears: Ears) -> None:
    camera = street.camera()
    await street.attach(ears, poll_s="0.3")
    await ears.until(lambda: ears.value("motion") is False)
    camera.answer_again()  # it has forgotten its subscriptions
    camera.set_motion(True)
    await ears.until(lambda: ears.value("motion") is True)
    assert ears.link is LinkState.UP


async def test_a_wrong_password_is_said_in_words_and_not_hammered(street: Street, ears: Ears) -> None:
    camera = street.camera()
    camera.wrong_password()
    street.run(street.adapter(ears))
    await ears.until(lambda: ears.link is LinkState.REFUSED, within_s=20)
    assert "user name or password" in ears.links[-1][1]
    tries = camera.requests_answered
    await asyncio.sleep(0.5)
    assert camera.requests_answered == tries, "cameras lock accounts after a few tries"


async def test_a_missing_password_says_where_to_enter_it(street: Street, ears: Ears) -> None:
    street.camera()
    street.run(street.adapter(ears, named="lost"))
    await ears.until(lambda: ears.link is LinkState.REFUSED)
    assert "lost" in ears.links[-1][1]


async def test_a_camera_an_hour_ahead_is_measured_believed_and_its_stamps_are_not(street: Street, ears: Ears) -> None:
    street.camera(clock_offset_s=-3600.0)
    await street.attach(ears)
    offset = ears.value("clock_offset_s")
    assert isinstance(offset, float)
    assert offset == pytest.approx(-3600, abs=1)
    await ears.until(lambda: ears.value("motion") is False)
    assert all(reading.device_time is None for reading in ears.readings)


async def test_a_camera_whose_clock_is_set_stays_connected(street: Street, ears: Ears) -> None:
    camera = street.camera(clock_offset_s=-7200.0)
    await street.attach(ears)
    await ears.until(lambda: ears.value("motion") is False)
    camera.clock_offset_s = 0.0  # it found its time server
    await ears.until(lambda: ears.value("clock_offset_s") == pytest.approx(0.0, abs=1))
    camera.set_motion(True)
    await ears.until(lambda: ears.value("motion") is True)
    assert ears.links[-1][0] is LinkState.UP


async def test_an_operator_moves_the_head_and_it_stops(street: Street, ears: Ears) -> None:
    camera = street.camera()
    adapter = await street.attach(ears)
    assert camera.head is not None
    (outcome,) = await adapter.execute(command("ptz_move", pan=0.5, tilt=-0.25, zoom=0.0))
    assert outcome.state is CommandState.DEVICE_ACK
    await asyncio.sleep(0.2)
    moved = camera.head.is_moving
    await adapter.execute(command("ptz_stop"))
    assert (moved, camera.head.is_moving) == (True, False)
    assert camera.head.position.pan > 0 > camera.head.position.tilt
    (outcome,) = await adapter.execute(command("ptz_preset", preset="2"))
    assert outcome.state is CommandState.DEVICE_ACK
    assert camera.head.position == camera.head.presets["2"]
    (outcome,) = await adapter.execute(command("ptz_preset", preset="no such place"))
    assert outcome.state is CommandState.REJECTED
    assert "no such preset" in outcome.detail
    (outcome,) = await adapter.execute(command("snapshot"))
    assert "JPEG" in outcome.detail


async def test_who_lost_the_head_moves_it_no_more(street: Street, ears: Ears) -> None:
    camera = street.camera()
    adapter = await street.attach(ears)
    assert camera.head is not None
    await adapter.execute(replace(command("ptz_stop"), lease_token=2))
    with pytest.raises(CommandRefused, match="somebody else"):
        await adapter.execute(replace(command("ptz_move", pan=1.0), lease_token=1))
    assert not camera.head.is_moving
    await adapter.execute(replace(command("ptz_move", pan=1.0), lease_token=2))
    assert camera.head.is_moving


async def test_the_head_stops_by_itself_when_its_operator_vanishes(street: Street, ears: Ears) -> None:
    camera = street.camera()
    adapter = await street.attach(ears)
    assert camera.head is not None
    soon = SystemClock().now() + dt.timedelta(seconds=1.5)
    await adapter.execute(command("ptz_move", soon, pan=1.0))
    head = camera.head
    assert head.is_moving
    await eventually(lambda: not head.is_moving, "it stops")


@pytest.mark.parametrize(
    "bad",
    [
        command("ptz_move", pan=float("nan")),
        command("ptz_move", pan=1.5),
        command("ptz_move", pan="left"),
        command("ptz_move", pan=True),
        command("ptz_preset"),
        command("ptz_preset", preset="x" * 100),
        command("self_destruct"),
        command("ptz_move", dt.datetime(2020, 1, 1, tzinfo=dt.UTC), pan=0.1),
        DeviceCommand(id="c", asset_ids=(42,), action="ptz_stop"),
    ],
)
async def test_what_makes_no_sense_never_reaches_the_camera(street: Street, ears: Ears, bad: DeviceCommand) -> None:
    street.camera()
    adapter = street.adapter(ears)
    with pytest.raises(CommandRefused):
        await adapter.execute(bad)


async def test_a_fixed_camera_refuses_to_move_in_words(street: Street, ears: Ears) -> None:
    street.camera(has_ptz=False)
    adapter = await street.attach(ears)
    (outcome,) = await adapter.execute(command("ptz_move", pan=0.1))
    assert outcome.state is CommandState.REJECTED
    assert "does not move" in outcome.detail


async def test_a_move_that_is_never_answered_is_unknown_not_failed(street: Street, ears: Ears) -> None:
    camera = street.camera()
    adapter = await street.attach(ears, poll_s="0.5")
    camera.fall_silent()
    (outcome,) = await adapter.execute(command("ptz_move", pan=0.1))
    assert outcome.state is CommandState.UNKNOWN
    with pytest.raises(LinkDown):
        await street.adapter(ears).execute(command("ptz_stop"))


async def test_a_read_back_tells_everything_again(street: Street, ears: Ears) -> None:
    camera = street.camera()
    adapter = await street.attach(ears)
    camera.set_tamper(True)
    await ears.until(lambda: ears.value("tamper") is True)
    ears.readings.clear()
    await adapter.read_back([1])
    await ears.until(lambda: ears.value("tamper") is True)
    assert ears.value("clock_offset_s") != "never heard"


async def test_fifty_cameras_behind_one_port(street: Street) -> None:
    crowd: list[Ears] = []
    for number in range(50):
        street.camera(f"C{number}")
        heard = Ears()
        crowd.append(heard)
        street.run(street.adapter(heard, f"C{number}", poll_s="5"))
    for heard in crowd:
        await heard.until(functools.partial(_is_at_rest, heard), within_s=20)
    street.cameras["C17"].set_motion(True)
    await crowd[17].until(lambda: crowd[17].value("motion") is True)
    assert sum(heard.value("motion") is True for heard in crowd) == 1


async def test_passwords_stay_out_of_logs_and_representations(
    street: Street, ears: Ears, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    camera = street.camera()
    adapter = await street.attach(ears)
    await adapter.snapshot(1)
    camera.wrong_password()
    await ears.until(lambda: ears.link is LinkState.REFUSED)
    said = caplog.text + repr(vars(adapter)) + repr(vars(camera).get("digest")) + repr(camera) + repr(ears.links)
    assert PASSWORD not in said
    await adapter.close()
    await adapter.close()


def _is_at_rest(heard: Ears) -> bool:
    return heard.value("motion") is False
