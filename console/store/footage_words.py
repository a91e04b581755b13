"""Entries about recordings and seals in words."""

import datetime as dt
from collections.abc import Mapping
from typing import Final, cast

from console.kit.said_by_devices import told_text
from widgets.texts import Texts

_EVENTS: Final = frozenset(
    {
        "planned",
        "gap",
        "purged",
        "purge_held",
        "purge_resumed",
        "recording_stopped",
        "recording_resumed",
        "retention_overdue",
        "bookmarked",
        "bookmark_removed",
        "seal_ordered",
        "sealed",
        "seal_failed",
        "seal_release_ordered",
        "seal_ended",
        "seal_released",
    }
)
_GAPS: Final = frozenset(
    {"camera_lost", "disk_full", "service_down", "clock_jump", "damaged", "refused", "purged_quota"}
)
_MODES: Final = frozenset({"off", "continuous", "schedule", "event"})
_MEGABYTE: Final = 1_000_000


def footage_text(payload: Mapping[str, object], tr: Texts) -> str:
    """What happened; empty when it is not one of the events known here."""
    event = _text(payload, "event")
    if event not in _EVENTS:
        return ""
    reason = _text(payload, "reason")
    if event == "purge_held":
        reason = told_text(reason, tr)
    after = payload.get("after")
    plan: Mapping[str, object] = cast("Mapping[str, object]", after) if isinstance(after, dict) else {}
    mode = _text(plan, "mode")
    return tr(
        f"journal.footage.{event}",
        mode=tr(f"journal.footage.mode_{mode}") if mode in _MODES else mode,
        days=_number(plan, "kept_days") or _number(payload, "kept_days"),
        since=moment_text(_text(payload, "since")),
        until=moment_text(_text(payload, "until")),
        ends=moment_text(_text(payload, "expires_at")),
        oldest=moment_text(_text(payload, "oldest")),
        reason=tr(f"journal.footage.gap_{reason}") if event == "gap" and reason in _GAPS else reason,
        files=_number(payload, "files"),
        left=_number(payload, "left"),
        megabytes=_number(payload, "bytes") // _MEGABYTE,
        label=_text(payload, "label"),
        second=_text(payload, "approved_by"),
        requisition=_text(payload, "requisition"),
    )


def moment_text(stamp: str) -> str:
    """A moment on the city's clock; what is none is shown as it is."""
    try:
        return dt.datetime.fromisoformat(stamp).astimezone().strftime("%d/%m %H:%M:%S")
    except ValueError:
        return stamp


def _number(payload: Mapping[str, object], key: str) -> int:
    value = payload.get(key)
    return value if isinstance(value, int) else 0


def _text(payload: Mapping[str, object], key: str) -> str:
    value = payload.get(key)
    return value if isinstance(value, str) else ""
