"""Words for what the map says beyond states, for screen readers, tooltips and the legend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from widgets.city_map.details import JunctionMode
from widgets.city_map.looks import ViewMode


def _english_modes() -> Mapping[JunctionMode, str]:
    return {
        JunctionMode.RUNNING: "green plan running",
        JunctionMode.FLASHING_AMBER: "flashing amber",
        JunctionMode.DARK: "dark",
        JunctionMode.FAULT: "fault",
        JunctionMode.UNKNOWN: "state unknown",
    }


def _english_views() -> Mapping[ViewMode, str]:
    return {
        ViewMode.PLAIN: "",
        ViewMode.LIGHTING_NIGHT: "Lighting by night: the brighter a lamp, the higher its level",
        ViewMode.LIGHTING_DAY: "Lighting by day: the larger a lamp, the higher its level",
    }


@dataclass(frozen=True, slots=True)
class MeaningTexts:
    """English defaults; braces name what is filled in."""

    by_priority: str = "P1 {p1}, P2 {p2}, P3 {p3}, P4 {p4}"
    suppressed: str = "explained by its supply"
    suppressed_count: str = "{count} explained by their supply"
    pending: str = "command under way"
    pending_count: str = "{count} commands under way"
    sign: str = "sign shows: {text}"
    sign_blank: str = "sign is blank"
    plan: str = "plan {name}"
    bays: str = "{free} of {total} bays free"
    unknown: str = "unknown"
    ptz: str = "PTZ camera"
    fixed: str = "fixed camera"
    recording: str = "recording"
    masked: str = "parts of the picture are masked"
    crew: str = "crew: {status}"
    level: str = "level {percent} %"
    heat: str = "Heat map: {legend}"
    following: str = "Following {name}"
    supply: str = "supply tree: {fed} fed, {cut_off} cut off"
    junction_modes: Mapping[JunctionMode, str] = field(default_factory=_english_modes)
    view_modes: Mapping[ViewMode, str] = field(default_factory=_english_views)
