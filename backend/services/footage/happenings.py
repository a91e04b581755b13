"""Tells the recorder what happens in sight of cameras that are recorded on events."""

from collections.abc import Callable, Sequence
from typing import Final

from backend.devkit.clock import Clock
from backend.domain.asset_state import UNACKNOWLEDGED
from backend.domain.looking import sees
from backend.services.footage.plan_book import PlanBook
from backend.services.footage.recording_desk import Commanded
from backend.services.media import MediaUnavailable
from backend.services.register import Register
from contract.alarms import Alarm
from contract.assets import Asset
from contract.footage import RecordingMode
from contract.media import RecordEvent
from contract.points import PointValue, Quality

POINTS: Final = frozenset({"motion", "picture_motion", "tamper"})
MOST_NEAR: Final = 8
_KIND_OF: Final = {"picture_motion": "motion"}
_AGAIN_S: Final = 5.0  # of one camera and kind: what lasts is said anew, so that the recording does not end within it
_LEAST_M_A_DEGREE: Final = 110_000.0
_FARTHEST_M: Final = 1_000.0
_MOST_REMEMBERED: Final = 50_000


class Happenings:
    """Hears alarms and points as consoles do. Quick: most of what happens concerns no such camera."""

    def __init__(
        self, plans: PlanBook, register: Register, media: Commanded, clock: Clock, is_ptz: Callable[[Asset], bool]
    ) -> None:
        self._plans = plans
        self._register = register
        self._media = media
        self._clock = clock
        self._is_ptz = is_ptz
        self._cameras: dict[int, Asset] = {}
        self._known = (-1, -1)  # revisions of plans and register
        self._near: dict[int, tuple[int, ...]] = {}
        self._told_at: dict[tuple[int, str], float] = {}
        self._occurrences: dict[int, int] = {}
        self._lasting: set[tuple[int, str]] = set()

    def points_changed(self, changes: Sequence[tuple[int, str, PointValue]]) -> None:
        """Motion and tampering in sight of a camera itself."""
        cameras = self._recorded_on_events()
        if not cameras:
            return
        for asset_id, point, value in changes:
            if point not in POINTS or asset_id not in cameras:
                continue
            if value.value is True and value.quality is Quality.GOOD:
                self._lasting.add((asset_id, point))
                self._tell(asset_id, _KIND_OF.get(point, point), "")
            else:
                self._lasting.discard((asset_id, point))

    def look(self) -> None:
        """What lasts is told anew: a camera says once that something moves, and once that nothing does any more."""
        cameras = self._recorded_on_events()
        self._lasting = {key for key in self._lasting if key[0] in cameras}
        for asset_id, point in self._lasting:
            self._tell(asset_id, _KIND_OF.get(point, point), "")

    def alarm_changed(self, alarm: Alarm) -> None:
        """An alarm that comes, of a camera or of what it sees."""
        cameras = self._recorded_on_events()
        if not cameras or not alarm.is_active or alarm.annunciation not in UNACKNOWLEDGED:
            return
        if self._occurrences.get(alarm.id, 0) >= alarm.occurrence:
            return
        if len(self._occurrences) >= _MOST_REMEMBERED:
            self._occurrences.clear()
        self._occurrences[alarm.id] = alarm.occurrence
        for camera_id in self._in_sight(alarm):
            self._tell(camera_id, "alarm", f"{alarm.asset_code} {alarm.kind}")

    def _recorded_on_events(self) -> dict[int, Asset]:
        known = (self._plans.revision, self._register.revision)
        if known != self._known:
            self._known = known
            self._near.clear()
            self._cameras = {
                camera_id: asset
                for camera_id, kept in self._plans.all().items()
                if kept.plan.mode is RecordingMode.EVENT and (asset := self._register.get(camera_id)) is not None
            }
        return self._cameras

    def _in_sight(self, alarm: Alarm) -> Sequence[int]:
        if alarm.asset_id in self._cameras:
            own: tuple[int, ...] = (alarm.asset_id,)
        else:
            own = ()
        if alarm.lon is None or alarm.lat is None:
            return own
        near = self._near.get(alarm.asset_id)
        if near is None:
            near = self._near[alarm.asset_id] = self._that_see(alarm.lon, alarm.lat)
        return tuple(dict.fromkeys((*own, *near)))

    def _that_see(self, lon: float, lat: float) -> tuple[int, ...]:
        found: list[tuple[float, int]] = []
        for camera in self._cameras.values():
            if abs(camera.lat - lat) * _LEAST_M_A_DEGREE > _FARTHEST_M:
                continue
            distance_m, is_seen = sees(camera, lon, lat, is_ptz=self._is_ptz(camera))
            if is_seen:
                found.append((distance_m, camera.id))
        return tuple(camera_id for _, camera_id in sorted(found)[:MOST_NEAR])

    def _tell(self, camera_id: int, kind: str, label: str) -> None:
        now = self._clock.monotonic()
        key = (camera_id, kind)
        if now - self._told_at.get(key, -_AGAIN_S) < _AGAIN_S or not self._media.is_ready:
            return
        self._told_at[key] = now
        try:
            self._media.tell(RecordEvent(camera_id=camera_id, kind=kind, label=label))
        except MediaUnavailable:
            return  # a recorder that is not there records no event; the gap is its own to tell
