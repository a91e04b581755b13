"""A remedy against too many alarms as a sentence: for who proposes it and for who agrees. No Qt."""

from console.kit.formats import age, number_text
from contract.alarm_health import Remedy, RemedySetting
from widgets.texts import Texts


def remedy_words(setting: RemedySetting, tr: Texts, was: float | None = None) -> str:
    """What is changed; and what it is now, where that is known."""
    value = setting.value
    now = ""
    if was is not None and setting.remedy is not Remedy.COUNT:
        shown = f"P{int(was)}" if setting.remedy is Remedy.PRIORITY else _amount(setting.remedy, was, tr)
        now = tr("health.remedy.was", was=shown)
    match setting.remedy:
        case Remedy.PRIORITY:
            words = tr("health.remedy.priority", value=f"P{int(value)}")
        case Remedy.COUNT:
            words = tr("health.remedy.count", count=int(value), window=age(setting.window_s, tr))
        case _:
            words = tr(f"health.remedy.{setting.remedy.value}", value=_amount(setting.remedy, value, tr))
    return f"{words} {now}".strip()


def _amount(remedy: Remedy, value: float, tr: Texts) -> str:
    match remedy:
        case Remedy.ON_DELAY | Remedy.OFF_DELAY:
            return age(value, tr)
        case Remedy.SHELVE:
            return age(value * 3600, tr)
        case _:
            return number_text(value, tr.language)
