"""What one map shows: a value that a workspace keeps and the layers panel changes. No Qt."""

import enum
from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec

from contract.assets import AssetClass
from contract.stream import Visual

_Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
_Code = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
_MOST: Final = 500  # of anything: what was kept may come from anybody
_Codes = Annotated[frozenset[_Code], msgspec.Meta(max_length=_MOST)]


class ViewKind(enum.StrEnum):
    """How lamps are drawn."""

    PLAIN = "plain"
    LIGHTING_DAY = "lighting_day"
    LIGHTING_NIGHT = "lighting_night"


class HeatKind(enum.StrEnum):
    """What the heat map stands for."""

    NONE = "none"
    FAULTS = "faults"
    ENERGY = "energy"


class BaseMapUse(msgspec.Struct, frozen=True, kw_only=True):
    """How a map uses one base map. Dimming lays the colour of the field over it."""

    id: _Code
    is_on: bool = False
    opacity_percent: _Percent = 100
    dim_percent: _Percent = 0


class MapLook(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a map shows. A class is hidden by itself or with its service; communes are codes, None: all of them."""

    hidden_services: _Codes = frozenset()
    hidden_classes: _Codes = frozenset()
    hidden_states: Annotated[frozenset[Visual], msgspec.Meta(max_length=_MOST)] = frozenset()
    communes: _Codes | None = None
    shows_all_alarms: bool = True
    view: ViewKind = ViewKind.PLAIN
    heat: HeatKind = HeatKind.NONE
    base_maps: Annotated[tuple[BaseMapUse, ...], msgspec.Meta(max_length=_MOST)] = ()  # the lowest first
    has_labels: bool = True
    has_cones: bool = True
    has_trails: bool = True
    has_supply_tree: bool = True
    has_legend: bool = False
    has_bookmarks: bool = False


class KeptLook(msgspec.Struct, frozen=True):
    """What was read of a kept look; `is_whole` is False when a part of it made no sense and stands at its default."""

    look: MapLook
    is_whole: bool = True


def read_look(kept: object) -> KeptLook:
    """A look from JSON values. Fields nobody knows are left out: a newer console may have kept them."""
    if not isinstance(kept, Mapping):
        return KeptLook(MapLook(), is_whole=kept is None)
    good: dict[str, Any] = {}
    is_whole = True
    for field in msgspec.structs.fields(MapLook):
        if field.name not in kept:
            continue
        try:
            good[field.name] = msgspec.convert(kept[field.name], field.type)
        except msgspec.ValidationError:
            is_whole = False
    return KeptLook(MapLook(**good), is_whole)


def write_look(look: MapLook) -> dict[str, Any]:
    """A look as JSON values, in one order whatever the sets hold."""
    kept: dict[str, Any] = msgspec.to_builtins(look, order="deterministic")
    return kept


def hidden_classes(look: MapLook, classes: Mapping[str, AssetClass]) -> frozenset[str]:
    """The classes that are not shown, by themselves or with their service."""
    with_service = {code for code, item in classes.items() if item.service in look.hidden_services}
    return look.hidden_classes | with_service


def with_class(look: MapLook, code: str, classes: Mapping[str, AssetClass], *, is_shown: bool) -> MapLook:
    """Show or hide one class; a hidden service opens when one of its classes is wanted."""
    hidden = set(look.hidden_classes)
    services = look.hidden_services
    service = classes[code].service if code in classes else ""
    if is_shown and service in services:
        services -= {service}
        hidden |= {other for other, item in classes.items() if item.service == service}
    hidden = hidden - {code} if is_shown else hidden | {code}
    return msgspec.structs.replace(look, hidden_classes=frozenset(hidden), hidden_services=services)


def with_service(look: MapLook, service: str, classes: Mapping[str, AssetClass], *, is_shown: bool) -> MapLook:
    """Show or hide a service with all of its classes."""
    of_service = {code for code, item in classes.items() if item.service == service}
    services = look.hidden_services - {service} if is_shown else look.hidden_services | {service}
    return msgspec.structs.replace(look, hidden_classes=look.hidden_classes - of_service, hidden_services=services)


def with_state(look: MapLook, visual: Visual, *, is_shown: bool) -> MapLook:
    """Show or hide a state."""
    states = look.hidden_states - {visual} if is_shown else look.hidden_states | {visual}
    return msgspec.structs.replace(look, hidden_states=states)


def with_commune(look: MapLook, code: str, all_codes: frozenset[str], *, is_shown: bool) -> MapLook:
    """Show or leave out a commune. All of them shown is the same as no choice: new communes are then shown too."""
    shown = all_codes if look.communes is None else look.communes
    shown = shown | {code} if is_shown else shown - {code}
    return msgspec.structs.replace(look, communes=None if shown >= all_codes else shown)
