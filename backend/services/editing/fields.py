"""Fields that people set, checked before anything is changed. Unknown stays unknown: null empties a field."""

import datetime as dt
import math
from collections.abc import Callable, Mapping
from typing import Final

import msgspec
from msgspec import UNSET

from backend.services.import_files import cells
from backend.services.import_files.assets import FURTHEST_DEG, MOST_EXTRAS
from backend.services.import_files.cells import CellRefused
from backend.services.refusals import EditRefused
from backend.services.register import Register
from backend.services.said import say
from contract.asset_editing import AssetFields
from contract.assets import Asset, Commune

Values = Mapping[str, object]
LONGEST_CODE: Final = 80
_RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "azimuth_deg": (-360, 360),
    "fov_deg": (0, 360),
    "range_m": (0, 20_000),
    "height_m": (0, 500),
    "expected_life_years": (0, 500),
    "number": (-(2**31), 2**31 - 1),
}
_TEXTS: Final = ("name", "street", "commune", "service", "serial")
_FIRST_DAY, _LAST_DAY = dt.date(1800, 1, 1), dt.date(2200, 12, 31)


def checked_values(fields: AssetFields, register: Register) -> Values:
    """What was given, cleaned, by field of Asset; `extra` holds what changes of it. Raises EditRefused."""
    given = {name: value for name in fields.__struct_fields__ if (value := getattr(fields, name)) is not UNSET}
    if not given:
        raise EditRefused(say("edit_empty"))
    for name in _TEXTS:
        if name in given:
            given[name] = clean(name, given[name])
    for name, (low, high) in _RANGES.items():
        if (value := given.get(name)) is not None and not low <= value <= high:
            raise EditRefused(say("edit_range", field=name, low=low, high=high))
    commissioned = given.get("commissioned")
    if isinstance(commissioned, dt.date) and not _FIRST_DAY <= commissioned <= _LAST_DAY:
        raise EditRefused(say("edit_date", field="commissioned", low=_FIRST_DAY, high=_LAST_DAY))
    if "extra" in given:
        given["extra"] = _extra(given["extra"])
    _check_place(given, register)
    _check_commune_and_service(given, register)
    return given


def with_values(asset: Asset, values: Values) -> Asset:
    """The asset as it will be; version and register apart."""
    plain = {name: value for name, value in values.items() if name != "extra"}
    if "extra" in values:
        merged = {**asset.extra, **msgspec.convert(values["extra"], dict[str, str | None])}
        kept = {key: text for key, text in merged.items() if text is not None}
        if len(kept) > max(MOST_EXTRAS, len(asset.extra)):
            raise EditRefused(say("edit_extras", count=MOST_EXTRAS))
        plain["extra"] = kept
    return msgspec.structs.replace(asset, **plain)


def clean(field: str, text: object) -> str:
    """One line as the register keeps it. Raises EditRefused."""
    try:
        return cells.clean_text(text)
    except CellRefused as error:
        raise EditRefused(say("edit_text", field=field, why=error)) from error


def check_parent(asset_id: int, values: Values, register: Register, may_see: Callable[[Asset], bool]) -> None:
    """What an asset belongs to exists, is seen, and does not belong to it. Raises EditRefused."""
    parent = values.get("parent")
    if not isinstance(parent, int):
        return
    found = register.get(parent)
    if found is None or not may_see(found):
        raise EditRefused(say("edit_parent", asset=parent))
    codes, seen = [found.code], set[int]()
    while True:
        if found.id == asset_id:
            raise EditRefused(say("edit_parent_itself", asset=found.code, chain=" \N{LEFTWARDS ARROW} ".join(codes)))
        seen.add(found.id)
        above = None if found.parent is None else register.get(found.parent)
        if above is None or above.id in seen:
            return
        found = above
        codes.append(found.code if may_see(found) else "-")


def _extra(given: Mapping[str, str | None]) -> dict[str, str | None]:
    if len(given) > MOST_EXTRAS:
        raise EditRefused(say("edit_extras", count=MOST_EXTRAS))
    cleaned: dict[str, str | None] = {}
    for key, text in given.items():
        name = clean("extra", key)
        if not name:
            raise EditRefused(say("edit_text", field="extra", why="has a field without a name"))
        cleaned[name] = None if text is None else clean(name, text) or None
    return cleaned


def _check_place(given: Mapping[str, object], register: Register) -> None:
    lon, lat = given.get("lon"), given.get("lat")
    if lon is None and lat is None:
        return
    if not isinstance(lon, float | int) or not isinstance(lat, float | int):
        raise EditRefused(say("edit_half_place"))
    is_on_earth = math.isfinite(lon) and math.isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90
    if not is_on_earth or (lon == 0 and lat == 0):
        raise EditRefused(say("edit_place", lon=f"{lon:.6g}", lat=f"{lat:.6g}"))
    communes = register.communes()
    if communes and not any(_is_near(commune, lon, lat) for commune in communes):
        raise EditRefused(say("edit_far", lon=f"{lon:.6g}", lat=f"{lat:.6g}"))


def _is_near(commune: Commune, lon: float, lat: float) -> bool:
    return math.hypot(lon - commune.lon, lat - commune.lat) <= FURTHEST_DEG


def _check_commune_and_service(given: Mapping[str, object], register: Register) -> None:
    commune, service = given.get("commune"), given.get("service")
    known_communes = {one.code for one in register.communes()} | {topic[0] for topic in register.topics()}
    if commune and commune not in known_communes:
        raise EditRefused(say("edit_commune", commune=commune))
    known = {one.service for one in register.classes.values()}
    if service and service not in known and all(asset.service != service for asset in register.all()):
        raise EditRefused(say("edit_service", service=service, services=", ".join(sorted(known - {""}))))
