"""Which key does what: the keys as delivered, and those that one person has changed. No Qt; keys as Qt writes them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

EVERYWHERE: Final = ""
"""The place of what works in every window; other acts have their panel's id."""
MOST_CHANGED: Final = 300
_LONGEST: Final = 60
_FUNCTION: Final = re.compile(r"F\d{1,2}")
_HELD: Final = ("Ctrl", "Alt", "Meta")
_ALONE_NEVER: Final = frozenset({"Esc", "Tab", "Shift+Tab", "Shift+Backtab", "Return", "Enter", "Space"})
_APART: Final = re.compile(r"\s+|,\s+|\s*/\s*")
_SPAN: Final = re.compile(r"(?:(\S+)\+)?(\d)\s*[…-]\s*(?:\S+\+)?(\d)")


@dataclass(frozen=True)
class KeyAct:
    """Something a key does. `default` is "" where it has none; `is_fixed`: the widget itself reads that key.

    `keys` are all that a fixed act takes: the four arrows, the digits.
    """

    id: str
    title: str
    place: str = EVERYWHERE
    default: str = ""
    is_fixed: bool = False

    @property
    def keys(self) -> Sequence[str]:
        """The delivered key, or keys."""
        return keys_told(self.default) if self.is_fixed else ((self.default,) if self.default else ())


class Keymap(msgspec.Struct, frozen=True):
    """What one person has changed: keys by act; "" takes an act's key away."""

    changed: Mapping[str, str] = {}

    def key_of(self, act: KeyAct) -> str:
        """The key as it is now."""
        return act.default if act.is_fixed else self.changed.get(act.id, act.default)

    def with_key(self, act: KeyAct, key: str) -> "Keymap":
        """The same with another key; the delivered one is no change."""
        others = {name: kept for name, kept in self.changed.items() if name != act.id}
        return Keymap(others if key == act.default else {**others, act.id: key})

    def is_changed(self, act: KeyAct) -> bool:
        """Whether this act has another key than was delivered."""
        return self.key_of(act) != act.default


def read_keymap(content: str) -> Keymap:
    """What was kept, by whatever version of the console; what cannot be read changes nothing."""
    try:
        kept = msgspec.json.decode(content.encode(), type=Keymap)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return Keymap()
    sound = {
        name: key
        for name, key in kept.changed.items()
        if len(name) <= 2 * _LONGEST and len(key) <= _LONGEST and key.isprintable()
    }
    return Keymap(dict(list(sound.items())[:MOST_CHANGED]))


def write_keymap(keymap: Keymap) -> str:
    """As it is kept."""
    return msgspec.json.encode(keymap).decode()


def is_typed(key: str) -> bool:
    """Whether a key alone writes a letter, so that a field would swallow it or the act would come while one types."""
    held, _, last = key.rpartition("+") if not key.endswith("+") else (key[:-2], "+", "+")
    if any(word in held.split("+") for word in _HELD):
        return False
    return len(last) == 1 or last == "Space"


def may_be_everywhere(key: str) -> bool:
    """Whether an act of every window may take this key: nothing that is typed, or that walks through fields."""
    return bool(key) and key not in _ALONE_NEVER and not is_typed(key) and (_is_held(key) or _is_function(key))


def sharers(acts: Iterable[KeyAct], keymap: Keymap, act: KeyAct, key: str) -> Sequence[KeyAct]:
    """Other acts that this key would do too, where `act` works."""
    return [] if not key else [other for other in acts if _meets(other, act) and key in _keys_now(other, keymap)]


def conflicts(acts: Sequence[KeyAct], keymap: Keymap) -> Mapping[str, Sequence[KeyAct]]:
    """By act, those with which it shares its key. Acts that were delivered with a shared key have none."""
    found: dict[str, Sequence[KeyAct]] = {}
    for act in acts:
        shared = [other for key in _keys_now(act, keymap) for other in sharers(acts, keymap, act, key)]
        if shared:
            found[act.id] = shared
    return found


def keys_told(text: str) -> Sequence[str]:
    """The single keys of a line of F1: "Alt+1 … Alt+9", "← ↑", "M / Shift+M", "0-9, Return"."""
    spans: list[str] = []
    for held, first, last in _SPAN.findall(text):
        spans += [f"{held}+{digit}" if held else str(digit) for digit in range(int(first), int(last) + 1)]
    rest = _SPAN.sub(" ", text)
    words = [word for word in _APART.split(rest) if word]
    if len(words) > 1 and "+" in words[0] and not words[0].endswith("+") and all(len(word) == 1 for word in words[1:]):
        held = words[0].rpartition("+")[0]
        words = [words[0], *(word if word in "+-" else f"{held}+{word}" for word in words[1:])]
    return tuple(dict.fromkeys([*spans, *(_ARROWS.sub(lambda found: _NAMES[found[0]], word) for word in words)]))


_NAMES: Final = {"←": "Left", "→": "Right", "↑": "Up", "↓": "Down"}
_ARROWS: Final = re.compile("[←→↑↓]")


def _keys_now(act: KeyAct, keymap: Keymap) -> Sequence[str]:
    if act.is_fixed:
        return act.keys
    key = keymap.key_of(act)
    return (key,) if key else ()


def _meets(other: KeyAct, act: KeyAct) -> bool:
    return other.id != act.id and (EVERYWHERE in (other.place, act.place) or other.place == act.place)


def _is_held(key: str) -> bool:
    return any(key.startswith(f"{word}+") or f"+{word}+" in key for word in _HELD)


def _is_function(key: str) -> bool:
    return _FUNCTION.fullmatch(key.rpartition("+")[2]) is not None
