"""The asset classes a city starts with, read from the table beside this file."""

import tomllib
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

import msgspec

from contract.assets import AssetClass


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    classes: tuple[AssetClass, ...] = msgspec.field(name="class")


def parse_asset_classes(text: str) -> Mapping[str, AssetClass]:
    """Classes by code. Raises msgspec.ValidationError or tomllib.TOMLDecodeError naming the place."""
    table = msgspec.convert(tomllib.loads(text), _Table)
    by_code = {asset_class.code: asset_class for asset_class in table.classes}
    if len(by_code) != len(table.classes):
        raise msgspec.ValidationError("two asset classes have the same code")
    return MappingProxyType(by_code)


def standard_asset_classes() -> Mapping[str, AssetClass]:
    """The classes that come with the product."""
    return parse_asset_classes(resources.files("backend.domain").joinpath("asset_classes.toml").read_text("utf-8"))
