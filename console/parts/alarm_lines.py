"""One alarm as a line of a list, in words. No Qt."""

import datetime as dt
from dataclasses import replace

from console.kit.formats import UNKNOWN_VALUE, age, clock_time, day_and_time
from console.kit.ports import AssetLookup, Catalogue
from console.store.alarm_order import is_set_aside, wants_acknowledgement
from console.store.wording import alarm_text, class_text, guidance_text
from contract.alarms import Alarm, ShownState
from widgets.alarm_rows import AlarmRow
from widgets.texts import Texts


def alarm_line(alarm: Alarm, catalogue: Catalogue, tr: Texts, now: dt.datetime) -> AlarmRow:
    """The line of an alarm."""
    what = alarm_text(catalogue, alarm, tr)
    if alarm.repeat_count > 1:
        what = f"{what} ×{alarm.repeat_count}"
    return AlarmRow(
        alarm_id=alarm.id,
        asset_id=alarm.asset_id,
        priority=alarm.priority,
        occurrence=alarm.occurrence,
        wants_acknowledgement=wants_acknowledgement(alarm),
        is_active=alarm.is_active,
        is_set_aside=is_set_aside(alarm),
        time=day_and_time(alarm.raised_at, now),
        what=what,
        where=alarm.asset_name or alarm.asset_code,
        state=state_text(alarm, tr),
        tooltip=guidance_text(catalogue, alarm, tr),
    )


def whole_alarm_line(alarm: Alarm, assets: AssetLookup, catalogue: Catalogue, tr: Texts, now: dt.datetime) -> AlarmRow:
    """The line with every column that can be shown."""
    line = alarm_line(alarm, catalogue, tr, now)
    commune = catalogue.communes.get(alarm.commune)
    cells = {
        "age": UNKNOWN_VALUE if alarm.raised_at is None else age((now - alarm.raised_at).total_seconds(), tr),
        "commune": alarm.commune if commune is None else commune.name,
        "class": class_text(catalogue, alarm.class_, tr),
        "service": service_text(service_of(alarm, assets, catalogue), tr),
        "assigned": alarm.assigned_to,
        "count": str(alarm.repeat_count) if alarm.repeat_count else "",
        "comments": str(alarm.comment_count) if alarm.comment_count else "",
        "code": alarm.asset_code,
    }
    return replace(line, cells=cells, behind_count=alarm.folded_count)


def service_of(alarm: Alarm, assets: AssetLookup, catalogue: Catalogue) -> str:
    """Whose equipment it is: the asset's own service, else that of its class."""
    asset = assets.get(alarm.asset_id)
    if asset is not None and asset.service:
        return asset.service
    class_ = catalogue.classes.get(alarm.class_)
    return "" if class_ is None else class_.service


def service_text(service: str, tr: Texts) -> str:
    """A service in words; its code where there are none."""
    key = f"service.{service}"
    return tr(key) if service and tr.has(key) else service


def state_text(alarm: Alarm, tr: Texts) -> str:
    """How it stands, and by whom."""
    if alarm.shown is ShownState.E_SHLVD:
        return tr("alarms.state.shelved", time=clock_time(alarm.shelved_until))
    if alarm.shown is ShownState.C_ACKED and alarm.acknowledged_by:
        return tr("alarms.state.acked_by", who=alarm.acknowledged_by)
    return tr(f"alarms.state.{alarm.shown.name.lower()}")


def duration_text(minutes: int) -> str:
    """15 min, 4 h."""
    return f"{minutes}\u202fmin" if minutes < 60 else f"{minutes // 60}\u202fh"
