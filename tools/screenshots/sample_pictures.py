"""Drawn street scenes in place of live cameras."""

import numpy as np
import numpy.typing as npt

from console.kit.video import AddressGiver, FootageAccessGiver, Gap, Picture, PictureState, StateChanged


class SamplePictures:
    """console.kit.video.PictureSource: every tile is live at once, except each fifth, which stalls."""

    def __init__(self) -> None:
        self._tiles: dict[str, tuple[int, int]] = {}
        self._shown_at: dict[str, float] = {}
        self.opened: list[str] = []
        self.closed: list[str] = []
        self.addresses: dict[str, AddressGiver] = {}

    def open(self, tile_id: str, address: AddressGiver, width: int, height: int, state_changed: StateChanged) -> None:
        """Live at once."""
        self._tiles[tile_id] = (width, height)
        self.addresses[tile_id] = address
        self.opened.append(tile_id)
        state_changed(PictureState.STALLED if len(self.opened) % 5 == 4 else PictureState.LIVE, "")

    def open_footage(
        self,
        tile_id: str,
        access: FootageAccessGiver,
        width: int,
        height: int,
        state_changed: StateChanged,
        *,
        key_pictures_only: bool = False,
    ) -> None:
        """Recorded at any time."""
        del access, key_pictures_only
        self._tiles[tile_id] = (width, height)
        self._shown_at[tile_id] = 0.0
        state_changed(PictureState.RECORDED, "")

    def resize(self, tile_id: str, width: int, height: int) -> None:
        """Another size."""
        self._tiles[tile_id] = (width, height)

    def show(self, tile_id: str, is_visible: bool) -> None:
        """All the same here."""

    def zoom(self, tile_id: str, x: float, y: float, width: float, height: float) -> None:
        """All the same here."""

    def seek(self, tile_id: str, at: float) -> None:
        """The same scene at that time."""
        self._shown_at[tile_id] = at

    def play(self, tile_id: str, at: float, speed: float, anchor: float) -> None:
        """Stands at the beginning."""
        del speed, anchor
        self._shown_at[tile_id] = at

    def pause(self, tile_id: str) -> None:
        """Stands anyway."""

    def step(self, tile_id: str, pictures: int) -> None:
        """A fifteenth of a second a picture."""
        self._shown_at[tile_id] = self._shown_at.get(tile_id, 0.0) + pictures / 15

    def gap(self, tile_id: str) -> Gap | None:
        """Everything is recorded."""
        del tile_id
        return None

    def close(self, tile_id: str) -> None:
        """Leave a tile."""
        self._tiles.pop(tile_id, None)
        self._shown_at.pop(tile_id, None)
        self.closed.append(tile_id)

    def following(self, tile_id: str, sequence: int) -> Picture | None:
        """The same scene."""
        del sequence
        return self.newest(tile_id)

    def newest(self, tile_id: str) -> Picture | None:
        """The same scene at the tile's size."""
        size = self._tiles.get(tile_id)
        if size is None:
            return None
        shown_at = self._shown_at.get(tile_id)
        return Picture(hash((tile_id, size, shown_at)), scene(*size, seed=sum(map(ord, tile_id))), shown_at)


def scene(width: int, height: int, seed: int) -> npt.NDArray[np.uint8]:
    """A street at night: sky, houses, road, lamps."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    u, v = x / max(width, 1), y / max(height, 1)
    light = np.full((height, width), 26.0, np.float32) + 18 * (1 - v)
    houses = (v < 0.55) & (v > 0.2 + 0.1 * np.sin(seed + np.floor(u * 7) * 2.1))
    light[houses] = 44
    road = v > 0.55 + 0.18 * np.abs(u - 0.5)
    light[road] = 58 + 30 * v[road]
    for number in range(4):
        cx, cy = (0.14 + 0.24 * number + 0.02 * (seed % 5)), 0.34 + 0.03 * number
        light += 150 * np.exp(-(((u - cx) ** 2) / 0.0016 + ((v - cy) ** 2) / 0.003))
    picture = np.empty((height, width, 4), np.uint8)
    picture[..., 0] = np.clip(light * 0.86, 0, 255)
    picture[..., 1] = np.clip(light * 0.93, 0, 255)
    picture[..., 2] = np.clip(light, 0, 255)
    picture[..., 3] = 255
    return picture
