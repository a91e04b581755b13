"""Which part of a camera's picture a tile shows. Pure."""

from typing import Final, NamedTuple

MOST: Final = 8.0


class ZoomBox(NamedTuple):
    """Left, top and side, in shares of the picture: both sides shrink alike, so that nothing is stretched."""

    x: float = 0.0
    y: float = 0.0
    side: float = 1.0

    @property
    def factor(self) -> float:
        """How much larger it is shown than whole."""
        return 1 / self.side

    @property
    def is_whole(self) -> bool:
        """Whether all of the picture is seen."""
        return self.side > 0.999

    def zoomed(self, factor: float, at_x: float = 0.5, at_y: float = 0.5) -> "ZoomBox":
        """Nearer by this factor; what is under the point (shares of the tile) stays under it."""
        side = min(1.0, max(1 / MOST, self.side / factor))
        if side > 0.98:
            return WHOLE
        x = self.x + at_x * (self.side - side)
        y = self.y + at_y * (self.side - side)
        return _inside(x, y, side)

    def panned(self, dx: float, dy: float) -> "ZoomBox":
        """Moved by shares of what is seen."""
        return _inside(self.x + dx * self.side, self.y + dy * self.side, self.side)


WHOLE: Final = ZoomBox()


def _inside(x: float, y: float, side: float) -> ZoomBox:
    return ZoomBox(min(max(0.0, x), 1 - side), min(max(0.0, y), 1 - side), side)
