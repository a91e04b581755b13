"""What a drag within the console carries."""

from typing import Final

ASSET_MIME: Final = "application/x-beffroi-asset"  # an asset's id
TILE_MIME: Final = "application/x-beffroi-tile"  # a tile of a wall, as its wall names it
PLACE_MIME: Final = "application/x-beffroi-place"  # the id of an asset at which something is the matter
LONGEST: Final = 64


def asset_of(content: bytes) -> int | None:
    """The id that was dragged; None where it is none."""
    text = content.decode("ascii", "replace")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None
