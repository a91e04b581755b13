"""Whether alarms can be heard at a seat."""

from msgspec.structs import replace

from backend.api.checks import checked_line, checked_text
from backend.api.problems import bad_request
from backend.api.route import Access, Call, Nothing, Route
from contract.seat_sounds import LONGEST_DEVICE, SoundReport

_LONGEST_SEAT = 80


async def report(call: Call[Nothing, SoundReport]) -> None:
    """A seat where nothing is heard is a fact that somebody may ask about later."""
    body = call.body
    seat = checked_line("seat", checked_text("seat", body.seat, _LONGEST_SEAT)).strip()
    device = checked_line("device", checked_text("device", body.device, LONGEST_DEVICE)).strip() if body.device else ""
    if not seat:
        raise bad_request("Name the seat.")
    await call.parts.alarm_services.seat_sounds.report(replace(body, seat=seat, device=device), by=call.actor)


ROUTES = (
    Route(
        method="POST",
        path="/seats/sound",
        access=Access.SESSION,
        summary="Tell the journal whether alarms are heard at one's seat.",
        handler=report,
        body=SoundReport,
        answer=None,
    ),
)
