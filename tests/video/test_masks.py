"""No pixel that a mask touches keeps anything of the picture, whatever polygon somebody draws."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.masks import Mask
from tests.media.masked_pixels import inside
from video.masks import FILL, MaskBurner, geometry, merged_mask

_share = st.integers(-4000, 14_000).map(lambda number: number / 10_000)
_corner = st.tuples(_share, _share)
_polygons = st.lists(st.lists(_corner, min_size=3, max_size=12).map(tuple), min_size=1, max_size=4).map(tuple)
_sizes = st.tuples(st.integers(4, 90), st.integers(4, 60)).map(lambda half: (half[0] * 2, half[1] * 2))


@settings(deadline=None, max_examples=100)
@given(_polygons, _sizes)
def test_every_pixel_of_every_polygon_is_hidden(
    polygons: tuple[tuple[tuple[float, float], ...], ...], size: tuple[int, int]
) -> None:
    hidden = merged_mask(polygons, *size) == 255
    masks = [Mask(id=str(number), corners=corners) for number, corners in enumerate(polygons)]
    assert hidden[inside(masks, *size)].all()
    for corners in polygons:
        for x, y in corners:
            column, row = math.floor(x * size[0]), math.floor(y * size[1])
            if 0 <= column < size[0] and 0 <= row < size[1]:
                assert hidden[row, column], "tiny masks and the tips of sharp ones too"


@settings(deadline=None, max_examples=40)
@given(_polygons, _sizes, st.integers(0, 2**32 - 1))
def test_what_is_burnt_depends_on_nothing_that_is_hidden(
    polygons: tuple[tuple[tuple[float, float], ...], ...], size: tuple[int, int], seed: int
) -> None:
    random = np.random.default_rng(seed)
    width, height = size
    shapes = ((height, width), (height // 2, width // 2), (height // 2, width // 2))
    one = [random.integers(0, 255, shape, np.uint8) for shape in shapes]
    hidden = merged_mask(polygons, width, height) == 255
    coloured = hidden.reshape(height // 2, 2, width // 2, 2).any(axis=(1, 3))
    other = [
        np.where(covered, random.integers(0, 255, plane.shape, np.uint8), plane)
        for plane, covered in zip(one, (hidden, coloured, coloured), strict=True)
    ]
    burner = MaskBurner(polygons)
    burnt: list[list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]] = []
    for planes in (one, other):
        target = [np.empty_like(plane) for plane in planes]
        burner.burn(planes, target)
        burnt.append(target)
    for left, right, covered, fill, plane in zip(*burnt, (hidden, coloured, coloured), FILL, one, strict=True):
        assert np.array_equal(left, right)
        assert (left[covered] == fill).all()
        assert np.array_equal(left[~covered], plane[~covered]), "and the rest is as it was"


def test_a_mask_that_cannot_be_drawn_hides_everything() -> None:
    for corners in (
        (),
        ((0.1, 0.1), (0.2, 0.2)),
        ((0.1, 0.1), (math.nan, 0.2), (0.3, 0.4)),
        ((0, 0), (1e9, 0), (1, 1)),
    ):
        assert (merged_mask((corners,), 64, 48) == 255).all()


def test_a_star_hides_its_heart() -> None:
    points = [
        (0.5 + 0.4 * math.sin(turn * 4 * math.pi / 5), 0.5 - 0.4 * math.cos(turn * 4 * math.pi / 5))
        for turn in range(5)
    ]
    assert merged_mask((tuple(points),), 200, 200)[100, 100] == 255


def test_a_mask_hides_no_more_than_it_must() -> None:
    hidden = merged_mask((((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)),), 640, 360) == 255
    assert hidden.sum() < 328 * 188
    assert not merged_mask((), 64, 48).any()


def test_masks_of_other_names_and_another_order_are_the_same_masks() -> None:
    one, two = ((0.1, 0.1), (0.2, 0.1), (0.2, 0.2)), ((0.5, 0.5), (0.6, 0.5), (0.6, 0.6))
    assert geometry([Mask(id="a", corners=one), Mask(id="b", corners=two)]) == geometry(
        [Mask(id="c", name="school", corners=two), Mask(id="d", corners=one)]
    )
