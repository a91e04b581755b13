"""The workspaces that come with the console, by role, and which of them somebody starts with."""

from collections.abc import Mapping
from typing import Final

from console.kit.panel_spec import Area
from console.shell.workspaces import PlacedPanel, ScreenLayout, WorkspaceLayout
from contract.rights import WALL_ROLE

GOLDEN: Final = "operator"
_Sizes = Mapping[str, tuple[int, ...]]


def _screen(
    *places: str,
    sizes: _Sizes | None = None,
    tiles: Mapping[str, int] | None = None,
    is_full: bool = False,
    is_canvas: bool = False,
) -> ScreenLayout:
    """Each place is "panel", "panel area" or "panel area neighbour"; `sizes` are shares, `tiles` how many on a wall."""
    return ScreenLayout(
        panels=tuple(_placed(*place.split()) for place in places),
        sizes=dict(sizes or {}),
        kept={wall: {"size": count} for wall, count in (tiles or {}).items()},
        is_full_screen=is_full,
        spans_all=is_canvas,
    )


def _placed(panel_id: str, area: str = Area.CENTER.value, beside: str = "") -> PlacedPanel:
    return PlacedPanel(panel_id, Area(area), beside)


# A panel that is placed "center" of another is a tab with it; the last of the tabs is in front.
_SCREENS: Final[Mapping[str, tuple[ScreenLayout, ...]]] = {
    "operator": (
        _screen(
            "map",
            "alarms left",
            "card right",
            "cameras bottom map",
            "assets bottom alarms",
            "handover center assets",
            "logbook center assets",
            "journal center assets",
            sizes={"card": (27, 48, 25), "cameras": (55, 45), "assets": (60, 40)},
        ),
    ),
    "operator-3-screens": (
        _screen(
            "alarms",
            "card right",
            "journal bottom alarms",
            "handover center journal",
            "assets center journal",
            "logbook center journal",
            sizes={"card": (68, 32), "journal": (60, 40)},
        ),
        _screen("map"),
        _screen("cameras", tiles={"cameras": 9}),
    ),
    # Behind the card: requests for a second person are announced also while their tab is not in front.
    "supervisor": (
        _screen(
            "alarms",
            "map right",
            "journal bottom alarms",
            "approvals bottom map",
            "evidence center approvals",
            "card center approvals",
            "handover center journal",
            "assets center journal",
            "alarm_health center journal",
            "logbook center journal",
            sizes={"map": (58, 42), "journal": (50, 50), "card": (50, 50)},
        ),
    ),
    # What is shared with police and fire: where, what stands there, its cameras, footage to ask for.
    "liaison": (
        _screen(
            "map",
            "alarms left",
            "footage right",
            "cameras center footage",
            "evidence bottom footage",
            "card center evidence",
            sizes={"cameras": (24, 44, 32), "card": (52, 48)},
            tiles={"cameras": 4},
        ),
    ),
    "wall": (_screen("footage", "cameras center footage", tiles={"cameras": 16}),),
    # Four by three screens, or one canvas of that shape: the city in the middle, alarms left, pictures right.
    "wall-4x3": (
        _screen(
            "map",
            "area left",
            "cameras right",
            "alarms bottom area",
            "cameras:2 bottom map",
            "cameras:3 bottom cameras",
            sizes={"cameras": (1, 2, 1), "alarms": (1, 2), "cameras:2": (2, 1), "cameras:3": (1, 2)},
            tiles={"cameras": 4, "cameras:2": 4, "cameras:3": 9},
            is_full=True,
            is_canvas=True,
        ),
    ),
    "alarm-wall": (_screen("area", is_full=True),),
}

DEFAULTS: Final = {name: WorkspaceLayout(name=name, screens=screens) for name, screens in _SCREENS.items()}


def default_for(role: str, screen_count: int) -> str:
    """The workspace somebody starts with the first time."""
    if role in {"supervisor", "liaison"}:
        return role
    if role == WALL_ROLE:
        return "wall-4x3" if screen_count > 1 else "alarm-wall"
    return "operator-3-screens" if screen_count >= 3 else GOLDEN
