"""When a picture was really watched, and for how long: entered in the register as the media process tells it."""

import logging

from backend.devkit.tasks import Tasks
from backend.ports import Storage, StorageError, Unit
from contract.journal import EntryKind, NewEntry
from contract.media import CameraState, TicketRefused, TicketUsed, ViewingEnded

log = logging.getLogger(__name__)


class ViewingRegister:
    """Listens to the media process."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._tasks = Tasks("viewing register")

    def camera_fares(self, state: CameraState) -> None:
        """The pull of a camera's stream changed its state."""
        log.info("camera %s %s: %s %s", state.camera_id, state.stream, state.state, state.detail)

    def ticket_used(self, event: TicketUsed) -> None:
        """A console began to watch."""
        payload: dict[str, object] = {"act": "began", "stream": event.stream}
        self._enter(EntryKind.VIEWING, event.user, event.camera_id, payload)

    def ticket_refused(self, event: TicketRefused) -> None:
        """Somebody tried a ticket that opens nothing."""
        payload: dict[str, object] = {"event": "video_ticket_refused", "reason": event.reason}
        self._enter(EntryKind.SECURITY, "system", event.camera_id, payload)

    def viewing_ended(self, event: ViewingEnded) -> None:
        """A console no longer watches."""
        payload: dict[str, object] = {"act": "ended", "stream": event.stream, "seconds": round(event.seconds, 1)}
        self._enter(EntryKind.VIEWING, event.user, event.camera_id, payload)

    async def close(self) -> None:
        """End what runs."""
        await self._tasks.close()

    def _enter(self, kind: EntryKind, actor: str, asset_id: int | None, payload: dict[str, object]) -> None:
        entry = NewEntry(kind=kind, actor=actor, asset_id=asset_id, payload=payload)
        self._tasks.start(self._commit(entry), name="entry")

    async def _commit(self, entry: NewEntry) -> None:
        try:
            await self._storage.commit(Unit(entries=[entry]))
        except StorageError as error:
            log.error("an entry of the register of viewings was not kept: %s", error)
