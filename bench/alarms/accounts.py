"""Whether every alarm is accounted for: what is wrong in the field, the journal, the backend, a console."""

import datetime as dt
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping

import msgspec

from backend.domain.alarms.events import AlarmEvent, Raise
from backend.domain.alarms.life import AlarmState, Step, shown, step
from backend_client.session import Session
from contract.alarms import Alarm
from contract.api import AlarmPage, JournalPage
from contract.journal import JournalEntry

_PAGE = 1000
Key = tuple[int, str]


class ImpossibleRow(Exception):
    """The journal says what the rule does not allow."""


class Standing(msgspec.Struct, frozen=True, array_like=True):
    """An alarm that is not at rest, as somebody has it."""

    occurrence: int
    shown: str
    is_active: bool


def standing_of(alarms: Iterable[Alarm]) -> dict[Key, Standing]:
    """As they are shown, by asset and kind."""
    return {
        (alarm.asset_id, alarm.kind): Standing(alarm.occurrence, alarm.shown.value, alarm.is_active) for alarm in alarms
    }


class Replay:
    """The journal folded by the rule of alarms alone; `read` goes on where it was."""

    def __init__(self) -> None:
        self._states: dict[Key, AlarmState] = {}
        self._seq = 0
        self.raised: set[Key] = set()

    async def read(self, session: Session) -> None:
        """What came since."""
        for entry in [entry async for entry in _newer(session, self._seq)][::-1]:
            self._seq = entry.seq
            if "refused" not in entry.payload:
                self._take(entry)

    def standing(self) -> dict[Key, Standing]:
        """What is not at rest."""
        return {
            key: Standing(state.occurrence, shown(state).value, state.is_active)
            for key, state in self._states.items()
            if not state.is_at_rest
        }

    def _take(self, entry: JournalEntry) -> None:
        key = (msgspec.convert(entry.asset_id, int), str(entry.payload["alarm_kind"]))
        event = msgspec.convert(entry.payload["event"], AlarmEvent)
        result = step(self._states.get(key, AlarmState()), event, dt.datetime.fromisoformat(str(entry.payload["at"])))
        if not isinstance(result, Step):
            raise ImpossibleRow(f"row {entry.seq} of the journal cannot have happened: {result}")
        self._states[key] = result.state
        if isinstance(event, Raise):
            self.raised.add(key)


async def of_backend(session: Session) -> dict[Key, Standing]:
    """What it lists."""
    found: list[Alarm] = []
    query: dict[str, str | int | float | None] = {"limit": _PAGE}
    while True:
        page = await session.get("/alarms", AlarmPage, query)
        found += page.items
        if page.next is None:
            return standing_of(found)
        query["cursor"] = page.next


def differences(ones: Mapping[Key, Standing], others: Mapping[Key, Standing], who: str, whose: str) -> Iterator[str]:
    """In words, what two of them do not agree on."""
    for key in ones.keys() | others.keys():
        if (one := ones.get(key)) != (other := others.get(key)):
            yield f"alarm {key[1]} of asset {key[0]}: {who} has {one}, {whose} has {other}"


async def _newer(session: Session, seq: int) -> AsyncIterator[JournalEntry]:
    query: dict[str, str | int | float | None] = {"kinds": "alarm", "limit": _PAGE}
    while True:
        page = await session.get("/journal", JournalPage, query)
        for entry in page.items:
            if entry.seq <= seq:
                return
            yield entry
        if page.next is None:
            return
        query["cursor"] = page.next
