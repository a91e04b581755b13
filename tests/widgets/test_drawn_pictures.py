"""Pictures are drawn from the memory they were decoded into: whole rows, long rows, memory whose maker is gone."""

import gc

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtGui import QImage

from widgets.video_tile.drawn_pictures import DrawnPictures


def _ramp(height: int, width: int, row: int) -> npt.NDArray[np.uint8]:
    """Every pixel says where it is, in rows longer than the picture."""
    memory = np.zeros((height, row, 4), np.uint8)
    memory[..., 0] = np.arange(row) % 256
    memory[..., 1] = (np.arange(height) % 256)[:, None]
    return memory[:, :width]


def _places(image: QImage) -> set[tuple[int, int]]:
    spots = ((0, 0), (5, 3), (image.width() - 1, image.height() - 1))
    return {(image.pixelColor(x, y).blue() - x % 256, image.pixelColor(x, y).green() - y % 256) for x, y in spots}


@pytest.mark.parametrize(("width", "row"), [(64, 64), (61, 64), (63, 63)])
def test_every_pixel_stands_where_it_was_decoded(width: int, row: int) -> None:
    image = DrawnPictures().image_of(_ramp(40, width, row))
    assert (image.width(), image.height()) == (width, 40)
    assert _places(image) == {(0, 0)}


def test_what_is_written_into_the_memory_is_drawn_without_a_copy() -> None:
    pictures, pixels = DrawnPictures(), _ramp(20, 30, 64)
    image = pictures.image_of(pixels)
    pixels[7, 9] = (1, 2, 3, 255)
    again = pictures.image_of(pixels)
    assert again is image
    colour = again.pixelColor(9, 7)
    assert (colour.blue(), colour.green(), colour.red()) == (1, 2, 3)


def test_rows_that_are_no_whole_pixels_are_drawn_from_a_copy() -> None:
    wide = np.zeros((10, 16, 8), np.uint8)
    wide[3, 5, :4] = (9, 8, 7, 255)
    image = DrawnPictures().image_of(wide[..., :4])
    assert image.pixelColor(5, 3).blue() == 9


def test_memory_stays_while_it_is_drawn_and_no_more_than_three_pictures_are_held() -> None:
    pictures = DrawnPictures()
    image = pictures.image_of(_ramp(300, 400, 448))
    gc.collect()
    churn = [np.full((300, 448, 4), 77, np.uint8) for _ in range(8)]
    assert _places(image) == {(0, 0)}
    for other in churn:
        shown = pictures.image_of(other)
        assert shown.pixelColor(0, 0).blue() == 77
