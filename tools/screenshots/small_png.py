"""Writes a screen as a small PNG: 256 colours of its own, since a grey screen has few."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap

SMALL_BYTES = 500_000


def save_small(picture: QPixmap, file: Path) -> None:
    """Write `picture` whole when that is small enough, else with 256 colours."""
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB32)
    image.save(str(file))
    if file.stat().st_size > SMALL_BYTES:
        _with_few_colours(image).save(str(file))


def _with_few_colours(image: QImage) -> QImage:
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)[:, : image.width(), 2::-1]
    table = [0xFF000000 | int(red) << 16 | int(green) << 8 | int(blue) for red, green, blue in _frequent(pixels)]
    no_dots = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    return image.convertToFormat(QImage.Format.Format_Indexed8, table, no_dots)


def _frequent(pixels: npt.NDArray[np.uint8], count: int = 256) -> npt.NDArray[np.uint8]:
    """The mean colours of the fullest boxes of 16 levels a channel."""
    flat = pixels.reshape(-1, 3)
    coarse = flat >> 4
    keys = coarse[:, 0].astype(np.uint32) << 8 | coarse[:, 1].astype(np.uint32) << 4 | coarse[:, 2]
    counts = np.bincount(keys, minlength=4096)
    fullest = np.argsort(counts)[::-1][:count]
    means = [np.bincount(keys, flat[:, channel], 4096)[fullest] for channel in range(3)]
    filled = np.maximum(counts[fullest], 1)
    return np.stack([mean / filled for mean in means], axis=1).astype(np.uint8)
