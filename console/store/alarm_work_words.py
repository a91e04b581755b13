"""Entries about work on alarms, handovers, notes and the audit's copy in words."""

from collections.abc import Mapping
from typing import Final, cast

from console.kit.ports import Catalogue
from console.store.wording import rule_of
from contract.journal import EntryKind
from widgets.texts import Texts

KINDS: Final = frozenset({EntryKind.ALARM_WORK, EntryKind.HANDOVER, EntryKind.NOTE, EntryKind.SYSTEM})
_AUDIT_COPY: Final = "audit_copy_"


def alarm_work_text(
    kind: EntryKind, payload: Mapping[str, object], class_code: str, catalogue: Catalogue, tr: Texts
) -> str:
    """What was done; empty where this is not of these."""
    event = _text(payload, "event")
    if kind is EntryKind.NOTE:
        return _note(payload, tr)
    if kind is EntryKind.SYSTEM:
        return tr(f"journal.work.{event}") if event.startswith(_AUDIT_COPY) and tr.has(f"journal.work.{event}") else ""
    if kind is EntryKind.HANDOVER:
        return _handover(event, payload, tr)
    alarm_kind = _text(payload, "alarm_kind")
    rule = rule_of(catalogue, class_code, alarm_kind)
    what = alarm_kind if rule is None else tr.label(rule.label)
    user, holder, note = (_text(payload, name) for name in ("user", "holder", "note"))
    match event:
        case "comment":
            words = tr("journal.work.comment", note=note)
        case "assign":
            words = tr("journal.work.assign", user=user) if user else tr("journal.work.unassign", user=holder)
        case "take_over":
            words = tr("journal.work.take_over", holder=holder) if holder else tr("journal.work.assign", user=user)
        case "away" | "back":
            return ", ".join(word for word in (tr(f"journal.work.{event}"), note) if word)
        case _:
            return ""
    return ", ".join(word for word in (what, words, note if event == "assign" else "") if word)


def _note(payload: Mapping[str, object], tr: Texts) -> str:
    """The words, on one line; then the incident, and how many photos there are."""
    parts = [" ".join(_text(payload, "text").split())]
    if incident := _text(payload, "incident"):
        parts.append(tr("logbook.incident_of", incident=incident))
    pictures = payload.get("pictures")
    if isinstance(pictures, list) and pictures:
        parts.append(tr("logbook.pictures_of", count=len(cast("list[object]", pictures))))
    return " · ".join(parts)


def _handover(event: str, payload: Mapping[str, object], tr: Texts) -> str:
    key = f"journal.work.handover_{event}"
    if not tr.has(key):
        return ""
    return tr(
        key, seat=_text(payload, "seat"), outgoing=_text(payload, "outgoing"), incoming=_text(payload, "incoming")
    )


def _text(payload: Mapping[str, object], key: str) -> str:
    value = payload.get(key)
    return value if isinstance(value, str) else ""
