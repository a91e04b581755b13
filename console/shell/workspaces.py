"""Named workspaces: which panels stand where on which screen. Values only; the shell builds windows from them."""

from collections.abc import Mapping
from typing import Final

import msgspec

from console.kit.panel_spec import Area, PanelState
from console.shell.screen_matching import Rect

MOST_SCREENS: Final = 32
MOST_PANELS: Final = 100
MOST_SHARE: Final = 10_000


class TooLarge(msgspec.ValidationError):
    """A workspace of more screens or panels than any desk has."""


class PlacedPanel(msgspec.Struct, frozen=True):
    """A panel opened `area` of the panel `beside` ("" = of the whole screen); CENTER of another = a tab with it."""

    panel_id: str
    area: Area
    beside: str = ""


class ScreenLayout(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One screen. `dock_state` (base64, the docking library's own) wins over `panels` where it can be restored.

    `guests` came from elsewhere (a screen that went, another workspace): they are opened beside the rest.
    """

    panels: tuple[PlacedPanel, ...]
    sizes: dict[str, tuple[int, ...]] = {}  # shares of the splitter that holds the named panel
    screen_name: str = ""
    screen_serial: str = ""
    screen_area: Rect | None = None
    dock_state: str = ""
    is_full_screen: bool = False
    spans_all: bool = False  # one window over all screens: a wall is one canvas
    maximised: str = ""  # the panel that has the screen for itself
    guests: tuple[PlacedPanel, ...] = ()
    kept: dict[str, PanelState] = {}  # what panels keep of themselves, by panel


class WorkspaceLayout(msgspec.Struct, frozen=True, kw_only=True):
    """A named workspace; `version` says which console wrote it."""

    name: str
    screens: tuple[ScreenLayout, ...]
    version: int = 1
    locks_after_minutes: int | None = None  # without a key or mouse; 0: never, None: as the role of who sits there


def encode(layout: WorkspaceLayout) -> str:
    """As JSON text."""
    return msgspec.json.encode(layout).decode()


def decode(text: str | bytes) -> WorkspaceLayout:
    """From JSON text that anybody may have written. Raises msgspec.MsgspecError when it is none of ours."""
    try:
        return bounded(msgspec.json.decode(text, type=WorkspaceLayout))
    except (RecursionError, UnicodeError) as error:
        raise msgspec.ValidationError("it is nested too deeply, or no text") from error


def bounded(layout: WorkspaceLayout) -> WorkspaceLayout:
    """As it is, without figures that no window can have. Raises TooLarge."""
    panel_count = sum(len(panels_of(screen)) for screen in layout.screens)
    if len(layout.screens) > MOST_SCREENS or panel_count > MOST_PANELS:
        raise TooLarge(f"it has {len(layout.screens)} screens and {panel_count} panels")
    screens = tuple(
        msgspec.structs.replace(
            screen,
            sizes={
                panel_id: shares
                for panel_id, shares in screen.sizes.items()
                if shares and all(0 < share < MOST_SHARE for share in shares)
            },
        )
        for screen in layout.screens
    )
    return msgspec.structs.replace(layout, screens=screens)


def panels_of(screen: ScreenLayout) -> list[str]:
    """Every panel of a screen, guests last."""
    return [placed.panel_id for placed in (*screen.panels, *screen.guests)]


def kept_of(layout: WorkspaceLayout) -> dict[str, PanelState]:
    """What all its panels keep of themselves."""
    return {panel_id: state for screen in layout.screens for panel_id, state in screen.kept.items()}


def carried_over(layout: WorkspaceLayout, kept: Mapping[str, PanelState]) -> WorkspaceLayout:
    """The layout with what it does not keep itself as it stands now: cameras and place on the map go along."""
    screens = tuple(
        msgspec.structs.replace(
            screen,
            kept={
                panel_id: {**kept.get(panel_id, {}), **screen.kept.get(panel_id, {})}
                for panel_id in panels_of(screen)
                if panel_id in kept or panel_id in screen.kept
            },
        )
        for screen in layout.screens
    )
    return msgspec.structs.replace(layout, screens=screens)


def added_to(layout: WorkspaceLayout, other: WorkspaceLayout) -> WorkspaceLayout:
    """The layout with the panels of another one beside its own; what it has already stays as it stands.

    The other's first screen is added to the first, its second to the second, and what is more to the last.
    """
    held = {panel_id for screen in layout.screens for panel_id in panels_of(screen)}
    screens = list(layout.screens)
    for number, screen in enumerate(other.screens):
        new = tuple(placed for placed in (*screen.panels, *screen.guests) if placed.panel_id not in held)
        if not new:
            continue
        held |= {placed.panel_id for placed in new}
        mine = min(number, len(screens) - 1)
        kept = {placed.panel_id: screen.kept[placed.panel_id] for placed in new if placed.panel_id in screen.kept}
        screens[mine] = msgspec.structs.replace(
            screens[mine], guests=(*screens[mine].guests, *new), kept={**screens[mine].kept, **kept}, maximised=""
        )
    return msgspec.structs.replace(layout, screens=tuple(screens))
