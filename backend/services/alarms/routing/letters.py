"""What messages say: the alarm as far as the receiver may see it, and nothing about any person."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

import msgspec

from backend.domain.rights import CITY_ZONE
from backend.domain.rights_place import RightsPlace
from contract.alarm_routing import NoticeKind
from contract.alarms import Alarm, Priority
from contract.assets import AssetClass, Label

SHORT: Final = 306  # two SMS of one message


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a message may say of an alarm; kept with the message until it is delivered."""

    alarm_id: int
    asset_id: int
    occurrence: int
    kind: str
    label: Label
    priority: Priority
    asset_code: str
    asset_name: str
    class_: str
    class_label: Label
    service: str
    commune: str
    commune_name: str
    raised_at: dt.datetime
    folded_count: int = 0
    is_over: bool = False  # as told by a message that it has ended: back to normal, not only acknowledged


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """Messages to one person that were only counted, by priority, since a moment."""

    since: dt.datetime
    counts: dict[str, int] = {}


class Wording(msgspec.Struct, frozen=True):
    """A message in words: title, text, and what fits an SMS."""

    title: str
    text: str
    short: str


def facts_of(alarm: Alarm, place: RightsPlace, class_: AssetClass | None, commune: str, at: dt.datetime) -> Facts:
    """As the alarm stands; `place`: where its asset lies now, `commune`: the name of its commune."""
    rules = () if class_ is None else (*class_.alarms, *(rule for point in class_.points for rule in point.alarms))
    label = next((rule.label for rule in rules if rule.kind == alarm.kind), Label(fr=alarm.kind, en=alarm.kind))
    return Facts(
        alarm_id=alarm.id,
        asset_id=alarm.asset_id,
        occurrence=alarm.occurrence,
        kind=alarm.kind,
        label=label,
        priority=alarm.priority,
        asset_code=alarm.asset_code,
        asset_name=alarm.asset_name,
        class_=place.class_,
        class_label=Label(fr=alarm.class_, en=alarm.class_) if class_ is None else class_.label,
        service=place.service,
        commune=place.commune,
        commune_name=commune,
        raised_at=alarm.raised_at or at,
        folded_count=alarm.folded_count,
        is_over=not alarm.is_active,
    )


def moved(facts: Facts, place: RightsPlace, commune: str) -> Facts:
    """The same alarm, where its asset lies by now: who may read it is asked there, and that is what is said."""
    return msgspec.structs.replace(
        facts, commune=place.commune, service=place.service, class_=place.class_, commune_name=commune
    )


def worded(kind: NoticeKind, facts: Facts | None, held: Held | None, language: str, call_back: str) -> Wording:
    """A message in the receiver's language. Without `facts`: the receiver may not know more than that there is one."""
    words = _WORDS["en" if language == "en" else "fr"]
    call = words["call"].format(number=call_back) if call_back else words["call_room"]
    if kind is NoticeKind.TEST:
        return _made(words["test_title"], [words["test"]], "")
    if held is not None:
        counts = ", ".join(f"{count} P{priority}" for priority, count in sorted(held.counts.items()))
        line = words["more"].format(count=sum(held.counts.values()), since=_time(held.since), counts=counts)
        return _made(words["more_title"], [line], call)
    if facts is None:
        return _made(words[f"{kind.value}_bare_title"], [words[f"{kind.value}_bare"]], call)
    label, class_ = (
        (facts.label.en, facts.class_label.en) if language == "en" else (facts.label.fr, facts.class_label.fr)
    )
    name = f" {facts.asset_name}" if facts.asset_name else ""
    title = words[f"{kind.value}_title"].format(priority=int(facts.priority), label=label, asset=facts.asset_code)
    lines = [
        f"{label} : {class_} {facts.asset_code}{name}"
        if language != "en"
        else f"{label}: {class_} {facts.asset_code}{name}",
        words["where"].format(commune=facts.commune_name or facts.commune or "?", since=_time(facts.raised_at)),
    ]
    if facts.folded_count:
        lines.append(words["folded"].format(count=facts.folded_count))
    if kind is NoticeKind.ENDED:
        lines.append(words["over" if facts.is_over else "taken"])
        return _made(title, lines, "")
    return _made(title, [*lines, words["unacknowledged"]], call)


def for_machines(kind: NoticeKind, facts: Facts | None, held: Held | None, level: int) -> dict[str, object]:
    """What a webhook gets besides the words. No name of a person is in it."""
    made: dict[str, object] = {"event": kind.value, "level": level}
    if facts is not None:
        made["alarm"] = {
            "id": facts.alarm_id,
            "occurrence": facts.occurrence,
            "kind": facts.kind,
            "priority": int(facts.priority),
            "asset": {"id": facts.asset_id, "code": facts.asset_code, "class": facts.class_, "name": facts.asset_name},
            "commune": facts.commune,
            "service": facts.service,
            "raised_at": facts.raised_at.isoformat(),
            "explains": facts.folded_count,
        }
    if held is not None:
        made["held"] = {"since": held.since.isoformat(), "counts": held.counts}
    return made


def _made(title: str, lines: list[str], call: str) -> Wording:
    text = "\n".join([*lines, "", call] if call else lines) + "\n"
    short = " ".join(line for line in (title, *lines[1:], call) if line) if len(lines) > 1 else f"{lines[0]} {call}"
    short = short.strip()
    return Wording(title[:200], text, short if len(short) <= SHORT else short[: SHORT - 1] + "…")


def _time(at: dt.datetime) -> str:
    return at.astimezone(CITY_ZONE).strftime("%d/%m %H:%M")


_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "fr": {
        "raised_title": "P{priority} {label} {asset}",
        "ended_title": "Fin : P{priority} {label} {asset}",
        "raised_bare_title": "Une alarme attend",
        "raised_bare": "Une alarme que vos droits ne permettent pas de décrire ici attend d'être acquittée.",
        "ended_bare_title": "Une alarme n'attend plus",
        "ended_bare": "L'alarme annoncée n'attend plus personne.",
        "where": "{commune}, depuis le {since}",
        "folded": "Elle en explique {count} autres.",
        "unacknowledged": "Personne ne l'a acquittée.",
        "taken": "Elle est prise en charge à la salle de commande.",
        "over": "Elle est revenue à la normale.",
        "more_title": "D'autres alarmes",
        "more": "{count} alarme(s) de plus depuis le {since} : {counts}.",
        "call": "Rappeler la salle de commande : {number}. Ce message ne s'acquitte pas par réponse.",
        "call_room": "Appeler la salle de commande. Ce message ne s'acquitte pas par réponse.",
        "test_title": "Essai de Beffroi",
        "test": "Ceci est un essai de la salle de commande : il n'y a rien à faire.",
    },
    "en": {
        "raised_title": "P{priority} {label} {asset}",
        "ended_title": "Ended: P{priority} {label} {asset}",
        "raised_bare_title": "An alarm waits",
        "raised_bare": "An alarm that your rights do not let us describe here waits to be acknowledged.",
        "ended_bare_title": "An alarm waits no more",
        "ended_bare": "The alarm you were told of waits for nobody any more.",
        "where": "{commune}, since {since}",
        "folded": "It explains {count} others.",
        "unacknowledged": "Nobody has acknowledged it.",
        "taken": "The control room takes care of it.",
        "over": "It is back to normal.",
        "more_title": "More alarms",
        "more": "{count} more alarm(s) since {since}: {counts}.",
        "call": "Call the control room: {number}. An answer to this message acknowledges nothing.",
        "call_room": "Call the control room. An answer to this message acknowledges nothing.",
        "test_title": "Beffroi test",
        "test": "This is a test by the control room: there is nothing to do.",
    },
}
