"""A seat of the sample city: one password opens it."""

import functools

from console.kit.errors import RequestFailed, RequestRefused
from contract.seat_holding import SeatEvent
from tools.screenshots.sample_workspaces import PASSWORD


class SampleSeat:
    """Part of SampleClient."""

    seat_trouble: RequestFailed | None = None

    @functools.cached_property
    def seat_events(self) -> list[tuple[SeatEvent, str]]:
        """What was told: the event, who held the seat."""
        return []

    async def report_seat(self, seat: str, event: SeatEvent, before: str = "") -> None:
        """Keep it."""
        del seat
        self.seat_events.append((event, before))

    async def unlock_seat(self, seat: str, password: str) -> None:
        """With the right password."""
        del seat
        if self.seat_trouble is not None:
            raise self.seat_trouble
        if password != PASSWORD:
            raise RequestRefused(403, "The seat stays locked.", "The password is not right.")
