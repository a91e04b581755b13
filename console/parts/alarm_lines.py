"""One alarm as a line of a list, in words. No Qt."""

import datetime as dt

from console.kit.formats import clock_time, day_and_time
from console.kit.ports import Catalogue
from console.store.alarm_order import is_set_aside, wants_acknowledgement
from console.store.wording import alarm_text, guidance_text
from contract.alarms import Alarm, Annunciation, ShownState
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
        state=_state(alarm, tr),
        tooltip=guidance_text(catalogue, alarm, tr),
    )


def _state(alarm: Alarm, tr: Texts) -> str:
    if alarm.shown is ShownState.E_SHLVD:
        return tr("alarms.state.shelved", time=clock_time(alarm.shelved_until))
    if alarm.annunciation is Annunciation.ACKED and alarm.acknowledged_by:
        return tr("alarms.state.acked_by", who=alarm.acknowledged_by)
    return tr(f"alarms.state.{alarm.shown.name.lower()}")
