"""Every word the map says, handed in so that the console can translate it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from widgets.city_map.meaning_texts import MeaningTexts
from widgets.city_map.state import AssetVisual


def grouped_digits(count: int) -> str:
    """12 345, grouped so that it does not break."""
    return f"{count:,}".replace(",", "\u202f")


def _english_states() -> Mapping[AssetVisual, str]:
    return {
        AssetVisual.NORMAL: "normal",
        AssetVisual.UNKNOWN: "unknown",
        AssetVisual.STALE: "no fresh value",
        AssetVisual.FAULT: "fault",
        AssetVisual.ALARM_P4: "alarm P4",
        AssetVisual.ALARM_P3: "alarm P3",
        AssetVisual.ALARM_P2: "alarm P2",
        AssetVisual.ALARM_P1: "alarm P1",
    }


def _english_hints() -> Mapping[str, str]:
    points = "Arrows and Space: by keys. Backspace: one back. Esc: end."
    area = "Shift: add. Alt or Ctrl: take away. Esc: end."
    return {
        "measure_distance": f"Distance: click point by point; double click or Enter: done. {points}",
        "measure_area": f"Area: click around it; double click or Enter: done. {points}",
        "select_rectangle": f"Rectangle: drag from corner to corner, or set two corners. {area}",
        "select_lasso": f"Lasso: draw around, or click corner by corner and end with a double click. {area}",
        "place": "Click where it stands, or move the cross with the arrows and press Enter. Esc: leave it as it is.",
        "select_radius": f"Circle: drag from its centre to its rim, or set both. {area}",
    }


@dataclass(frozen=True, slots=True)
class MapTexts:
    """English defaults; braces name what is filled in."""

    map_name: str = "City map"
    empty: str = "No equipment on the map yet. Import a register to see the city."
    in_view: str = "{total} in view"
    in_view_alarms: str = "{alarms} in alarm, {unacknowledged} not acknowledged"
    selected: str = "Selected: {name}"
    asset: str = "Asset {id}"
    link_lost: str = "Link lost - the map shows the past"
    legend: str = "Legend"
    unacknowledged: str = "flashing: not acknowledged"
    lamp_lit: str = "lamp, lit"
    lamp_unlit: str = "lamp, off"
    alarms_here: str = "{count} alarms here"
    north: str = "N"
    metres: str = "m"
    kilometres: str = "km"
    states: Mapping[AssetVisual, str] = field(default_factory=_english_states)
    decimal_mark: str = "."
    hectares: str = "ha"
    total: str = "total {length}"
    around: str = "around: {length}"
    chosen: str = "{count} selected"
    chosen_end: str = "Esc: none"
    quarters: str = "NSEW"
    """One letter each for north, south, east, west."""
    pixel: str = "1 px = {length}"
    mark: str = "Place: {name}"
    more: str = "+ {count} more"
    legend_filter: str = "Filter: part of the equipment is hidden"
    legend_alarms_hidden: str = "{count} alarms hidden by the filter"
    meaning: MeaningTexts = field(default_factory=MeaningTexts)
    tool_hints: Mapping[str, str] = field(default_factory=_english_hints)
    """By MapTool.value: what hands and keys do."""
