"""Journal entries in words: what happened, to what, by whom. Unknown shapes are shown, never hidden."""

import datetime as dt
from collections.abc import Mapping
from typing import Final, cast

from console.kit.formats import value_text
from console.kit.ports import AssetLookup, Catalogue
from console.kit.said import said_text
from console.store.administration_words import administration_text
from console.store.alarm_notes import note_text, refusal_text
from console.store.alarm_work_words import KINDS as WORK_KINDS
from console.store.alarm_work_words import alarm_work_text
from console.store.asset_edit_words import KINDS as EDIT_KINDS
from console.store.asset_edit_words import asset_edit_text
from console.store.evidence_words import evidence_text
from console.store.footage_words import footage_text
from console.store.rule_words import rule_entry_text
from console.store.supply_words import feeds_text
from console.store.viewing_words import KINDS as VIEWING_KINDS
from console.store.viewing_words import viewing_text
from console.store.wording import point_spec, point_text, role_text, rule_of
from contract.alarms import ShownState
from contract.journal import EntryKind, JournalEntry
from widgets.texts import Texts, pair

_SYSTEM: Final = "system"
_DEVICE: Final = "device:"
_LONGEST: Final = 160
_NAMED_ACTIONS: Final = frozenset({"set", "ptz_absolute", "ptz_move", "ptz_stop"})


def actor_text(actor: str, tr: Texts) -> str:
    """Who did it."""
    if actor == _SYSTEM:
        return tr("journal.system")
    return tr("journal.device", code=actor[len(_DEVICE) :]) if actor.startswith(_DEVICE) else actor


def asset_text(assets: AssetLookup, asset_id: int | None) -> str:
    """What it happened to."""
    asset = None if asset_id is None else assets.get(asset_id)
    if asset is None:
        return "" if asset_id is None else f"#{asset_id}"
    return asset.name or asset.code


def entry_text(entry: JournalEntry, assets: AssetLookup, catalogue: Catalogue, tr: Texts) -> str:
    """What happened, in one line."""
    head = tr(f"journal.kind.{entry.kind.value}")
    asset = None if entry.asset_id is None else assets.get(entry.asset_id)
    class_code = "" if asset is None else asset.class_
    detail = _detail(entry, class_code, catalogue, tr)
    return pair(head, detail, tr) if detail else head


def _detail(entry: JournalEntry, class_code: str, catalogue: Catalogue, tr: Texts) -> str:
    payload = entry.payload
    if entry.kind is EntryKind.ALARM:
        return _alarm(payload, class_code, catalogue, tr)
    if entry.kind in {EntryKind.CLAIM_PLACED, EntryKind.CLAIM_RELEASED, EntryKind.CLAIM_EXPIRED}:
        return _claim(payload, class_code, catalogue, tr)
    if entry.kind is EntryKind.LOGIN and payload.keys() == {"role"}:
        return tr("journal.login_role", role=role_text(_text(payload, "role"), tr))
    if entry.kind is EntryKind.COMMAND:
        return _command(payload, class_code, catalogue, tr)
    if entry.kind is EntryKind.POINT:
        return _claim({**payload, "property": _text(payload, "point")}, class_code, catalogue, tr)
    if entry.kind is EntryKind.BASE_MAP and _text(payload, "what") in {"added", "changed", "removed"}:
        what = _text(payload, "what")
        return tr(f"journal.base_map_{what}", name=_text(payload, "name"), source=_text(payload, "source"))
    if entry.kind is EntryKind.VIEWING and _text(payload, "act") == "replayed":
        return tr("journal.replayed", since=_moment(_text(payload, "since")), until=_moment(_text(payload, "until")))
    if entry.kind is EntryKind.WHEREABOUTS:
        since, until = _moment(_text(payload, "since")), _moment(_text(payload, "until"))
        return tr("journal.whereabouts_asked", since=since, until=until)
    if entry.kind is EntryKind.VIEWING and (words := evidence_text(payload, tr)):
        return words
    if entry.kind in VIEWING_KINDS and (words := viewing_text(entry.kind, payload, tr)):
        return words
    if entry.kind in {EntryKind.FOOTAGE, EntryKind.SEAL} and (words := footage_text(payload, tr)):
        return words
    if entry.kind is EntryKind.ASSET and (words := feeds_text(payload, tr)):
        return words
    if entry.kind in EDIT_KINDS and (words := asset_edit_text(entry.kind, payload, tr)):
        return words
    if entry.kind is EntryKind.ALARM_WORK and (words := _seat(payload, tr)):
        return words
    if words := rule_entry_text(entry.kind, payload, class_code, catalogue, tr):
        return words
    if entry.kind in WORK_KINDS and (words := alarm_work_text(entry.kind, payload, class_code, catalogue, tr)):
        return words
    if words := administration_text(payload, tr):
        return words
    return _plain(payload)


def _seat(payload: Mapping[str, object], tr: Texts) -> str:
    """What a seat heard, or did not want to hear; empty for other work on alarms."""
    seat = _text(payload, "seat")
    if _text(payload, "event") == "silence":
        seconds, waiting = (str(payload.get(key, "?")) for key in ("seconds", "waiting"))
        return tr("sound.journal.silence", seat=seat, seconds=seconds, waiting=waiting)
    key = f"sound.journal.{_text(payload, 'outcome')}"
    if _text(payload, "event") != "sound" or not tr.has(key):
        return ""
    return tr(key, seat=seat, device=_text(payload, "device") or tr("sound.device_unknown"))


def _moment(stamp: str) -> str:
    try:
        return dt.datetime.fromisoformat(stamp).astimezone().strftime("%d/%m %H:%M %Z")
    except ValueError:
        return stamp


def _alarm(payload: Mapping[str, object], class_code: str, catalogue: Catalogue, tr: Texts) -> str:
    kind = _text(payload, "alarm_kind")
    rule = rule_of(catalogue, class_code, kind)
    what = kind if rule is None else tr.label(rule.label)
    if refused := _text(payload, "refused"):
        return ", ".join((what, tr("journal.refused", reason=refusal_text(refused, tr))))
    state = next((state for state in ShownState if state.value == _text(payload, "to")), None)
    shown = "" if state is None else tr(f"alarms.state.{state.name.lower()}", time="")
    words = (what, shown, note_text(_text(payload, "note"), catalogue, tr))
    return ", ".join(word.strip() for word in words if word)


def _command(payload: Mapping[str, object], class_code: str, catalogue: Catalogue, tr: Texts) -> str:
    given = payload.get("arguments")
    arguments: Mapping[str, object] = cast("Mapping[str, object]", given) if isinstance(given, dict) else payload
    action, state = _text(payload, "action"), _text(payload, "state").lower()
    values = _plain(arguments)
    if action == "set" and "property" in arguments:
        values = _claim(arguments, class_code, catalogue, tr)
    if action == "ptz_absolute":
        values = _aim(arguments, tr)
    named = tr(f"command.{action}") if action in _NAMED_ACTIONS else action
    words = (named, values, tr(f"command.{state}") if state else "")
    found = payload.get("detail_args")
    known: Mapping[str, object] = cast("Mapping[str, object]", found) if isinstance(found, dict) else {}
    args = {name: str(value) for name, value in known.items()}
    why = said_text(_text(payload, "detail_code"), args, _text(payload, "detail"), tr)
    return ", ".join(word for word in (*words, why) if word)


def _aim(arguments: Mapping[str, object], tr: Texts) -> str:
    """Where a camera turns, in whole degrees: the journal keeps the hundredths."""
    given = [arguments.get(name) for name in ("pan_deg", "tilt_deg", "magnification")]
    pan, tilt, zoom = (value if isinstance(value, (int, float)) else None for value in given)
    if pan is None or tilt is None or zoom is None:
        return _plain(arguments)
    magnification = f"{zoom:.1f}".replace(".", "," if tr.language == "fr" else ".")
    return tr("command.aim", pan=f"{pan:.0f}", tilt=f"{tilt:.0f}", zoom=magnification)


def _claim(payload: Mapping[str, object], class_code: str, catalogue: Catalogue, tr: Texts) -> str:
    claim = payload.get("claim")
    fields = cast("Mapping[str, object]", claim) if isinstance(claim, dict) else payload
    name = point_text(catalogue, class_code, _text(fields, "property"), tr)
    spec = point_spec(catalogue, class_code, _text(fields, "property"))
    value = fields.get("value")
    shown = value_text(value, spec, tr) if isinstance(value, (bool, int, float, str)) else ""
    reason = _text(fields, "reason")
    return " ".join(part for part in (name, shown, f"({reason})" if reason else "") if part)


def _plain(payload: Mapping[str, object]) -> str:
    parts = [f"{key} {_flat(value)}" for key, value in payload.items() if _flat(value)]
    text = ", ".join(parts)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _flat(value: object) -> str:
    if isinstance(value, bool | int | float | str):
        return str(value)
    return ""


def _text(payload: Mapping[str, object], key: str) -> str:
    value = payload.get(key)
    return value if isinstance(value, str) else ""
