"""A sensor's messages are read by a table: where each value stands, in which unit, by whose clock."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from backend.devkit.errors import ProtocolError
from backend.devkit.mqtt.message_table import (
    MessageTable,
    OwnTime,
    PointField,
    TableWrong,
    Told,
    read_message_table,
)

RIVER = """
topic = "rivers/{address}/up"
status_topic = "rivers/{address}/status"
[time]
field = "ts"
[points.level_m]
field = "lvl_mm"
times = 0.001
example = 1234
[points.battery_v]
field = "supply.bat_mv"
times = 0.001
example = 3550
[points.door_open]
field = "door"
is_true = ["OPEN", 1]
example = "OPEN"
"""
AT = dt.datetime(2023, 11, 14, 22, 13, 20, tzinfo=dt.UTC)


def _table(tmp_path: Path, text: str) -> MessageTable:
    file = tmp_path / "messages.toml"
    file.write_text(text, "utf-8")
    return read_message_table(file)


def test_a_message_becomes_points_in_their_units_at_the_sensor_s_own_time(tmp_path: Path) -> None:
    table = _table(tmp_path, RIVER)
    payload = b'{"sn":"RG-0042","lvl_mm":1234,"supply":{"bat_mv":3550},"door":"SHUT","ts":1700000000}'
    meant = {"level_m": 1.234, "battery_v": 3.55, "door_open": False}
    assert table.read("rivers/RG-0042/up", payload) == Told(address="RG-0042", points=meant, at=AT)
    assert table.topics() == ["rivers/+/up", "rivers/+/status"]


def test_what_a_message_leaves_out_is_not_told(tmp_path: Path) -> None:
    told = _table(tmp_path, RIVER).read("rivers/a/up", b'{"lvl_mm": 5, "supply": 3, "ts": "noon"}')
    assert told == Told(address="a", points={"level_m": 0.005}, at=None)


@pytest.mark.parametrize(("said", "is_there"), [(b"offline", False), (b'"offline"', False), (b"online", True)])
def test_a_sensor_says_that_it_comes_and_goes(tmp_path: Path, said: bytes, is_there: bool) -> None:
    assert _table(tmp_path, RIVER).read("rivers/a/status", said) == Told(address="a", is_there=is_there)


def test_the_message_may_name_its_sensor_and_be_one_number(tmp_path: Path) -> None:
    points = '[points.value]\nfield = "v"\nexample = 1\n'
    table = _table(tmp_path, f'topic = "rivers/all"\naddress_field = "sn"\n{points}')
    assert table.read("rivers/all", b'{"sn": 42, "v": 7}') == Told(address="42", points={"value": 7})
    with pytest.raises(ProtocolError, match="which sensor"):
        table.read("rivers/all", b'{"v": 7}')
    bare = _table(tmp_path, 'topic = "house/{address}/celsius"\n[points.celsius]\nfield = ""\nexample = 20.5\n')
    assert bare.read("house/attic/celsius", b"20.5") == Told(address="attic", points={"celsius": 20.5})


@pytest.mark.parametrize("unit", ["s", "ms", "iso"])
def test_what_a_simulator_says_is_read_again(tmp_path: Path, unit: str) -> None:
    table = _table(tmp_path, RIVER.replace('field = "ts"', f'field = "ts"\nunit = "{unit}"'))
    told = table.read(*table.example("RG-1", AT))
    assert told is not None
    assert (told.address, told.at, told.points["door_open"]) == ("RG-1", AT, True)


@pytest.mark.parametrize("topic", ["rivers/a", "rivers/a/up/more", "lakes/a/up", ""])
def test_messages_of_others_are_left_alone(tmp_path: Path, topic: str) -> None:
    assert _table(tmp_path, RIVER).read(topic, b"{}") is None


@given(some.one_of(some.binary(max_size=200), some.just(b"[" * 9_000), some.just(b'{"lvl_mm": 1e308, "ts": 1e308}')))
def test_no_bytes_break_the_reader(payload: bytes) -> None:
    level = PointField(field="lvl_mm", example=1, times=0.001)
    table = MessageTable(topic="t/{address}", points={"level_m": level}, time=OwnTime(field="ts"))
    try:
        table.read("t/a", payload)
    except ProtocolError:
        return


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("rivers/{address}/up", "rivers/up", "must have {address} as one of its levels"),
        ("rivers/{address}/up", "rivers/{sn}/up", "{address}"),
        ("rivers/{address}/up", "rivers/{address}/#", "# is not known here"),
        ("lvl_mm", "supply", "an object that another field looks into"),
        ("times = 0.001", "factor = 0.001", "points.level_m: Object contains unknown field `factor`"),
        ("topic =", "topic", "messages.toml"),
        ('field = "ts"', 'field = "ts"\nunit = "hours"', "hours"),
        ("[time]", "silent_after_s = 0\n[time]", "silent_after_s"),
    ],
)
def test_a_table_that_cannot_be_says_where(tmp_path: Path, before: str, after: str, words: str) -> None:
    assert before in RIVER
    with pytest.raises(TableWrong) as wrong:
        _table(tmp_path, RIVER.replace(before, after, 1))
    assert "messages.toml" in str(wrong.value)
    assert words in str(wrong.value)
