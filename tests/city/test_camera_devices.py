"""The city's cameras: who may look, and what a fault does at the door."""

import cv2
import numpy as np
import pytest
from msgspec.structs import replace

from backend.devkit.clock import ManualClock
from city.camera_devices import FAULT_KINDS, USER, CityCamera
from city.camera_lever import LeveredStream
from city.running import RunningCity
from video.rtsp.authentication import PresentedCredentials
from video.rtsp.server import Refusal


def presented(password: str) -> PresentedCredentials:
    return PresentedCredentials(USER, "DESCRIBE", "Basic", {"password": password})


def faults_of(running: RunningCity) -> dict[str, str]:
    return {code: camera.fault for code, camera in running.cameras.by_code.items() if camera.fault is not None}


@pytest.fixture
async def camera(running: RunningCity) -> CityCamera:
    await running.start()
    return running.cameras.by_code["CAM-005"]


async def test_its_password_opens_both_streams(camera: CityCamera) -> None:
    small = await camera.resolve("/cam/005", {}, presented(camera.password))
    large = await camera.resolve("/cam/005/main", {}, presented(camera.password))
    assert isinstance(small, LeveredStream)
    assert isinstance(large, LeveredStream)
    assert small is not large


async def test_nobody_else_sees_anything(camera: CityCamera) -> None:
    assert await camera.resolve("/cam/005", {}, None) == Refusal(401)
    assert await camera.resolve("/cam/005", {}, presented("guessed")) == Refusal(401)


async def test_a_changed_password_shuts_out_the_old_one_until_it_is_given_back(camera: CityCamera) -> None:
    camera.break_down("wrongpassword")
    assert await camera.resolve("/cam/005", {}, presented(camera.password)) == Refusal(401)
    assert camera.onvif is not None
    assert not camera.onvif.accepts(USER, camera.password)
    camera.mend()
    assert isinstance(await camera.resolve("/cam/005", {}, presented(camera.password)), LeveredStream)
    assert camera.onvif.accepts(USER, camera.password)


@pytest.mark.parametrize("kind", FAULT_KINDS)
async def test_every_fault_can_be_mended(running: RunningCity, camera: CityCamera, kind: str) -> None:
    camera.break_down(kind)
    assert (faults_of(running)) == {"CAM-005": kind}
    camera.mend()
    assert (faults_of(running)) == {}
    assert isinstance(await camera.resolve("/cam/005", {}, presented(camera.password)), LeveredStream)


async def test_a_street_nobody_films_is_not_found(running: RunningCity) -> None:
    await running.start()
    assert await running.cameras.resolve("/cam/999", {}, None) == Refusal(404)


async def test_a_head_that_is_sent_somewhere_writes_into_its_picture_where_it_looks(
    camera: CityCamera, clock: ManualClock
) -> None:
    assert camera.onvif is not None
    head = camera.onvif.head
    assert head is not None
    still = await camera.picture.snapshot_jpeg()
    head.travel_to(replace(head.position, pan=0.5, tilt=-0.1))
    clock.pass_time(2.0)
    before = (camera.asset.azimuth_deg or 0.0) % 360
    assert camera.caption() == f"CAM-005  AZ {(before + 90) % 360:03.0f}  TILT -09  ZOOM 0%"
    assert _strip(await camera.picture.snapshot_jpeg()) != _strip(still)
    clock.pass_time(10.0)
    assert camera.caption() == ""


def _strip(jpeg: bytes) -> bytes:
    """The left half of the picture's first lines: the name, not the clock."""
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return (picture[:16, :300] > 128).tobytes()
