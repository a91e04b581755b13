"""The keys as one person has set them: on every menu and panel, listed by F1, kept at the backend."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QWidget
from shiboken6 import isValid

from console.kit.errors import RequestFailed
from console.kit.keymap import EVERYWHERE, KeyAct, Keymap, read_keymap, write_keymap
from console.kit.own_setting_ports import OwnSettingCalls
from console.kit.panel_spec import Panel, Shortcut
from console.kit.translations import Translations
from console.shell.key_translation import KeyTranslation
from console.store.context import Context, Spec
from contract.named_content import NamedContent

log = logging.getLogger(__name__)
SETTING: Final = "shortcuts"
_OF_QT: Final = frozenset({"Tab", "Shift+Tab", "Ctrl+Tab", "Menu"})
"""By these Qt itself walks and opens menus."""
_DELIVERED: Final = "delivered key"
_PORTABLE: Final = QKeySequence.SequenceFormat.PortableText
Bound = QAction | QShortcut


class Keyboard(QObject):
    """Knows every act that has a key, or may have one, and puts the keys where they work."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.keymap = Keymap()
        self._specs: Mapping[str, Spec] = {}
        self._windows: list[QMainWindow] = []
        self._panels: list[tuple[Spec, QWidget]] = []
        self._client: OwnSettingCalls | None = None
        self._translation = KeyTranslation(self._changes_of, self)

    def heard_by(self, specs: Mapping[str, Spec]) -> Mapping[str, Spec]:
        """The same panels; each gets its keys as it opens."""
        self._specs = specs
        return {name: replace(spec, factory=self._opening(spec)) for name, spec in specs.items()}

    async def meet(self, client: OwnSettingCalls) -> None:
        """Read this person's keys; where nobody answers they are as delivered."""
        self._client = client
        try:
            kept = (await client.own_settings()).items
        except RequestFailed as error:
            log.warning("the keys of this person could not be read: %s", error)
            kept = ()
        self._take(read_keymap(next((item.content for item in kept if item.name == SETTING), "{}")))

    async def keep(self, keymap: Keymap) -> bool:
        """Use these keys from now on; False when they could not be kept for the next login."""
        self._take(keymap)
        if self._client is None:
            return False
        try:
            await self._client.keep_own_setting(NamedContent(name=SETTING, content=write_keymap(keymap)))
        except RequestFailed as error:
            log.warning("the keys of this person could not be kept: %s", error)
            return False
        return True

    def bind(self, window: QMainWindow) -> None:
        """Give the menus of a new window their keys."""
        self._windows = [*(one for one in self._windows if isValid(one) and one is not window), window]
        self._apply()

    def acts(self, texts: Translations) -> Sequence[KeyAct]:
        """Everything that has a key or may have one: the menus first, then panel by panel."""
        return [*self._menu_acts(), *self._panel_acts(texts)]

    def mnemonics(self) -> Sequence[str]:
        """Keys by which the menus open."""
        titles = [action.text() for window in self._open_windows()[-1:] for action in window.menuBar().actions()]
        return [QKeySequence.mnemonic(title).toString(_PORTABLE) for title in titles if "&" in title]

    def _menu_acts(self) -> Iterator[KeyAct]:
        for window in self._open_windows()[-1:]:
            for action in _named_actions(window):
                title = action.text().replace("&", "")
                yield KeyAct(action.objectName(), title, EVERYWHERE, delivered_key(action))

    def _panel_acts(self, texts: Translations) -> Iterator[KeyAct]:
        for spec in self._specs.values():
            for act_id, shortcut in _named_shortcuts(spec):
                portable = portable_key(shortcut.key)
                is_fixed = not portable or portable in _OF_QT
                default = shortcut.key if is_fixed else portable
                yield KeyAct(act_id, texts(shortcut.text_key), spec.id, default, is_fixed)

    def _opening(self, spec: Spec) -> Callable[[Context], Panel]:
        def opened(context: Context) -> Panel:
            panel = spec.factory(context)
            self._panels = [*((one, widget) for one, widget in self._panels if isValid(widget)), (spec, panel.widget)]
            self._bind_panel(spec, panel.widget)
            return panel

        return opened

    def _take(self, keymap: Keymap) -> None:
        self.keymap = keymap
        self._apply()
        self.changed.emit()

    def _apply(self) -> None:
        for window in self._open_windows():
            for action in _named_actions(window):
                act = KeyAct(action.objectName(), "", EVERYWHERE, delivered_key(action))
                action.setShortcut(QKeySequence(self.keymap.key_of(act)))
        for spec, widget in self._panels:
            if isValid(widget):
                self._bind_panel(spec, widget)
        self._translation.look_again()

    def _bind_panel(self, spec: Spec, widget: QWidget) -> None:
        acts = _acts_of(spec)
        for bound in bound_in(widget):
            act = acts.get(delivered_key(bound))
            if act is not None:
                _set_key(bound, self.keymap.key_of(act))

    def _changes_of(self, widget: QWidget) -> Mapping[str, str]:
        """What the panel around a widget reads itself and has another key now."""
        if not self.keymap.changed:
            return {}
        for spec, panel in self._panels:
            if isValid(panel) and (panel is widget or panel.isAncestorOf(widget)):
                heard = {delivered_key(bound) for bound in bound_in(panel)}
                moved = [act for key, act in _acts_of(spec).items() if key not in heard and self.keymap.is_changed(act)]
                now = {self.keymap.key_of(act): act.default for act in moved}
                return {**dict.fromkeys((act.default for act in moved), ""), **now}
        return {}

    def _open_windows(self) -> Sequence[QMainWindow]:
        return [window for window in self._windows if isValid(window)]


def portable_key(key: str) -> str:
    """One key as Qt keeps it; empty for what is several keys, or none."""
    found = QKeySequence(key)
    return found.toString(_PORTABLE) if found.count() == 1 else ""


def _named_shortcuts(spec: Spec) -> Iterator[tuple[str, Shortcut]]:
    """What a panel does, under names that last; a second key for the same is told apart by that key."""
    named: set[str] = set()
    for shortcut in spec.shortcuts:
        name = f"{spec.id}:{shortcut.text_key}"
        yield (f"{name}@{shortcut.key}" if name in named else name), shortcut
        named.add(name)


def _acts_of(spec: Spec) -> Mapping[str, KeyAct]:
    """The acts of a panel that may have another key, by the delivered one."""
    keys = ((portable_key(shortcut.key), act_id) for act_id, shortcut in _named_shortcuts(spec))
    return {key: KeyAct(act_id, "", spec.id, key) for key, act_id in keys if key and key not in _OF_QT}


def bound_in(widget: QWidget) -> Sequence[Bound]:
    """Whatever hears keys in a panel."""
    return [*widget.findChildren(QShortcut), *widget.findChildren(QAction)]


def _named_actions(window: QMainWindow) -> Sequence[QAction]:
    menus = [action.menu() for action in window.menuBar().actions()]
    return [action for menu in menus if isinstance(menu, QWidget) for action in menu.actions() if action.objectName()]


def delivered_key(bound: Bound) -> str:
    kept: object = bound.property(_DELIVERED)
    if isinstance(kept, str):
        return kept
    key = (bound.shortcut() if isinstance(bound, QAction) else bound.key()).toString(_PORTABLE)
    bound.setProperty(_DELIVERED, key)
    return key


def _set_key(bound: Bound, key: str) -> None:
    if isinstance(bound, QAction):
        bound.setShortcut(QKeySequence(key))
    else:
        bound.setKey(QKeySequence(key))
