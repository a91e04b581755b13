"""Evidence packages: asked for, approved, built, signed, fetched."""

import datetime as dt
import enum

import msgspec


class EvidenceState(enum.StrEnum):
    """How far a package is."""

    WAITING = "waiting"  # for the second person
    BUILDING = "building"
    PAUSED = "paused"  # cancelled or interrupted; may be resumed
    READY = "ready"
    FAILED = "failed"


class EvidencePart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A camera and a period."""

    camera_id: int
    since: dt.datetime
    until: dt.datetime


class EvidenceRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask for a package. `approval_id`: act "extract_evidence", payload = these fields but itself and `id`."""

    id: str
    """A UUID of the client's: asked twice, built once."""
    parts: tuple[EvidencePart, ...]
    requisition: str
    reason: str
    approval_id: str
    incident: str = ""
    lock_id: str = ""


class EvidencePackage(msgspec.Struct, frozen=True, kw_only=True):
    """One package. `key_fingerprint` is to be given out of band; `file_name` and `sha256` once it is ready."""

    id: str
    parts: tuple[EvidencePart, ...]
    requisition: str
    reason: str
    requested_by: str
    approved_by: str
    requested_at: dt.datetime
    state: EvidenceState
    incident: str = ""
    lock_id: str = ""
    done_bytes: int = 0
    total_bytes: int = 0
    detail: str = ""
    detail_code: str = ""
    detail_args: dict[str, str] = {}
    """Code and arguments of `detail`, for consoles that speak otherwise."""
    file_name: str = ""
    bytes: int = 0
    sha256: str = ""
    key_fingerprint: str = ""
    is_masked: bool = False
    clips: int = 0
    gaps: int = 0
    """Stretches of what was asked for that were not recorded."""
    ready_at: dt.datetime | None = None
    expires_at: dt.datetime | None = None
    """When the file is destroyed."""


class EvidenceList(msgspec.Struct, frozen=True, kw_only=True):
    """Packages whose cameras the caller may all manage, newest first."""

    items: tuple[EvidencePackage, ...]
    total: int
    next: str | None = None


class EvidenceKeyFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The SHA-256 of the city's public evidence key, in hexadecimal: told to courts by another way than packages."""

    fingerprint: str
