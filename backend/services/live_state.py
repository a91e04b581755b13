"""What every asset says now: values, how good they are, how old, and what the map shows of them."""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from backend.devkit.clock import Clock
from backend.domain.ageing import checked_value, trusted_stamp
from backend.domain.asset_state import alarm_visual, level_byte, quality_visual
from backend.ports import Feed
from backend.services.places import Places
from backend.services.point_columns import PointColumns
from backend.services.register import Register
from contract.alarms import Alarm
from contract.points import PointKind, PointValue, Quality, Reading
from contract.stream import LEVEL_UNKNOWN, Visual

log = logging.getLogger(__name__)
_LEVEL_POINT = "level_percent"
Change = tuple[int, str, PointValue]


class Silence(msgspec.Struct, frozen=True):
    """Since when an asset does not answer, and what its integration says of it."""

    since: dt.datetime
    reason: str


class LiveState:
    """Values of all points. An asset that was never heard is UNKNOWN; one that fell silent is STALE."""

    def __init__(self, register: Register, feed: Feed, clock: Clock) -> None:
        self._register = register
        self._feed = feed
        self._clock = clock
        self._columns = {code: PointColumns(class_) for code, class_ in register.classes.items()}
        self._recalled: set[tuple[int, str]] = set()
        self._silent: dict[int, Silence] = {}
        self._answering: set[int] = set()
        self._returned: list[int] = []
        self._alarm_visuals: dict[int, int] = {}
        self._visuals: dict[int, int] = {}
        self._levels: dict[int, int] = {}
        self.places = Places(register.classes.values())
        self._impossible_times: set[int] = set()
        self.faults: Counter[str] = Counter()  # what devices got wrong, by kind of mistake

    def points_of(self, asset_id: int) -> dict[str, PointValue]:
        """All points of an asset's class, UNKNOWN where nothing was heard; empty when there is no such asset."""
        asset = self._register.get(asset_id)
        if asset is None:
            return {}
        columns = self._of_class(asset.class_)
        row = columns.rows.get(asset_id)
        if row is None:
            return {spec.name: PointValue(None, Quality.UNKNOWN, None, None) for spec in columns.specs}
        return {spec.name: columns.get(row, index) for index, spec in enumerate(columns.specs)}

    def numbers(self, class_: str, point: str) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.float64]]:
        """Ids and present numbers of one point of a class, of the assets that told it and are believed."""
        columns = self._of_class(class_)
        return columns.numbers(columns.columns[point])

    def point(self, asset_id: int, point: str) -> PointValue | None:
        """One point; None when the asset has no such point."""
        asset = self._register.get(asset_id)
        if asset is None:
            return None
        columns = self._of_class(asset.class_)
        column = columns.columns.get(point)
        if column is None:
            return None
        row = columns.rows.get(asset_id)
        return PointValue(None, Quality.UNKNOWN, None, None) if row is None else columns.get(row, column)

    def visual(self, asset_id: int) -> int:
        """A Visual, with UNACKNOWLEDGED_FLAG when an alarm of it waits for an operator."""
        return self._visuals.get(asset_id, Visual.UNKNOWN)

    def level(self, asset_id: int) -> int:
        """Level in percent; 255 when not known."""
        return self._levels.get(asset_id, LEVEL_UNKNOWN)

    def visuals(self, asset_ids: Sequence[int]) -> tuple[bytes, bytes]:
        """Two uint8 columns: visuals with their flag, and levels."""
        count = len(asset_ids)
        seen = np.fromiter((self._visuals.get(i, Visual.UNKNOWN) for i in asset_ids), np.uint8, count)
        levels = np.fromiter((self._levels.get(i, LEVEL_UNKNOWN) for i in asset_ids), np.uint8, count)
        return seen.tobytes(), levels.tobytes()

    def is_heard(self, asset_id: int) -> bool:
        """Whether this asset ever answered since the backend started."""
        return asset_id in self._answering or asset_id in self._silent

    def gave_impossible_time(self, asset_id: int) -> bool:
        """Whether the last time that this asset gave cannot be."""
        return asset_id in self._impossible_times

    def silence(self, asset_id: int) -> Silence | None:
        """Since when and why it does not answer; None while it answers or was never heard."""
        return self._silent.get(asset_id)

    def recall(self, keys: Iterable[tuple[int, str]]) -> None:
        """Points of which the journal tells that something happened: what is heard of them first is a change."""
        self._recalled.update(keys)

    def discrete_changes(self, readings: Sequence[Reading]) -> Sequence[Change]:
        """Which of these readings change a yes/no or a text: what the journal keeps, before `apply`."""
        changes: list[Change] = []
        now = self._clock.now()
        latest: dict[tuple[int, str], object] = {}
        for reading in readings:
            found = self._locate(reading)
            if found is None:
                continue
            columns, row, column = found
            spec = columns.specs[column]
            if spec.kind is PointKind.NUMBER or spec.is_reading:
                continue
            value, quality = checked_value(spec, reading)
            key = (reading.asset_id, reading.point)
            before = latest[key] if key in latest else columns.value(row, column)
            if quality is Quality.GOOD and value != before:
                latest[key] = value
                if before is None and key not in self._recalled and (value is False or spec.kind is PointKind.TEXT):
                    continue  # first heard, and nothing happened
                self._recalled.discard(key)
                stamp = trusted_stamp(reading.device_time, now)
                changes.append((reading.asset_id, reading.point, PointValue(value, quality, stamp, now)))
        return changes

    def apply(self, readings: Sequence[Reading]) -> Sequence[Change]:
        """Take new readings and tell the feed; gives them checked. What a device cannot mean is FAILED and counted.

        What came late is shown STALE, and given as it was said: it is judged as if it had come in time.
        """
        now, heard_at = self._clock.now(), self._clock.monotonic()
        changes: list[Change] = []
        shown: list[Change] = []
        touched: dict[int, None] = {}
        moving: dict[int, PointColumns] = {}
        for reading in readings:
            found = self._locate(reading)
            if found is None:
                self.faults["unknown point"] += 1
                continue
            columns, row, column = found
            value, quality = checked_value(columns.specs[column], reading)
            if quality is Quality.FAILED and reading.quality is Quality.GOOD:
                self.faults["impossible value"] += 1
            stamp = trusted_stamp(reading.device_time, now)
            if stamp is None and reading.device_time is not None:
                self.faults["impossible time"] += 1
                self._impossible_times.add(reading.asset_id)
            elif stamp is not None:
                self._impossible_times.discard(reading.asset_id)
            checked = PointValue(value, quality, stamp, now)
            is_old = reading.is_late and quality is Quality.GOOD
            present = msgspec.structs.replace(checked, quality=Quality.STALE) if is_old else checked
            columns.set(row, column, present, heard_at)
            change = (reading.asset_id, reading.point, checked)
            changes.append(change)
            shown.append((reading.asset_id, reading.point, present) if is_old else change)
            touched[reading.asset_id] = None
            if self.places.is_of_place(columns, column):
                moving[reading.asset_id] = columns
            if quality is Quality.GOOD and not is_old and not columns.specs[column].is_ours:
                self._answers(reading.asset_id)
        self._feed.points_changed(shown)
        self._show(tuple(touched))
        if moved := [asset_id for asset_id, columns in moving.items() if self.places.take(asset_id, columns)]:
            self._feed.assets_moved(moved)
        return changes

    def assets_silent(self, asset_ids: Sequence[int], reason: str) -> Sequence[Change]:
        """These assets stopped answering: what was heard of them turns STALE. Those never heard stay UNKNOWN."""
        now = self._clock.now()
        changes: list[Change] = []
        touched: list[int] = []
        for asset_id in asset_ids:
            if asset_id in self._silent:
                continue
            asset = self._register.get(asset_id)
            if asset is None:
                continue
            columns = self._of_class(asset.class_)
            row = columns.rows.get(asset_id)
            if asset_id not in self._answering and (row is None or not columns.is_heard(row)):
                continue
            self._answering.discard(asset_id)
            self._silent[asset_id] = Silence(now, reason)
            touched.append(asset_id)
            if row is not None:
                changes.extend((asset_id, columns.specs[c].name, columns.get(row, c)) for c in columns.make_stale(row))
        self._feed.points_changed(changes)
        self._show(touched)
        return changes

    def assets_answer(self, asset_ids: Sequence[int]) -> None:
        """These assets answer; their points turn GOOD as they report."""
        for asset_id in asset_ids:
            self._answers(asset_id)
        self._show(asset_ids)

    def age(self) -> Sequence[Change]:
        """Points too old by their class turn STALE. Called every second; measured on the monotonic clock."""
        now = self._clock.monotonic()
        changes: list[Change] = []
        for columns in self._columns.values():
            for asset_id, row, column in columns.age(now):
                changes.append((asset_id, columns.specs[column].name, columns.get(row, column)))
        if changes:
            self._feed.points_changed(changes)
            self._show(tuple(dict.fromkeys(change[0] for change in changes)))
        return changes

    def alarms_changed(self, asset_id: int, alarms: Sequence[Alarm]) -> None:
        """What alarms stand on an asset now; the map shows the worst."""
        worst = alarm_visual(alarms)
        if worst:
            self._alarm_visuals[asset_id] = worst
        else:
            self._alarm_visuals.pop(asset_id, None)
        self._show((asset_id,))

    def take_returned(self) -> Sequence[int]:
        """Assets that answer again, or for the first time, since this was last asked."""
        returned, self._returned = self._returned, []
        return returned

    def _answers(self, asset_id: int) -> None:
        if asset_id in self._answering:
            return
        self._returned.append(asset_id)
        self._answering.add(asset_id)
        self._silent.pop(asset_id, None)

    def _of_class(self, class_: str) -> PointColumns:
        found = self._columns.get(class_)
        if found is None:  # the register learns as it loads that the package of a class was taken away
            found = self._columns[class_] = PointColumns(self._register.classes[class_])
        return found

    def _locate(self, reading: Reading) -> tuple[PointColumns, int, int] | None:
        asset = self._register.get(reading.asset_id)
        if asset is None:
            return None
        columns = self._of_class(asset.class_)
        column = columns.columns.get(reading.point)
        return None if column is None else (columns, columns.row(reading.asset_id), column)

    def _show(self, asset_ids: Sequence[int]) -> None:
        changed: list[int] = []
        for asset_id in asset_ids:
            asset = self._register.get(asset_id)
            if asset is None:
                continue
            visual, level = self._seen(asset_id, self._of_class(asset.class_))
            if visual != self.visual(asset_id) or level != self.level(asset_id):
                self._visuals[asset_id] = visual
                self._levels[asset_id] = level
                changed.append(asset_id)
        if changed:
            self._feed.states_changed(changed)

    def _seen(self, asset_id: int, columns: PointColumns) -> tuple[int, int]:
        row = columns.rows.get(asset_id)
        quality, level = Quality.UNKNOWN, LEVEL_UNKNOWN
        if row is not None:
            quality = columns.worst(row)
            column = columns.columns.get(_LEVEL_POINT)
            if column is not None:
                number = columns.value(row, column)
                level = level_byte(number if isinstance(number, float) else None, columns.quality(row, column))
        if asset_id in self._silent:
            quality = Quality.STALE
        elif quality is Quality.UNKNOWN and asset_id in self._answering:
            quality = Quality.GOOD
        return self._alarm_visuals.get(asset_id) or quality_visual(quality), level
