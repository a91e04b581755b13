"""What the shell asks of the backend about who holds the seat."""

from typing import Protocol

from contract.seat_holding import SeatEvent


class SeatHoldingCalls(Protocol):
    """Part of Client."""

    async def report_seat(self, seat: str, event: SeatEvent, before: str = "") -> None: ...
    async def unlock_seat(self, seat: str, password: str) -> None: ...
