"""Who holds a camera's head: leases of 15 s with a fencing token, renewed by moving or by saying so."""

import datetime as dt

import msgspec

LEASE_S = 15


class LeaseRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`act`: take, renew, release, or take_over (needs Manage; the other is told)."""

    act: str = "take"


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """The newest lease of a camera; `token` only grows. `holder` empty: nobody holds it."""

    camera_id: int
    token: int = 0
    holder: str = ""
    holder_name: str = ""
    seat: str = ""
    until: dt.datetime | None = None
    is_mine: bool = False
