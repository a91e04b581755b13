"""What the backend notes of an alarm, in words: what explains it, why the system did something, what was refused."""

from typing import Final

from console.kit.ports import Catalogue
from console.store.wording import class_text
from widgets.texts import Texts

_SUPPLY: Final = "supply"
_RULE: Final = "rule: "
_LOOKED_FOR: Final = "being looked for"
_SAID_BY_THE_SYSTEM: Final = {
    "nothing explains it": "alarms.note.unexplained",
    "what it feeds is back": "alarms.note.fed_is_back",
    "the shelving ended": "alarms.note.shelving_ended",
    "no rule inhibits it any more": "alarms.note.uninhibited",
    "its rule was edited": "alarms.note.rule_edited",
}


def cause_text(suppressed_by: str, catalogue: Catalogue, tr: Texts) -> str:
    """What keeps an alarm from being shown, as "lighting cabinet ARM-12"; what is not known stands as it was told."""
    if suppressed_by.startswith(_RULE):
        return tr("alarms.cause.rule", name=suppressed_by[len(_RULE) :])
    begins, colon, cause = suppressed_by.partition(": ")
    if begins != _SUPPLY:
        return suppressed_by
    if not colon:
        return tr("alarms.cause.supply")
    if cause == _LOOKED_FOR:
        return tr("alarms.cause.looked_for")
    class_code, _space, code = cause.partition(" ")
    return f"{class_text(catalogue, class_code, tr)} {code}".strip()


def explained_text(suppressed_by: str, catalogue: Catalogue, tr: Texts) -> str:
    """Why an alarm does not stand among the others, in a sentence."""
    key = "alarms.suppressed_by_rule" if suppressed_by.startswith(_RULE) else "alarms.explained_by"
    return tr(key, cause=cause_text(suppressed_by, catalogue, tr))


def note_text(note: str, catalogue: Catalogue, tr: Texts) -> str:
    """A note of the system in words; what a person wrote stands as it was written."""
    if note in _SAID_BY_THE_SYSTEM:
        return tr(_SAID_BY_THE_SYSTEM[note])
    return cause_text(note, catalogue, tr)


def refusal_text(refused: str, tr: Texts) -> str:
    """Why the rule of alarms refused an act."""
    key = f"alarms.refusal.{refused}"
    return tr(key) if tr.has(key) else refused
