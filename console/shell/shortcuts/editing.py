"""Giving acts other keys: what stands in F1, and what a key that is tried would mean. No Qt."""

import enum
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from console.kit.keymap import EVERYWHERE, KeyAct, Keymap, conflicts, is_typed, may_be_everywhere, sharers
from console.shell.shortcuts.key_words import key_text
from widgets.texts import Texts


@dataclass(frozen=True)
class KeyLine:
    """One act. `note` says in words what is special: changed, read by the list itself, shared with another."""

    id: str
    group: str
    title: str
    key: str
    note: str
    can_change: bool
    is_changed: bool
    is_clashing: bool


class Verdict(enum.StrEnum):
    """What becomes of a key that was tried."""

    FREE = "free"
    TAKEN = "taken"  # by others, who would lose it
    REFUSED = "refused"


@dataclass(frozen=True)
class Tried:
    """The verdict in words. `losers` are those who would lose the key."""

    verdict: Verdict
    words: str
    losers: tuple[KeyAct, ...] = ()


class ShortcutEditing:
    """`acts` as they are now; `of_fields` are keys that fields of text keep; `of_menus` open the menus."""

    def __init__(
        self,
        acts: Callable[[], Sequence[KeyAct]],
        panel_titles: Mapping[str, str],
        of_fields: Collection[str],
        of_menus: Callable[[], Collection[str]],
        tr: Texts,
    ) -> None:
        self._acts = acts
        self._titles = panel_titles
        self._of_fields = of_fields
        self._of_menus = of_menus
        self._tr = tr

    def act(self, act_id: str) -> KeyAct | None:
        """One act by id."""
        return next((act for act in self._acts() if act.id == act_id), None)

    def lines(self, keymap: Keymap) -> Sequence[KeyLine]:
        """Everything, in the order of menus and panels."""
        acts = self._acts()
        clashing = conflicts(acts, keymap)
        return [self._line(act, keymap, clashing.get(act.id, ())) for act in acts]

    def tried(self, act: KeyAct, key: str, keymap: Keymap) -> Tried:
        """What it would mean to give `act` this key."""
        shown = key_text(key, self._tr)
        if act.place == EVERYWHERE and not may_be_everywhere(key):
            return Tried(Verdict.REFUSED, self._tr("shortcuts.not_everywhere", pressed=shown))
        if key in self._of_menus():
            return Tried(Verdict.REFUSED, self._tr("shortcuts.opens_menu", pressed=shown))
        others = sharers(self._acts(), keymap, act, key)
        fixed = [other for other in others if other.is_fixed]
        if fixed:
            words = self._tr("shortcuts.read_by", pressed=shown, name=self._name(fixed[0]))
            return Tried(Verdict.REFUSED, words)
        if others:
            names = ", ".join(self._name(other) for other in others)
            return Tried(Verdict.TAKEN, self._tr("shortcuts.taken", pressed=shown, name=names), tuple(others))
        if key in self._of_fields or is_typed(key):
            return Tried(Verdict.FREE, self._tr("shortcuts.of_fields", pressed=shown))
        return Tried(Verdict.FREE, self._tr("shortcuts.free", pressed=shown))

    def with_key(self, act: KeyAct, key: str, keymap: Keymap) -> Keymap:
        """The keys when `act` has this one; those who had it have none."""
        for loser in self.tried(act, key, keymap).losers if key else ():
            keymap = keymap.with_key(loser, "")
        return keymap.with_key(act, key)

    def reset(self, act: KeyAct, keymap: Keymap) -> Keymap:
        """The delivered key again; whoever has it now loses it."""
        return self.with_key(act, act.default, keymap)

    def _line(self, act: KeyAct, keymap: Keymap, shared: Sequence[KeyAct]) -> KeyLine:
        tr, key = self._tr, keymap.key_of(act)
        notes: list[str] = []
        if act.is_fixed:
            notes.append(tr("shortcuts.fixed"))
        elif keymap.is_changed(act):
            before = key_text(act.default, tr)
            notes.append(tr("shortcuts.changed", pressed=before) if before else tr("shortcuts.added"))
        if shared:
            notes.append(tr("shortcuts.also", name=", ".join(self._name(other) for other in shared)))
        return KeyLine(
            id=act.id,
            group=self._titles.get(act.place, tr("keys.everywhere")),
            title=act.title,
            key=key_text(key, tr) or tr("shortcuts.none"),
            note=" · ".join(notes),
            can_change=not act.is_fixed,
            is_changed=keymap.is_changed(act),
            is_clashing=bool(shared),
        )

    def _name(self, act: KeyAct) -> str:
        place = self._titles.get(act.place, "")
        return f"{act.title} ({place})" if place else act.title
