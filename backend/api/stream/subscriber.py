"""One console on the stream: what it may and wants to follow, and a bounded queue towards it."""

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from backend.services.sessions import Session
from contract.rights import User
from contract.stream import Subscribe, Topic, TopicKind

MOST_WAITING_BYTES = 4 * 1024 * 1024


class _Frame(NamedTuple):
    topic: Topic | None
    content: bytes
    is_snapshot: bool = False


class Subscriber:
    """Frames wait here for the socket. Values that pile up are dropped for a later snapshot; alarms never are."""

    def __init__(self, session: Session, present_user: Callable[[], User]) -> None:
        self.session = session
        self._present_user = present_user
        self._grants = session.user.grants  # as it was told last
        self.wanted: Subscribe | None = None
        self.topics: frozenset[Topic] = frozenset()
        self.watched: frozenset[int] = frozenset()
        self.owed: dict[Topic, None] = {}  # snapshots to send once there is room
        self.owes_done = False
        self.is_hopeless = False  # alarms alone fill its queue: it must come back and start anew
        self._frames: deque[_Frame] = deque()
        self._snapshot_bytes = 0
        self._change_bytes = 0

    @property
    def user(self) -> User:
        """Its user, with the rights of this moment."""
        return self._present_user()

    def has_other_grants(self) -> bool:
        """Whether its rights are others than when this was asked last."""
        before, self._grants = self._grants, self.user.grants
        return before != self._grants

    @property
    def waiting_bytes(self) -> int:
        """How much waits for the socket."""
        return self._snapshot_bytes + self._change_bytes

    @property
    def has_room(self) -> bool:
        """Whether a snapshot may be queued: one may be larger than what else may wait, so it waits for its turn."""
        return self.waiting_bytes < MOST_WAITING_BYTES

    def offer_snapshot(self, topic: Topic, frame: bytes) -> None:
        """Queue a topic's snapshot."""
        self._frames.append(_Frame(topic, frame, is_snapshot=True))
        self._snapshot_bytes += len(frame)

    def offer(self, topic: Topic | None, frame: bytes) -> bool:
        """Queue a frame. A topic whose snapshot is owed gets no changes: the snapshot will contain them.

        False: so much waits that values gave way to a snapshot.
        """
        if topic is not None and topic in self.owed:
            return True
        self._frames.append(_Frame(topic, frame))
        self._change_bytes += len(frame)
        if self._change_bytes > MOST_WAITING_BYTES:
            self._conflate()
            return False
        return True

    def take(self) -> bytes | None:
        """The next frame for the socket."""
        if not self._frames:
            return None
        frame = self._frames.popleft()
        if frame.is_snapshot:
            self._snapshot_bytes -= len(frame.content)
        else:
            self._change_bytes -= len(frame.content)
        return frame.content

    def forget(self, topics: frozenset[Topic]) -> None:
        """Drop what waits of topics that are no longer followed, or whose snapshot will be sent anew."""
        self._frames = deque(frame for frame in self._frames if frame.topic not in topics)
        self._snapshot_bytes = sum(len(frame.content) for frame in self._frames if frame.is_snapshot)
        self._change_bytes = sum(len(frame.content) for frame in self._frames if not frame.is_snapshot)
        for topic in topics:
            self.owed.pop(topic, None)

    def _conflate(self) -> None:
        droppable = frozenset(
            frame.topic
            for frame in self._frames
            if frame.topic is not None and not frame.is_snapshot and frame.topic.kind is not TopicKind.ALARMS
        )
        self.forget(droppable)
        self.owed.update(dict.fromkeys(droppable))
        if self._change_bytes > MOST_WAITING_BYTES:
            self.is_hopeless = True
