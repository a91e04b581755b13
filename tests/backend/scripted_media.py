"""A media process that does what the test says, and remembers what it was told."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from backend.services.media import MediaUnavailable
from contract.masks import Mask
from contract.media import (
    CloseCamera,
    FootageListed,
    FootageSealed,
    IssueFootageTicket,
    IssueTicket,
    ListFootage,
    MasksChanged,
    MediaCommand,
    MediaEvent,
    MediaReady,
    RevokeUser,
    SealFootage,
    StillTaken,
    TakeStill,
    TicketReady,
)

Answer = TypeVar("Answer", bound=MediaEvent)


class ScriptedMedia:
    """Ready at once, unless `is_down`. `before_ready` runs where a slow process would make the backend wait."""

    public_host = "127.0.0.1"

    def __init__(self) -> None:
        self.told: list[MediaCommand] = []
        self.is_down = False
        self.footage_port = 9554
        self.still: Path | None = None
        self.before_ready: Callable[[], object] | None = None
        self.when_told: Callable[[MediaCommand], object] | None = None
        self.answer: Callable[[MediaCommand], MediaEvent | None] | None = None
        self.reason = ""
        self._listeners: list[Callable[[MediaEvent], None]] = []

    @property
    def is_ready(self) -> bool:
        return not self.is_down

    def listen(self, listener: Callable[[MediaEvent], None]) -> None:
        self._listeners.append(listener)

    def says(self, *events: MediaEvent) -> None:
        """All listeners hear this."""
        for event in events:
            for listener in self._listeners:
                listener(event)

    async def until_ready(self) -> MediaReady:
        if self.is_down:
            raise MediaUnavailable("the video service is starting")
        if self.before_ready is not None:
            self.before_ready()
        return MediaReady(rtsp_port=8554, footage_port=self.footage_port)

    def tell(self, command: MediaCommand) -> None:
        self.told.append(command)
        if self.when_told is not None:
            self.when_told(command)

    async def ask(self, command: MediaCommand, key: str, kind: type[Answer], *, within_s: float) -> Answer:
        self.tell(command)
        if self.is_down:
            raise MediaUnavailable("the video service is starting")
        if self.answer is not None and (own := self.answer(command)) is not None:
            assert isinstance(own, kind)
            return own
        answer: MediaEvent = TicketReady(ticket=key)
        if isinstance(command, ListFootage):
            answer = FootageListed(id=key)
        if isinstance(command, SealFootage):
            answer = FootageSealed(id=key, lock_id=command.lock_id, files=1, bytes=1000)
        if isinstance(command, TakeStill):
            path = "" if self.still is None else str(self.still)
            answer = StillTaken(id=key, path=path, trouble="" if path else "no key picture came")
        assert isinstance(answer, kind), within_s
        return answer

    def revoke_user(self, user: str, session: str = "") -> None:
        self.tell(RevokeUser(user=user, session=session))

    def close_camera(self, camera_id: int, stream: str) -> None:
        self.tell(CloseCamera(camera_id=camera_id, stream=stream))

    def look_anew(self, camera_id: int, user: str, session: str) -> None:
        self.tell(RevokeUser(user=user, session=session, camera_id=camera_id))

    def masks_changed(self, camera_id: int, masks: tuple[Mask, ...]) -> None:
        self.tell(MasksChanged(camera_id=camera_id, masks=masks))

    @property
    def tickets(self) -> list[IssueTicket]:
        """Live tickets, oldest first."""
        return [command for command in self.told if isinstance(command, IssueTicket)]

    @property
    def footage_tickets(self) -> list[IssueFootageTicket]:
        """Tickets for recordings, oldest first."""
        return [command for command in self.told if isinstance(command, IssueFootageTicket)]

    @property
    def revoked(self) -> list[tuple[str, str]]:
        """Whose pictures were taken away: user, login."""
        return [(one.user, one.session) for one in self.told if isinstance(one, RevokeUser) and one.camera_id is None]

    @property
    def masks_told(self) -> list[tuple[int, int]]:
        """Of which cameras masks were told, and how many."""
        return [(one.camera_id, len(one.masks)) for one in self.told if isinstance(one, MasksChanged)]
