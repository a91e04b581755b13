"""Masks while they are drawn: corners moved and added, steps taken back. Pure; shares of the picture, 0 to 1."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from contract.masks import MOST_CORNERS, MOST_MASKS, Mask

Corner = tuple[float, float]
Masks = tuple[Mask, ...]
_MOST_STEPS = 200


class Hit(NamedTuple):
    """What lies under the pointer: a corner, an edge (the corner it begins at), or the inside of a mask."""

    mask: int
    corner: int | None = None
    edge: int | None = None


class Drawing:
    """The masks as they are now, and as they were."""

    def __init__(self, masks: Masks = ()) -> None:
        self._steps: list[Masks] = [masks]
        self._at = 0
        self._is_dragging = False

    @property
    def masks(self) -> Masks:
        """As they are now."""
        return self._steps[self._at]

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back."""
        return self._at + 1 < len(self._steps)

    def undo(self) -> None:
        """As it was before."""
        self._at = max(0, self._at - 1)

    def redo(self) -> None:
        """As it was before it was taken back."""
        self._at = min(len(self._steps) - 1, self._at + 1)

    def add(self, corners: Sequence[Corner], mask_id: str, name: str) -> bool:
        """A new mask; refused when it has no area or there are too many."""
        kept = tuple(clamped(corner) for corner in corners[:MOST_CORNERS])
        if len(kept) < 3 or area(kept) < 1e-5 or len(self.masks) >= MOST_MASKS:
            return False
        self._step((*self.masks, Mask(id=mask_id, name=name, corners=kept)))
        return True

    def remove(self, mask: int) -> None:
        """A mask goes."""
        self._step(self.masks[:mask] + self.masks[mask + 1 :])

    def rename(self, mask: int, name: str) -> None:
        """A mask is called otherwise."""
        self._replace(mask, msgspec.structs.replace(self.masks[mask], name=name))

    def insert_corner(self, mask: int, edge: int, at: Corner) -> None:
        """One more corner on an edge."""
        corners = self.masks[mask].corners
        if len(corners) < MOST_CORNERS:
            self._reshape(mask, (*corners[: edge + 1], clamped(at), *corners[edge + 1 :]))

    def move_corner(self, mask: int, corner: int, to: Corner, *, is_drag: bool = False) -> None:
        """A corner elsewhere; the moves of one drag are one step."""
        corners = self.masks[mask].corners
        self._reshape(mask, (*corners[:corner], clamped(to), *corners[corner + 1 :]), is_drag=is_drag)

    def move_mask(self, mask: int, by: Corner, *, is_drag: bool = False) -> None:
        """The whole mask, as far as the picture goes."""
        corners = self.masks[mask].corners
        right, down = (_within([corner[axis] for corner in corners], by[axis]) for axis in (0, 1))
        self._reshape(mask, tuple((x + right, y + down) for x, y in corners), is_drag=is_drag)

    def end_drag(self) -> None:
        """What is dragged next is another step."""
        self._is_dragging = False

    def hit(self, at: Corner, reach: Corner) -> Hit | None:
        """What lies there; `reach` is how far a hand may miss, in shares of the picture. The newest mask is on top."""
        order = range(len(self.masks) - 1, -1, -1)
        for number in order:
            for index, corner in enumerate(self.masks[number].corners):
                if abs(corner[0] - at[0]) <= reach[0] and abs(corner[1] - at[1]) <= reach[1]:
                    return Hit(number, corner=index)
        for number in order:
            corners = self.masks[number].corners
            for index, corner in enumerate(corners):
                if _distance(at, corner, corners[(index + 1) % len(corners)], reach) <= 1.0:
                    return Hit(number, edge=index)
        return next((Hit(number) for number in order if holds(self.masks[number].corners, at)), None)

    def _reshape(self, mask: int, corners: tuple[Corner, ...], *, is_drag: bool = False) -> None:
        self._replace(mask, msgspec.structs.replace(self.masks[mask], corners=corners), is_drag=is_drag)

    def _replace(self, mask: int, new: Mask, *, is_drag: bool = False) -> None:
        self._step((*self.masks[:mask], new, *self.masks[mask + 1 :]), is_drag=is_drag)

    def _step(self, masks: Masks, *, is_drag: bool = False) -> None:
        if is_drag and self._is_dragging:
            self._steps[self._at] = masks
            return
        self._is_dragging = is_drag
        self._steps = [*self._steps[max(0, self._at + 1 - _MOST_STEPS) : self._at + 1], masks]
        self._at = len(self._steps) - 1


def clamped(corner: Corner) -> Corner:
    """Within the picture."""
    return min(max(corner[0], 0.0), 1.0), min(max(corner[1], 0.0), 1.0)


def area(corners: Sequence[Corner]) -> float:
    """Share of the picture a polygon covers (shoelace)."""
    total = 0.0
    for index, (x, y) in enumerate(corners):
        next_x, next_y = corners[(index + 1) % len(corners)]
        total += x * next_y - next_x * y
    return abs(total) / 2


def holds(corners: Sequence[Corner], at: Corner) -> bool:
    """Whether a point lies inside (even-odd)."""
    inside = False
    for index, (x, y) in enumerate(corners):
        next_x, next_y = corners[(index + 1) % len(corners)]
        if (y > at[1]) != (next_y > at[1]) and at[0] < x + (at[1] - y) / (next_y - y) * (next_x - x):
            inside = not inside
    return inside


def _within(values: Sequence[float], by: float) -> float:
    return min(max(by, -min(values)), 1.0 - max(values))


def _distance(at: Corner, begin: Corner, end: Corner, reach: Corner) -> float:
    """From a point to an edge, in reaches."""
    px, py = (at[0] - begin[0]) / reach[0], (at[1] - begin[1]) / reach[1]
    ex, ey = (end[0] - begin[0]) / reach[0], (end[1] - begin[1]) / reach[1]
    length = ex * ex + ey * ey
    share = 0.0 if length == 0 else min(max((px * ex + py * ey) / length, 0.0), 1.0)
    return math.hypot(px - share * ex, py - share * ey)
