"""What the broker of our own keeps for those who are away, and for those who come: so much, and no more."""

import asyncio
import os
from pathlib import Path
from typing import Final

from amqtt.broker import Broker
from amqtt.session import Session

MOST_WAITING: Final = 20_000
MOST_KEPT_TOPICS: Final = 20_000
MOST_MEMORY_BYTES: Final = 512 * 1024 * 1024
SESSION_EXPIRES_S: Final = 3_600  # we never are away so long while this broker lives
_EVERY_S: Final = 1.0


async def keep_bounds(broker: Broker) -> None:
    """Look every second, for ever."""
    while True:
        await asyncio.sleep(_EVERY_S)
        sweep(broker, is_full=_memory_bytes() > MOST_MEMORY_BYTES)


def sweep(
    broker: Broker, *, is_full: bool, most_waiting: int = MOST_WAITING, most_topics: int = MOST_KEPT_TOPICS
) -> None:
    """Beyond a bound the oldest are forgotten; with the memory full, all that is kept for others."""
    retained = broker.retained_messages
    for topic in list(retained)[: len(retained) if is_full else max(0, len(retained) - most_topics)]:
        del retained[topic]
    sessions = [session for session, _ in broker.sessions.values()]
    excess = sum(session.retained_messages.qsize() for session in sessions) - (0 if is_full else most_waiting)
    for session in sorted(sessions, key=_waiting, reverse=True):
        while excess > 0 and session.retained_messages.qsize():
            session.retained_messages.get_nowait()
            excess -= 1


def _waiting(session: Session) -> int:
    return session.retained_messages.qsize()


def _memory_bytes() -> int:
    resident_pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(resident_pages) * os.sysconf("SC_PAGE_SIZE")
