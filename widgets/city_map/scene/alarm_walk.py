"""From alarm to alarm by key: not acknowledged first, then worst first."""

from __future__ import annotations

from widgets.city_map.scene.scene import Scene


def neighbour_alarm(scene: Scene, selected: int, step: int) -> int:
    """The id that many alarms after the selected one, round and round; 0 when none stands."""
    ids = scene.alarms_by_importance()
    if not ids:
        return 0
    at = ids.index(selected) + step if selected in ids else (0 if step > 0 else -1)
    return ids[at % len(ids)]
