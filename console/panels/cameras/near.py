"""The cameras that see a place: of what is selected, and of an alarm dropped on a tile."""

from collections.abc import Callable

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.panels.cameras.desk import WallDesk
from widgets.notice import Tone


class NearCameras:
    """Only the wall that was worked on last shows what a selection asks for."""

    def __init__(
        self, desk: WallDesk, show: Callable[[tuple[int, ...]], None], put: Callable[[int, int], None]
    ) -> None:
        self._desk = desk
        self._context = desk.context
        self._show = show
        self._put = put
        selection = desk.context.stores.selection
        selection.place_requested.connect(self._place_wanted)
        selection.cameras_requested.connect(self._cameras_wanted)
        selection.point_requested.connect(self._point_wanted)

    def close(self) -> None:
        """Hear nothing more."""
        selection = self._context.stores.selection
        selection.place_requested.disconnect(self._place_wanted)
        selection.cameras_requested.disconnect(self._cameras_wanted)
        selection.point_requested.disconnect(self._point_wanted)

    def into_tile(self, tile: int, asset_id: int) -> None:
        """The camera itself, else the nearest one that sees the asset."""
        asset = self._context.stores.assets.get(asset_id)
        if self._desk.presenter.camera(asset_id) is not None:
            self._put(tile, asset_id)
        elif asset is not None:
            self._context.tasks.start(self._put_nearest(tile, asset.lon, asset.lat), name="nearest camera")

    def _cameras_wanted(self, camera_ids: tuple[int, ...]) -> None:
        if self._leads():
            self._show(camera_ids)

    def _place_wanted(self, asset_id: int) -> None:
        asset = self._context.stores.assets.get(asset_id)
        if asset is not None:
            self._point_wanted(asset.lon, asset.lat)

    def _point_wanted(self, lon: float, lat: float) -> None:
        if self._leads():
            self._context.tasks.start(self._show_nearest(lon, lat), name="nearest cameras")

    def _leads(self) -> bool:
        return self._context.stores.walls.leads(self._context.panel_id)

    async def _show_nearest(self, lon: float, lat: float) -> None:
        cameras = await self._nearest(lon, lat)
        if cameras:
            self._show(cameras)

    async def _put_nearest(self, tile: int, lon: float, lat: float) -> None:
        cameras = await self._nearest(lon, lat)
        if cameras:
            self._put(tile, cameras[0])

    async def _nearest(self, lon: float, lat: float) -> tuple[int, ...]:
        tr = self._context.texts
        try:
            cameras = await self._desk.presenter.nearest(lon, lat)
        except RequestFailed as error:
            self._desk.say(failure_text(error, tr), Tone.WARNING)
            return ()
        if not cameras:
            self._desk.say(tr("video.none_near"), Tone.PLAIN)
        return cameras
