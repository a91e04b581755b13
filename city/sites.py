"""Where equipment stands: spread over the good places, beside streets, at crossings."""

import math

import numpy as np

from city.geography import Geography
from city.projection import Floats


def pick_spread(points: Floats, scores: Floats, count: int, spacing_m: float) -> list[int]:
    """The best places by score, none closer to another than the spacing, which gives way before the count does."""
    order = np.argsort(-scores)
    picked: list[int] = []
    while len(picked) < min(count, len(points)):
        free = np.ones(len(points), dtype=bool)
        free[picked] = False
        for index in picked:
            free &= ((points - points[index]) ** 2).sum(axis=1) >= spacing_m**2
        for index in order.tolist():
            if len(picked) >= count:
                break
            if free[index]:
                picked.append(index)
                free &= ((points - points[index]) ** 2).sum(axis=1) >= spacing_m**2
        spacing_m = spacing_m / 2.0 if spacing_m > 1.0 else 0.0
    return picked


def beside(geography: Geography, street: int, share: float, aside_m: float) -> tuple[tuple[float, float], float]:
    """A point at a share of a street's length (aside to the left when positive), and the street's azimuth there."""
    points = geography.streets[street].points
    at = min(int(share * (len(points) - 1)), len(points) - 2)
    step_x, step_y = (points[at + 1] - points[at]).tolist()
    length = math.hypot(step_x, step_y) or 1.0
    inner = share * (len(points) - 1) - at
    x = float(points[at, 0]) + inner * step_x - aside_m * step_y / length
    y = float(points[at, 1]) + inner * step_y + aside_m * step_x / length
    return (x, y), azimuth_deg(math.atan2(step_y, step_x))


def azimuth_deg(turn: float) -> float:
    """Degrees from north, clockwise, for radians from east, anticlockwise."""
    return round((90.0 - math.degrees(turn)) % 360.0, 1)
