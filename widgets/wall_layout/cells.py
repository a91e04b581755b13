"""A cell of a wall: a rectangle in shares of the whole, and its place in pixels."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

TILE_ASPECT: Final = 16 / 9
MOST_CELLS: Final = 36
SMALLEST: Final = 0.06  # of the wall: smaller cells show nothing that can be judged
_SAME: Final = 1e-6


class Cell(msgspec.Struct, frozen=True, array_like=True):
    """Left, top, width and height, each a share of the wall from 0 to 1."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends to the right."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Where it ends below."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """Its middle."""
        return self.x + self.width / 2, self.y + self.height / 2


class Box(NamedTuple):
    """A place in whole pixels."""

    x: int
    y: int
    width: int
    height: int


def is_same(a: float, b: float) -> bool:
    """Whether two edges are one."""
    return abs(a - b) < _SAME


def boxes(cells: Sequence[Cell], width: int, height: int, gap: int) -> tuple[Box, ...]:
    """The cells in pixels: neighbours share their edges exactly, with `gap` pixels between them and none outside."""
    return tuple(_box(cell, width, height, gap) for cell in cells)


def neighbour(cells: Sequence[Cell], of: int, dx: int, dy: int) -> int | None:
    """The cell next to one in a direction (dx, dy of -1, 0, 1): the nearest whose side faces it; None at the edge."""
    here = cells[of]
    cx, cy = here.middle
    best: tuple[float, int] | None = None
    for number, cell in enumerate(cells):
        if number == of:
            continue
        mx, my = cell.middle
        ahead = (mx - cx) * dx + (my - cy) * dy
        faces = (
            cell.y < here.bottom - _SAME and cell.bottom > here.y + _SAME
            if dx
            else cell.x < here.right - _SAME and cell.right > here.x + _SAME
        )
        if ahead <= _SAME or not faces:
            continue
        aside = abs(my - cy) if dx else abs(mx - cx)
        score = ahead + 0.5 * aside
        if best is None or score < best[0]:
            best = (score, number)
    return None if best is None else best[1]


def _box(cell: Cell, width: int, height: int, gap: int) -> Box:
    left, right = _edge(cell.x, width, gap, is_start=True), _edge(cell.right, width, gap, is_start=False)
    top, bottom = _edge(cell.y, height, gap, is_start=True), _edge(cell.bottom, height, gap, is_start=False)
    return Box(left, top, max(1, right - left), max(1, bottom - top))


def _edge(share: float, extent: int, gap: int, *, is_start: bool) -> int:
    at = round(share * extent)
    if is_same(share, 0.0) or is_same(share, 1.0):
        return at
    return at + (gap + 1) // 2 if is_start else at - gap // 2
