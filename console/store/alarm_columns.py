"""Facts of the standing alarms as columns: filters and order of 34,000 are reckoned in a few milliseconds."""

import datetime as dt
from collections.abc import Callable
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from console.kit.fold import fold
from console.store.alarm_filters import AlarmFilter, Assigned, Order
from console.store.alarm_order import is_set_aside, wants_acknowledgement
from contract.alarms import Alarm, ShownState

_SHOWN: Final = {state: number for number, state in enumerate(ShownState)}
_FIRST_ROOM: Final = 256
NEVER: Final = 0
Rows = NDArray[np.intp]
Bools = NDArray[np.bool_]
T = TypeVar("T", bound=np.generic)


class Words:
    """Texts by number: equal texts are one number; 0 is the empty text."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {"": 0}
        self.texts: list[str] = [""]

    def number(self, text: str) -> int:
        """Its number, a new one for a new text."""
        found = self.numbers.get(text)
        if found is None:
            found = self.numbers[text] = len(self.texts)
            self.texts.append(text)
        return found


class AlarmColumns:
    """A row for each alarm that was taken in. Rows of those that left are used again; `live` says which count."""

    def __init__(self, words_of: Callable[[Alarm], str], service_of: Callable[[Alarm], str]) -> None:
        """`words_of`: what a search by word looks into; `service_of`: whose equipment it is on."""
        self._words_of = words_of
        self._service_of = service_of
        self._row_of: dict[int, int] = {}
        self._free: list[int] = []
        self._end = 0
        self._alarms: list[Alarm | None] = []
        self._haystacks: list[str | None] = []
        self._cold: set[int] = set()  # rows whose words have still to be made
        self.classes, self.communes, self.services, self.people, self.groups = (Words() for _ in range(5))
        room = _FIRST_ROOM
        self.live, self.waits = np.zeros(room, np.bool_), np.zeros(room, np.bool_)
        self.aside, self.chatters = np.zeros(room, np.bool_), np.zeros(room, np.bool_)
        self.ids, self.raised_ms = np.zeros(room, np.int64), np.zeros(room, np.int64)
        self.root_id = np.zeros(room, np.int64)
        self.priority, self.shown = np.zeros(room, np.uint8), np.zeros(room, np.uint8)
        self.class_no, self.commune_no = np.zeros(room, np.int32), np.zeros(room, np.int32)
        self.service_no, self.person_no = np.zeros(room, np.int32), np.zeros(room, np.int32)
        self.group_no = np.zeros(room, np.int32)

    @property
    def count(self) -> int:
        """How many alarms are held."""
        return len(self._row_of)

    def take(self, alarm: Alarm) -> None:
        """Add it, or what it has become."""
        row = self._row_of.get(alarm.id)
        if row is None:
            row = self._row_of[alarm.id] = self._new_row()
        self._alarms[row] = alarm
        self._haystacks[row] = None
        self._cold.add(row)
        self.live[row] = True
        self.ids[row] = alarm.id
        self.priority[row] = alarm.priority
        self.shown[row] = _SHOWN[alarm.shown]
        self.waits[row] = wants_acknowledgement(alarm)
        self.aside[row] = is_set_aside(alarm)
        self.chatters[row] = alarm.is_chattering
        self.raised_ms[row] = NEVER if alarm.raised_at is None else int(alarm.raised_at.timestamp() * 1000)
        self.class_no[row] = self.classes.number(alarm.class_)
        self.commune_no[row] = self.communes.number(alarm.commune)
        self.service_no[row] = self.services.number(self._service_of(alarm))
        self.person_no[row] = self.people.number(alarm.assigned_to)
        self.group_no[row] = self.groups.number(alarm.stray_group)
        self.root_id[row] = 0 if alarm.folded_into is None else alarm.folded_into

    def forget(self, alarm_id: int) -> None:
        """It stands no longer."""
        row = self._row_of.pop(alarm_id, None)
        if row is not None:
            self.live[row] = False
            self._alarms[row] = self._haystacks[row] = None
            self._free.append(row)

    def get(self, alarm_id: int) -> Alarm | None:
        """An alarm as it was taken in."""
        row = self._row_of.get(alarm_id)
        return None if row is None else self._alarms[row]

    def rows_of(self, alarm_ids: NDArray[np.int64]) -> Rows:
        """The rows of alarms that are held."""
        return np.array([self._row_of[each] for each in alarm_ids.tolist()], np.intp)

    def passing(self, wanted: AlarmFilter, *, me: str, now: dt.datetime) -> Bools:
        """Which rows meet every condition of the filter."""
        keep = self.live[: self._end].copy()
        if wanted.priorities:
            keep &= np.isin(self.priority[: self._end], [int(each) for each in wanted.priorities])
        if wanted.states:
            keep &= np.isin(self.shown[: self._end], [_SHOWN[each] for each in wanted.states])
        for texts, words, column in (
            (wanted.classes, self.classes, self.class_no),
            (wanted.communes, self.communes, self.commune_no),
            (wanted.services, self.services, self.service_no),
        ):
            if texts:
                keep &= np.isin(column[: self._end], [words.numbers[text] for text in texts if text in words.numbers])
        if wanted.assigned is Assigned.NOBODY:
            keep &= self.person_no[: self._end] == 0
        elif wanted.assigned is Assigned.ME:
            keep &= self.person_no[: self._end] == (self.people.numbers.get(me) or -1)
        if wanted.is_chattering:
            keep &= self.chatters[: self._end]
        keep &= self._in_time(wanted, now)
        return self._holding(wanted.text, keep) if wanted.text.strip() else keep

    def ordered(self, keep: Bools, order: Order = Order.URGENCY) -> Rows:
        """The rows that are kept, first things first; among equals by id."""
        rows = np.flatnonzero(keep)
        raised = self.raised_ms[rows]
        if order is Order.URGENCY:
            key = (~self.waits[rows]).astype(np.int64) << 54 | self.priority[rows].astype(np.int64) << 50
            key |= (np.int64(1) << 48) - raised
        else:
            key = raised if order is Order.OLDEST else -raised
        return rows[np.lexsort((self.ids[rows], key))]

    def warm(self, most: int) -> None:
        """Make ready what a search by word looks into, at most so many: nobody waits for it when he types."""
        while self._cold and most > 0:
            row = self._cold.pop()
            alarm = self._alarms[row]
            if alarm is not None and self._haystacks[row] is None:
                self._haystacks[row] = self._words_of(alarm)
                most -= 1

    def _in_time(self, wanted: AlarmFilter, now: dt.datetime) -> Bools:
        raised = self.raised_ms[: self._end]
        keep = np.ones(self._end, np.bool_)
        if wanted.older_than_minutes:
            limit = int((now.timestamp() - wanted.older_than_minutes * 60) * 1000)
            keep &= (raised != NEVER) & (raised <= limit)
        if wanted.since is not None:
            keep &= raised >= int(wanted.since.timestamp() * 1000)
        if wanted.until is not None:
            keep &= raised < int(wanted.until.timestamp() * 1000)
        return keep

    def _holding(self, text: str, keep: Bools) -> Bools:
        self.warm(len(self._cold))
        haystacks = self._haystacks
        rows: list[int] = np.flatnonzero(keep).tolist()
        for word in fold(text).split():
            rows = [row for row in rows if word in (haystacks[row] or "")]
        found = np.zeros(len(keep), np.bool_)
        found[rows] = True
        return found

    def _new_row(self) -> int:
        if self._free:
            return self._free.pop()
        if self._end == len(self.live):
            self._make_room()
        self._alarms.append(None)
        self._haystacks.append(None)
        self._end += 1
        return self._end - 1

    def _make_room(self) -> None:
        self.live, self.waits = _twice(self.live), _twice(self.waits)
        self.aside, self.chatters = _twice(self.aside), _twice(self.chatters)
        self.ids, self.raised_ms, self.root_id = _twice(self.ids), _twice(self.raised_ms), _twice(self.root_id)
        self.priority, self.shown = _twice(self.priority), _twice(self.shown)
        self.class_no, self.commune_no = _twice(self.class_no), _twice(self.commune_no)
        self.service_no, self.person_no = _twice(self.service_no), _twice(self.person_no)
        self.group_no = _twice(self.group_no)


def _twice(column: NDArray[T]) -> NDArray[T]:
    return np.concatenate((column, np.zeros_like(column)))
