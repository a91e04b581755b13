"""Where cards stand in the corners of the map so that none covers another. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from PySide6.QtCore import QRectF

MARGIN: Final = 12.0
_GAP: Final = 8.0


class Corner(Enum):
    """Cards of the upper corners grow downwards, those of the lower ones upwards."""

    TOP_LEFT = "top_left"
    TOP = "top"
    TOP_RIGHT = "top_right"
    BOTTOM_LEFT = "bottom_left"
    BOTTOM_RIGHT = "bottom_right"

    @property
    def is_upper(self) -> bool:
        return self in {Corner.TOP_LEFT, Corner.TOP, Corner.TOP_RIGHT}


@dataclass(frozen=True, slots=True)
class Card:
    """A card of a size that wants to stand in a corner; narrower or lower than asked when there is no room."""

    name: str
    corner: Corner
    width: float
    height: float
    beside: str = ""
    """The card at whose right side it stands, on the same edge."""


def placed(cards: Sequence[Card], width: float, height: float) -> dict[str, QRectF]:
    """Each card's rectangle; the first given stand nearest to their corner. What has no room at all is left out."""
    taken: dict[str, QRectF] = {}
    for card in cards:
        wide = min(card.width, width - 2 * MARGIN)
        if wide <= 0:
            continue
        left = {
            Corner.TOP_LEFT: MARGIN,
            Corner.BOTTOM_LEFT: MARGIN,
            Corner.TOP: (width - wide) / 2,
            Corner.TOP_RIGHT: width - MARGIN - wide,
            Corner.BOTTOM_RIGHT: width - MARGIN - wide,
        }[card.corner]
        neighbour = taken.get(card.beside)
        if neighbour is not None:
            left = neighbour.right() + _GAP
        box = _pushed(card, left, wide, height, list(taken.values()))
        if box is not None:
            taken[card.name] = box
    return taken


def _pushed(card: Card, left: float, wide: float, height: float, others: Sequence[QRectF]) -> QRectF | None:
    is_upper = card.corner.is_upper
    at = MARGIN if is_upper else height - MARGIN - card.height
    beside = [other for other in others if other.left() < left + wide + _GAP and left < other.right() + _GAP]
    # Away from the edge, past whatever stands there already.
    for other in sorted(beside, key=lambda box: box.top() if is_upper else -box.bottom()):
        if other.top() < at + card.height + _GAP and at < other.bottom() + _GAP:
            at = other.bottom() + _GAP if is_upper else other.top() - _GAP - card.height
    if is_upper and at + card.height > height - MARGIN:
        return None
    return QRectF(left, at, wide, card.height) if at >= MARGIN else None
