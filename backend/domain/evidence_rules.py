"""What may be asked for as evidence, and how long a package is kept."""

import datetime as dt
from typing import Final

from contract.evidence import EvidencePackage, EvidenceRequest, EvidenceState
from contract.footage import LONGEST_DAYS, FootageLock

MOST_PARTS: Final = 64
LONGEST_PART: Final = dt.timedelta(days=LONGEST_DAYS + 1)
LONGEST_TEXT: Final = 500
LONGEST_REFERENCE: Final = 120
KEPT: Final = dt.timedelta(days=LONGEST_DAYS)
"""A package is a copy of recordings: it lives no longer than they may."""
_OPEN: Final = frozenset({EvidenceState.WAITING, EvidenceState.BUILDING})


def trouble_of(request: EvidenceRequest, now: dt.datetime) -> str | None:
    """What is wrong with a request; None when nothing is."""
    if not 0 < len(request.parts) <= MOST_PARTS or len(set(request.parts)) != len(request.parts):
        return "evidence_parts"
    for part in request.parts:
        if not dt.timedelta() < part.until - part.since <= LONGEST_PART or part.until > now:
            return "evidence_period"
    if not 0 < len(request.reason.strip()) <= LONGEST_TEXT:
        return "evidence_reason"
    if not is_reference(request.requisition) or not request.requisition.strip():
        return "evidence_requisition"
    return None if is_reference(request.incident) else "evidence_requisition"


def is_reference(text: str) -> bool:
    """A number or name on one line."""
    return len(text) <= LONGEST_REFERENCE and all(character.isprintable() for character in text)


def seal_trouble(request: EvidenceRequest, seal: FootageLock | None) -> str | None:
    """Whether the named seal holds what is asked for."""
    if not request.lock_id:
        return None
    if seal is None or seal.state != "sealed":
        return "evidence_lock"
    holds = all(
        part.camera_id in seal.camera_ids and seal.since <= part.since and part.until <= seal.until
        for part in request.parts
    )
    return None if holds else "evidence_lock"


def is_open(package: EvidencePackage) -> bool:
    """Whether something still happens to it by itself."""
    return package.state in _OPEN


def is_over(package: EvidencePackage, believed_now_s: float) -> bool:
    """Whether the package must be destroyed: so long after it was ready, or was asked for."""
    if is_open(package):
        return False
    ends = package.expires_at or package.requested_at + KEPT
    return believed_now_s >= ends.timestamp()
