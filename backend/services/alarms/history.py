"""Lines of the journal as the history of alarms shows them."""

from contract.alarm_work import AlarmHappening
from contract.alarms import Priority
from contract.assets import Asset
from contract.journal import JournalEntry


def happening(entry: JournalEntry, asset: Asset | None) -> AlarmHappening | None:
    """What an entry says of one alarm; None when it is about none."""
    payload = entry.payload
    alarm_id, event = payload.get("alarm"), payload.get("event")
    if not isinstance(alarm_id, int) or entry.asset_id is None:
        return None
    details: dict[object, object] = {**event} if isinstance(event, dict) else {}
    priority = payload.get("priority")
    return AlarmHappening(
        seq=entry.seq,
        at=entry.at,
        alarm_id=alarm_id,
        asset_id=entry.asset_id,
        asset_code="" if asset is None else asset.code,
        asset_name="" if asset is None else asset.name,
        commune="" if asset is None else asset.commune,
        class_="" if asset is None else asset.class_,
        kind=str(payload.get("alarm_kind", "")),
        event=str(details["type"]) if "type" in details else event if isinstance(event, str) else "",
        actor=entry.actor,
        occurrence=_number(payload.get("occurrence")),
        priority=Priority(priority) if isinstance(priority, int) and priority in set(Priority) else None,
        shown_before=str(payload.get("from", "")),
        shown=str(payload.get("to", payload.get("from", ""))),
        refused=str(payload.get("refused", "")),
        note=_note(payload, details),
    )


def _note(payload: dict[str, object], details: dict[object, object]) -> str:
    """Why, in words: a comment, a reason, a rule, or who got it."""
    for words in (payload.get("note"), details.get("reason"), payload.get("user")):
        if isinstance(words, str) and words:
            return words
    by = details.get("by")
    return by if details.get("type") == "suppress" and isinstance(by, str) else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
