"""Which camera stands in which tile, what its tile says, and how it is moved. No Qt."""

import datetime as dt
import uuid
from collections.abc import Container, Sequence
from typing import Final

import msgspec
import numpy as np

from console.kit.errors import RequestFailed, RequestRefused
from console.kit.failures import failure_text
from console.kit.formats import clock_time
from console.kit.ports import AssetLookup, Client, StateLookup
from console.kit.video import NoAddress, PictureState
from contract.api import CommandRequest, ViewRequest
from contract.assets import Asset
from contract.stream import Visual
from widgets.texts import Texts

GRIDS: Final = (1, 4, 9, 16)
MOVE_DEADLINE_S: Final = 2.0
_CAMERA: Final = "camera"
_PLACE_CAMERAS: Final = 4
_SILENT: Final = frozenset({Visual.UNKNOWN, Visual.STALE})
_ASKED_CAMERAS: Final = 16  # the most one may ask; those that stream and see the place come first


class WallState(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a workspace keeps of the wall."""

    size: int = 4
    cameras: tuple[int | None, ...] = ()
    keeps_vacancies: bool = False  # somebody emptied a tile


class Wall:
    """The tiles and what stands in them. Pure."""

    def __init__(self, size: int = 4) -> None:
        self.size = size if size in GRIDS else 4
        self.cameras: list[int | None] = [None] * max(GRIDS)
        self.chosen = 0
        self.spotlight: int | None = None

    def state(self, *, keeps_vacancies: bool) -> WallState:
        """What is worth keeping."""
        filled = max((tile + 1 for tile, camera in enumerate(self.cameras) if camera is not None), default=0)
        return WallState(self.size, tuple(self.cameras[:filled]), keeps_vacancies)

    def take_state(self, state: WallState) -> None:
        """Stand as it was kept."""
        self.resize(state.size)
        self.cameras = [None] * max(GRIDS)
        for tile, camera_id in enumerate(state.cameras[: max(GRIDS)]):
            self.put(tile, camera_id)

    @property
    def vacant(self) -> Sequence[int]:
        """Tiles of the grid in which nothing stands."""
        return [tile for tile in range(self.size) if self.cameras[tile] is None]

    @property
    def shown(self) -> Sequence[int]:
        """The tiles that are seen."""
        return (self.spotlight,) if self.spotlight is not None else range(self.size)

    def resize(self, size: int) -> None:
        """Another grid; cameras keep their tiles."""
        if size in GRIDS:
            self.size = size
            self.spotlight = None
            self.chosen = min(self.chosen, size - 1)

    def choose(self, tile: int) -> None:
        """Keys mean this tile from now on."""
        if 0 <= tile < self.size:
            self.chosen = tile

    def put(self, tile: int, camera_id: int | None) -> None:
        """A camera into a tile; it stands in one tile at a time."""
        if camera_id is not None:
            self.cameras = [None if held == camera_id else held for held in self.cameras]
        self.cameras[tile] = camera_id

    def put_all(self, camera_ids: Sequence[int]) -> None:
        """These cameras into the first tiles; those that are shown already stay where they are."""
        wanted = list(dict.fromkeys(camera_ids))[: self.size]
        tiles = self.cameras[: self.size]
        missing = [camera for camera in wanted if camera not in tiles]
        for tile in range(self.size):
            if missing and tiles[tile] not in wanted:
                self.put(tile, missing.pop(0))
        if wanted:
            self.chosen = self.cameras.index(wanted[0])

    def enlarge(self, tile: int) -> None:
        """One tile alone, or back to the grid."""
        self.spotlight = None if self.spotlight is not None else tile


class CamerasPresenter:
    """Words and requests of the camera wall."""

    def __init__(self, assets: AssetLookup, states: StateLookup, client: Client, tr: Texts) -> None:
        self._assets = assets
        self._states = states
        self._client = client
        self._tr = tr

    def camera(self, asset_id: int | None) -> Asset | None:
        """The asset, when it is a camera this console may see."""
        asset = None if asset_id is None else self._assets.get(asset_id)
        return asset if asset is not None and asset.class_ == _CAMERA else None

    def camera_of_number(self, text: str) -> Asset | None:
        """The camera of a typed number."""
        return self._assets.camera_of_number(int(text)) if text.isdigit() and len(text) <= 6 else None

    def caption(self, camera: Asset) -> str:
        """Number, name and street."""
        number = "" if camera.number is None else str(camera.number)
        parts = (number, camera.name or camera.code, camera.street if camera.street not in camera.name else "")
        return " · ".join(part for part in parts if part)

    def state_text(self, state: PictureState, reason: str, since: dt.datetime) -> str:
        """What a tile says; live says nothing, the picture does."""
        if state is PictureState.LIVE:
            return ""
        if reason == self._tr("video.silent"):
            return reason  # nobody refused anything
        text = self._tr(f"video.{state.value}", time=clock_time(since))
        return f"{text}\n{reason}" if reason and state in {PictureState.REFUSED, PictureState.NOT_FOUND} else text

    async def address(self, camera_id: int, stream: str) -> str:
        """A fresh one-shot address. Raises NoAddress in words."""
        try:
            return (await self._client.view(camera_id, ViewRequest(stream=stream))).url
        except RequestRefused as error:
            raise NoAddress(failure_text(error, self._tr)) from error
        except RequestFailed as error:
            raise NoAddress(self._tr("video.silent")) from error

    def central(self, count: int, besides: Container[int | None]) -> Sequence[int]:
        """Cameras that answer, those in the middle of the city first: what a wall shows that nobody filled yet."""
        cameras, _total = self._assets.search("", _CAMERA)
        if not cameras:
            return ()
        places = np.array([(camera.lon, camera.lat) for camera in cameras], np.float64)
        middle_lon, middle_lat = np.median(places, axis=0)
        squeeze = float(np.cos(np.radians(middle_lat)))
        answering = [
            (((camera.lon - middle_lon) * squeeze) ** 2 + (camera.lat - middle_lat) ** 2, camera.id)
            for camera in cameras
            if camera.id not in besides and self._states.visual_of(camera.id) not in _SILENT
        ]
        return [camera_id for _distance, camera_id in sorted(answering)[:count]]

    async def nearest(self, lon: float, lat: float) -> tuple[int, ...]:
        """The live cameras for a place, best first, at most four. Raises RequestFailed."""
        found = await self._client.nearest_cameras(lon, lat, _ASKED_CAMERAS)
        return tuple(item.asset.id for item in found.items if item.streams)[:_PLACE_CAMERAS]

    async def move(self, camera_id: int, pan: float, tilt: float, zoom: float) -> str:
        """Turn the camera for a short while; answers why not, nothing when it moves."""
        arguments = {"pan": pan, "tilt": tilt, "zoom": zoom}
        return await self._act(camera_id, "ptz_move", arguments)

    async def stop(self, camera_id: int) -> str:
        """Stop the camera; answers why not."""
        return await self._act(camera_id, "ptz_stop", {})

    async def _act(self, camera_id: int, action: str, arguments: dict[str, float]) -> str:
        request = CommandRequest(
            id=str(uuid.uuid4()),
            asset_id=camera_id,
            action=action,
            arguments=dict(arguments),
            deadline_s=MOVE_DEADLINE_S,
        )
        try:
            await self._client.submit(request)
        except RequestFailed as error:
            return failure_text(error, self._tr)
        return ""
