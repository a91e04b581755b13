"""A workspace made for more screens than there are: its panels gather on those that are there. Values only."""

from collections.abc import Mapping, Sequence

import msgspec

from console.kit.panel_spec import Area, kind_of
from console.shell.default_workspaces import DEFAULTS, GOLDEN
from console.shell.screen_matching import ScreenPlace, recognised
from console.shell.workspaces import PlacedPanel, ScreenLayout, WorkspaceLayout, carried_over, kept_of, panels_of


def folded(layout: WorkspaceLayout, places: Sequence[ScreenPlace], areas: Mapping[str, Area]) -> WorkspaceLayout:
    """The layout on the screens there are; `areas` says where a panel goes that has to move in.

    Windows whose screen is there stay; the panels of the others are guests in the next one.
    On one screen alone panels stand as in the golden workspace: nothing an alarm needs is behind a tab.
    """
    there = max(len(places), 1)
    if len(layout.screens) <= there:
        return layout
    if there == 1:
        return msgspec.structs.replace(layout, screens=(_on_one(layout, areas),))
    known = recognised(layout.screens, places)
    others = [number for number in range(len(layout.screens)) if number not in known]
    stay = sorted([*sorted(known), *others][:there])
    hosts = {number: layout.screens[number] for number in stay}
    for number, screen in enumerate(layout.screens):
        if number not in hosts:
            near = [(abs(each - number), len(layout.screens[each].panels), each) for each in stay]
            host = min(near)[-1]
            hosts[host] = _joined(hosts[host], screen, areas)
    return msgspec.structs.replace(layout, screens=tuple(hosts.values()))


def unfolded(whole: WorkspaceLayout, shown: WorkspaceLayout) -> WorkspaceLayout:
    """The whole layout after work on fewer screens: what was closed there is out, what was opened is a guest."""
    is_open = dict.fromkeys(panel_id for screen in shown.screens for panel_id in panels_of(screen))
    known = {panel_id for screen in whole.screens for panel_id in panels_of(screen)}
    screens = [
        msgspec.structs.replace(
            screen,
            panels=tuple(placed for placed in screen.panels if placed.panel_id in is_open),
            guests=tuple(placed for placed in screen.guests if placed.panel_id in is_open),
            kept={},
        )
        for screen in whole.screens
    ]
    opened = (placed for screen in shown.screens for placed in screen.panels if placed.panel_id not in known)
    screens[0] = msgspec.structs.replace(screens[0], guests=(*screens[0].guests, *opened))
    return carried_over(msgspec.structs.replace(whole, screens=tuple(screens)), kept_of(shown))


def _on_one(layout: WorkspaceLayout, areas: Mapping[str, Area]) -> ScreenLayout:
    wanted = dict.fromkeys(panel_id for screen in layout.screens for panel_id in panels_of(screen))
    golden = DEFAULTS[GOLDEN].screens[0]
    if not wanted.keys() & {placed.panel_id for placed in golden.panels}:
        first, *more = layout.screens
        for screen in more:
            first = _joined(first, screen, areas)
        return first
    known = tuple(placed for placed in golden.panels if placed.panel_id in wanted)
    others = wanted.keys() - {placed.panel_id for placed in known}
    extra = tuple(_guest(panel_id, areas) for panel_id in wanted if panel_id in others)
    sizes = golden.sizes if len(known) == len(golden.panels) else {}
    return ScreenLayout(panels=known, guests=extra, sizes=sizes, kept=kept_of(layout))


def _joined(host: ScreenLayout, lost: ScreenLayout, areas: Mapping[str, Area]) -> ScreenLayout:
    guests = tuple(_guest(panel_id, areas) for panel_id in panels_of(lost))
    return msgspec.structs.replace(host, guests=(*host.guests, *guests), kept={**lost.kept, **host.kept}, maximised="")


def _guest(panel_id: str, areas: Mapping[str, Area]) -> PlacedPanel:
    return PlacedPanel(panel_id, areas.get(kind_of(panel_id), Area.CENTER))
