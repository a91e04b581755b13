"""Marks on a camera's timeline: a thing that goes on is one mark with an end, not hundreds."""

import uuid
from typing import Final, Protocol

import msgspec

from contract.footage import FootageMark
from video.footage.facts import Fact
from video.footage.places import utc

_QUIET_S: Final = 10.0
_KINDS: Final = frozenset({"motion", "event", "alarm"})
_MOST_OPEN: Final = 32
_LABEL_LENGTH: Final = 200


class Notebook(Protocol):
    """Where facts are noted."""

    def note(self, camera_id: int, fact: Fact) -> None:
        """Keep a fact."""
        ...


class Marking:
    """Joins what is told within ten seconds under one kind and label."""

    def __init__(self, camera_id: int, notebook: Notebook) -> None:
        self._camera_id = camera_id
        self._notebook = notebook
        self._open: dict[tuple[str, str], tuple[FootageMark, float]] = {}

    def mark(self, kind: str, label: str, at: float) -> None:
        """Something happened now."""
        word = kind if kind in _KINDS else "event"
        key = (word, (label or kind)[:_LABEL_LENGTH])
        known = self._open.get(key)
        if known is not None:
            self._open[key] = (known[0], at)
            return
        made = FootageMark(id=uuid.uuid4().hex, kind=word, since=utc(at), label=key[1])
        self._notebook.note(self._camera_id, Fact(mark=made))
        while len(self._open) >= _MOST_OPEN:
            del self._open[next(iter(self._open))]
        self._open[key] = (made, at)

    def settle(self, now: float) -> None:
        """Note the end of what has been quiet for a while."""
        for key, (mark, last) in list(self._open.items()):
            if abs(now - last) < _QUIET_S:
                continue
            del self._open[key]
            if utc(last) > mark.since:
                ended = msgspec.structs.replace(mark, until=utc(last))
                self._notebook.note(self._camera_id, Fact(mark=ended))
