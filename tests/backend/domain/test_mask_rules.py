"""Which masks may be drawn, and whether new ones uncover anything: a second person is asked rather once too often."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.mask_rules import trouble_of, uncovers
from contract.masks import MOST_CORNERS, MOST_MASKS, Mask

SIZE = 200


def mask(*corners: tuple[float, float], id_: str = "m") -> Mask:
    return Mask(id=id_, corners=corners)


def box(left: float, top: float, right: float, bottom: float, id_: str = "m") -> Mask:
    return mask((left, top), (right, top), (right, bottom), (left, bottom), id_=id_)


WINDOW = box(0.2, 0.2, 0.4, 0.4)
ELL = mask((0.1, 0.1), (0.9, 0.1), (0.9, 0.4), (0.4, 0.4), (0.4, 0.9), (0.1, 0.9))


@pytest.mark.parametrize(
    ("new", "is_uncovering"),
    [
        ((WINDOW,), False),
        ((box(0.1, 0.1, 0.5, 0.5),), False),
        ((box(0.2, 0.2, 0.4, 0.41),), False),  # one edge moved outwards, three are shared
        ((mask((0.4, 0.4), (0.2, 0.4), (0.2, 0.2), (0.4, 0.2)),), False),  # drawn from another corner, the other way
        ((mask((0.2, 0.2), (0.3, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.4)),), False),  # a corner more on an edge
        ((box(0.2, 0.2, 0.4, 0.399),), True),
        ((box(0.3, 0.3, 0.5, 0.5),), True),
        ((), True),
        ((box(0.2, 0.2, 0.3, 0.4, "a"), box(0.3, 0.2, 0.4, 0.4, "b")), True),  # covered by two: nobody proves it
        ((mask((0.2, 0.2), (0.4, 0.2), (0.4, 0.4)),), True),
    ],
)
def test_a_window_stays_covered_or_a_second_person_is_asked(new: tuple[Mask, ...], is_uncovering: bool) -> None:
    assert uncovers([WINDOW], new) is is_uncovering


def test_what_was_never_covered_uncovers_nothing() -> None:
    assert not uncovers([], [])
    assert not uncovers([], [WINDOW])


def test_a_notch_cut_between_shared_corners_is_seen() -> None:
    whole = mask((0.1, 0.1), (0.9, 0.1), (0.9, 0.4), (0.4, 0.9), (0.1, 0.9))  # without the inner corner of ELL
    assert uncovers([whole], [ELL])
    assert not uncovers([ELL], [whole])


@pytest.mark.parametrize(
    ("masks", "trouble"),
    [
        ((WINDOW, ELL.__class__(id="other", corners=ELL.corners)), None),
        ((mask((0.1, 0.1), (0.2, 0.2)),), "mask_corners"),
        ((mask(*[(0.5 + 0.4 * math.cos(i / 11), 0.5 + 0.4 * math.sin(i / 11)) for i in range(65)]),), "mask_corners"),
        ((mask((0.1, 0.1), (1.1, 0.1), (0.5, 0.5)),), "mask_outside"),
        ((mask((0.1, 0.1), (math.nan, 0.1), (0.5, 0.5)),), "mask_outside"),
        ((mask((0.1, 0.1), (0.2, 0.2), (0.3, 0.3)),), "mask_flat"),
        ((mask((0.1, 0.1), (0.5, 0.5), (0.5, 0.1), (0.1, 0.4)),), "mask_crossed"),
        ((mask((0.1, 0.1), (0.5, 0.1), (0.3, 0.1), (0.3, 0.5)),), "mask_crossed"),  # turns back on itself
        ((WINDOW, WINDOW), "mask_name"),
        ((mask(*WINDOW.corners, id_=""),), "mask_name"),
        ((Mask(id="m", name="two\nlines", corners=WINDOW.corners),), "mask_name"),
        (tuple(box(0.1, 0.1, 0.2, 0.2, str(i)) for i in range(MOST_MASKS + 1)), "mask_count"),
    ],
)
def test_what_cannot_be_drawn_says_why(masks: tuple[Mask, ...], trouble: str | None) -> None:
    assert trouble_of(masks) == trouble
    assert MOST_CORNERS == 64


SHARES = st.integers(0, 20).map(lambda step: step / 20)
SHAPES = st.lists(st.tuples(SHARES, SHARES), min_size=3, max_size=7).map(lambda corners: mask(*corners))


def _painted(masks: list[Mask]) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    picture = np.zeros((SIZE + 1, SIZE + 1), np.uint8)
    for one in masks:
        cv2.fillPoly(picture, [np.array([(x * SIZE, y * SIZE) for x, y in one.corners], np.int32)], 255)
    return picture


@settings(max_examples=400, deadline=None)
@given(st.lists(SHAPES, min_size=1, max_size=2), st.lists(SHAPES, max_size=3))
def test_whatever_is_let_pass_alone_uncovers_no_pixel(old: list[Mask], new: list[Mask]) -> None:
    drawable = [one for one in new if trouble_of([one]) is None]
    if not uncovers(old, drawable):
        assert not np.any(_painted(old) & ~_painted(drawable))


@settings(max_examples=100, deadline=None)
@given(st.lists(SHAPES, min_size=1, max_size=3))
def test_drawing_the_same_again_needs_nobody(masks: list[Mask]) -> None:
    drawable = [one for one in masks if trouble_of([one]) is None]
    assert not uncovers(drawable, drawable)
