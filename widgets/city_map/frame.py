"""What one frame of the map shows besides the assets. A value."""

from __future__ import annotations

from dataclasses import dataclass

from widgets.city_map.view.viewport import Viewport


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture to be painted; `selected` is an asset id, 0 for none."""

    view: Viewport
    selected: int = 0
    is_zooming: bool = False
    is_flash_on: bool = False
    has_focus: bool = False
    has_legend: bool = False
    lost_words: str | None = None

    @property
    def shows_flash(self) -> bool:
        """True in the bright half of the flash, while the picture is live."""
        return self.is_flash_on and self.lost_words is None
