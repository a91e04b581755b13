"""The list of assets: one table for the page, its popups and the CSV file."""

import math
from typing import NamedTuple

from exported_maps.limits import has_place
from exported_maps.plain_text import plain
from exported_maps.values import ExportedAsset, ExportedMap
from exported_maps.wording import Words


class Row(NamedTuple):
    """One asset in words. `number` is its place in the list, from 0."""

    number: int
    asset: ExportedAsset
    cells: tuple[str, ...]


def headings(wanted: ExportedMap, words: Words) -> tuple[str, ...]:
    """The columns of the list; level only where some asset has one."""
    fixed = [words("code"), words("name"), words("class"), words("state")]
    if _has_levels(wanted):
        fixed.append(words("level"))
    if _has_mobiles(wanted):
        fixed.append(words("position"))
    return (*fixed, words("commune"), words("street"), *(plain(column, 60) for column in wanted.extra_columns))


def rows(wanted: ExportedMap, words: Words) -> list[Row]:
    """Worst first, then by class and code, as the list shows them."""
    has_levels, has_mobiles = _has_levels(wanted), _has_mobiles(wanted)
    ordered = sorted(
        wanted.assets,
        key=lambda asset: (-int(asset.state), not asset.is_unacknowledged, asset.kind, asset.code, asset.id),
    )
    return [
        Row(number, asset, _cells(asset, wanted, words, has_levels, has_mobiles))
        for number, asset in enumerate(ordered)
    ]


def drawn(listed: list[Row]) -> list[Row]:
    """Those that have a place on the map, the calm ones first: the worst is drawn on top."""
    return [row for row in reversed(listed) if has_place(row.asset)]


def _has_levels(wanted: ExportedMap) -> bool:
    return any(asset.level_percent is not None for asset in wanted.assets)


def _has_mobiles(wanted: ExportedMap) -> bool:
    return any(asset.is_mobile for asset in wanted.assets)


def _position(asset: ExportedAsset, words: Words) -> str:
    """How old a position is, and where it heads; nothing for what does not move."""
    if not asset.is_mobile:
        return ""
    if asset.position_age_s is None or not math.isfinite(asset.position_age_s):
        return words("position_unheard")
    age = words.age(asset.position_age_s)
    told = words("position_older", age=age) if asset.is_position_older else words("position_age", age=age)
    heading = asset.heading_deg
    if heading is None or not math.isfinite(heading):
        return told
    return words("position_heading", position=told, heading=round(heading) % 360)


def _cells(
    asset: ExportedAsset, wanted: ExportedMap, words: Words, has_levels: bool, has_mobiles: bool
) -> tuple[str, ...]:
    cells = [
        plain(asset.code, 80),
        plain(asset.name),
        plain(wanted.kinds[asset.kind].label, 80),
        words.state_of_asset(asset.state, is_unacknowledged=asset.is_unacknowledged),
    ]
    if has_levels:
        cells.append("—" if asset.level_percent is None else f"{asset.level_percent}\u202f%")
    if has_mobiles:
        cells.append(_position(asset, words))
    extra = [plain(text) for text in asset.extra[: len(wanted.extra_columns)]]
    extra += [""] * (len(wanted.extra_columns) - len(extra))
    return (*cells, plain(asset.commune, 80), plain(asset.street, 120), *extra)
