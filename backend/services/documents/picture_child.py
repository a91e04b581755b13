"""The drawing child: one photo of somebody's into two JPEGs of ours, in a process with bounds on time and memory.

python -m backend.services.documents.picture_child   (what to draw comes as JSON on standard input)
"""

import os
import sys
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.bounded_child import bound_this_process

MOST_SECONDS: Final = 20
MOST_MEGAPIXELS: Final = 64
PREVIEW_PX: Final = 1600
THUMBNAIL_PX: Final = 256
_MOST_MEMORY: Final = 3 * 2**30
_MOST_WRITTEN: Final = 16 * 2**20
_QUALITY: Final = 85


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What to draw and where to put it."""

    photo: str
    preview: str
    thumbnail: str


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """The photo's size as it is looked at; zero when it cannot be read."""

    width: int = 0
    height: int = 0


def main() -> int:
    """Draw as ordered; the outcome is one line of JSON."""
    bound_this_process(seconds=MOST_SECONDS, memory=_MOST_MEMORY, written=_MOST_WRITTEN)
    os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = str(MOST_MEGAPIXELS * 1_000_000)
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    sys.stdout.buffer.write(msgspec.json.encode(draw(order)))
    return 0


def draw(order: Order) -> Drawn:
    """Both pictures, turned as the photographer held the camera; nothing else of the photo passes."""
    import cv2  # noqa: PLC0415  # reads the bound on pixels when it is loaded
    import numpy as np  # noqa: PLC0415  # after the bounds

    content = np.frombuffer(Path(order.photo).read_bytes(), np.uint8)
    try:
        photo = cv2.imdecode(content, cv2.IMREAD_COLOR)
    except (cv2.error, MemoryError):
        return Drawn()
    if photo is None or photo.size == 0:
        return Drawn()
    height, width = int(photo.shape[0]), int(photo.shape[1])
    for file, longest in ((order.preview, PREVIEW_PX), (order.thumbnail, THUMBNAIL_PX)):
        scale = min(1.0, longest / max(width, height))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
        is_drawn, encoded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        if not is_drawn:
            return Drawn()
        Path(file).write_bytes(encoded.tobytes())
    return Drawn(width=width, height=height)


if __name__ == "__main__":
    sys.exit(main())
