"""Pictures that are none, or bombs, and shelves that somebody spoilt: the map shows nothing there, and goes on."""

import struct
import time
import zlib

import pytest

from console.store.map_shelf import SHELF_NAME, MapShelf
from console.store.tile_fetching import decode_tile
from contract.api import Workspace
from tests.backend.base_maps.files import png
from tools.screenshots.sample_client import SampleClient


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def claimed(side: int) -> bytes:
    """A PNG of a few bytes that says it is this large."""
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + _chunk(b"IDAT", zlib.compress(b"\0")) + _chunk(b"IEND", b"")


DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="256" height="256">'
    b'<image xlink:href="file:///etc/hostname" width="9" height="9"/><rect width="256" height="256"/></svg>'
)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    "content",
    [claimed(100_000), claimed(2**31 - 1), DRAWING, b"GIF89a\0\1\0\1\x80\0\0", b"P6 256 256 255\n", b"", b"\0" * 999],
    ids=["bomb", "larger bomb", "drawing", "gif", "pbm", "nothing", "zeros"],
)
def test_what_is_no_tile_is_not_drawn_and_takes_no_time(content: bytes) -> None:
    began = time.process_time()
    assert decode_tile(content) is None
    assert time.process_time() - began < 0.5


@pytest.mark.usefixtures("qapp")
def test_a_tile_is_drawn() -> None:
    image = decode_tile(png())
    assert image is not None
    assert (image.width(), image.height()) == (256, 256)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[" * 100_000,
        '{"bookmarks":' + "[" * 100_000,
        '{"bookmarks": [{"id": 7}, {}, {"id": "a", "name": "x", "lon": 1e400, "lat": 0, "metres_per_pixel": 1}]}',
        '{"bookmarks": [{"id": "a", "name": "x", "lon": 1, "lat": 0, "metres_per_pixel": 0}], "looks": [{"look": 1}]}',
        '{"bookmarks": ' + "[" + "{}," * 5_000 + "{}]}",
    ],
    ids=range(7),
)
async def test_a_spoilt_shelf_is_an_empty_one(text: str) -> None:
    client, shelf = SampleClient(), MapShelf()
    await client.keep_workspace(Workspace(name=SHELF_NAME, content=text))
    await shelf.load(client)
    assert (tuple(shelf.bookmarks), tuple(shelf.looks)) == ((), ())
