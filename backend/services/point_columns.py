"""Points of all assets of one class as arrays: small, and quick to age."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from contract.assets import AssetClass
from contract.points import PointKind, PointValue, Quality, Value

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MILLISECOND = dt.timedelta(milliseconds=1)
_NO_TIME = np.iinfo(np.int64).min
_FIRST_ROWS = 16


class PointColumns:
    """A row for each asset, a column for each point of its class. Unheard points are UNKNOWN."""

    def __init__(self, asset_class: AssetClass) -> None:
        self.specs = asset_class.points
        self.columns: Mapping[str, int] = {spec.name: index for index, spec in enumerate(self.specs)}
        self.rows: dict[int, int] = {}
        self._ids = np.zeros(_FIRST_ROWS, np.uint32)
        count = len(self.specs)
        self._kinds = [spec.kind for spec in self.specs]
        self._values: npt.NDArray[np.float64] = np.full((count, _FIRST_ROWS), np.nan)
        self._qualities: npt.NDArray[np.uint8] = np.full((count, _FIRST_ROWS), Quality.UNKNOWN, np.uint8)
        self._device_ms: npt.NDArray[np.int64] = np.full((count, _FIRST_ROWS), _NO_TIME, np.int64)
        self._received_ms: npt.NDArray[np.int64] = np.full((count, _FIRST_ROWS), _NO_TIME, np.int64)
        self._heard_at: dict[int, npt.NDArray[np.float64]] = {
            index: np.full(_FIRST_ROWS, np.inf)
            for index, spec in enumerate(self.specs)
            if spec.stale_after_s is not None
        }
        self._texts: dict[tuple[int, int], str] = {}

    def row(self, asset_id: int) -> int:
        """The asset's row, made when it has none."""
        row = self.rows.get(asset_id)
        if row is None:
            row = len(self.rows)
            if row == len(self._ids):
                self._grow()
            self.rows[asset_id] = row
            self._ids[row] = asset_id
        return row

    def set(self, row: int, column: int, value: PointValue, heard_at: float) -> None:
        """Keep one value; `heard_at` is monotonic."""
        self._qualities[column, row] = value.quality
        self._device_ms[column, row] = _to_ms(value.device_time)
        self._received_ms[column, row] = _to_ms(value.received_time)
        if self._kinds[column] is PointKind.TEXT:
            self._texts[column, row] = str(value.value) if value.value is not None else ""
            self._values[column, row] = np.nan if value.value is None else 0.0
        else:
            self._values[column, row] = np.nan if value.value is None else value.value
        if column in self._heard_at:
            self._heard_at[column][row] = heard_at

    def get(self, row: int, column: int) -> PointValue:
        """One value as it stands."""
        return PointValue(
            self.value(row, column),
            Quality(int(self._qualities[column, row])),
            _from_ms(int(self._device_ms[column, row])),
            _from_ms(int(self._received_ms[column, row])),
        )

    def value(self, row: int, column: int) -> Value:
        """One value without its times."""
        number = float(self._values[column, row])
        if math.isnan(number):
            return None
        match self._kinds[column]:
            case PointKind.BOOLEAN:
                return number != 0
            case PointKind.NUMBER:
                return number
            case PointKind.TEXT:
                return self._texts[column, row]

    def quality(self, row: int, column: int) -> Quality:
        """How good one value is."""
        return Quality(int(self._qualities[column, row]))

    def is_heard(self, row: int) -> bool:
        """Whether any point of this asset was ever heard."""
        return bool((self._qualities[:, row] != Quality.UNKNOWN).any())

    def worst(self, row: int) -> Quality:
        """FAILED before STALE before GOOD among the points that were heard; UNKNOWN when none was."""
        present = {int(quality) for quality in self._qualities[:, row]}
        for quality in (Quality.FAILED, Quality.STALE, Quality.GOOD):
            if quality in present:
                return quality
        return Quality.UNKNOWN

    def make_stale(self, row: int) -> Sequence[int]:
        """Every heard point of this asset turns STALE; gives the columns that changed."""
        changed = (self._qualities[:, row] == Quality.GOOD) | (self._qualities[:, row] == Quality.FAILED)
        self._qualities[changed, row] = Quality.STALE
        columns: list[int] = np.flatnonzero(changed).tolist()
        return columns

    def age(self, now: float) -> Sequence[tuple[int, int, int]]:
        """Points not heard within their time turn STALE; gives (asset id, row, column) of each."""
        aged: list[tuple[int, int, int]] = []
        for column, heard_at in self._heard_at.items():
            limit = self.specs[column].stale_after_s or math.inf
            old = (heard_at < now - limit) & (self._qualities[column] == Quality.GOOD)
            rows: list[int] = np.flatnonzero(old).tolist()
            self._qualities[column, old] = Quality.STALE
            aged.extend((int(self._ids[row]), row, column) for row in rows)
        return aged

    def _grow(self) -> None:
        more = len(self._ids)
        count = len(self.specs)
        self._ids = np.concatenate([self._ids, np.zeros(more, np.uint32)])
        self._values = np.hstack([self._values, np.full((count, more), np.nan)])
        self._qualities = np.hstack([self._qualities, np.full((count, more), Quality.UNKNOWN, np.uint8)])
        self._device_ms = np.hstack([self._device_ms, np.full((count, more), _NO_TIME, np.int64)])
        self._received_ms = np.hstack([self._received_ms, np.full((count, more), _NO_TIME, np.int64)])
        for column, heard_at in self._heard_at.items():
            self._heard_at[column] = np.concatenate([heard_at, np.full(more, np.inf)])


def _to_ms(time: dt.datetime | None) -> int:
    return _NO_TIME if time is None else (time - _EPOCH) // _MILLISECOND


def _from_ms(milliseconds: int) -> dt.datetime | None:
    return None if milliseconds == _NO_TIME else _EPOCH + milliseconds * _MILLISECOND
