"""The wall shows what is in alarm: cameras are looked up once per alarm and come over the first tiles."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QObject, Signal

from console.kit.errors import RequestFailed
from console.panels.cameras.presenter import CamerasPresenter
from console.store.alarm_order import urgency, wants_acknowledgement
from console.store.context import Context
from console.store.wall.alarm_mode import (
    LOWEST_PRIORITY,
    AlarmPlace,
    AlarmPlan,
    AlarmSight,
    leading_tiles,
    plan_alarms,
)
from console.store.wording import alarm_text
from contract.alarms import Alarm
from contract.assets import Asset
from widgets.tile_words import TileAlarm

_MOST_ALARMS: Final = 20
_NO_PLAN: Final = AlarmPlan({})


class Alarming(QObject):
    """`places` are the tiles alarms have; `changed` says that they are others."""

    changed = Signal()

    def __init__(
        self,
        context: Context,
        presenter: CamerasPresenter,
        size: Callable[[], int],
        busy: Callable[[], Mapping[int, int | None]],
    ) -> None:
        super().__init__()
        self._context = context
        self._stores = context.stores
        self._presenter = presenter
        self._size = size
        self._busy = busy
        self._cameras: dict[int, tuple[int, ...]] = {}  # by asset; empty: none sees it
        self._asked: set[int] = set()
        self._plan = _NO_PLAN
        self._is_on = False
        self._stores.alarms.changed_since_tick.connect(self.refresh)

    @property
    def is_on(self) -> bool:
        """Whether alarms come onto the wall by themselves."""
        return self._is_on

    @property
    def places(self) -> Mapping[int, AlarmPlace]:
        """Tile -> the camera and the alarm that brought it."""
        return self._plan.places

    @property
    def words(self) -> str:
        """What could not be shown, and why; empty when all is."""
        tr = self._context.texts
        kept_out = self._first(self._plan.kept_out)
        if kept_out is not None:
            return tr("wall.alarm.kept_out", priority=int(kept_out.priority), what=self._what(kept_out))
        waiting = len(self._plan.waiting)
        return tr("wall.alarm.waiting", count=waiting) if waiting else ""

    def turn(self, *, is_on: bool) -> None:
        """Alarms come onto the wall, or do not."""
        if is_on != self._is_on:
            self._is_on = is_on
            self.refresh()
            self.changed.emit()

    def alarm_of(self, tile: int) -> TileAlarm | None:
        """What a tile says of the alarm that brought its camera."""
        place = self._plan.places.get(tile)
        alarm = None if place is None else self._stores.alarms.get(place.alarm_id)
        if alarm is None:
            return None
        return TileAlarm(alarm.priority, self._what(alarm), wants_acknowledgement(alarm))

    def raised_at(self, tile: int, camera: Asset) -> dt.datetime | None:
        """When a tile's alarm came: the one that brought its camera, else the camera's own. None: there is none."""
        place = self._plan.places.get(tile)
        brought = None if place is None else self._stores.alarms.get(place.alarm_id)
        own = self._stores.alarms.of_asset(camera.id)
        alarm = brought or next(iter(own), None)
        return None if alarm is None else alarm.raised_at

    def refresh(self) -> None:
        """Reckon anew: alarms came or went, the layout or somebody's work changed."""
        plan = self._planned() if self._is_on else _NO_PLAN
        if plan != self._plan:
            self._plan = plan
            self.changed.emit()

    def close(self) -> None:
        """Hear nothing more."""
        self._stores.alarms.changed_since_tick.disconnect(self.refresh)

    def _planned(self) -> AlarmPlan:
        waiting = [
            alarm
            for alarm in self._stores.alarms.standing()
            if wants_acknowledgement(alarm) and alarm.priority <= LOWEST_PRIORITY
        ]
        waiting = sorted(waiting, key=urgency)[:_MOST_ALARMS]
        sights = [AlarmSight(alarm.id, self._cameras_of(alarm)) for alarm in waiting]
        return plan_alarms(sights, leading_tiles(self._size()), self._busy(), self._plan.places)

    def _cameras_of(self, alarm: Alarm) -> Sequence[int]:
        if alarm.asset_id in self._cameras:
            return self._cameras[alarm.asset_id]
        if alarm.asset_id not in self._asked and alarm.lon is not None and alarm.lat is not None:
            self._asked.add(alarm.asset_id)
            self._context.tasks.start(self._find(alarm.asset_id, alarm.lon, alarm.lat), name="cameras of an alarm")
        return ()

    async def _find(self, asset_id: int, lon: float, lat: float) -> None:
        try:
            near = await self._presenter.nearest(lon, lat)
        except RequestFailed:
            self._asked.discard(asset_id)  # asked again with the next change of alarms
            return
        own = (asset_id,) if self._presenter.camera(asset_id) is not None else ()
        self._cameras[asset_id] = tuple(dict.fromkeys((*own, *near)))
        self.refresh()

    def _what(self, alarm: Alarm) -> str:
        what = alarm_text(self._stores.catalogue, alarm, self._context.texts)
        return f"{what} · {alarm.asset_name or alarm.asset_code}"

    def _first(self, alarm_ids: Sequence[int]) -> Alarm | None:
        return self._stores.alarms.get(alarm_ids[0]) if alarm_ids else None
