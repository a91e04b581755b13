"""Privacy masks as shapes: which may be drawn, and whether new ones uncover anything of the old."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, Literal

from contract.masks import MOST_CORNERS, MOST_MASKS, Mask

LONGEST_ID: Final = 64
LONGEST_NAME: Final = 80
_LEAST_AREA: Final = 1e-6  # of the picture: less than two pixels of a large one
_NEAR: Final = 1e-9  # far below a pixel of any camera

Trouble = Literal["mask_count", "mask_name", "mask_corners", "mask_outside", "mask_flat", "mask_crossed"]
Point = tuple[float, float]


def trouble_of(masks: Sequence[Mask]) -> Trouble | None:
    """Why these masks cannot be drawn; None when they can."""
    ids = [mask.id for mask in masks]
    if len(masks) > MOST_MASKS:
        return "mask_count"
    if len(set(ids)) != len(ids) or not all(_is_named(mask) for mask in masks):
        return "mask_name"
    for mask in masks:
        if (trouble := _shape_trouble(mask.corners)) is not None:
            return trouble
    return None


def uncovers(old: Sequence[Mask], new: Sequence[Mask]) -> bool:
    """Whether anything that `old` covers may be seen under `new`.

    Errs on one side only: an old mask counts as covered when one single new mask holds all of it. `new` has no trouble.
    """
    return not all(any(_holds(wide.corners, narrow.corners) for wide in new) for narrow in old)


def _is_named(mask: Mask) -> bool:
    texts = (mask.id, mask.name)
    is_plain = all(character.isprintable() for text in texts for character in text)
    return 0 < len(mask.id) <= LONGEST_ID and len(mask.name) <= LONGEST_NAME and is_plain


def _shape_trouble(corners: Sequence[Point]) -> Trouble | None:
    if not 3 <= len(corners) <= MOST_CORNERS:
        return "mask_corners"
    if not all(math.isfinite(share) and 0.0 <= share <= 1.0 for corner in corners for share in corner):
        return "mask_outside"
    if abs(_area(corners)) < _LEAST_AREA:
        return "mask_flat"
    return "mask_crossed" if _crosses_itself(corners) else None


def _area(corners: Sequence[Point]) -> float:
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in _edges(corners)) / 2


def _edges(corners: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    return pairwise((*corners, corners[0]))


def _crosses_itself(corners: Sequence[Point]) -> bool:
    """Whether two edges meet elsewhere than where neighbours join: what is inside would be anybody's guess."""
    edges = list(_edges(corners))
    count = len(edges)
    for one in range(count):
        for other in range(one + 1, count):
            if other == one + 1 or (one == 0 and other == count - 1):
                shared = edges[one][1] if other == one + 1 else edges[one][0]
                ends = {*edges[one], *edges[other]} - {shared}
                if len(ends) < 2 or any(_is_on(end, edges[one]) and _is_on(end, edges[other]) for end in ends):
                    return True  # it turns back on itself
            elif _meetings(edges[one], edges[other]):
                return True
    return False


def _holds(wide: Sequence[Point], narrow: Sequence[Point]) -> bool:
    """Whether each edge of `narrow` is inside `wide` or on its border: a shape without holes then holds it all."""
    borders = list(_edges(wide))
    for edge in _edges(narrow):
        cuts = sorted({0.0, 1.0, *(cut for border in borders for cut in _meetings(edge, border))})
        stops = [_along(edge, cut) for cut in cuts]
        middles = [_along(edge, (first + last) / 2) for first, last in pairwise(cuts)]
        if not all(_is_inside(point, borders) for point in (*stops, *middles)):
            return False
    return True


def _meetings(edge: tuple[Point, Point], border: tuple[Point, Point]) -> list[float]:
    """Where on `edge` (0 to 1) it meets `border`: where it crosses it, and where it begins and ends to run along it."""
    (ax, ay), (bx, by) = edge
    (cx, cy), (dx, dy) = border
    run = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
    ends = [_share(end, edge) for end in border if _is_on(end, edge)]
    starts = [cut for point, cut in ((edge[0], 0.0), (edge[1], 1.0)) if _is_on(point, border)]
    if abs(run) < _NEAR * _NEAR:
        return ends + starts
    along = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / run
    across = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / run
    crossing = [along] if 0.0 <= along <= 1.0 and 0.0 <= across <= 1.0 else []
    return crossing + ends + starts


def _is_inside(point: Point, borders: Sequence[tuple[Point, Point]]) -> bool:
    """Inside, or on the border."""
    if any(_is_on(point, border) for border in borders):
        return True
    x, y = point
    is_inside = False
    for (ax, ay), (bx, by) in borders:
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            is_inside = not is_inside
    return is_inside


def _is_on(point: Point, edge: tuple[Point, Point]) -> bool:
    nearest = _along(edge, min(max(_share(point, edge), 0.0), 1.0))
    return math.dist(point, nearest) <= _NEAR


def _share(point: Point, edge: tuple[Point, Point]) -> float:
    """How far along the edge (0 to 1) the place nearest to a point is; beyond its ends it is less or more."""
    (ax, ay), (bx, by) = edge
    length = (bx - ax) ** 2 + (by - ay) ** 2
    return 0.0 if length == 0.0 else ((point[0] - ax) * (bx - ax) + (point[1] - ay) * (by - ay)) / length


def _along(edge: tuple[Point, Point], share: float) -> Point:
    (ax, ay), (bx, by) = edge
    return ax + (bx - ax) * share, ay + (by - ay) * share
