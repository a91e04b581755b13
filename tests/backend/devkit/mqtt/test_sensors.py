"""Sensors on a broker: what may be believed of them, who fell silent, whom nobody has bound."""

import datetime as dt
import json
from pathlib import Path

import pytest

from backend.devkit.adapter import IntegrationContext
from backend.devkit.clock import ManualClock
from backend.devkit.errors import LinkRefused
from backend.devkit.mqtt.access import broker_access
from backend.devkit.mqtt.message_table import MessageTable, OwnTime, PointField
from backend.devkit.mqtt.sensor_reports import SensorReports
from backend.devkit.mqtt.sensors import sensors_in
from backend.devkit.mqtt.session import Heard
from contract.assets import Label, PointSpec
from contract.devices import Binding, Connection
from contract.points import PointKind, Quality
from tests.conformance.recording_sink import RecordingSink

TABLE = MessageTable(
    topic="rivers/{address}/up",
    status_topic="rivers/{address}/status",
    points={"level_m": PointField(field="lvl_mm", times=0.001, example=1234)},
    time=OwnTime(field="ts"),
)
LEVEL = PointSpec(name="level_m", label=Label(fr="Hauteur", en="Level"), kind=PointKind.NUMBER, minimum=-1, maximum=10)

NO_SECRETS: dict[str, str] = {}


class River:
    """Gauge A is bound to asset 1."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.sink = RecordingSink()
        context = IntegrationContext(clock=self.clock, settings={}, read_secret=NO_SECRETS.__getitem__)
        connection = Connection(id="rivers", integration="river", url="mqtt://127.0.0.1")
        bindings = [Binding(asset_id=1, address="A")]
        self.reports = SensorReports(context, connection, bindings, self.sink, TABLE, {"level_m": LEVEL})

    def says(self, address: str, *, is_retained: bool = False, **fields: object) -> None:
        self.reports.take(Heard(f"rivers/{address}/up", json.dumps(fields).encode(), is_retained))

    def status(self, address: str, words: bytes) -> None:
        self.reports.take(Heard(f"rivers/{address}/status", words, is_retained=True))


def test_a_level_beyond_its_limits_is_not_believed() -> None:
    river = River()
    river.says("A", lvl_mm=2_000)
    assert river.sink.value(1, "level_m") == 2.0
    for lie in (99_000, "wet", True):
        river.says("A", lvl_mm=lie)
        last = river.sink.last(1, "level_m")
        assert last is not None
        assert (last.value, last.quality) == (None, Quality.FAILED)


def test_a_gauge_that_says_nothing_for_too_long_is_silent_until_it_speaks() -> None:
    river = River()
    river.says("A", lvl_mm=2_000)
    river.clock.pass_time(59)
    river.reports.went_silent(60, "nothing heard for 60 s")
    assert not river.sink.unreachable
    river.clock.pass_time(2)
    river.reports.went_silent(60, "nothing heard for 60 s")
    assert river.sink.unreachable == {1: "nothing heard for 60 s"}
    river.says("A", lvl_mm=2_100)
    assert not river.sink.unreachable


def test_time_without_a_broker_is_nobody_s_silence() -> None:
    river = River()
    river.says("A", lvl_mm=2_000)
    river.clock.pass_time(3_600)
    river.reports.could_not_hear(3_600)
    river.reports.went_silent(60, "nothing heard for 60 s")
    assert not river.sink.unreachable


def test_a_gauge_whose_will_is_told_is_not_there_until_it_comes_back() -> None:
    river = River()
    river.says("A", lvl_mm=2_000)
    river.status("A", b"offline")
    assert list(river.sink.unreachable) == [1]
    before = len(river.sink.readings)
    river.reports.tell_again()
    assert len(river.sink.readings) == before
    river.status("A", b"online")
    assert not river.sink.unreachable


def test_what_the_broker_kept_is_no_sign_of_life_without_its_time() -> None:
    river = River()
    river.says("A", lvl_mm=2_000, is_retained=True)
    assert not river.sink.readings
    an_hour_ago = river.clock.now() - dt.timedelta(hours=1)
    river.says("A", lvl_mm=2_000, ts=an_hour_ago.timestamp(), is_retained=True)
    assert river.sink.value(1, "level_m") == 2.0
    river.reports.went_silent(1_800, "nothing heard for 30 min")
    assert list(river.sink.unreachable) == [1]


def test_gauges_that_nobody_bound_are_listed_the_last_heard_first() -> None:
    river = River()
    for address in ("B", "C", "B"):
        river.says(address, lvl_mm=1)
    assert [(one.address, one.messages) for one in river.reports.strangers.listed()] == [("B", 2), ("C", 1)]
    for number in range(600):
        river.says(f"n{number}", lvl_mm=1)
    assert len(river.reports.strangers.listed()) == 500
    assert not river.sink.readings


def test_a_point_that_no_class_has_is_told_with_the_names_there_are(tmp_path: Path) -> None:
    (tmp_path / "manifest.toml").write_text(
        'name = "river"\ntitle_fr = "R"\ntitle_en = "R"\nprotocol = "MQTT"\ntier = "bronze"\nclasses = ["river"]\n',
        "utf-8",
    )
    (tmp_path / "asset_classes.toml").write_text(
        '[[class]]\ncode = "river"\nlabel = { fr = "R", en = "R" }\nicon = "mdi6.waves"\nservice = "environment"\n'
        '[[class.points]]\nname = "level_m"\nlabel = { fr = "H", en = "L" }\nkind = "number"\n',
        "utf-8",
    )
    (tmp_path / "messages.toml").write_text(
        'topic = "rivers/{address}/up"\n[points.levle_m]\nfield = "lvl"\nexample = 1\n', "utf-8"
    )
    context = IntegrationContext(clock=ManualClock(), settings={}, read_secret=NO_SECRETS.__getitem__)
    with pytest.raises(ValueError, match=r"messages\.toml: .* the point levle_m .*level_m"):
        sensors_in(tmp_path, context)


@pytest.mark.parametrize(
    ("connection", "words"),
    [
        (Connection(id="a", integration="river", url=""), "no broker of its own"),
        (Connection(id="a", integration="river", url="http://x"), "is no broker's address"),
        (Connection(id="a", integration="river", url="mqtt://x", secret_name="gone"), "gone is not kept here"),
    ],
)
async def test_a_connection_that_cannot_be_says_what_to_correct(connection: Connection, words: str) -> None:
    context = IntegrationContext(clock=ManualClock(), settings={}, read_secret=NO_SECRETS.__getitem__)
    with pytest.raises(LinkRefused, match=words):
        await broker_access(context, connection, {})
