"""Several assets at once: chosen by an area on the map or by whoever holds a list of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal

from widgets.city_map.tools.chosen_part import ChosenPart
from widgets.city_map.values import UInt32s


class Chosen(QObject):
    """Which are chosen; the part paints them."""

    changed = Signal(object)
    """Ascending ids: a user chose several by an area, or let them all go."""

    def __init__(self, part: ChosenPart, shown: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._part = part
        self._shown = shown

    @property
    def ids(self) -> UInt32s:
        """Those chosen by area or by `set_ids`, ascending."""
        return self._part.ids

    def set_ids(self, ids: UInt32s) -> None:
        """Show these as chosen; says nothing by signal. Ids that are not on the map are remembered."""
        self._part.set_ids(ids)
        self._shown()

    def let_go(self) -> None:
        """A user wants none of them any more."""
        self.set_ids(np.empty(0, np.uint32))
        self.changed.emit(self.ids)
