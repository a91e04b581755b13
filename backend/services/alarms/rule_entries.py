"""Changes of alarm rules as they are journalled, kept and read back."""

import datetime as dt
import json
from typing import Final

import msgspec

from backend.ports import JournalQuery, Storage
from backend.services.alarms.rules_in_force import Kind
from contract.alarm_rules import RuleChange, RuleEvent, RuleHistory
from contract.journal import EntryKind, JournalEntry, NewEntry

SHEET_KIND: Final = "alarm_sheet"
OVERRIDE_KIND: Final = "alarm_override"
MATRIX_KIND: Final = "alarm_matrix"
_PAGE: Final = 250
_MOST_PAGES: Final = 20


def key_of(*parts: str | int | None) -> str:
    """The key of a record."""
    return json.dumps(parts)


def as_fields(value: msgspec.Struct) -> dict[str, object]:
    """A value as the journal keeps it."""
    return msgspec.convert(msgspec.to_builtins(value), dict[str, object])


def rule_entry(
    event: RuleEvent,
    kind: Kind,
    by: str,
    version: int,
    reason: str,
    before: dict[str, object],
    after: dict[str, object],
    *,
    asset_id: int | None = None,
    until: dt.datetime | None = None,
) -> NewEntry:
    """The journal's line for one change: what changed, and all of what it changed to."""
    payload: dict[str, object] = {
        "event": event.value,
        "class": kind[0],
        "alarm_kind": kind[1],
        "version": version,
        "reason": reason,
        "before": before,
        "after": after,
    }
    if until is not None:
        payload["until"] = until.isoformat()
    return NewEntry(kind=EntryKind.ALARM_RULE, actor=by, asset_id=asset_id, payload=payload)


async def rule_history(storage: Storage, kind: Kind) -> RuleHistory:
    """What was done to an alarm type, from the journal; ("", "") for the matrix."""
    found: list[RuleChange] = []
    before: int | None = None
    for _ in range(_MOST_PAGES):
        query = JournalQuery(kinds=(EntryKind.ALARM_RULE,), before=before, limit=_PAGE)
        page = await storage.journal(query)
        found.extend(change for entry in page if (change := _change(entry, kind)) is not None)
        if len(page) < _PAGE:
            return RuleHistory(items=tuple(found))
        before = page[-1].seq
    return RuleHistory(items=tuple(found), is_cut=True)


class _Payload(msgspec.Struct):
    event: RuleEvent
    class_: str = msgspec.field(name="class")
    alarm_kind: str
    version: int
    reason: str
    before: dict[str, object]
    after: dict[str, object]


def _change(entry: JournalEntry, kind: Kind) -> RuleChange | None:
    try:
        payload = msgspec.convert(entry.payload, _Payload)
    except msgspec.ValidationError:
        return None  # of another sort: an inhibition rule, or a later version's
    if (payload.class_, payload.alarm_kind) != kind:
        return None
    return RuleChange(
        seq=entry.seq,
        at=entry.at,
        actor=entry.actor,
        event=payload.event,
        version=payload.version,
        asset_id=entry.asset_id,
        reason=payload.reason,
        before=payload.before,
        after=payload.after,
    )
