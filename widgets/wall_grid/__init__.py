"""Tiles in any layout, and an editor for free ones."""

from widgets.wall_grid.editor import LayoutEditor
from widgets.wall_grid.face_frame import FaceFrame
from widgets.wall_grid.grid import WallGrid

__all__ = ["FaceFrame", "LayoutEditor", "WallGrid"]
