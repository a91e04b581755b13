"""Points of all assets of one class as arrays: small, and quick to age."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from contract.assets import AssetClass, PointSpec
from contract.points import PointKind, PointValue, Quality, Value

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MILLISECOND = dt.timedelta(milliseconds=1)
_NO_TIME = np.iinfo(np.int64).min
_FIRST_ROWS = 16
_UNHEARD = PointValue(None, Quality.UNKNOWN, None, None)


class PointColumns:
    """A row for each asset, a column for each point that was ever heard. Unheard points are UNKNOWN."""

    def __init__(self, asset_class: AssetClass) -> None:
        self.class_ = asset_class.code
        self.specs = asset_class.points
        self.columns: Mapping[str, int] = {spec.name: index for index, spec in enumerate(self.specs)}
        self.rows: dict[int, int] = {}
        self._ids: list[int] = []
        self._heard: dict[int, _Column] = {}

    def row(self, asset_id: int) -> int:
        """The asset's row, made when it has none."""
        row = self.rows.get(asset_id)
        if row is None:
            row = self.rows[asset_id] = len(self._ids)
            self._ids.append(asset_id)
        return row

    def set(self, row: int, column: int, value: PointValue, heard_at: float) -> None:
        """Keep one value; `heard_at` is monotonic."""
        heard = self._heard.get(column)
        if heard is None:
            heard = self._heard[column] = _Column(self.specs[column])
        heard.set(row, value, heard_at)

    def get(self, row: int, column: int) -> PointValue:
        """One value as it stands."""
        heard = self._heard.get(column)
        return _UNHEARD if heard is None or row >= heard.size else heard.get(row)

    def value(self, row: int, column: int) -> Value:
        """One value without its times."""
        heard = self._heard.get(column)
        return None if heard is None or row >= heard.size else heard.value(row)

    def numbers(self, column: int) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.float64]]:
        """Ids and numbers of all assets that told this point and are believed."""
        ids = np.array(self._ids, np.uint32)
        heard = self._heard.get(column)
        if heard is None:
            return ids[:0], np.empty(0, np.float64)
        values, is_good = heard.numbers(len(ids))
        return ids[: len(values)][is_good], values[is_good]

    def quality(self, row: int, column: int) -> Quality:
        """How good one value is."""
        heard = self._heard.get(column)
        return Quality.UNKNOWN if heard is None or row >= heard.size else Quality(int(heard.qualities[row]))

    def is_heard(self, row: int) -> bool:
        """Whether any point of this asset was ever heard."""
        return self.worst(row) is not Quality.UNKNOWN

    def worst(self, row: int) -> Quality:
        """FAILED before STALE before GOOD among what the device told; UNKNOWN when it told nothing."""
        present = {
            int(heard.qualities[row])
            for column, heard in self._heard.items()
            if row < heard.size and not self.specs[column].is_ours
        }
        for quality in (Quality.FAILED, Quality.STALE, Quality.GOOD):
            if quality in present:
                return quality
        return Quality.UNKNOWN

    def make_stale(self, row: int) -> Sequence[int]:
        """Every point that this asset told turns STALE; gives the columns that changed."""
        changed: list[int] = []
        for column, heard in self._heard.items():
            if self.specs[column].is_ours:
                continue
            if row < heard.size and heard.qualities[row] in (Quality.GOOD, Quality.FAILED):
                heard.qualities[row] = Quality.STALE
                changed.append(column)
        return changed

    def age(self, now: float) -> Sequence[tuple[int, int, int]]:
        """Points not heard within their time turn STALE; gives (asset id, row, column) of each."""
        aged: list[tuple[int, int, int]] = []
        for column, heard in self._heard.items():
            aged.extend((self._ids[row], row, column) for row in heard.age(now))
        return aged


class _Column:
    """One point of all assets; grows by half."""

    def __init__(self, spec: PointSpec) -> None:
        self.size = _FIRST_ROWS
        self._kind = spec.kind
        self._stale_after_s = spec.stale_after_s
        self._values: npt.NDArray[np.float64] = np.full(self.size, np.nan)
        self.qualities: npt.NDArray[np.uint8] = np.full(self.size, Quality.UNKNOWN, np.uint8)
        self._device_ms: npt.NDArray[np.int64] = np.full(self.size, _NO_TIME, np.int64)
        self._received_ms: npt.NDArray[np.int64] = np.full(self.size, _NO_TIME, np.int64)
        self._heard_at: npt.NDArray[np.float64] = np.full(self.size if spec.stale_after_s else 0, np.inf)
        self._texts: dict[int, str] = {}

    def set(self, row: int, value: PointValue, heard_at: float) -> None:
        if row >= self.size:
            self._grow(max(row + 1, self.size * 3 // 2))
        self.qualities[row] = value.quality
        self._device_ms[row] = _to_ms(value.device_time)
        self._received_ms[row] = _to_ms(value.received_time)
        if value.value is None:
            self._values[row] = np.nan
        elif isinstance(value.value, str):
            self._texts[row] = value.value
            self._values[row] = 0.0
        else:
            self._values[row] = value.value
        if self._stale_after_s:
            self._heard_at[row] = heard_at

    def get(self, row: int) -> PointValue:
        return PointValue(
            self.value(row),
            Quality(int(self.qualities[row])),
            _from_ms(int(self._device_ms[row])),
            _from_ms(int(self._received_ms[row])),
        )

    def numbers(self, count: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
        """The first `count` numbers, and which of them are good."""
        values = self._values[:count].copy()
        return values, (self.qualities[:count] == Quality.GOOD) & np.isfinite(values)

    def value(self, row: int) -> Value:
        number = float(self._values[row])
        if math.isnan(number):
            return None
        match self._kind:
            case PointKind.BOOLEAN:
                return number != 0
            case PointKind.NUMBER:
                return number
            case PointKind.TEXT:
                return self._texts[row]

    def age(self, now: float) -> Sequence[int]:
        if not self._stale_after_s:
            return ()
        old = (self._heard_at < now - self._stale_after_s) & (self.qualities == Quality.GOOD)
        self.qualities[old] = Quality.STALE
        rows: list[int] = np.flatnonzero(old).tolist()
        return rows

    def _grow(self, size: int) -> None:
        more = size - self.size
        self.size = size
        self._values = np.concatenate([self._values, np.full(more, np.nan)])
        self.qualities = np.concatenate([self.qualities, np.full(more, Quality.UNKNOWN, np.uint8)])
        self._device_ms = np.concatenate([self._device_ms, np.full(more, _NO_TIME, np.int64)])
        self._received_ms = np.concatenate([self._received_ms, np.full(more, _NO_TIME, np.int64)])
        if self._stale_after_s:
            self._heard_at = np.concatenate([self._heard_at, np.full(more, np.inf)])


def _to_ms(time: dt.datetime | None) -> int:
    return _NO_TIME if time is None else (time - _EPOCH) // _MILLISECOND


def _from_ms(milliseconds: int) -> dt.datetime | None:
    return None if milliseconds == _NO_TIME else _EPOCH + milliseconds * _MILLISECOND
