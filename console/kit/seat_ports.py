"""What a seat tells the backend of itself."""

from typing import Protocol

from contract.seat_sounds import SoundReport


class SeatCalls(Protocol):
    """Part of Client."""

    async def report_sound(self, report: SoundReport) -> None: ...
