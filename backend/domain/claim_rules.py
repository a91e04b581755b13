"""Which claim wins: rank first, then the newest; an expired one counts no more."""

import datetime as dt
from collections.abc import Iterable, Sequence

from contract.claims import Claim


def in_force(claim: Claim, at: dt.datetime) -> bool:
    """Whether a claim still counts."""
    return claim.expires_at is None or at < claim.expires_at


def ranked(claims: Iterable[Claim]) -> Sequence[Claim]:
    """Claims that are all in force, the winner first."""
    return sorted(claims, key=lambda claim: (claim.rank, claim.placed_at, claim.id), reverse=True)


def winner(claims: Iterable[Claim], at: dt.datetime) -> Claim | None:
    """The claim that is driven to the device."""
    standing = ranked(claim for claim in claims if in_force(claim, at))
    return standing[0] if standing else None
