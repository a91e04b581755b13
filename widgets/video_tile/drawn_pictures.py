"""Pictures drawn from the memory they were decoded into: a copy of each would be a fifth of the interface's work."""

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided
from PySide6.QtGui import QImage

_SLOTS = 4  # decoders write into four places in turn


class DrawnPictures:
    """`image_of` answers the same image for the same memory; images and their memory are held together.

    The memory is written again two pictures later: an image is to be painted at the tick that brought it. Who paints
    a tile anew later paints the newest, which nobody writes into.
    """

    def __init__(self) -> None:
        self._images: dict[tuple[int, int, int], tuple[QImage, npt.NDArray[np.uint8]]] = {}

    def image_of(self, pixels: npt.NDArray[np.uint8]) -> QImage:
        """BGRA of any row length as an image, without a copy where rows are whole pixels."""
        height, width = int(pixels.shape[0]), int(pixels.shape[1])
        key = int(pixels.__array_interface__["data"][0]), width, height
        held = self._images.get(key)
        if held is None or held[1].strides != pixels.strides:
            if len(self._images) >= _SLOTS:
                self._images.clear()
            held = self._images[key] = _image_over(pixels, width, height)
        return held[0]

    def forget(self) -> None:
        """Another camera: let its memory go."""
        self._images.clear()


def _image_over(pixels: npt.NDArray[np.uint8], width: int, height: int) -> tuple[QImage, npt.NDArray[np.uint8]]:
    if pixels.strides[1:] != (4, 1) or pixels.strides[0] % 4:
        pixels = np.ascontiguousarray(pixels)
    row_bytes = int(pixels.strides[0])
    flat = as_strided(pixels, ((height - 1) * row_bytes + width * 4,), (1,))
    return QImage(flat.data, width, height, row_bytes, QImage.Format.Format_RGB32), pixels
