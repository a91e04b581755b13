"""The past in charge of a map: loads ahead, knows its time, plays, seeks; the same columns as live."""

import datetime as dt
from collections.abc import Callable
from typing import Final, Protocol

import numpy as np
from PySide6.QtCore import QObject, Signal

from console.kit.errors import RequestFailed
from console.kit.task_bag import TaskBag
from console.store.last_place import LastPlace
from console.store.replay_chunk import ReplayChunk
from console.store.replay_shelf import ReplayShelf, Wanted
from console.store.replay_times import check_alarm, check_frames, check_span
from console.store.states import MoveColumns, StateColumns, UInt32s
from contract.replay import ReplayAlarm, ReplayFrames, ReplayGap, ReplaySpan
from contract.stream import LEVEL_UNKNOWN, UNACKNOWLEDGED_FLAG, Visual
from widgets.frame_clock import FrameClock, Ticking

SPEEDS: Final = (1, 10, 60, 600)
_STEP_OF_SPEED_S: Final = {1: 1, 10: 1, 60: 5, 600: 30}
_AHEAD_S: Final = 5.0  # of the operator's time: what comes next is asked for when less than this is loaded
_FRAME_HZ: Final = 10  # the map glides between two frames
_FIRST_BACK_MS: Final = 300_000
_GAP_LASTS_S: Final = 3.0  # a gap is passed in this time at most, whatever the speed
_SPAN_AFTER_S: Final = 30.0
_AFTER_ALARM_MS: Final = 1_500  # the second of the recording that shows it has ended by then
_WORST: Final = max(Visual)
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class ReplaySource(Protocol):
    """The backend, as far as the past is concerned. Everything raises RequestFailed."""

    async def replay_span(self) -> ReplaySpan: ...
    async def replay_frames(self, since: dt.datetime, until: dt.datetime, step_s: int = 1) -> ReplayFrames: ...
    async def replay_alarm(self, at: dt.datetime, *, is_back: bool) -> ReplayAlarm | None: ...


class ReplayStore(QObject):
    """One map's past. What is shown is always what was known at `shown_ms`; while it loads, that moment stays."""

    changed_since_tick = Signal(object)  # StateColumns
    moved_since_tick = Signal(object)  # MoveColumns
    mode_changed = Signal(bool)  # whether it is in charge
    time_changed = Signal()
    span_changed = Signal()
    jumped = Signal()  # the moment is another one, not the next: nothing glides there
    failed = Signal(object)  # RequestFailed
    alarm_reached = Signal(object)  # ReplayAlarm
    no_alarm = Signal(bool)  # is_back: there is none on that side

    def __init__(
        self,
        source: ReplaySource,
        tasks: TaskBag,
        frame_clock: FrameClock,
        known_ids: Callable[[], UInt32s],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._tasks = tasks
        self._clock = frame_clock
        self._known_ids = known_ids
        self._shelf = ReplayShelf()
        self._ticking: Ticking | None = None
        self._ticked_at = 0.0
        self._span_at = 0.0
        self._loading: Wanted | None = None
        self._is_asking_span = False
        self._generation = 0  # answers to what was asked before the last end are not taken
        self._shown: tuple[ReplayChunk, float] | None = None
        self._columns = _unknown(np.empty(0, np.uint32))
        self._last_alarm: tuple[float, int] | None = None
        self._has_failed = False
        self._is_jump = False
        self.span: ReplaySpan | None = None
        self.is_in_charge = False
        self.is_playing = False
        self.speed = SPEEDS[0]
        self.wanted_ms = 0.0  # where the operator wants to be

    @property
    def shown_ms(self) -> float:
        """The moment that the columns tell of."""
        return self.wanted_ms if self._shown is None else self._shown[1]

    @property
    def is_loading(self) -> bool:
        """Whether what is wanted is not yet there."""
        return self.is_in_charge and (self._shown is None or self._shown[1] != self.wanted_ms)

    @property
    def gap(self) -> ReplayGap | None:
        """The gap in which the shown moment lies."""
        if self._shown is None:
            return None
        chunk, at_ms = self._shown
        whole = () if self.span is None else self.span.gaps
        # What is loaded ends somewhere; a gap may not.
        return next((gap for gap in whole if gap.since_ms < at_ms < gap.until_ms), chunk.gap_at(at_ms))

    # --- what a map reads

    def all(self) -> StateColumns:
        """Every state at the shown moment; UNKNOWN where it is not known."""
        return self._columns

    def places(self) -> MoveColumns:
        """Where the vehicles were at the shown moment whose place is known."""
        if self._shown is None:
            empty = np.empty(0, np.float64)
            return MoveColumns(np.empty(0, np.uint32), empty, empty, np.empty(0, np.float32))
        return self._shown[0].places_at(self._shown[1])

    def place_of(self, asset_id: int) -> LastPlace | None:
        """Where a vehicle was at the shown moment, and how old its last report was then."""
        if self._shown is None:
            return None
        places = self.places()
        row = int(np.searchsorted(places.ids, asset_id))
        heard = self._shown[0].heard_ms(asset_id, self._shown[1])
        if row == len(places.ids) or int(places.ids[row]) != asset_id or heard is None:
            return None
        heading = float(places.heading[row])
        age_s = max(self._shown[1] - heard[0], 0.0) / 1000
        known = heading if np.isfinite(heading) else None
        return LastPlace(float(places.lon[row]), float(places.lat[row]), known, age_s, heard[1])

    def visual_of(self, asset_id: int) -> Visual:
        """What was the worst to say of an asset; UNKNOWN when nothing is known."""
        row = int(np.searchsorted(self._columns.ids, asset_id))
        if row == len(self._columns.ids) or int(self._columns.ids[row]) != asset_id:
            return Visual.UNKNOWN
        return Visual(min(int(self._columns.visuals[row]) & ~UNACKNOWLEDGED_FLAG, _WORST))

    def level_of(self, asset_id: int) -> int | None:
        """Level in percent, None when not known."""
        row = int(np.searchsorted(self._columns.ids, asset_id))
        if row == len(self._columns.ids) or int(self._columns.ids[row]) != asset_id:
            return None
        level = int(self._columns.levels[row])
        return None if level == LEVEL_UNKNOWN else level

    # --- what the operator wishes

    def begin(self) -> None:
        """Ask what is kept, and stand five minutes before its end."""
        if not self.is_in_charge:
            self._ask_span(is_first=True)

    def end(self) -> None:
        """Back to live."""
        self._generation += 1
        self._loading = None
        self._shelf.clear()
        self._shown = None
        self._last_alarm = None
        self.is_playing = False
        self._stop_ticking()
        if self.is_in_charge:
            self.is_in_charge = False
            self._columns = _unknown(np.empty(0, np.uint32))
            self.mode_changed.emit(False)
            self.time_changed.emit()

    def load_anew(self) -> None:
        """Rights or register changed: what was loaded is let go, and asked for as it may be seen now."""
        if self.is_in_charge:
            self._generation += 1
            self._loading = None
            self._shelf.clear()
            self._shown = None
            self._columns = _unknown(self._known_ids())
            self.changed_since_tick.emit(self._columns)
            self.seek(self.wanted_ms)

    def play(self, *, is_playing: bool = True) -> None:
        """Let time run, or stand."""
        if self.is_in_charge and is_playing != self.is_playing:
            self.is_playing = is_playing
            self._has_failed = False
            self._ticked_at = self._clock.now()
            self._load()
            self._run()
            self.time_changed.emit()

    def set_speed(self, speed: int) -> None:
        """One of SPEEDS."""
        if speed not in SPEEDS:
            raise ValueError(f"speeds are {SPEEDS}, not {speed}")
        self.speed = speed
        self._load()
        self.time_changed.emit()

    def seek(self, at_ms: float) -> None:
        """Go to a moment; at once when it is loaded."""
        if self.span is None or self.span.first_ms is None or self.span.last_ms is None or not self.is_in_charge:
            return
        self.wanted_ms = min(max(at_ms, float(self.span.first_ms)), float(self.span.last_ms))
        self._has_failed = False
        self._is_jump = True
        self._show()
        self._load()
        self._run()

    def step(self, minutes: float) -> None:
        """Forward, or back."""
        self.seek(self.wanted_ms + minutes * 60_000)

    def keep_up(self) -> None:
        """Time goes on outside: learn now and then what was recorded since. Called every second."""
        if self.is_in_charge and self._clock.now() - self._span_at > _SPAN_AFTER_S:
            self._ask_span(is_first=False)

    def jump(self, *, is_back: bool) -> None:
        """To the next alarm, or the one before."""
        if self.is_in_charge:
            self._tasks.start(self._jump(is_back=is_back), name="alarm of the past")

    # --- time

    def _run(self) -> None:
        if self._ticking is None:
            self._ticked_at = self._clock.now()
            self._ticking = self._clock.subscribe(_FRAME_HZ, self.tick)

    def _stop_ticking(self) -> None:
        if self._ticking is not None:
            self._ticking.stop()
            self._ticking = None

    def tick(self, now: float) -> None:
        """One frame of the clock."""
        passed, self._ticked_at = now - self._ticked_at, now
        if self.is_playing and not self.is_loading and self.span is not None and self.span.last_ms is not None:
            gap = self.gap
            speed = self.speed if gap is None else max(self.speed, (gap.until_ms - gap.since_ms) / _GAP_LASTS_S / 1000)
            self.wanted_ms = min(self.wanted_ms + passed * speed * 1000, float(self.span.last_ms))
            if self.wanted_ms >= self.span.last_ms:
                self.is_playing = False
                self._ask_span(is_first=False)
        self._show()
        self._load()
        if not self.is_playing and not self.is_loading and self._loading is None:
            self._stop_ticking()

    def _show(self) -> None:
        """Tell what was at the wanted moment, when it is there."""
        chunk = self._shelf.at(self.wanted_ms)
        before = self._shown
        if chunk is None or before == (chunk, self.wanted_ms):
            if chunk is None and not self.is_playing:
                self.time_changed.emit()
            return
        self._shown = (chunk, self.wanted_ms)
        is_same_gap = before is not None and before[0] is chunk and self._is_in_one_gap(chunk, before[1])
        changed = None
        if before is not None and before[0] is chunk and before[1] < self.wanted_ms:
            changed = chunk.changes(before[1], self.wanted_ms)
        if is_same_gap:
            pass  # nothing was known, and nothing is
        elif changed is None:
            self._columns = _spread(chunk.states_at(self.wanted_ms), self._known_ids())
            self.changed_since_tick.emit(self._columns)
        elif len(changed.ids):
            self._take(changed)
            self.changed_since_tick.emit(changed)
        places = chunk.places_at(self.wanted_ms)
        if len(places.ids):
            self.moved_since_tick.emit(places)
        if self._is_jump or (changed is None and not is_same_gap):
            self._is_jump = False
            self.jumped.emit()
        self.time_changed.emit()

    def _is_in_one_gap(self, chunk: ReplayChunk, before_ms: float) -> bool:
        gap = chunk.gap_at(self.wanted_ms)
        return gap is not None and gap == chunk.gap_at(before_ms)

    def _take(self, changed: StateColumns) -> None:
        ids = self._columns.ids
        rows = np.searchsorted(ids, changed.ids)
        is_known = ids[np.minimum(rows, max(len(ids) - 1, 0))] == changed.ids if len(ids) else np.zeros(len(rows), bool)
        if not is_known.all():
            self._columns = _spread(self._columns, np.union1d(ids, changed.ids))
            rows = np.searchsorted(self._columns.ids, changed.ids)
        self._columns.visuals[rows] = changed.visuals
        self._columns.levels[rows] = changed.levels

    # --- loading

    def _load(self) -> None:
        if self.span is None or self.span.last_ms is None or not self.is_in_charge or self._has_failed:
            return
        step_s = _STEP_OF_SPEED_S[self.speed] if self.is_playing else 1
        ahead_ms = _AHEAD_S * self.speed * 1000 if self.is_playing else 0.0
        wanted = self._shelf.missing(self.wanted_ms, ahead_ms, step_s, self.span.last_ms)
        if wanted is None or self._loading is not None:
            return  # one at a time: what is still wanted then is asked for when it comes
        self._loading = wanted
        self._tasks.start(self._fetch(wanted, self._generation), name="past")

    async def _fetch(self, wanted: Wanted, generation: int) -> None:
        try:
            frames = await self._source.replay_frames(_time(wanted.since_ms), _time(wanted.until_ms), wanted.step_s)
            chunk = ReplayChunk(check_frames(frames))
        except (RequestFailed, ValueError) as error:
            self._fail(_told(error), generation)
            return
        if generation != self._generation:
            return
        self._shelf.put(chunk, wanted, self.wanted_ms)
        self._loading = None
        self._ticked_at = self._clock.now()
        self._show()
        # A backend that does not answer what was asked is not asked again and again.
        self._has_failed = wanted.holds(self.wanted_ms) and self._shelf.at(self.wanted_ms) is None
        self._load()

    def _fail(self, error: RequestFailed, generation: int) -> None:
        if generation != self._generation:
            return
        self._loading = None
        self._has_failed = True
        self.is_playing = False
        self.failed.emit(error)
        self.time_changed.emit()

    def _ask_span(self, *, is_first: bool) -> None:
        if not self._is_asking_span:
            self._is_asking_span = True
            self._span_at = self._clock.now()
            self._tasks.start(self._fetch_span(self._generation, is_first=is_first), name="span of the past")

    async def _fetch_span(self, generation: int, *, is_first: bool) -> None:
        try:
            span = check_span(await self._source.replay_span())
        except (RequestFailed, ValueError) as error:
            if is_first and generation == self._generation:
                self.failed.emit(_told(error))
            return
        finally:
            self._is_asking_span = False
        if generation != self._generation:
            return
        self.span = span
        self.span_changed.emit()
        if is_first and span.first_ms is not None and span.last_ms is not None:
            self.is_in_charge = True
            self.wanted_ms = float(max(span.first_ms, span.last_ms - _FIRST_BACK_MS))
            self._columns = _unknown(self._known_ids())
            self.mode_changed.emit(True)
            self.changed_since_tick.emit(self._columns)
            self.seek(self.wanted_ms)

    async def _jump(self, *, is_back: bool) -> None:
        at_ms = self.wanted_ms
        if self._last_alarm is not None and self._last_alarm[0] == at_ms:
            at_ms = self._last_alarm[1]
        try:
            alarm = check_alarm(await self._source.replay_alarm(_time(at_ms), is_back=is_back))
        except (RequestFailed, ValueError) as error:
            self.failed.emit(_told(error))
            return
        if alarm is None:
            self.no_alarm.emit(is_back)
            return
        self.seek(alarm.at_ms + _AFTER_ALARM_MS)
        self._last_alarm = (self.wanted_ms, alarm.at_ms)
        self.alarm_reached.emit(alarm)


def _unknown(ids: UInt32s) -> StateColumns:
    return StateColumns(ids, np.full(len(ids), Visual.UNKNOWN, np.uint8), np.full(len(ids), LEVEL_UNKNOWN, np.uint8))


def _spread(states: StateColumns, known_ids: UInt32s) -> StateColumns:
    """The states over everything that the map knows: what was not recorded is UNKNOWN."""
    rows = np.searchsorted(known_ids, states.ids)
    inside = np.minimum(rows, max(len(known_ids) - 1, 0))
    is_known = len(known_ids) > 0 and bool((known_ids[inside] == states.ids).all())
    spread = _unknown(known_ids if is_known else np.union1d(known_ids, states.ids).astype(np.uint32, copy=False))
    rows = rows if is_known else np.searchsorted(spread.ids, states.ids)
    spread.visuals[rows] = states.visuals
    spread.levels[rows] = states.levels
    return spread


def _told(error: RequestFailed | ValueError) -> RequestFailed:
    return error if isinstance(error, RequestFailed) else RequestFailed(str(error))


def _time(at_ms: float) -> dt.datetime:
    return _EPOCH + dt.timedelta(milliseconds=at_ms)
