"""What the guide for newcomers shows is what there is: every key named, every example read."""

import re
from pathlib import Path

import msgspec
import pytest

from backend.devkit.mqtt.message_table import MessageTable, OwnTime, PointField, read_message_table
from backend.domain.asset_classes import parse_asset_classes
from contract.assets import AlarmRule, AlarmWhen, AssetClass, PointSpec

DOCS = Path(__file__).parents[2] / "docs"
CLASSES = (DOCS / "asset-classes.md").read_text("utf-8")
EXTENDING = (DOCS / "extending.md").read_text("utf-8")


def _named(text: str, heading: str) -> set[str]:
    part = text.partition(heading)[2].partition("\n##")[0]
    return set(re.findall(r"`([a-z_]+)`", part))


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("## A class:", AssetClass),
        ("## A point:", PointSpec),
        ("## An alarm:", AlarmRule),
    ],
)
def test_every_key_of_a_class_file_is_told(heading: str, kind: type[msgspec.Struct]) -> None:
    keys = {field.encode_name for field in msgspec.structs.fields(kind)}
    assert keys <= _named(CLASSES, heading)


def test_every_condition_is_told() -> None:
    assert {when.value for when in AlarmWhen} <= _named(CLASSES, "## An alarm:")


def test_every_key_of_a_message_table_is_told() -> None:
    told = _named(EXTENDING, "### Every key of messages.toml")
    for kind in (MessageTable, OwnTime, PointField):
        assert {field.encode_name for field in msgspec.structs.fields(kind)} - {"points", "time"} <= told


def test_the_class_that_is_shown_can_be_read() -> None:
    shown = re.findall(r"```\n(.*?)```", CLASSES, re.DOTALL)
    (gauge,) = parse_asset_classes(shown[0]).values()
    assert [alarm.kind for alarm in (*gauge.alarms, *gauge.points[0].alarms)] == ["silent", "high_water"]


def test_the_table_that_is_shown_reads_the_message_that_is_shown(tmp_path: Path) -> None:
    block = EXTENDING.partition('       topic = "rivers/')[2].partition("\n3. ")[0]
    file = tmp_path / "messages.toml"
    file.write_text('topic = "rivers/' + re.sub(r"^ {7}", "", block, flags=re.MULTILINE), "utf-8")
    message = re.search(r'`(\{"sn".*?\})`', EXTENDING)
    assert message is not None
    told = read_message_table(file).read("rivers/RG-0042/up", message[1].encode())
    assert told is not None
    assert dict(told.points) == {"level_m": 1.234, "battery_v": 3.55}
