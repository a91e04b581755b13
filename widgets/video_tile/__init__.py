"""One picture of the wall: what it shows, what it says, and hands that move it."""

from widgets.mime import ASSET_MIME, TILE_MIME
from widgets.tile_words import Mark, TileAlarm, TileWords
from widgets.video_tile.tile import VideoTile
from widgets.zoom_box import WHOLE, ZoomBox

__all__ = ["ASSET_MIME", "TILE_MIME", "WHOLE", "Mark", "TileAlarm", "TileWords", "VideoTile", "ZoomBox"]
