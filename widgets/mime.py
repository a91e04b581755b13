"""What a drag within the console carries."""

from typing import Final

ASSET_MIME: Final = "application/x-beffroi-asset"  # an asset's id
TILE_MIME: Final = "application/x-beffroi-tile"  # a tile of a wall, as its wall names it
PLACE_MIME: Final = "application/x-beffroi-place"  # the id of an asset at which something is the matter
FEED_MIME: Final = "application/x-beffroi-feed"  # the ids of assets that are hung elsewhere
LONGEST: Final = 64
MOST_ASSETS: Final = 20_000


def asset_of(content: bytes) -> int | None:
    """The id that was dragged; None where it is none."""
    text = content.decode("ascii", "replace")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None


def assets_of(content: bytes) -> tuple[int, ...]:
    """The ids that were dragged, each once; none where one of them is no id."""
    parts = content[: 11 * MOST_ASSETS].split(b",")
    found = [asset_of(part) for part in parts[:MOST_ASSETS]]
    return tuple(dict.fromkeys(one for one in found if one is not None)) if None not in found else ()
