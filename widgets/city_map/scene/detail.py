"""Which classes are discs, icons or left out at a scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from widgets.city_map.values import ClassStyle, Glyph, Mask


def disc_classes(styles: Sequence[ClassStyle], metres_per_pixel: float) -> tuple[Mask, Mask]:
    """Per class_index: is it a disc at this scale, and is it shown while nothing is wrong with it."""
    is_disc = np.ones(256, np.bool_)
    is_shown = np.ones(256, np.bool_)
    for at, style in enumerate(styles[:256]):
        is_disc[at] = style.glyph is Glyph.DOT or metres_per_pixel > style.icon_mpp
        is_shown[at] = metres_per_pixel <= style.min_detail_mpp
    return is_disc, is_shown
