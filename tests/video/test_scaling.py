"""What a tile shows of a picture, at whatever size it has."""

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from video.decoding.frame_slots import row_pixels
from video.decoding.scaling import WHOLE, Part, Scaler, fitted

STREAM = (640, 360)


def stream_frame() -> av.VideoFrame:
    """A street in two colours that meet in the middle, brighter from left to right."""
    picture = np.zeros((STREAM[1], STREAM[0], 3), np.uint8)
    picture[:, :, 1] = np.linspace(40, 200, STREAM[0]).astype(np.uint8)
    picture[: STREAM[1] // 2, :, 2] = 180
    return av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(format="yuv420p")


def drawn(frame: av.VideoFrame, tile: tuple[int, int], part: Part = WHOLE) -> NDArray[np.uint8]:
    width, height = fitted((frame.width, frame.height), tile, part)
    canvas = np.full((height, row_pixels(width), 4), 77, np.uint8)
    Scaler().draw(frame, canvas, width, part)
    return canvas[:, :width]


@pytest.mark.parametrize("tile", [(320, 180), (318, 178), (476, 268), (640, 360), (100, 56)])
def test_a_tile_shows_the_picture_in_its_colours_at_every_size(tile: tuple[int, int]) -> None:
    frame = stream_frame()
    whole = cv2.cvtColor(frame.to_ndarray(format="bgr24"), cv2.COLOR_BGR2BGRA)
    shown = drawn(frame, tile)
    expected = cv2.resize(whole, (shown.shape[1], shown.shape[0]), interpolation=cv2.INTER_AREA)
    edge = shown.shape[0] // 2
    different = np.abs(shown.astype(int) - expected.astype(int))
    different[edge - 2 : edge + 2] = 0  # colours are half as fine as brightness
    assert different.max() <= 6
    assert shown[:, :, 3].min() == 255


def test_a_tile_that_gaps_made_a_little_smaller_than_half_is_filled_but_for_nothing() -> None:
    assert fitted(STREAM, (318, 178)) == (318, 178)
    assert fitted(STREAM, (318, 200)) == (318, 178)
    assert fitted(STREAM, (310, 178)) == (310, 174)


def test_a_part_of_the_picture_is_not_cut_any_further() -> None:
    frame = stream_frame()
    left = drawn(frame, (318, 178), Part(0.0, 0.0, 0.5, 0.5))
    assert left[:, -1, 1].mean() == pytest.approx(120, abs=4)


def test_rows_are_no_longer_than_the_picture_for_whoever_looks() -> None:
    shown = drawn(stream_frame(), (318, 178))
    assert shown.shape == (178, 318, 4)
    assert not (shown == 77).all(axis=2).any()


def test_a_small_stream_fills_a_large_tile_and_one_that_nearly_fills_it_is_left_as_it_was_coded() -> None:
    assert fitted(STREAM, (1920, 1000)) == (1776, 1000)
    assert fitted(STREAM, (700, 400)) == STREAM
    shown = drawn(stream_frame(), (1280, 720))
    assert shown.shape == (720, 1280, 4)
    small = drawn(stream_frame(), STREAM)
    different = np.abs(shown[::2, ::2].astype(int) - small.astype(int))
    assert np.percentile(different, 90) <= 6
