"""The strip on top of a test camera's picture: drawn live and coded live, into a film coded once.

The film's first slice covers exactly the strip, so each camera replaces that slice by its own name and a true
clock for some microseconds of work: still macroblocks are skipped, changed ones are sent as raw samples (I_PCM).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from video.bits import BitWriter
from video.test_camera.slice_headers import SliceStart

BLOCK = 16
BACKGROUND = 24
INK = 224
_GREY_CHROMA = bytes((128,)) * 128
_I_PCM = 25
_I_FLAT = 3  # Intra 16x16, DC prediction, no residual.
_INTRA_TYPES_IN_P = 5

Picture = NDArray[np.uint8]


class Strip:
    """The strip of one stream; remembers what its viewers see, to send only what changed."""

    def __init__(self, columns: int, rows: int) -> None:
        self._columns = columns
        self._rows = rows
        self._shown = blank_strip(columns, rows)
        self._changed = np.zeros((rows, columns), np.bool_)
        self._wanted = self._shown

    def draw(self, image: Picture) -> None:
        """Show this from the next picture on."""
        self._wanted = image

    def code(self, start: SliceStart) -> bytes:
        """The slice for one picture."""
        writer = BitWriter(start.nal_header)
        writer.bits(start.value, start.bit_count)
        writer.unsigned(0)  # The quantiser of the picture.
        writer.unsigned(1)  # No deblocking: raw samples are exact.
        if start.is_intra:
            self._code_all(writer)
        else:
            self._code_changes(writer)
        self._shown = self._wanted
        return writer.nal_unit()

    def _blocks(self, image: Picture) -> Picture:
        return image.reshape(self._rows, BLOCK, self._columns, BLOCK).swapaxes(1, 2)

    def _code_changes(self, writer: BitWriter) -> None:
        skipped = 0
        if self._wanted is not self._shown:
            wanted = self._blocks(self._wanted)
            changed = (wanted != self._blocks(self._shown)).any(axis=(2, 3)).ravel()
            position = 0
            for index in np.flatnonzero(changed).tolist():
                row, column = divmod(index, self._columns)
                writer.unsigned(index - position)
                writer.unsigned(_INTRA_TYPES_IN_P + _I_PCM)
                writer.aligned(wanted[row, column].tobytes() + _GREY_CHROMA)
                position = index + 1
            skipped = position
        if skipped < self._rows * self._columns:
            writer.unsigned(self._rows * self._columns - skipped)

    def _code_all(self, writer: BitWriter) -> None:
        image = self._wanted
        blocks = self._blocks(image)
        flat = (blocks == BACKGROUND).all(axis=(2, 3))
        raw = np.zeros((self._rows, self._columns), np.bool_)
        for row in range(self._rows):
            for column in range(self._columns):
                if flat[row, column] and _predicted_level(image, row, column) == BACKGROUND:
                    writer.unsigned(_I_FLAT)
                    writer.unsigned(0)  # Chroma by DC: grey beside grey.
                    writer.unsigned(0)  # No change of quantiser.
                    _write_no_coefficients(writer, raw, row, column)
                else:
                    writer.unsigned(_I_PCM)
                    writer.aligned(blocks[row, column].tobytes() + _GREY_CHROMA)
                    raw[row, column] = True


def blank_strip(columns: int, rows: int) -> Picture:
    """A strip with nothing on it."""
    return np.full((rows * BLOCK, columns * BLOCK), BACKGROUND, np.uint8)


def draw_strip(columns: int, rows: int, left: str, right: str) -> Picture:
    """Text at both ends, between black and white as video codes them."""
    image = blank_strip(columns, rows)
    scale = 0.019 * image.shape[0]
    font = cv2.FONT_HERSHEY_SIMPLEX
    baseline = int(image.shape[0] * 0.7)
    thickness = max(1, round(image.shape[0] / 24))
    (width, _), _ = cv2.getTextSize(right, font, scale, thickness)
    for text, at in ((left, 8), (right, image.shape[1] - width - 8)):
        cv2.putText(image, text, (at, baseline), font, scale, INK, thickness, cv2.LINE_AA)
    return image


def _predicted_level(image: Picture, row: int, column: int) -> int:
    """What a decoder predicts for a block from the samples left of and above it (8.3.3.3)."""
    y, x = row * BLOCK, column * BLOCK
    above = int(image[y - 1, x : x + BLOCK].sum()) if row else None
    left = int(image[y : y + BLOCK, x - 1].sum()) if column else None
    if above is not None and left is not None:
        return (above + left + 16) >> 5
    one = above if above is not None else left
    return 128 if one is None else (one + 8) >> 4


def _write_no_coefficients(writer: BitWriter, raw: NDArray[np.bool_], row: int, column: int) -> None:
    """coeff_token for "none": its code depends on the neighbours, and a raw block counts as 16 (9.2.1)."""
    left = 16 * int(raw[row, column - 1]) if column else None
    above = 16 * int(raw[row - 1, column]) if row else None
    if left is not None and above is not None:
        context = (left + above + 1) >> 1
    else:
        context = left if left is not None else above or 0
    if context < 2:
        writer.bits(1, 1)
    else:
        writer.bits(0b000011, 6)
