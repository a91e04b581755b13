"""What an image tile is, read from its first bytes: nobody's word is taken for it."""

import struct
from typing import Final

import msgspec

MOST_BYTES: Final = 4 * 2**20
LARGEST_SIDE: Final = 2048  # an honest tile has 256 to 1024; a few bytes may claim a side of 65,535
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_START_OF_FRAME: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class Image(msgspec.Struct, frozen=True):
    """An image that a console can draw."""

    media_type: str
    width: int
    height: int


def sniff(content: bytes) -> Image | None:
    """The PNG, JPEG or WebP image that this is; None for everything else, and for sides no tile has."""
    image = _png(content) or _jpeg(content) or _webp(content)
    if image is None or not (0 < image.width <= LARGEST_SIDE and 0 < image.height <= LARGEST_SIDE):
        return None
    return image


def _png(content: bytes) -> Image | None:
    if not content.startswith(_PNG) or content[12:16] != b"IHDR" or len(content) < 33:
        return None
    width, height = struct.unpack_from(">II", content, 16)
    return Image("image/png", width, height)


def _jpeg(content: bytes) -> Image | None:
    if not content.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while at + 9 <= len(content):
        if content[at] != 0xFF:
            return None
        marker = content[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker in _START_OF_FRAME:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return Image("image/jpeg", width, height)
        length = struct.unpack_from(">H", content, at + 2)[0]
        if length < 2:
            return None
        at += 2 + length
    return None


def _webp(content: bytes) -> Image | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < 30:
        return None
    form = content[12:16]
    if form == b"VP8X":
        width = 1 + int.from_bytes(content[24:27], "little")
        height = 1 + int.from_bytes(content[27:30], "little")
    elif form == b"VP8L" and content[20] == 0x2F:
        bits = int.from_bytes(content[21:25], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    elif form == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", content, 26))
    else:
        return None
    return Image("image/webp", width, height)
