"""A workspace made for more screens than there are: its panels gather on those that are there. Values only."""

from collections.abc import Mapping

import msgspec

from console.kit.panel_spec import Area, kind_of
from console.shell.workspaces import DEFAULTS, GOLDEN, PlacedPanel, ScreenLayout, WorkspaceLayout, kept_of


def folded(layout: WorkspaceLayout, screen_count: int, areas: Mapping[str, Area]) -> WorkspaceLayout:
    """The layout on `screen_count` screens at most; `areas` says where a panel goes that has to move in.

    On one screen alone panels stand as in the golden workspace: nothing an alarm needs is behind a tab.
    """
    if len(layout.screens) <= max(screen_count, 1):
        return layout
    if screen_count <= 1:
        return msgspec.structs.replace(layout, screens=(_on_one(layout, areas),))
    stay, fold = layout.screens[: screen_count - 1], layout.screens[screen_count - 1 :]
    return msgspec.structs.replace(layout, screens=(*stay, _joined(fold, areas)))


def _on_one(layout: WorkspaceLayout, areas: Mapping[str, Area]) -> ScreenLayout:
    wanted = dict.fromkeys(placed.panel_id for screen in layout.screens for placed in screen.panels)
    golden = DEFAULTS[GOLDEN].screens[0]
    if not wanted.keys() & {placed.panel_id for placed in golden.panels}:
        return _joined(layout.screens, areas)
    known = tuple(placed for placed in golden.panels if placed.panel_id in wanted)
    others = wanted.keys() - {placed.panel_id for placed in known}
    extra = tuple(
        PlacedPanel(panel_id, areas.get(kind_of(panel_id), Area.CENTER)) for panel_id in wanted if panel_id in others
    )
    sizes = golden.sizes if len(known) == len(golden.panels) and not extra else {}
    return ScreenLayout(panels=(*known, *extra), sizes=sizes, kept=kept_of(layout))


def _joined(screens: tuple[ScreenLayout, ...], areas: Mapping[str, Area]) -> ScreenLayout:
    first = screens[0]
    moved = [placed.panel_id for screen in screens[1:] for placed in screen.panels]
    extra = tuple(PlacedPanel(panel_id, areas.get(kind_of(panel_id), Area.CENTER)) for panel_id in moved)
    kept = {panel_id: state for screen in screens for panel_id, state in screen.kept.items()}
    return ScreenLayout(panels=(*first.panels, *extra), screen_name=first.screen_name, kept=kept)
