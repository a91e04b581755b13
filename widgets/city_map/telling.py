"""The map in words: for tooltips and for those who do not see it."""

from __future__ import annotations

import html

from widgets.city_map.scene.scene import Scene
from widgets.city_map.state import FIRST_ALARM, AssetVisual
from widgets.city_map.texts import MapTexts
from widgets.city_map.view.viewport import Viewport


def as_plain(words: str) -> str:
    """Rich text that shows exactly these letters: a name from a register may look like markup."""
    return "<qt>" + html.escape(words).replace("\n", "<br>") + "</qt>" if words else ""


def asset_words(scene: Scene, texts: MapTexts, asset_id: int) -> str:
    """Name, class and state of one asset."""
    name = scene.labels.get(asset_id) or texts.asset.format(id=asset_id)
    row = scene.store.row_of(asset_id)
    if row is None:
        return name
    state = texts.states[AssetVisual(int(scene.store.visual[row]))]
    label = scene.style_of(row).label
    return f"{name}\n{label}: {state}" if label else f"{name}\n{state}"


def view_words(scene: Scene, texts: MapTexts, view: Viewport, selected: int, lost: str | None) -> str:
    """What the picture says: how many, how many in alarm, which is selected, whether it is live."""
    counts = scene.counts(view)
    alarms = sum(number for visual, number in counts.by_state.items() if visual >= FIRST_ALARM)
    words = [
        texts.in_view.format(total=counts.total),
        texts.in_view_alarms.format(alarms=alarms, unacknowledged=counts.unacknowledged),
    ]
    if scene.store.row_of(selected) is not None:
        words.append(texts.selected.format(name=asset_words(scene, texts, selected).replace("\n", ", ")))
    return ". ".join(([lost] if lost else []) + words)
