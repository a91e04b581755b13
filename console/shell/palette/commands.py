"""What can be commanded from here: the acts of the menus, panels, what panels do, and help on them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from console.kit.translations import Translations
from console.shell.keyboard import Keyboard, bound_in, delivered_key
from console.shell.palette.offers import Offer, OfferKind
from console.store.context import Spec

_ITSELF: Final = "menu.palette"
_PANEL: Final = "panel."
_WORKSPACE: Final = "workspace."
_NATIVE: Final = QKeySequence.SequenceFormat.NativeText


def own_offers(window: QMainWindow, specs: Mapping[str, Spec], keyboard: Keyboard, tr: Translations) -> list[Offer]:
    """Everything that needs no register, as this window has it now."""
    return [*_of_menus(window, specs, tr), *_of_panels(specs, keyboard, tr), *_of_help(specs, tr)]


def command_of(window: QMainWindow, name: str) -> QAction | None:
    """The act of a menu by its name."""
    return next((action for _, action in _menu_actions(window) if _name(action) == name), None)


def act_of(widget: QWidget, delivered: str) -> QAction | QShortcut | None:
    """What does in a panel what this delivered key does."""
    return next((bound for bound in bound_in(widget) if delivered_key(bound) == delivered), None)


def _of_menus(window: QMainWindow, specs: Mapping[str, Spec], tr: Translations) -> Iterator[Offer]:
    for menu, action in _menu_actions(window):
        name, label = _name(action), action.text().replace("&", "")
        if name == _ITSELF or not action.isEnabled() or not action.isVisible():
            continue
        spec = specs.get(name.removeprefix(_PANEL)) if name.startswith(_PANEL) else None
        yield Offer(
            key=f"panel:{spec.id}" if spec is not None else f"command:{name}",
            kind=OfferKind.COMMAND if spec is None else OfferKind.PANEL,
            label=label,
            detail=menu if spec is None else "",
            icon="mdi6.chevron-right-box-outline" if spec is None else spec.icon,
            shortcut=action.shortcut().toString(_NATIVE),
            also=f"{tr('palette.command_words')} {_kept_name(name)}"
            if spec is None
            else f"{tr('palette.panel_words')} {_both(spec)}",
        )


def _of_panels(specs: Mapping[str, Spec], keyboard: Keyboard, tr: Translations) -> Iterator[Offer]:
    for act in keyboard.acts(tr):
        spec = specs.get(act.place)
        if spec is not None and not act.is_fixed:
            yield Offer(
                key=f"act:{act.id}",
                kind=OfferKind.ACT,
                label=act.title,
                detail=tr.label(spec.title),
                icon=spec.icon,
                shortcut=QKeySequence(keyboard.keymap.key_of(act)).toString(_NATIVE),
            )


def _of_help(specs: Mapping[str, Spec], tr: Translations) -> Iterator[Offer]:
    for spec in specs.values():
        yield Offer(
            key=f"help:{spec.id}",
            kind=OfferKind.HELP,
            label=tr("palette.help_of", name=tr.label(spec.title)),
            icon="mdi6.help-circle-outline",
            also=tr("palette.help_words"),
        )


def _kept_name(command: str) -> str:
    """Under which name a workspace is kept, where the command opens one: it is found in any language by it."""
    return command.removeprefix(_WORKSPACE) if command.startswith(_WORKSPACE) else ""


def _both(spec: Spec) -> str:
    return f"{spec.title.fr} {spec.title.en}"


def _menu_actions(window: QMainWindow) -> Sequence[tuple[str, QAction]]:
    found: list[tuple[str, QAction]] = []
    for top in window.menuBar().actions():
        found += _within(top, top.text().replace("&", ""))
    return found


def _within(action: QAction, path: str) -> Iterator[tuple[str, QAction]]:
    menu = action.menu()
    if not isinstance(menu, QMenu):
        return
    for inner in menu.actions():
        if isinstance(inner.menu(), QMenu):
            yield from _within(inner, f"{path} › {inner.text().replace('&', '')}")
        elif inner.text() and not inner.isSeparator():
            yield path, inner


def _name(action: QAction) -> str:
    return action.objectName() or action.text()
