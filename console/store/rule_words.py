"""Changes of alarm rules and notices, in words: of which alarm, what was changed from what to what, and why."""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from console.kit.ports import Catalogue
from console.kit.said import said_text
from console.store.wording import class_text, rule_of
from contract.journal import EntryKind
from widgets.texts import Texts, pair, quoted

_LANGUAGES: Final = {"fr": "french", "en": "english"}
_SHEET_NAMES: Final = {
    "consequence": "alarm_rules.gravity",
    "respond_within_s": "alarm_rules.respond_short",
    "review_on": "alarm_rules.review_short",
    "displays": "alarm_rules.displays_short",
}
_MINUTES: Final = frozenset({"respond_within_s"})
_LONGEST: Final = 90


def alarm_type_text(catalogue: Catalogue, class_code: str, kind: str, tr: Texts) -> str:
    """An alarm type as "lighting cabinet, door open"."""
    rule = rule_of(catalogue, class_code, kind)
    return f"{class_text(catalogue, class_code, tr)}, {kind if rule is None else tr.label(rule.label)}"


def differences(before: Mapping[str, object], after: Mapping[str, object], tr: Texts) -> Sequence[str]:
    """One line a field that is other, as "On-delay (s): 5 → 90"."""
    lines: list[str] = []
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        if was == now or name in {"version", "by", "at"}:
            continue
        if _is_label(was) or _is_label(now):
            lines.extend(_label_lines(name, was, now, tr))
        else:
            lines.append(pair(_field(name, tr), f"{_value(name, was, tr)} → {_value(name, now, tr)}", tr))
    return lines


def rule_entry_text(
    kind: EntryKind, payload: Mapping[str, object], class_code: str, catalogue: Catalogue, tr: Texts
) -> str:
    """A journal entry on alarm rules or on a message to somebody; empty where this is not one of these."""
    if kind is EntryKind.NOTICE:
        return _notice(payload, tr)
    if kind is not EntryKind.ALARM_RULE:
        return ""
    if "inhibition" in payload:
        return _inhibition(payload, tr)
    event = _text(payload, "event")
    if event == "remedy":
        rule = rule_of(catalogue, class_code, _text(payload, "alarm_kind"))
        what = _text(payload, "alarm_kind") if rule is None else tr.label(rule.label)
        return tr("journal.rule.remedy", what=what, who=_text(payload, "approved_by"), reason=_text(payload, "reason"))
    if not tr.has(f"journal.rule.{event}"):
        return ""
    subject = next((_text(payload, name) for name in ("channel", "rule", "name") if _text(payload, name)), "")
    words = [tr(f"journal.rule.{event}", name=subject, version=str(payload.get("version", "?")))]
    if _text(payload, "class"):
        words.insert(0, alarm_type_text(catalogue, _text(payload, "class"), _text(payload, "alarm_kind"), tr))
    words.extend(differences(_fields(payload, "before"), _fields(payload, "after"), tr))
    reason = _text(payload, "reason")
    return ", ".join(words) + (f" ({reason})" if reason else "")


def _inhibition(payload: Mapping[str, object], tr: Texts) -> str:
    before, after = payload.get("before"), payload.get("after")
    event = "added" if before is None else "removed" if after is None else "changed"
    return tr(f"journal.rule.inhibition_{event}", name=_text(payload, "inhibition"))


def _notice(payload: Mapping[str, object], tr: Texts) -> str:
    outcome = f"journal.notice.{_text(payload, 'outcome')}"
    if not tr.has(outcome):
        return ""
    args = _fields(payload, "detail_args")
    known = {name: str(value) for name, value in args.items()}
    why = said_text(_text(payload, "detail_code"), known, _text(payload, "detail"), tr)
    words = tr(outcome, contact=_text(payload, "contact") or "?", channel=_text(payload, "channel") or "?")
    priority = payload.get("priority")
    parts = (words, f"P{priority}" if isinstance(priority, int) else "", why)
    return ", ".join(part for part in parts if part)


def _label_lines(name: str, was: object, now: object, tr: Texts) -> Sequence[str]:
    lines: list[str] = []
    for code, language in _LANGUAGES.items():
        first, second = (_fields({"": value}, "").get(code, "") for value in (was, now))
        if first != second:
            title = tr(f"alarm_rules.{language}", name=_field(name, tr))
            lines.append(pair(title, f"{_value('', first, tr)} → {_value('', second, tr)}", tr))
    return lines


def _is_label(value: object) -> bool:
    found = _fields({"": value}, "")
    return bool(found) and found.keys() <= _LANGUAGES.keys()


def _field(name: str, tr: Texts) -> str:
    for key in (_SHEET_NAMES.get(name, ""), f"alarm_rules.field_{name}", f"alarm_rules.{name}"):
        if key and tr.has(key):
            return tr(key)
    return name


def _value(name: str, value: object, tr: Texts) -> str:
    """A value in few words; nothing there is a dash."""
    match value:
        case None | "":
            return "–"
        case bool():
            return tr("alarm_rules.yes" if value else "alarm_rules.no")
        case int() | float():
            if name == "priority":
                return f"P{value}"
            if name == "consequence":
                return tr(f"alarm_rules.gravity_{value}")
            return f"{value / 60:g} min" if name in _MINUTES else f"{value:g}"
        case str():
            return quoted(value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…", tr)
        case list() | tuple():
            items = cast("Sequence[object]", value)
            return tr("alarm_rules.entries", count=len(items))
        case _:
            return "…"


def _fields(payload: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = payload.get(key)
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _text(payload: Mapping[str, object], key: str) -> str:
    value = payload.get(key)
    return value if isinstance(value, str) else ""
