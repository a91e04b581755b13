"""What a camera may send, and what a hostile one might: values, or ProtocolError, and never a hang."""

import base64
import contextlib
import datetime as dt
import random
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.devkit.errors import CommandRefused, DeviceError, LinkRefused, ProtocolError
from backend.integrations.onvif_camera import replies
from backend.integrations.onvif_camera.discovery import build_probe, parse_probe_matches
from backend.integrations.onvif_camera.event_points import EventPoints
from backend.integrations.onvif_camera.profiles import choose_profile, profiles_of_source
from backend.integrations.onvif_camera.protocol import (
    Event,
    Operation,
    Vector,
    parse_duration,
    parse_instant,
    parse_pull_reply,
    password_digest,
)
from backend.integrations.onvif_camera.readers import Profile
from backend.integrations.onvif_camera.requests import parse_request

NOW = dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)
MOTION = "RuleEngine/CellMotionDetector/Motion"


def motion(rule: str, is_moving: str, operation: Operation = Operation.CHANGED) -> Event:
    return Event(topic=MOTION, source=(("Rule", rule),), values=(("IsMotion", is_moving),), operation=operation)


@given(st.text(max_size=20), st.text(max_size=20), st.booleans())
def test_events_come_back_as_they_were_sent(name: str, value: str, has_begun: bool) -> None:
    operation = Operation.INITIALIZED if has_begun else Operation.CHANGED
    printable = "".join(sign for sign in name if sign.isalnum())
    event = Event(topic=MOTION, source=((printable, "x"),), values=(("A&<", "1"),), operation=operation, at=NOW)
    assert parse_pull_reply(replies.events([event], NOW, NOW)) == (event,)


def test_the_password_digest_is_that_of_the_published_example() -> None:
    # ONVIF Application Programmer's Guide.
    nonce = base64.b64decode("LKqI6G/AikKCQrN0zqZFlg==")
    assert password_digest(nonce, "2010-09-16T07:50:45Z", "userpassword") == "tuOSpGlFlIXsozq4HFNeeGeFLEI="


def test_faults_say_whether_the_link_or_the_question_is_refused() -> None:
    with pytest.raises(LinkRefused, match="password"):
        parse_pull_reply(replies.fault("Sender", "NotAuthorized", "no"))
    with pytest.raises(CommandRefused, match="no such"):
        parse_pull_reply(replies.fault("Sender", "ResourceUnknown", "no such subscription"))


@pytest.mark.parametrize(
    ("text", "seconds"), [("PT10S", 10), ("PT1M", 60), ("P1DT1H", 90_000), ("PT0.5S", 0.5), ("PT0S", 0)]
)
def test_durations_are_read(text: str, seconds: float) -> None:
    assert parse_duration(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "P", "PT", "10", "-PT1S", "P1Y", "PT1e9S", "PT9999999999999S", "PT١S"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ProtocolError):
        parse_duration(text)


@given(st.text(max_size=60))
def test_any_text_for_an_instant_is_an_instant_or_none(text: str) -> None:
    instant = parse_instant(text)
    assert instant is None or instant.tzinfo is dt.UTC


GOOD: list[tuple[bytes, Callable[[bytes], object]]] = [
    (replies.events([motion("a", "true")], NOW, NOW), parse_pull_reply),
    (replies.acknowledged("tptz", "Stop"), parse_request),
    (build_probe("urn:uuid:1"), parse_probe_matches),
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(GOOD), st.integers(0, 2**32), st.integers(1, 12))
def test_damaged_messages_give_values_or_device_errors_and_never_hang(
    good: tuple[bytes, Callable[[bytes], object]], seed: int, wounds: int
) -> None:
    message, parse = bytearray(good[0]), good[1]
    chance = random.Random(seed)
    for _ in range(wounds):
        place = chance.randrange(len(message))
        if chance.random() < 0.5:
            message[place] = chance.randrange(256)
        else:
            del message[place : place + chance.randrange(1, 40)]
    began = time.thread_time()
    with contextlib.suppress(DeviceError):
        parse(bytes(message))
    assert time.thread_time() - began < 0.5


def test_two_rules_make_one_motion_that_ends_with_the_last() -> None:
    points = EventPoints({}, only_asset=5)
    told = points.apply(
        [motion("left", "true"), motion("right", "true"), motion("left", "false"), motion("right", "false")]
    )
    assert [change.value for change in told] == [True, True, True, False]
    told = points.apply([motion("left", "1"), motion("left", "x"), motion("left", "1", Operation.DELETED)])
    assert [change.value for change in told] == [True, None, False]
    assert points.apply([Event(topic="Device/Trigger/DigitalInput")]) == []


def test_an_encoder_of_two_cameras_tells_them_apart() -> None:
    points = EventPoints({"left": 1, "right": 2}, only_asset=None)
    events = [
        Event(topic="VideoSource/MotionAlarm", source=(("Source", place),), values=(("State", "true"),))
        for place in ("right", "left", "behind")
    ]
    assert [change.asset_id for change in points.apply(events)] == [2, 1]


def test_the_right_stream_is_chosen_for_tile_and_spotlight() -> None:
    def profile(token: str, width: int, encoding: str = "H264", source: str = "one") -> Profile:
        return Profile(
            token=token,
            source=source,
            source_configuration="c",
            encoding=encoding,
            width=width,
            height=width * 9 // 16,
            has_ptz=False,
        )

    offered = [
        profile("big", 1920),
        profile("photo", 3840, "JPEG"),
        profile("tiny", 160),
        profile("tile", 640),
        profile("other", 4000, source="two"),
    ]
    own = profiles_of_source(offered, "one")
    assert choose_profile(profiles_of_source(offered, ""), "main").token == "big"
    assert choose_profile([one for one in own if one.source == "one"], "sub").token == "tile"
    with pytest.raises(CommandRefused):
        choose_profile([], "sub")


def test_a_vector_beyond_the_rail_is_refused() -> None:
    move = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
        '<p:ContinuousMove xmlns:p="http://www.onvif.org/ver20/ptz/wsdl" xmlns:t="http://www.onvif.org/ver10/schema">'
        '<p:Velocity><t:PanTilt x="%s" y="0"/></p:Velocity></p:ContinuousMove></s:Body></s:Envelope>'
    )
    assert parse_request((move % "0.5").encode()).vector("Velocity") == Vector(0.5, 0.0, 0.0)
    for wrong in ("nan", "1e300", "left"):
        with pytest.raises(ProtocolError):
            parse_request((move % wrong).encode()).vector("Velocity")
