"""A seat where alarms are not heard is in the journal."""

from backend.ports import JournalQuery
from backend_client.session import Session
from contract.journal import EntryKind
from contract.rights import Grant, Level, Scope
from contract.seat_sounds import SoundOutcome, SoundReport
from tests.backend.api.serving import ServedCity
from tests.backend.api.test_alarm_work import status
from tests.backend.api.two_communes import DIJON, TwoCommunes


async def test_nobody_heard_the_test_sound_is_written_down(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("leila", (Grant(level=Level.OPERATE, scope=Scope(communes=(DIJON,))),))
    leila = await served.login("leila")
    await _tell(leila, SoundReport(seat="Poste 2", outcome=SoundOutcome.NOT_HEARD, device="HDMI 1"))
    found = await city.storage.journal(JournalQuery(kinds=(EntryKind.ALARM_WORK,), limit=10))
    assert [(entry.actor, entry.payload["outcome"], entry.payload["device"]) for entry in found] == [
        ("leila", "not_heard", "HDMI 1")
    ]
    assert await status(leila, "/seats/sound", SoundReport(seat=" ", outcome=SoundOutcome.HEARD)) == 400
    assert await status(leila, "/seats/sound", SoundReport(seat="a\nb", outcome=SoundOutcome.HEARD)) == 400


async def _tell(session: Session, report: SoundReport) -> None:
    await session.post("/seats/sound", report)
