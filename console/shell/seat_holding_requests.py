"""Requests about who holds the seat."""

from backend_client.session import Session
from console.shell.asking import asked
from contract.seat_holding import SeatEvent, SeatReport, SeatUnlock


class SeatHoldingRequests:
    """console.kit.seat_holding_ports.SeatHoldingCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def report_seat(self, seat: str, event: SeatEvent, before: str = "") -> None:
        """For the journal."""
        await asked(self._session.post("/seat/events", SeatReport(seat=seat, event=event, before=before)))

    async def unlock_seat(self, seat: str, password: str) -> None:
        """The password of who is logged in."""
        await asked(self._session.post("/seat/unlock", SeatUnlock(seat=seat, password=password)))
