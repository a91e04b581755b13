"""The asset classes a city starts with, read from the table beside this file."""

import re
import tomllib
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType
from typing import Final, cast

import msgspec

from backend.domain.alarms.supply import SUPPLIED_LOST_RULE
from contract.assets import AssetClass

_STEPS: Final = re.compile(r"\.(\w+)(?:\[(\d+)\])?")
_THINGS: Final = {"class": "class", "points": "point", "alarms": "alarm"}
_NAMED_BY: Final = ("code", "name", "kind")


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    classes: tuple[AssetClass, ...] = msgspec.field(name="class")


def parse_asset_classes(text: str) -> Mapping[str, AssetClass]:
    """Classes by code. Raises msgspec.ValidationError or tomllib.TOMLDecodeError naming the place."""
    plain = tomllib.loads(text)
    try:
        table = msgspec.convert(plain, _Table)
    except msgspec.ValidationError as error:
        raise msgspec.ValidationError(_in_words(str(error), plain)) from error
    by_code = {asset_class.code: _with_its_card(asset_class) for asset_class in table.classes}
    if len(by_code) != len(table.classes):
        raise msgspec.ValidationError("two asset classes have the same code")
    return MappingProxyType(by_code)


def _in_words(fault: str, plain: object) -> str:
    """Of "... - at `$.class[0].points[1].alarms[0].when`": whose `when` that is, by code, name and kind."""
    said, separator, path = fault.partition(" - at `$")
    if not separator:
        return fault
    place: list[str] = []
    for key, index in _STEPS.findall(path):
        plain = cast("dict[str, object]", plain).get(key) if isinstance(plain, dict) else None
        if index and isinstance(plain, list):
            plain = cast("list[object]", plain)[int(index)]
        known = cast("dict[str, object]", plain) if isinstance(plain, dict) else {}
        name = next((str(known[one]) for one in _NAMED_BY if one in known), "")
        number = f"number {int(index) + 1}" if index else ""
        place.append(" ".join(filter(None, (_THINGS.get(key, key), name or number))))
    return f"{', '.join(place)}: {said}"


def _with_its_card(asset_class: AssetClass) -> AssetClass:
    """What feeds others can be blamed for them, whatever it tells itself."""
    if not asset_class.feeds:
        return asset_class
    return msgspec.structs.replace(asset_class, alarms=(*asset_class.alarms, SUPPLIED_LOST_RULE))


def standard_asset_classes() -> Mapping[str, AssetClass]:
    """The classes that come with the product."""
    return parse_asset_classes(resources.files("backend.domain").joinpath("asset_classes.toml").read_text("utf-8"))
