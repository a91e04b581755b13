"""Entries about evidence packages in words."""

from collections.abc import Mapping
from typing import Final

from console.store.footage_words import moment_text
from widgets.texts import Texts

_ACTS: Final = frozenset(
    {
        "evidence_asked",
        "evidence_approved",
        "evidence_not_approved",
        "evidence_extracted",
        "evidence_ready",
        "evidence_failed",
        "evidence_cancelled",
        "evidence_resumed",
        "evidence_lost",
        "evidence_deleted",
        "evidence_expired",
        "evidence_destroyed",
        "evidence_not_destroyed",
        "handed_out",
    }
)
_STEPS: Final = frozenset({"extract", "fetch"})
_MEGABYTE: Final = 1_000_000


def evidence_text(payload: Mapping[str, object], tr: Texts) -> str:
    """What became of a package; empty when it is not one of the steps known here."""
    act, step = _text(payload, "act"), _text(payload, "step")
    if _text(payload, "door") != "evidence":
        return ""
    name = step if act == "asked" and step in _STEPS else act if act in _ACTS else ""
    if not name:
        return ""
    size = payload.get("bytes")
    return tr(
        f"journal.evidence.{name.removeprefix('evidence_')}",
        requisition=_text(payload, "requisition"),
        reason=_text(payload, "reason"),
        second=_text(payload, "approved_by"),
        detail=_text(payload, "detail"),
        since=moment_text(_text(payload, "since")),
        until=moment_text(_text(payload, "until")),
        megabytes=f"{size / _MEGABYTE:.1f}" if isinstance(size, int) else "?",
    )


def _text(payload: Mapping[str, object], key: str) -> str:
    value = payload.get(key)
    return value if isinstance(value, str) else ""
