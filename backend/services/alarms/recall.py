"""What devices said last before the backend stopped: they tell only what changes, and may not say it again."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from backend.domain.alarms.life import AlarmState
from backend.ports import JournalQuery, Storage
from backend.services.alarms.ledger import Key
from backend.services.alarms.rules_in_force import RulesInForce
from backend.services.register import Register
from contract.journal import EntryKind, JournalEntry
from contract.points import PointValue, Quality

Told = tuple[int, str, PointValue]
"""Asset, point, value."""

_LOOKS_BACK: Final = dt.timedelta(hours=1)
_MOST: Final = 20_000
_PAGE: Final = 1_000


async def told_last(storage: Storage, register: Register) -> list[Told]:
    """The newest value of each point among the last entries of the journal's last hour, as received then.

    A point that chattered is left out: its last changes were counted, not written. So is what the backend itself says.
    """
    newest: dict[tuple[int, str], PointValue | None] = {}
    since: dt.datetime | None = None
    before: int | None = None
    for _ in range(_MOST // _PAGE):
        page = await storage.journal(JournalQuery(kinds=(EntryKind.POINT,), limit=_PAGE, before=before))
        for entry in page:
            since = since or entry.at - _LOOKS_BACK
            if entry.at < since:
                continue
            point = entry.payload.get("point")
            if entry.asset_id is not None and isinstance(point, str):
                newest.setdefault((entry.asset_id, point), _value(entry, entry.payload))
        if len(page) < _PAGE or (since is not None and page[-1].at < since):
            break
        before = page[-1].seq
    return [
        (asset_id, point, value)
        for (asset_id, point), value in newest.items()
        if value is not None and register.get(asset_id) is not None
    ]


def unjudged(
    values: Iterable[Told], register: Register, rules: RulesInForce, state: Callable[[Key], AlarmState | None]
) -> list[Told]:
    """Without those after which an alarm of theirs came or went: they were judged."""
    return [
        (asset_id, point, value)
        for asset_id, point, value in values
        if (asset := register.get(asset_id)) is not None
        and not any(_is_newer(state((asset_id, rule.kind)), value) for rule in rules.of_point(asset, point))
    ]


def _is_newer(state: AlarmState | None, value: PointValue) -> bool:
    # Of one that stands it cannot be told: what raised it may have waited longer than the end that was told meanwhile.
    if state is None or state.is_active or state.changed_at is None or value.received_time is None:
        return False
    return state.changed_at > value.received_time


def _value(entry: JournalEntry, payload: Mapping[str, object]) -> PointValue | None:
    value: object = payload.get("value")
    if "note" in payload or not entry.actor.startswith("device:") or not isinstance(value, bool | int | float | str):
        return None
    return PointValue(value=value, quality=Quality.GOOD, device_time=None, received_time=entry.at)
