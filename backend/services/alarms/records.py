"""Alarms as they are numbered, shown and journalled."""

import datetime as dt
import functools
import zlib

import msgspec

from backend.domain.alarms.events import AlarmEvent, Refusal
from backend.domain.alarms.life import AlarmState, shown
from backend.services.said import Said, say
from contract.alarms import Alarm
from contract.assets import Asset
from contract.journal import EntryKind, NewEntry

_KIND_BITS = 20


def alarm_number(asset_id: int, kind: str) -> int:
    """The same for ever: an acknowledgement made before a restart names the same alarm after it."""
    return (asset_id << _KIND_BITS) | _kind_number(kind)


@functools.cache
def _kind_number(kind: str) -> int:
    return zlib.crc32(kind.encode()) & ((1 << _KIND_BITS) - 1)


def asset_of(alarm_id: int) -> int:
    """The asset that an alarm's number is of."""
    return alarm_id >> _KIND_BITS


def as_seen(
    asset_id: int,
    kind: str,
    state: AlarmState,
    asset: Asset | None,
    *,
    repeats: int,
    is_chattering: bool,
    version: int,
) -> Alarm:
    """The record of an alarm that consoles get."""
    return Alarm(
        id=alarm_number(asset_id, kind),
        asset_id=asset_id,
        kind=kind,
        priority=state.priority,
        shown=shown(state),
        annunciation=state.annunciation,
        is_active=state.is_active,
        is_shelved=state.is_shelved,
        is_suppressed=state.is_suppressed,
        is_out_of_service=state.is_out_of_service,
        occurrence=state.occurrence,
        repeat_count=repeats,
        is_chattering=is_chattering,
        raised_at=state.raised_at,
        changed_at=state.changed_at,
        acknowledged_by=state.acknowledged_by,
        acknowledged_at=state.acknowledged_at,
        shelved_until=state.shelved_until,
        suppressed_by=state.suppressed_by,
        set_aside_by=state.set_aside_by,
        set_aside_reason=state.set_aside_reason,
        commune=asset.commune if asset else "",
        class_=asset.class_ if asset else "",
        asset_code=asset.code if asset else "",
        asset_name=asset.name if asset else "",
        lon=asset.lon if asset else None,
        lat=asset.lat if asset else None,
        version=version,
    )


def transition(
    asset_id: int,
    kind: str,
    event: AlarmEvent,
    at: dt.datetime,
    before: AlarmState,
    after: AlarmState | Refusal,
    *,
    actor: str,
    note: str,
) -> NewEntry:
    """The journal's line for one event: enough to replay it."""
    payload: dict[str, object] = {
        "alarm": alarm_number(asset_id, kind),
        "alarm_kind": kind,
        "event": msgspec.to_builtins(event),
        "at": at.isoformat(),
        "from": shown(before).value,
    }
    if isinstance(after, Refusal):
        payload |= {"refused": after.value, "occurrence": before.occurrence}
    else:
        payload |= {
            "to": shown(after).value,
            "occurrence": after.occurrence,
            "priority": int(after.priority),
            "is_active": after.is_active,
        }
    if note:
        payload["note"] = note
    return NewEntry(kind=EntryKind.ALARM, actor=actor, asset_id=asset_id, payload=payload)


def why_refused(refusal: Refusal, state: AlarmState) -> Said:
    """A refusal in words."""
    match refusal:
        case Refusal.ALREADY_ACKNOWLEDGED:
            return say("already_acknowledged", who=state.acknowledged_by)
        case Refusal.STALE_OCCURRENCE:
            return say("came_again", occurrence=state.occurrence)
        case Refusal.SHELF_TIME:
            return say("shelf_time", hours=24)
        case _:
            return say(_CODES[refusal])


_CODES = {
    Refusal.NOTHING_WAITS: "nothing_waits",
    Refusal.NOT_ACKNOWLEDGED: "not_acknowledged",
    Refusal.NOT_LATCHED: "not_latched",
    Refusal.IS_SHELVED: "is_shelved",
    Refusal.IS_SUPPRESSED: "is_suppressed",
    Refusal.IS_OUT_OF_SERVICE: "is_out_of_service",
    Refusal.NOT_SHELVED: "not_shelved",
    Refusal.NOT_SUPPRESSED: "not_suppressed",
    Refusal.NOT_OUT_OF_SERVICE: "not_out_of_service",
}
