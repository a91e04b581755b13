"""Who holds a seat stands in the journal; only the holder's own password unlocks it."""

import pytest

from backend_client.errors import Refused
from contract.journal import EntryKind
from contract.seat_holding import SeatEvent, SeatReport, SeatUnlock
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import EVERYTHING, TwoCommunes


async def test_lock_unlock_and_take_over_are_journalled(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("leila", EVERYTHING)
    leila = await served.login("leila")
    await leila.post("/seat/events", SeatReport(seat="Poste 2", event=SeatEvent.LOCKED))
    with pytest.raises(Refused) as refused:
        await leila.post("/seat/unlock", SeatUnlock(seat="Poste 2", password="wrong-password"))
    assert refused.value.problem.status == 403
    assert leila.is_logged_in
    await leila.post("/seat/unlock", SeatUnlock(seat="Poste 2", password="leila-password"))
    await leila.post("/seat/events", SeatReport(seat="Poste 2", event=SeatEvent.TAKEN_OVER, before="marc"))
    told = [entry.payload for entry in await city.journal(EntryKind.SECURITY) if "seat" in entry.payload]
    assert [payload["event"] for payload in told] == ["seat_locked", "seat_unlocked", "seat_taken_over"]
    assert told[-1]["account"] == "marc"


async def test_a_seat_has_a_name_without_control_characters(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("leila", EVERYTHING)
    leila = await served.login("leila")
    for seat in ("", "a\x00b", "x" * 81):
        with pytest.raises(Refused) as refused:
            await leila.post("/seat/events", SeatReport(seat=seat, event=SeatEvent.LOCKED))
        assert refused.value.problem.status == 400
