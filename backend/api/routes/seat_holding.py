"""A seat is locked, unlocked by the same person, or taken over by another one: the journal knows who held it when."""

from backend.api.checks import checked_line, checked_text
from backend.api.problems import ProblemError, bad_request
from backend.api.route import Access, Call, Nothing, Route
from backend.ports import Unit
from backend.services.identity import LoginRefused
from contract.journal import EntryKind, NewEntry
from contract.seat_holding import SeatReport, SeatUnlock

_LONGEST_SEAT = 80
_LONGEST_NAME = 63


async def report(call: Call[Nothing, SeatReport]) -> None:
    """What became of the asker's seat."""
    body = call.body
    before = checked_line("before", checked_text("before", body.before, _LONGEST_NAME))
    payload: dict[str, object] = {"event": f"seat_{body.event.value}", "seat": _seat(body.seat)}
    if before:
        payload["account"] = before
    await call.parts.storage.commit(
        Unit(entries=[NewEntry(kind=EntryKind.SECURITY, actor=call.actor, payload=payload)])
    )


async def unlock(call: Call[Nothing, SeatUnlock]) -> None:
    """The asker's own password opens the seat that he locked."""
    seat = _seat(call.body.seat)
    try:
        await call.parts.identity.confirm(call.actor, call.body.password, address=call.address)
    except LoginRefused as error:
        if error.reason == "wrong":  # 401 would make a client renew a login that is good
            raise ProblemError(403, "seat-not-unlocked", "The seat stays locked.", str(error)) from error
        raise ProblemError(429, "too-many", "Not now.", str(error), retry_after_s=error.retry_after_s) from error
    payload: dict[str, object] = {"event": "seat_unlocked", "seat": seat}
    await call.parts.storage.commit(
        Unit(entries=[NewEntry(kind=EntryKind.SECURITY, actor=call.actor, payload=payload)])
    )


def _seat(text: str) -> str:
    seat = checked_line("seat", checked_text("seat", text, _LONGEST_SEAT)).strip()
    if not seat:
        raise bad_request("Name the seat.")
    return seat


ROUTES = (
    Route(
        method="POST",
        path="/seat/events",
        access=Access.SESSION,
        summary="Tell the journal that one's seat was locked, or taken over.",
        handler=report,
        body=SeatReport,
        answer=None,
    ),
    Route(
        method="POST",
        path="/seat/unlock",
        access=Access.SESSION,
        summary="Unlock one's seat.",
        handler=unlock,
        body=SeatUnlock,
        answer=None,
        problems=(403, 429),
    ),
)
