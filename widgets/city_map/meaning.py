"""What the map says beyond states: feeds of flags, details, supply, heat and light."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from widgets.city_map.details import AssetDetail, SupplyTree
from widgets.city_map.looks import ViewMode, theme_for
from widgets.city_map.renderer import MapRenderer
from widgets.city_map.state import PENDING, SUPPRESSED
from widgets.city_map.surface import MapSurface
from widgets.city_map.texts import MapTexts
from widgets.city_map.theme import MapTheme
from widgets.city_map.values import UInt32s
from widgets.frame_clock import FrameClock

_TEXT_ZOOMS: Final = (0.5, 4.0)


class MapMeaning(MapSurface):
    """Feed it what assets mean; positions and states are fed to CityMap."""

    follow_ended = Signal()

    def __init__(
        self, clock: FrameClock, renderer: MapRenderer, texts: MapTexts, theme: MapTheme, parent: QWidget | None
    ) -> None:
        super().__init__(clock, renderer, texts, theme, parent)
        self._view_mode = ViewMode.PLAIN

    @property
    def view_mode(self) -> ViewMode:
        """In which light the map is shown."""
        return self._view_mode

    def set_view_mode(self, mode: ViewMode) -> None:
        """Plain states, or lighting as it is by night or by day."""
        if mode is not self._view_mode:
            self._view_mode = mode
            self._show_theme()

    def set_suppressed(self, ids: UInt32s) -> None:
        """Exactly these are explained by their supply: hollow and hatched, in no count of alarms."""
        self._places_changed(self._scene.set_flag(SUPPRESSED, ids))

    def set_pending(self, ids: UInt32s) -> None:
        """Exactly these have a command under way."""
        self._places_changed(self._scene.set_flag(PENDING, ids))

    def set_details(self, details: Mapping[int, AssetDetail]) -> None:
        """What is known of assets beyond their state; shown when near."""
        self._scene.meaning.set_details(details)
        self._all_changed()

    def update_details(self, changes: Mapping[int, AssetDetail | None]) -> None:
        """Replace the details of these assets only; None forgets them."""
        if changes:
            self._scene.meaning.update_details(changes)
            self._all_changed()

    def set_supply_tree(self, tree: SupplyTree | None) -> None:
        """Draw what a cabinet feeds; None: nothing."""
        self._scene.meaning.supply = tree
        self._all_changed()

    def set_text_zoom(self, factor: float) -> None:
        """Scale icons, badges and words, for walls that are read from afar."""
        self._painting.set_text_zoom(min(max(factor, _TEXT_ZOOMS[0]), _TEXT_ZOOMS[1]))
        self._all_changed()

    def _show_theme(self) -> None:
        self._painting.set_theme(theme_for(self._theme, self._view_mode), is_lost=self._lost_since is not None)
        self._all_changed()
