"""When a picture was really watched, and for how long: entered in the register as the media process tells it."""

import logging

from backend.devkit.tasks import Tasks
from backend.ports import Storage, StorageError, Unit
from backend.services.viewing.marks import ticket_mark
from contract.journal import EntryKind, NewEntry
from contract.media import CameraState, MediaEvent, TicketRefused, TicketUsed, ViewingEnded

log = logging.getLogger(__name__)


class ViewingRegister:
    """Listens to the media process. `ticket` joins an entry to the one that says who asked, and why."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._tasks = Tasks("viewing register")

    def hear(self, event: MediaEvent) -> None:
        """What the media process says."""
        match event:
            case CameraState():
                log.info("camera %s %s: %s %s", event.camera_id, event.stream, event.state, event.detail)
            case TicketUsed():
                self._enter_viewing(event, {"act": "began"})
            case ViewingEnded():
                details: dict[str, object] = {"act": "ended", "seconds": round(event.seconds, 1)}
                if event.earliest is not None and event.latest is not None:
                    details |= {"earliest": event.earliest.isoformat(), "latest": event.latest.isoformat()}
                self._enter_viewing(event, details)
            case TicketRefused():
                refused: dict[str, object] = {"event": "video_ticket_refused", "reason": event.reason}
                if event.count > 1:
                    refused["count"] = event.count
                self._enter(EntryKind.SECURITY, "system", event.camera_id, refused)
            case _:
                pass

    async def close(self) -> None:
        """End what runs."""
        await self._tasks.close()

    def _enter_viewing(self, event: TicketUsed | ViewingEnded, details: dict[str, object]) -> None:
        payload = {**details, "stream": event.stream, "ticket": ticket_mark(event.ticket)}
        self._enter(EntryKind.VIEWING, event.user, event.camera_id, payload)

    def _enter(self, kind: EntryKind, actor: str, asset_id: int | None, payload: dict[str, object]) -> None:
        entry = NewEntry(kind=kind, actor=actor, asset_id=asset_id, payload=payload)
        self._tasks.start(self._commit(entry), name="entry")

    async def _commit(self, entry: NewEntry) -> None:
        try:
            await self._storage.commit(Unit(entries=[entry]))
        except StorageError as error:
            log.error("an entry of the register of viewings was not kept: %s", error)
