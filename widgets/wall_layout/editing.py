"""Free layouts by hand: split, merge and resize cells. Plain functions; what cannot be done answers None."""

import enum
from collections.abc import Sequence
from typing import NamedTuple

from widgets.wall_layout.cells import MOST_CELLS, SMALLEST, Cell, is_same

Cells = tuple[Cell, ...]


class Edge(enum.Enum):
    """Which way a border runs."""

    UPRIGHT = "upright"  # moves left and right
    LEVEL = "level"  # moves up and down


class Border(NamedTuple):
    """A line between cells that moves as one: `before` end at it, `after` begin at it."""

    edge: Edge
    at: float
    begins: float
    ends: float
    before: tuple[int, ...]
    after: tuple[int, ...]


class Edited(NamedTuple):
    """New cells; `origins` says for each which old cell it was (what stood there stands there still), None if new."""

    cells: Cells
    origins: tuple[int | None, ...]


def split(cells: Cells, number: int, *, is_side_by_side: bool) -> Edited | None:
    """One cell becomes two halves; the new one is the last, so that the others keep their numbers."""
    cell = cells[number]
    if len(cells) >= MOST_CELLS or (cell.width if is_side_by_side else cell.height) / 2 < SMALLEST:
        return None
    if is_side_by_side:
        half = cell.width / 2
        first = Cell(cell.x, cell.y, half, cell.height)
        second = Cell(cell.x + half, cell.y, half, cell.height)
    else:
        half = cell.height / 2
        first = Cell(cell.x, cell.y, cell.width, half)
        second = Cell(cell.x, cell.y + half, cell.width, half)
    changed = (*cells[:number], first, *cells[number + 1 :], second)
    return Edited(changed, (*range(len(cells)), None))


def merge(cells: Cells, number: int, with_: int) -> Edited | None:
    """Two cells become one, together with those that lie in the rectangle around them; None where that cuts a cell."""
    left = min(cells[number].x, cells[with_].x)
    top = min(cells[number].y, cells[with_].y)
    right = max(cells[number].right, cells[with_].right)
    bottom = max(cells[number].bottom, cells[with_].bottom)
    gone: set[int] = set()
    for other, cell in enumerate(cells):
        across = min(cell.right, right) - max(cell.x, left)
        down = min(cell.bottom, bottom) - max(cell.y, top)
        if across < 1e-6 or down < 1e-6:
            continue
        is_inside = across > cell.width - 1e-6 and down > cell.height - 1e-6
        if not is_inside:
            return None
        gone.add(other)
    if number == with_ or len(gone) < 2:
        return None
    whole = Cell(left, top, right - left, bottom - top)
    kept = [other for other in range(len(cells)) if other == number or other not in gone]
    return Edited(tuple(whole if other == number else cells[other] for other in kept), tuple(kept))


def remove(cells: Cells, number: int) -> Edited | None:
    """A cell goes and leaves its place empty; the last one stays."""
    if len(cells) < 2:
        return None
    kept = [other for other in range(len(cells)) if other != number]
    return Edited(tuple(cells[other] for other in kept), tuple(kept))


def borders(cells: Cells) -> Sequence[Border]:
    """Every line between cells that can be moved without leaving a hole."""
    found: list[Border] = []
    for edge in Edge:
        ends = {round(_end(cell, edge), 6) for cell in cells}
        for at in sorted(ends & {round(_start(cell, edge), 6) for cell in cells}):
            found += _borders_at(cells, edge, at)
    return found


def move_border(cells: Cells, border: Border, to: float) -> Cells:
    """The border as near to `to` as the smallest cells allow."""
    lowest = max(_start(cells[number], border.edge) for number in border.before) + SMALLEST
    highest = min(_end(cells[number], border.edge) for number in border.after) - SMALLEST
    at = min(max(to, lowest), highest)
    if lowest > highest:
        return cells
    changed = list(cells)
    for number in border.before:
        changed[number] = _ending(changed[number], border.edge, at)
    for number in border.after:
        changed[number] = _beginning(changed[number], border.edge, at)
    return tuple(changed)


def border_of(cells: Cells, number: int, edge: Edge) -> Border | None:
    """The border at the end of a cell (its right, its bottom), else at its beginning."""
    found = borders(cells)
    for side in ("before", "after"):
        for border in found:
            if border.edge is edge and number in (border.before if side == "before" else border.after):
                return border
    return None


def _borders_at(cells: Cells, edge: Edge, at: float) -> list[Border]:
    before = [number for number, cell in enumerate(cells) if is_same(round(_end(cell, edge), 6), at)]
    after = [number for number, cell in enumerate(cells) if is_same(round(_start(cell, edge), 6), at)]
    spans = sorted((*_span(cells[number], edge), number) for number in {*before, *after})
    groups: list[tuple[float, float, list[int]]] = []
    for begins, ends, number in spans:
        if groups and begins < groups[-1][1] - 1e-6:
            last = groups[-1]
            groups[-1] = (last[0], max(last[1], ends), [*last[2], number])
        else:
            groups.append((begins, ends, [number]))
    found: list[Border] = []
    for begins, ends, numbers in groups:
        ending = tuple(number for number in numbers if number in before)
        starting = tuple(number for number in numbers if number in after)
        if ending and starting:
            found.append(Border(edge, at, begins, ends, ending, starting))
    return found


def _start(cell: Cell, edge: Edge) -> float:
    return cell.x if edge is Edge.UPRIGHT else cell.y


def _end(cell: Cell, edge: Edge) -> float:
    return cell.right if edge is Edge.UPRIGHT else cell.bottom


def _span(cell: Cell, edge: Edge) -> tuple[float, float]:
    return (cell.y, cell.bottom) if edge is Edge.UPRIGHT else (cell.x, cell.right)


def _ending(cell: Cell, edge: Edge, at: float) -> Cell:
    if edge is Edge.UPRIGHT:
        return Cell(cell.x, cell.y, at - cell.x, cell.height)
    return Cell(cell.x, cell.y, cell.width, at - cell.y)


def _beginning(cell: Cell, edge: Edge, at: float) -> Cell:
    if edge is Edge.UPRIGHT:
        return Cell(at, cell.y, cell.right - at, cell.height)
    return Cell(cell.x, at, cell.width, cell.bottom - at)
