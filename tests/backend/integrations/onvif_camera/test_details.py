"""A camera is asked what it is; its presets are stored, called and forgotten; its own tours run."""

import pytest

from backend.devkit.adapter import DescribingAdapter, DeviceCommand, Outcome
from backend.devkit.errors import CommandRefused
from backend.integrations.onvif_camera.camera_link import CameraAdapter
from contract.cameras import CameraPreset
from contract.commands import CommandState
from contract.points import Value
from tests.backend.integrations.onvif_camera.conftest import Ears, Street


async def told(adapter: CameraAdapter, action: str, **arguments: Value) -> Outcome:
    (outcome,) = await adapter.execute(DeviceCommand(id="x", asset_ids=(1,), action=action, arguments=arguments))
    return outcome


async def test_a_dome_tells_its_streams_presets_tours_picture_and_clock(street: Street, ears: Ears) -> None:
    street.camera(clock_offset_s=7.0)
    adapter = await street.attach(ears)
    assert isinstance(adapter, DescribingAdapter)
    details = await adapter.details(1)
    assert details.model == "Simulated 720p"
    assert details.clock_offset_s == pytest.approx(7.0, abs=1.0)
    assert [(one.name, one.codec, one.width, one.pictures_per_second) for one in details.streams] == [
        ("main", "H264", 1280, 15.0),
        ("sub", "H264", 640, 15.0),
    ]
    assert details.presets[0] == CameraPreset("1", "Entrée")
    assert [(tour.token, tour.state) for tour in details.tours] == [("ronde", "idle")]
    assert details.imaging is not None
    assert (details.imaging.brightness, details.imaging.infrared_cut) == (50.0, "ON")
    assert details.missing == ()


async def test_a_fixed_camera_tells_no_presets_and_misses_nothing(street: Street, ears: Ears) -> None:
    street.camera(has_ptz=False)
    details = await (await street.attach(ears)).details(1)
    assert (details.has_ptz, details.presets, details.missing) == (False, (), ())


async def test_where_it_looks_is_stored_under_a_name_called_and_forgotten(street: Street, ears: Ears) -> None:
    camera = street.camera()
    adapter = await street.attach(ears)
    saved = await told(adapter, "ptz_preset_set", name="Fontaine")
    assert (saved.state, saved.detail) == (CommandState.DEVICE_ACK, "4")
    assert CameraPreset("4", "Fontaine") in (await adapter.details(1)).presets
    assert (await told(adapter, "ptz_preset", preset="4")).state is CommandState.DEVICE_ACK
    assert (await told(adapter, "ptz_preset_remove", preset="4")).state is CommandState.DEVICE_ACK
    assert (await told(adapter, "ptz_preset", preset="4")).state is CommandState.REJECTED
    assert camera.head is not None
    assert "4" not in camera.head.presets


async def test_a_tour_of_the_cameras_own_is_started_and_stopped(street: Street, ears: Ears) -> None:
    camera = street.camera()
    adapter = await street.attach(ears)
    assert (await told(adapter, "ptz_tour", tour="ronde", act="start")).state is CommandState.DEVICE_ACK
    assert camera.head is not None
    assert camera.head.tours["ronde"] == "Touring"
    assert (await told(adapter, "ptz_tour", tour="unknown", act="start")).state is CommandState.REJECTED


@pytest.mark.parametrize(
    ("action", "arguments"),
    [
        ("ptz_preset_set", {}),
        ("ptz_preset_set", {"name": "x" * 65}),
        ("ptz_preset_remove", {"preset": True}),
        ("ptz_tour", {"tour": "ronde", "act": "explode"}),
    ],
)
async def test_what_is_no_preset_and_no_tour_is_refused_in_words(
    street: Street, ears: Ears, action: str, arguments: dict[str, Value]
) -> None:
    street.camera()
    adapter = await street.attach(ears)
    with pytest.raises(CommandRefused, match=r".{10}"):
        await told(adapter, action, **arguments)
