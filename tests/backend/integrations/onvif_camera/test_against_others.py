"""ONVIF as others wrote it: a foreign camera, recorded answers, the official schemas."""

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from lxml import etree

from backend.integrations.onvif_camera import replies
from backend.integrations.onvif_camera.discovery import parse_probe_matches
from backend.integrations.onvif_camera.protocol import (
    DEVICE,
    EVENTS,
    IMAGING,
    MEDIA,
    NOTIFICATION,
    PTZ,
    SOAP,
    Event,
    Vector,
    parse_pull_reply,
)
from tests.backend.integrations.onvif_camera.conftest import Ears, Street
from tests.backend.integrations.onvif_camera.official_schema import common_schema, service_schema

pytestmark = pytest.mark.proof

NOW = dt.datetime(2026, 5, 4, 12, 30, 15, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(minutes=2)
EVENT = Event(
    topic="RuleEngine/TamperDetector/Tamper", source=(("Rule", "a<b"),), values=(("IsTamper", "true"),), at=NOW
)
REPLIES = [
    replies.system_date_and_time(NOW),
    replies.device_information("Maker & Sons", "M<1>", "1.0", "42", "hw"),
    replies.services([(DEVICE, "http://127.0.0.1/onvif/device_service"), (MEDIA, "http://127.0.0.1/onvif/media")]),
    replies.scopes(["onvif://www.onvif.org/type/video_encoder"]),
    replies.profiles(
        [replies.StreamProfile(name="main", width=1280, height=720, frames_per_second=15, kilobits_per_second=2000)],
        has_ptz=True,
    ),
    replies.media_uri("GetStreamUri", "rtsp://127.0.0.1/a?b&c"),
    replies.media_uri("GetSnapshotUri", "http://127.0.0.1/a.jpg"),
    replies.nodes("GetNode", has_absolute=True, has_degrees=True),
    replies.nodes("GetNodes", has_absolute=False, has_degrees=False),
    replies.presets([("1", "Gare", Vector(0, 0, 0))]),
    replies.preset_saved("4"),
    replies.preset_tours([("ronde", "Touring")]),
    replies.imaging_settings(is_night=True),
    replies.ptz_status(Vector(0.1, -0.2, 0.5), is_moving=True, now=NOW),
    replies.acknowledged("tptz", "ContinuousMove"),
    replies.acknowledged("tptz", "Stop"),
    replies.acknowledged("tptz", "GotoPreset"),
    replies.acknowledged("tptz", "RemovePreset"),
    replies.acknowledged("tptz", "OperatePresetTour"),
    replies.pull_point("http://127.0.0.1/pull/1", NOW, LATER),
    replies.events([EVENT], NOW, LATER),
    replies.renewed(NOW, LATER),
    replies.acknowledged("wsnt", "Unsubscribe"),
    replies.acknowledged("tev", "SetSynchronizationPoint"),
]


@pytest.fixture(scope="module")
def wsdl(shared_data: Path) -> Path:
    return shared_data / "protocols" / "onvif_wsdl" / "wsdl"


@pytest.fixture(scope="module")
def recorded(shared_data: Path) -> Path:
    return shared_data / "protocols" / "onvif_soap_samples_agsh"


def test_our_simulator_answers_as_the_official_schemas_want(wsdl: Path) -> None:
    schemas = {
        DEVICE: service_schema(wsdl / "ver10/device/wsdl/devicemgmt.wsdl"),
        MEDIA: service_schema(wsdl / "ver10/media/wsdl/media.wsdl"),
        PTZ: service_schema(wsdl / "ver20/ptz/wsdl/ptz.wsdl"),
        EVENTS: service_schema(wsdl / "ver10/events/wsdl/event.wsdl"),
        IMAGING: service_schema(wsdl / "ver20/imaging/wsdl/imaging.wsdl"),
    }
    schemas[NOTIFICATION] = schemas[EVENTS]
    for reply in REPLIES:
        body = etree.fromstring(reply).find(f"{{{SOAP}}}Body")
        assert body is not None
        (answer,) = body
        schema = schemas[answer.tag[1:].partition("}")[0]]
        assert schema.validate(etree.fromstring(etree.tostring(answer))), (answer.tag, list(schema.error_log))


def test_our_events_are_messages_of_the_official_schema(wsdl: Path) -> None:
    schema = common_schema(wsdl / "ver10/schema/onvif.xsd")
    message = etree.fromstring(replies.events([EVENT], NOW, LATER)).find(
        ".//{http://www.onvif.org/ver10/schema}Message"
    )
    assert message is not None
    assert schema.validate(etree.fromstring(etree.tostring(message))), list(schema.error_log)


def test_events_recorded_from_a_camera_are_read(recorded: Path) -> None:
    events = parse_pull_reply(_filled(recorded / "PullMessages.xml"))
    assert len(events) == 2
    assert events[0].topic == "RuleEngine/CellMotionDetector/Motion"
    assert dict(events[0].values) == {"IsMotion": "true"}
    assert dict(events[0].source)["VideoSourceConfigurationToken"] == "000"
    assert events[0].at == NOW


def test_a_recorded_answer_to_a_probe_is_read(recorded: Path) -> None:
    (found,) = parse_probe_matches(_filled(recorded / "Probe.xml"), "RELATES_TO")
    assert found.identity == "uuid:c9790c3a-701b-464d-a189-0060351c8ada"
    assert found.hardware == "HD_PREDATOR"
    assert found.name == "PREDATOR"


async def test_recorded_answers_describe_a_camera(street: Street, ears: Ears, recorded: Path) -> None:
    camera = street.camera()

    async def answer(message: bytes, base_url: str, point: str = "") -> tuple[int, bytes]:
        for operation in ("GetDeviceInformation", "GetProfiles", "GetStreamUri"):
            if f":{operation}".encode() in message:
                return 200, _filled(recorded / f"{operation}.xml")
        return await own_answer(message, base_url, point)

    own_answer, camera.answer = camera.answer, answer  # type: ignore[method-assign] # a foreign camera's voice
    adapter = await street.attach(ears)
    assert "Happytimesoft" in str(ears.value("model")) or ears.value("model") != "never heard"
    assert (await adapter.stream_uri(1, "main")).startswith("rtsp://127.0.0.1")


def test_ipycam_is_found_described_moved_and_watched(tmp_path: Path) -> None:
    python = Path(os.environ.get("BEFFROI_IPYCAM", "build/ipycam/bin/python")).absolute()
    if not python.exists() or shutil.which("unshare") is None or shutil.which("ip") is None or os.geteuid() != 0:
        reason = "ipycam 1.3 in a virtual environment (BEFFROI_IPYCAM=.../bin/python), unshare, ip and root are needed"
        if os.environ.get("BEFFROI_PROOFS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    _write_film(tmp_path / "film.mp4")
    script = (
        "ip link set lo up && ip link set lo multicast on && ip route add 224.0.0.0/4 dev lo && "
        f"exec {sys.executable} -m tests.backend.integrations.onvif_camera.ipycam_story {python} {tmp_path}"
    )
    done = subprocess.run(["unshare", "-n", "sh", "-c", script], capture_output=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    told = json.loads(done.stdout)
    assert told["model"] == "PythonCam VirtualCam-1 (1.3.0)"
    assert abs(told["clock_offset_s"]) <= 1.5
    assert (told["sub"], told["main"]) == ("rtsp://127.0.0.1:8554/video_sub", "rtsp://127.0.0.1:8554/video_main")
    assert told["ptz_move {'pan': 0.5, 'tilt': 0.1}"] == "DEVICE_ACK"
    assert told["ptz_stop {}"] == "DEVICE_ACK"
    assert told["is_ptz"] is True
    assert told["looks"] == ["DEVICE_ACK", pytest.approx(90.0 / 180.0, abs=0.002)]
    before, after = told["head"]
    assert after < before
    assert told["snapshot"] == "ffd8"
    assert told["found"][0][1] == "http://127.0.0.1:8080/onvif/device_service"
    assert told["pictures"] > 20
    assert told["relayed"] > 20
    assert told["down"]


def _filled(path: Path) -> bytes:
    """A recorded answer; the recorder left marks for the host and the time."""
    text = re.sub(r"\{\{\?.*?\}\}", "", path.read_text())
    text = re.sub(r"\{\{=new Date.*?\}\}", "2026-05-04T12:30:15Z", text)
    return re.sub(r"\{\{=it\.(\w+)\}\}", lambda mark: {"port": "80"}.get(mark[1], "127.0.0.1"), text).encode()


def _write_film(path: Path) -> None:
    container: Any = av.open(str(path), "w")  # PyAV leaves the type of its packets open
    with container:
        stream = container.add_stream("libx264", rate=15, options={"preset": "ultrafast", "g": "15"})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for number in range(60):
            grey = ((np.indices((360, 640)).sum(axis=0) + 4 * number) % 256).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(np.dstack([grey] * 3), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
