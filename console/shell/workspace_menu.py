"""The menu of workspaces: open one, add one, keep, share, export; the team's locked ones are told from the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from console.shell.workspace_names import shown_name
from console.shell.workspace_shelf import Entry, Whose
from console.store.context import Context
from widgets.look import icon

_ICONS = {Whose.GOLDEN: "mdi6.lock-outline", Whose.SHARED: "mdi6.account-group-outline"}
_Wish = Callable[[], None]


def _nothing() -> None:
    """Nobody asks for it here."""


def _no_entry(_key: str) -> Entry | None:
    return None


def _not(_key: str) -> None:
    """Nobody asks for it here."""


@dataclass(frozen=True)
class WorkspaceWishes:
    """What the menu can ask for, beside opening, keeping and bringing back."""

    add: Callable[[str], None] = _not
    keep_as: _Wish = _nothing
    stay: _Wish = _nothing
    export: _Wish = _nothing
    bring_in: _Wish = _nothing
    manage: Callable[[], object] = _nothing
    entry: Callable[[str], Entry | None] = _no_entry


@dataclass(frozen=True)
class StandardWishes:
    """What every workspace menu asks for."""

    open: Callable[[str], None]
    keep: _Wish
    restore: _Wish
    more: WorkspaceWishes


def fill_workspace_menu(
    menu: QMenu, context: Context, wishes: StandardWishes, workspace: str, names: Sequence[str]
) -> None:
    """Fill it anew; what it held before is gone."""
    tr, more = context.texts, wishes.more
    menu.clear()
    for name in names:
        action = _add(menu, f"workspace.{name}", shown_name(name, tr), "", partial(wishes.open, name))
        action.setCheckable(True)
        action.setChecked(name == workspace)
        entry = more.entry(name)
        if entry is not None and entry.whose in _ICONS:
            action.setIcon(icon(_ICONS[entry.whose], context.palette))
            action.setToolTip(tr(f"workspace.whose_{entry.whose.value}", owner=entry.owner))
    menu.setToolTipsVisible(True)
    menu.addSeparator()
    for old in menu.findChildren(QMenu):
        old.deleteLater()
    beside = QMenu(tr("workspace.add_menu"), menu)
    menu.addMenu(beside)
    for name in names:
        if name != workspace:
            _add(beside, "", shown_name(name, tr), "", partial(more.add, name))
    menu.addSeparator()
    _add(menu, "menu.keep_workspace", tr("menu.keep_workspace"), "Ctrl+S", wishes.keep)
    _add(menu, "workspace.keep_as", tr("workspace.keep_as"), "Ctrl+Shift+S", more.keep_as)
    _add(menu, "menu.restore_workspace", tr("menu.restore_workspace"), "", wishes.restore)
    _add(menu, "workspace.stay", tr("workspace.stay"), "", more.stay)
    menu.addSeparator()
    _add(menu, "workspace.export", tr("workspace.export"), "", more.export)
    _add(menu, "workspace.bring_in", tr("workspace.bring_in"), "", more.bring_in)
    _add(menu, "workspace.manage", tr("workspace.manage"), "Ctrl+Alt+W", more.manage)


def _add(menu: QMenu, name: str, text: str, key: str, wish: Callable[[], object]) -> QAction:
    action = menu.addAction(text.replace("&", "&&") if name.startswith("workspace.") and not key else text)
    action.setObjectName(name)
    if key:
        action.setShortcut(QKeySequence(key))
    action.triggered.connect(lambda _checked=False: wish())
    return action
