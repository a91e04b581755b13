"""Named workspaces: which panels stand where on which screen. Values only; the shell builds windows from them."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from console.kit.panel_spec import Area, PanelState

GOLDEN: Final = "operator"


class PlacedPanel(msgspec.Struct, frozen=True):
    """A panel opened `area` of the panel `beside` ("" = of the whole screen); CENTER of another = a tab with it."""

    panel_id: str
    area: Area
    beside: str = ""


class ScreenLayout(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One screen. `dock_state` (base64, the docking library's own) wins over `panels` where it can be restored."""

    panels: tuple[PlacedPanel, ...]
    sizes: dict[str, tuple[int, ...]] = {}  # shares of the splitter that holds the named panel
    screen_name: str = ""
    dock_state: str = ""
    is_full_screen: bool = False
    kept: dict[str, PanelState] = {}  # what panels keep of themselves, by panel


class WorkspaceLayout(msgspec.Struct, frozen=True, kw_only=True):
    """A named workspace; `version` says which console wrote it."""

    name: str
    screens: tuple[ScreenLayout, ...]
    version: int = 1


class ScreenPlace(NamedTuple):
    """A physical screen as Qt tells it."""

    name: str
    x: int
    y: int
    width: int
    height: int


def _operator() -> WorkspaceLayout:
    screen = ScreenLayout(
        panels=(
            PlacedPanel("map", Area.CENTER),
            PlacedPanel("alarms", Area.LEFT),
            PlacedPanel("card", Area.RIGHT),
            PlacedPanel("cameras", Area.BOTTOM, "map"),
            PlacedPanel("assets", Area.BOTTOM, "alarms"),
            PlacedPanel("journal", Area.CENTER, "assets"),
        ),
        sizes={"card": (27, 48, 25), "cameras": (55, 45), "assets": (60, 40)},
    )
    return WorkspaceLayout(name=GOLDEN, screens=(screen,))


def _operator_on_three() -> WorkspaceLayout:
    alarms = ScreenLayout(
        panels=(
            PlacedPanel("alarms", Area.CENTER),
            PlacedPanel("card", Area.RIGHT),
            PlacedPanel("journal", Area.BOTTOM, "alarms"),
            PlacedPanel("assets", Area.CENTER, "journal"),
        ),
        sizes={"card": (68, 32), "journal": (60, 40)},
    )
    return WorkspaceLayout(
        name="operator-3-screens",
        screens=(
            alarms,
            ScreenLayout(panels=(PlacedPanel("map", Area.CENTER),)),
            ScreenLayout(panels=(PlacedPanel("cameras", Area.CENTER),), kept={"cameras": {"size": 9}}),
        ),
    )


def _supervisor() -> WorkspaceLayout:
    screen = ScreenLayout(
        panels=(
            PlacedPanel("alarms", Area.CENTER),
            PlacedPanel("map", Area.RIGHT),
            PlacedPanel("journal", Area.BOTTOM, "alarms"),
            # Behind the card: requests for a second person are announced also while their tab is not in front.
            PlacedPanel("approvals", Area.BOTTOM, "map"),
            PlacedPanel("evidence", Area.CENTER, "approvals"),
            PlacedPanel("card", Area.CENTER, "approvals"),
            PlacedPanel("assets", Area.CENTER, "journal"),
        ),
        sizes={"map": (58, 42), "journal": (50, 50), "card": (50, 50)},
    )
    return WorkspaceLayout(name="supervisor", screens=(screen,))


def _wall() -> WorkspaceLayout:
    screen = ScreenLayout(
        panels=(
            PlacedPanel("footage", Area.CENTER),
            PlacedPanel("cameras", Area.CENTER, "footage"),
        ),
        kept={"cameras": {"size": 16}},
    )
    return WorkspaceLayout(name="wall", screens=(screen,))


DEFAULTS: Final = {layout.name: layout for layout in (_operator(), _operator_on_three(), _supervisor(), _wall())}


def default_for(role: str, screen_count: int) -> str:
    """The workspace somebody starts with the first time."""
    if role == "supervisor":
        return "supervisor"
    return "operator-3-screens" if screen_count >= 3 else GOLDEN


def encode(layout: WorkspaceLayout) -> str:
    """As JSON text."""
    return msgspec.json.encode(layout).decode()


def decode(text: str | bytes) -> WorkspaceLayout:
    """From JSON text. Raises msgspec.MsgspecError when it is none of ours."""
    return msgspec.json.decode(text, type=WorkspaceLayout)


def assign_screens(screens: Sequence[ScreenLayout], places: Sequence[ScreenPlace]) -> list[int]:
    """For each screen of a workspace the index of a physical one: of the same name, else a free one, else the first."""
    taken: dict[int, int] = {}
    by_name = {place.name: index for index, place in enumerate(places)}
    for number, screen in enumerate(screens):
        index = by_name.get(screen.screen_name) if screen.screen_name else None
        if index is not None and index not in taken.values():
            taken[number] = index
    free = [index for index in range(len(places)) if index not in taken.values()]
    for number in range(len(screens)):
        if number not in taken:
            taken[number] = free.pop(0) if free else 0
    return [taken[number] for number in range(len(screens))]


def kept_of(layout: WorkspaceLayout) -> dict[str, PanelState]:
    """What all its panels keep of themselves."""
    return {panel_id: state for screen in layout.screens for panel_id, state in screen.kept.items()}


def carried_over(layout: WorkspaceLayout, kept: Mapping[str, PanelState]) -> WorkspaceLayout:
    """The layout with what it does not keep itself as it stands now: cameras and place on the map go along."""
    screens = tuple(
        msgspec.structs.replace(
            screen,
            kept={
                placed.panel_id: {**kept.get(placed.panel_id, {}), **screen.kept.get(placed.panel_id, {})}
                for placed in screen.panels
                if placed.panel_id in kept or placed.panel_id in screen.kept
            },
        )
        for screen in layout.screens
    )
    return msgspec.structs.replace(layout, screens=screens)
