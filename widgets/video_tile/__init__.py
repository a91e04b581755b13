"""One picture of the wall: what it shows, what it says, and hands that move it."""

from widgets.video_tile.tile import ASSET_MIME, TILE_MIME, VideoTile
from widgets.video_tile.words import Mark, TileAlarm, TileWords
from widgets.video_tile.zoom import WHOLE, ZoomBox

__all__ = ["ASSET_MIME", "TILE_MIME", "WHOLE", "Mark", "TileAlarm", "TileWords", "VideoTile", "ZoomBox"]
