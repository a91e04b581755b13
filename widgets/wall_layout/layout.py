"""The layouts of a wall: even grids for 1 to 36 tiles, a spotlight with its strip, and free ones."""

import enum
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import msgspec

from widgets.wall_layout.cells import MOST_CELLS, SMALLEST, TILE_ASPECT, Cell

EVEN_COUNTS: Final = (1, 2, 4, 6, 9, 12, 16, 20, 25, 30, 36)
STRIP_COUNTS: Final = (3, 5, 7, 9, 12)
_UNEVEN_COSTS: Final = 0.1
_SPOTLIGHT_COUNTS: Final = 0.1  # its share once more: of two layouts the one with the larger large picture
_SMALL_ENOUGH: Final = 1 / 50  # of the wall: a strip of smaller tiles must show much more picture
_TINY_COSTS: Final = 0.3
_ROUND: Final = 9  # digits: a third is a third on every machine


class LayoutKind(enum.StrEnum):
    """How a layout comes by its cells."""

    EVEN = "even"
    SPOTLIGHT = "spotlight"
    FREE = "free"


class Layout(msgspec.Struct, frozen=True, omit_defaults=True):
    """`count` tiles; of a spotlight the first is the large one. Only free layouts hold their cells."""

    kind: LayoutKind = LayoutKind.EVEN
    count: int = 4
    cells: tuple[Cell, ...] = ()

    @property
    def size(self) -> int:
        """How many tiles there are, 1 to 36, whatever was kept."""
        wanted = len(self.cells) if self.kind is LayoutKind.FREE else self.count
        return max(1, min(MOST_CELLS, wanted))

    @property
    def key(self) -> str:
        """What people call it: 16, 1+7; empty for a free one."""
        if self.kind is LayoutKind.EVEN:
            return str(self.size)
        return f"1+{self.size - 1}" if self.kind is LayoutKind.SPOTLIGHT else ""


def even(count: int) -> Layout:
    """Tiles of one size."""
    return Layout(LayoutKind.EVEN, max(1, min(MOST_CELLS, count)))


def spotlight(strip: int) -> Layout:
    """One large tile and `strip` small ones."""
    return Layout(LayoutKind.SPOTLIGHT, max(2, min(MOST_CELLS, strip + 1)))


def free(cells: Sequence[Cell]) -> Layout:
    """These cells; raises ValueError where they are none, too many, too small, or lie outside or over one another."""
    trouble = fault_of(cells)
    if trouble:
        raise ValueError(trouble)
    return Layout(LayoutKind.FREE, len(cells), tuple(cells))


def fault_of(cells: Sequence[Cell]) -> str:
    """Why these cells are no layout; empty when they are one."""
    if not 1 <= len(cells) <= MOST_CELLS:
        return f"a wall has 1 to {MOST_CELLS} tiles"
    slack = 1e-3
    for cell in cells:
        if not all(math.isfinite(edge) for edge in (cell.x, cell.y, cell.width, cell.height)):
            return "a tile's place is no number"
        if cell.width < SMALLEST - slack or cell.height < SMALLEST - slack:
            return "a tile is too small"
        if cell.x < -slack or cell.y < -slack or cell.right > 1 + slack or cell.bottom > 1 + slack:
            return "a tile lies outside the wall"
    for number, one in enumerate(cells):
        for other in cells[number + 1 :]:
            across = min(one.right, other.right) - max(one.x, other.x)
            down = min(one.bottom, other.bottom) - max(one.y, other.y)
            if across > slack and down > slack:
                return "two tiles lie over one another"
    return ""


def arranged(layout: Layout, aspect: float) -> tuple[Cell, ...]:
    """The cells on a wall of this aspect (width by height): as much picture as possible, in portrait too."""
    if layout.kind is LayoutKind.FREE and not fault_of(layout.cells):
        return layout.cells
    steady = round(max(0.1, min(10.0, aspect)), 2)
    if layout.kind is LayoutKind.SPOTLIGHT and layout.size > 1:
        return _spotlight_cells(layout.size - 1, steady)
    return _even_cells(layout.size, steady)


@lru_cache(256)
def _even_cells(count: int, aspect: float) -> tuple[Cell, ...]:
    return max((_rows(count, rows) for rows in range(1, count + 1)), key=lambda cells: _even_worth(cells, aspect))


def _even_worth(cells: Sequence[Cell], aspect: float) -> float:
    # Rows of different lengths are harder to scan: they must show a tenth more picture.
    is_uneven = len({cell.width for cell in cells}) > 1
    return _shown(cells, aspect) - (_UNEVEN_COSTS if is_uneven else 0.0)


def _rows(count: int, rows: int) -> tuple[Cell, ...]:
    """`count` cells in rows as equal as can be, the fuller rows first: every row fills the width."""
    least, more = divmod(count, rows)
    cells: list[Cell] = []
    for row in range(rows):
        columns = least + (1 if row < more else 0)
        cells += [
            Cell(_r(column / columns), _r(row / rows), _r(1 / columns), _r(1 / rows)) for column in range(columns)
        ]
    return tuple(cells)


def _shown(cells: Sequence[Cell], aspect: float) -> float:
    """The share of the wall that 16:9 pictures cover in these cells."""
    total = 0.0
    for cell in cells:
        shape = cell.width * aspect / cell.height
        total += cell.width * cell.height * min(shape / TILE_ASPECT, TILE_ASPECT / shape)
    return total


@lru_cache(256)
def _spotlight_cells(strip: int, aspect: float) -> tuple[Cell, ...]:
    candidates = [_beside(strip, lines) for lines in range(1, 7)] + [_below(strip, lines) for lines in range(1, 7)]
    if strip % 2 and strip >= 5:
        candidates.append(_corner(strip))
    if strip == 12:
        candidates.append(_block(4, 2))
    usable = [cells for cells in candidates if _is_led(cells) and not fault_of(cells)]
    return max(usable, key=lambda cells: _spotlight_worth(cells, aspect), default=_even_cells(strip + 1, aspect))


def _spotlight_worth(cells: Sequence[Cell], aspect: float) -> float:
    is_tiny = min(cell.width * cell.height for cell in cells) < _SMALL_ENOUGH
    return _shown(cells, aspect) + _SPOTLIGHT_COUNTS * _shown(cells[:1], aspect) - (_TINY_COSTS if is_tiny else 0.0)


def _is_led(cells: Sequence[Cell]) -> bool:
    first = cells[0].width * cells[0].height
    return all(first >= 2 * cell.width * cell.height for cell in cells[1:])


def _corner(strip: int) -> tuple[Cell, ...]:
    """The large tile in the corner of a square grid, the others along its right and its bottom: 1+5, 1+7."""
    side = (strip + 1) // 2
    return _block(side, side - 1)


def _block(side: int, large: int) -> tuple[Cell, ...]:
    """A square grid whose first `large` x `large` cells are one."""
    small = [
        Cell(_r(column / side), _r(row / side), _r(1 / side), _r(1 / side))
        for row in range(side)
        for column in range(side)
        if row >= large or column >= large
    ]
    return (Cell(0.0, 0.0, _r(large / side), _r(large / side)), *small)


def _beside(strip: int, columns: int) -> tuple[Cell, ...]:
    """The strip in columns to the right, each small tile as wide as its height asks for."""
    rows = math.ceil(strip / columns)
    width = min(0.5, columns / (rows + columns))
    left = 1 - width
    return (Cell(0.0, 0.0, _r(left), 1.0), *(_squeezed(cell, left, 0.0, width, 1.0) for cell in _rows(strip, rows)))


def _below(strip: int, rows: int) -> tuple[Cell, ...]:
    """The strip in rows below: what a portrait screen wants."""
    columns = math.ceil(strip / rows)
    height = rows / (rows + columns)
    top = 1 - height
    return (Cell(0.0, 0.0, 1.0, _r(top)), *(_squeezed(cell, 0.0, top, 1.0, height) for cell in _rows(strip, rows)))


def _squeezed(cell: Cell, x: float, y: float, width: float, height: float) -> Cell:
    return Cell(_r(x + cell.x * width), _r(y + cell.y * height), _r(cell.width * width), _r(cell.height * height))


def _r(share: float) -> float:
    return round(share, _ROUND)
