"""F51 with two consoles on the wire: a thousand times both acknowledge the same occurrence at once."""

import asyncio

from backend.devkit.tasks import Tasks
from backend.services.alarms.records import alarm_number
from backend_client.errors import Refused
from backend_client.mirror import Mirror, MirrorState
from backend_client.session import Session
from contract.alarm_work import AlarmConflict
from contract.alarms import Alarm, Annunciation
from contract.api import AcknowledgeRequest
from contract.points import Reading
from contract.stream import ServerMessage, SnapshotsDone, Subscribe, TopicKind
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import TwoCommunes

RACES = 1_000
ROUND_S = 5.0


class Console:
    """What one operator's console was told."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.conflicts: asyncio.Queue[AlarmConflict] = asyncio.Queue()
        self.is_ready = asyncio.Event()

    def message(self, message: ServerMessage) -> None:
        if isinstance(message, AlarmConflict):
            self.conflicts.put_nowait(message)
        elif isinstance(message, SnapshotsDone):
            self.is_ready.set()

    def link_changed(self, state: MirrorState, detail: str) -> None:
        """Not of interest here."""


async def test_f51_two_consoles_a_thousand_races(served: ServedCity, city: TwoCommunes) -> None:
    cabinet = city.cabinet()
    await city.say(Reading(cabinet.id, "cabinetDoorOpen", True))
    number = alarm_number(cabinet.id, "cabinetDoorOpen")
    consoles: dict[str, Console] = {}
    mirrors = Tasks("consoles")
    for name in ("leila", "marc"):
        await city.account(name)
        console = consoles[name] = Console(await served.login(name))
        mirror = Mirror(console.session, console, Subscribe(kinds=(TopicKind.ALARMS,)))
        mirrors.start(mirror.run(), name=f"console of {name}")
    try:
        async with asyncio.timeout(ROUND_S):
            for console in consoles.values():
                await console.is_ready.wait()
        winners = {await _race(consoles, number, occurrence, city) for occurrence in range(1, RACES + 1)}
    finally:
        await mirrors.close()
    assert winners == set(consoles)
    assert all(console.conflicts.empty() for console in consoles.values())


async def _race(consoles: dict[str, Console], number: int, occurrence: int, city: TwoCommunes) -> str:
    """Who won; the other was refused in words, and the winner's console was told by whom."""
    path, body = f"/alarms/{number}/acknowledge", AcknowledgeRequest(occurrence=occurrence)
    # In turns, who is first to ask: which of two connections is served first is not ours to say.
    turns = sorted(consoles, reverse=occurrence % 2 == 0)
    results = await asyncio.gather(
        *(consoles[name].session.post_for(path, body, Alarm) for name in turns), return_exceptions=True
    )
    (won,) = [result for result in results if isinstance(result, Alarm)]
    (lost,) = [result for result in results if isinstance(result, Refused)]
    winner = won.acknowledged_by
    (loser,) = set(consoles) - {winner}
    assert won.annunciation is Annunciation.ACKED
    assert lost.problem.detail_code == "acknowledged_first"
    assert lost.problem.detail_args["who"] == winner
    async with asyncio.timeout(ROUND_S):
        conflict = await consoles[winner].conflicts.get()
    assert (conflict.alarm.id, conflict.alarm.occurrence, conflict.actor) == (number, occurrence, loser)
    await city.alarms.unacknowledge(number, by="system")
    return winner
