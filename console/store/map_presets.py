"""Looks by name that every console has: one action to see lighting by night, or cameras alone. No Qt."""

import enum
from collections.abc import Mapping
from typing import Final

import msgspec

from console.store.map_look import HeatKind, MapLook, ViewKind
from contract.assets import AssetClass
from contract.stream import Visual


class Preset(enum.StrEnum):
    """What comes with the console."""

    EVERYTHING = "everything"
    LIGHTING_NIGHT = "lighting_night"
    LIGHTING_DAY = "lighting_day"
    ALARMS = "alarms"
    CAMERAS = "cameras"
    TRAFFIC = "traffic"
    NETWORK = "network"


_SERVICES: Final[Mapping[Preset, frozenset[str]]] = {
    Preset.LIGHTING_NIGHT: frozenset({"lighting"}),
    Preset.LIGHTING_DAY: frozenset({"lighting"}),
    Preset.CAMERAS: frozenset({"video_protection"}),
    Preset.TRAFFIC: frozenset({"traffic", "parking"}),
    Preset.NETWORK: frozenset({"network"}),
}
_VIEWS: Final = {Preset.LIGHTING_NIGHT: ViewKind.LIGHTING_NIGHT, Preset.LIGHTING_DAY: ViewKind.LIGHTING_DAY}
_NOT_ALARMS: Final = frozenset(visual for visual in Visual if visual < Visual.ALARM_P4)


def apply_preset(look: MapLook, preset: Preset, classes: Mapping[str, AssetClass]) -> MapLook:
    """The look with the preset's contents; base maps, communes and names stay as the user has them."""
    wanted = _SERVICES.get(preset)
    services = {item.service for item in classes.values() if not item.is_line}
    return msgspec.structs.replace(
        look,
        hidden_services=frozenset() if wanted is None else frozenset(services - wanted),
        hidden_classes=frozenset(),
        hidden_states=_NOT_ALARMS if preset is Preset.ALARMS else frozenset(),
        communes=None if preset is Preset.EVERYTHING else look.communes,
        view=_VIEWS.get(preset, ViewKind.PLAIN),
        heat=HeatKind.NONE,
        has_cones=look.has_cones or preset in {Preset.CAMERAS, Preset.EVERYTHING},
        shows_all_alarms=True,
    )


def preset_of(look: MapLook, classes: Mapping[str, AssetClass]) -> Preset | None:
    """The preset a look is, None when it was changed by hand."""
    return next((preset for preset in Preset if apply_preset(look, preset, classes) == look), None)
