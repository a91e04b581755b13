"""Requests of a seat about itself."""

from backend_client.session import Session
from console.shell.asking import asked
from contract.seat_sounds import SoundReport


class SeatRequests:
    """console.kit.seat_ports.SeatCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def report_sound(self, report: SoundReport) -> None:
        """Whether alarms are heard here, for the journal."""
        await asked(self._session.post("/seats/sound", report))
