"""Cuts a district into blocks by streets, the way towns grow: long streets first, then the ones between them."""

import math
from collections.abc import Callable
from typing import Final

import msgspec
import numpy as np

from city.projection import Floats

# x, y, and the street along the side that starts here (-1: open land).
Corner = tuple[float, float, int]

_SHORTEST_STREET_M: Final = 28.0
_PARK_SHARE: Final = 0.03
_DEAD_END_SHARE: Final = 0.12
_OMITTED_SHARE: Final = 0.05


class Cut(msgspec.Struct, frozen=True):
    """A street across a block: its ends, the streets it meets there, and how early it was drawn."""

    start: tuple[float, float]
    end: tuple[float, float]
    meets: tuple[int, int]
    generation: int
    is_dead_end: bool


def cut_into_blocks(
    district: list[Corner],
    block_m2_at: Callable[[float, float], float],
    add_street: Callable[[Cut], int],
    rng: np.random.Generator,
) -> None:
    """Calls `add_street` for each street of the district; its answer is the street's number."""
    waiting: list[tuple[list[Corner], int]] = [(district, 0)]
    chances = _Chances(rng)
    while waiting:
        block, generation = waiting.pop()
        area, middle_x, middle_y = _area_and_middle(block)
        wanted = block_m2_at(middle_x, middle_y) * (0.7 + 0.9 * chances.next())
        if area < wanted * 1.5 or (generation >= 2 and area < 1.1e5 and chances.next() < _PARK_SHARE):
            continue
        parts = _halves(block, middle_x, middle_y, chances)
        if parts is None:
            continue
        left, right, hits = parts
        if math.dist(hits[0][:2], hits[1][:2]) < _SHORTEST_STREET_M:
            continue
        is_last = area < wanted * 3.0
        number = -1
        if not (is_last and chances.next() < _OMITTED_SHARE):
            is_dead_end = is_last and chances.next() < _DEAD_END_SHARE
            end = hits[1][:2]
            if is_dead_end:
                share = 0.45 + 0.3 * chances.next()
                end = (
                    hits[0][0] + share * (hits[1][0] - hits[0][0]),
                    hits[0][1] + share * (hits[1][1] - hits[0][1]),
                )
            meets = (hits[0][2], -1 if is_dead_end else hits[1][2])
            number = add_street(Cut(hits[0][:2], end, meets, generation, is_dead_end))
        waiting.extend(
            ([(x, y, number if side == _NEW else side) for x, y, side in part], generation + 1)
            for part in (right, left)
        )


_NEW: Final = -2


class _Chances:
    """Random numbers drawn in batches: one by one they would cost more than the geometry."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._drawn: list[float] = []

    def next(self) -> float:
        if not self._drawn:
            self._drawn = self._rng.random(512).tolist()
        return self._drawn.pop()


def _area_and_middle(block: list[Corner]) -> tuple[float, float, float]:
    twice = sum_x = sum_y = 0.0
    before_x, before_y, _ = block[-1]
    for x, y, _ in block:
        cross = before_x * y - x * before_y
        twice += cross
        sum_x += (before_x + x) * cross
        sum_y += (before_y + y) * cross
        before_x, before_y = x, y
    if abs(twice) < 1.0:
        return 0.0, block[0][0], block[0][1]
    return abs(twice) / 2.0, sum_x / (3.0 * twice), sum_y / (3.0 * twice)


def _halves(
    block: list[Corner], middle_x: float, middle_y: float, chances: _Chances
) -> tuple[list[Corner], list[Corner], list[Corner]] | None:
    """The block in two and the ends of the street between; a bent block may need another direction."""
    for quarter_turns in (0, 0, 1, 1, 0):
        through, normal = _line_across(block, middle_x, middle_y, quarter_turns, chances)
        parts = _part(block, through, normal)
        if parts is not None:
            return parts
    return None


def _line_across(
    block: list[Corner], middle_x: float, middle_y: float, quarter_turns: int, chances: _Chances
) -> tuple[tuple[float, float], tuple[float, float]]:
    """A point and a unit normal: the line leaves the longest side at about a right angle and halves the long way."""
    before_x, before_y, _ = block[-1]
    longest, along_x, along_y = 0.0, 1.0, 0.0
    for x, y, _ in block:
        side_x, side_y = x - before_x, y - before_y
        length = side_x * side_x + side_y * side_y
        if length > longest:
            longest, along_x, along_y = length, side_x, side_y
        before_x, before_y = x, y
    size = math.hypot(along_x, along_y)
    along_x, along_y = along_x / size, along_y / size
    lengthwise = [(x - middle_x) * along_x + (y - middle_y) * along_y for x, y, _ in block]
    crosswise = [(y - middle_y) * along_x - (x - middle_x) * along_y for x, y, _ in block]
    extent = max(lengthwise) - min(lengthwise)
    if max(crosswise) - min(crosswise) > extent or quarter_turns:
        along_x, along_y = -along_y, along_x
        extent = max(crosswise) - min(crosswise)
    shift = (chances.next() - 0.5) * 0.22 * extent
    lean = (chances.next() - 0.5) * 0.16
    normal = (
        along_x * math.cos(lean) - along_y * math.sin(lean),
        along_x * math.sin(lean) + along_y * math.cos(lean),
    )
    return (middle_x + shift * along_x, middle_y + shift * along_y), normal


def _part(
    block: list[Corner], through: tuple[float, float], normal: tuple[float, float]
) -> tuple[list[Corner], list[Corner], list[Corner]] | None:
    """Both sides of the line and its two ends (with the street met there); None where it crosses more than twice."""
    depths = [(x - through[0]) * normal[0] + (y - through[1]) * normal[1] for x, y, _ in block]
    left: list[Corner] = []
    right: list[Corner] = []
    hits: list[Corner] = []
    count = len(block)
    for index, corner in enumerate(block):
        depth = depths[index]
        after = depths[(index + 1) % count]
        (left if depth >= 0.0 else right).append(corner)
        if (depth >= 0.0) == (after >= 0.0):
            continue
        share = depth / (depth - after)
        x, y, side = corner
        other_x, other_y, _ = block[(index + 1) % count]
        x, y = x + share * (other_x - x), y + share * (other_y - y)
        hits.append((x, y, side))
        (left if depth >= 0.0 else right).append((x, y, _NEW))
        (right if depth >= 0.0 else left).append((x, y, side))
    return (left, right, hits) if len(hits) == 2 else None


def straight(start: tuple[float, float], end: tuple[float, float], step_m: float) -> Floats:
    """Points from start to end, at most `step_m` apart, so that the relief can bend the line."""
    pieces = max(1, math.ceil(math.dist(start, end) / step_m))
    shares = np.linspace(0.0, 1.0, pieces + 1)[:, None]
    points: Floats = np.array(start) + shares * (np.array(end) - np.array(start))
    return points
