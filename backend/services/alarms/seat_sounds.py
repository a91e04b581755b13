"""Whether alarms were heard at a seat, as its console told it: a line of the journal."""

from backend.ports import Storage, Unit
from contract.journal import EntryKind, NewEntry
from contract.seat_sounds import SoundReport


class SeatSounds:
    """Keeps nothing but the journal's lines."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def report(self, report: SoundReport, *, by: str) -> None:
        """Write it down. Raises StorageError."""
        payload: dict[str, object] = {
            "event": "sound",
            "seat": report.seat,
            "outcome": report.outcome.value,
            "device": report.device,
        }
        await self._storage.commit(Unit(entries=[NewEntry(kind=EntryKind.ALARM_WORK, actor=by, payload=payload)]))
