"""Exact numbers of what stands in a view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from widgets.city_map.state import PENDING, SUPPRESSED, UNACKNOWLEDGED, VISUAL_MASK, AssetVisual
from widgets.city_map.values import Bytes, ClassStyle, CountsInView

NO_STYLE: Final = ClassStyle("asset", "")


def counted(classes: Bytes, states: Bytes, styles: Sequence[ClassStyle]) -> CountsInView:
    """Parallel columns counted once by class and state; the rest is read off the few numbers that come out."""
    both = classes.astype(np.uint16) * np.uint16(256) + states
    numbers = np.bincount(both, minlength=1)
    by_class: dict[str, int] = {}
    by_state: dict[AssetVisual, int] = {}
    unacknowledged = suppressed = pending = 0
    for at in np.flatnonzero(numbers).tolist():
        index, state, number = at // 256, at % 256, int(numbers[at])
        code = styles[index].code if index < len(styles) else NO_STYLE.code
        by_class[code] = by_class.get(code, 0) + number
        pending += number if state & PENDING else 0
        if state & SUPPRESSED:
            # What its supply explains is in no state of its own.
            suppressed += number
            continue
        visual = AssetVisual(state & VISUAL_MASK)
        by_state[visual] = by_state.get(visual, 0) + number
        unacknowledged += number if state & UNACKNOWLEDGED else 0
    return CountsInView(int(classes.size), by_class, by_state, unacknowledged, suppressed, pending)
