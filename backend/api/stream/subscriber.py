"""One console on the stream: what it may and wants to follow, and a bounded queue towards it."""

from collections import deque
from collections.abc import Callable

from backend.services.sessions import Session
from contract.rights import User
from contract.stream import Subscribe, Topic, TopicKind

MOST_WAITING_BYTES = 4 * 1024 * 1024


class Subscriber:
    """Frames wait here for the socket. Values that pile up are dropped for a later snapshot; alarms never are."""

    def __init__(self, session: Session, present_user: Callable[[], User]) -> None:
        self.session = session
        self._present_user = present_user
        self.wanted: Subscribe | None = None
        self.topics: frozenset[Topic] = frozenset()
        self.watched: frozenset[int] = frozenset()
        self.owed: dict[Topic, None] = {}  # snapshots to send once there is room
        self.owes_done = False
        self.is_hopeless = False  # alarms alone fill its queue: it must come back and start anew
        self._frames: deque[tuple[Topic | None, bytes]] = deque()
        self._waiting_bytes = 0

    @property
    def user(self) -> User:
        """Its user, with the rights of this moment."""
        return self._present_user()

    @property
    def has_room(self) -> bool:
        """Whether a snapshot may be queued."""
        return self._waiting_bytes < MOST_WAITING_BYTES

    def offer(self, topic: Topic | None, frame: bytes) -> None:
        """Queue a frame. A topic whose snapshot is owed gets no changes: the snapshot will contain them."""
        if topic is not None and topic in self.owed:
            return
        self._frames.append((topic, frame))
        self._waiting_bytes += len(frame)
        if self._waiting_bytes > MOST_WAITING_BYTES:
            self._conflate()

    def take(self) -> bytes | None:
        """The next frame for the socket."""
        if not self._frames:
            return None
        _, frame = self._frames.popleft()
        self._waiting_bytes -= len(frame)
        return frame

    def forget(self, topics: frozenset[Topic]) -> None:
        """Drop what waits of topics that are no longer followed."""
        kept = [(topic, frame) for topic, frame in self._frames if topic is None or topic not in topics]
        self._frames = deque(kept)
        self._waiting_bytes = sum(len(frame) for _, frame in kept)
        for topic in topics:
            self.owed.pop(topic, None)

    def _conflate(self) -> None:
        droppable = frozenset(
            topic for topic, _ in self._frames if topic is not None and topic.kind is not TopicKind.ALARMS
        )
        self.forget(droppable)
        for topic in droppable:
            self.owed[topic] = None
        if self._waiting_bytes > MOST_WAITING_BYTES:
            self.is_hopeless = True
