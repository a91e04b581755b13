"""The menus of a screen; every key stands beside what it does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from console.store.context import Context, Spec
from widgets.look import icon

if TYPE_CHECKING:
    from console.shell.screen_window import ScreenWindow

_ZOOM_STEP = 10


@dataclass(frozen=True)
class MenuWishes:
    """What menus can ask of the application."""

    open_panel: Callable[[str], object]
    open_another: Callable[[str], object]
    open_workspace: Callable[[str], None]
    keep_workspace: Callable[[], None]
    restore_workspace: Callable[[], None]
    set_language: Callable[[str], None]
    set_theme: Callable[[str], None]
    zoom_text: Callable[[int], None]
    show_help: Callable[[], None]
    log_out: Callable[[], None]
    leave: Callable[[], None]
    next_panel: Callable[[], None]
    most_urgent: Callable[[], None]


def build_menus(
    window: "ScreenWindow",
    specs: Mapping[str, Spec],
    context: Context,
    wishes: MenuWishes,
    workspace: str,
    workspace_names: Sequence[str],
) -> None:
    """Fill a window's menu bar."""
    tr, palette = context.texts, context.palette
    panels = window.menuBar().addMenu(tr("menu.panels"))
    for spec in specs.values():
        action = _add(panels, tr.label(spec.title), spec.shortcut, partial(wishes.open_panel, spec.id))
        action.setIcon(icon(spec.icon, palette))
        if spec.another_shortcut:
            another = tr("menu.another", name=tr.label(spec.title))
            _add(panels, another, spec.another_shortcut, partial(wishes.open_another, spec.id))
    panels.addSeparator()
    _add(panels, tr("keys.next_panel"), "F6", wishes.next_panel)
    _add(panels, tr("keys.most_urgent"), "F8", wishes.most_urgent)
    arrangement = window.menuBar().addMenu(tr("menu.workspace"))
    for name in workspace_names:
        action = _add(arrangement, name, "", partial(wishes.open_workspace, name))
        action.setCheckable(True)
        action.setChecked(name == workspace)
    arrangement.addSeparator()
    _add(arrangement, tr("menu.keep_workspace"), "Ctrl+S", wishes.keep_workspace)
    _add(arrangement, tr("menu.restore_workspace"), "", wishes.restore_workspace)
    view = window.menuBar().addMenu(tr("menu.view"))
    _add(view, tr("menu.full_screen"), "F11", lambda: _toggle_full_screen(window))
    _add(view, tr("menu.light" if palette.is_dark else "menu.dark"), "F9", lambda: _other_theme(context, wishes))
    _add(view, tr("menu.bigger"), "Ctrl++", lambda: wishes.zoom_text(_ZOOM_STEP))
    _add(view, tr("menu.smaller"), "Ctrl+-", lambda: wishes.zoom_text(-_ZOOM_STEP))
    view.addSeparator()
    other = "en" if tr.language == "fr" else "fr"
    _add(view, tr("menu.other_language"), "", lambda: wishes.set_language(other))
    session = window.menuBar().addMenu(tr("menu.session"))
    _add(session, tr("menu.log_out"), "", wishes.log_out)
    _add(session, tr("menu.leave"), "Ctrl+Q", wishes.leave)
    help_menu = window.menuBar().addMenu(tr("menu.help"))
    _add(help_menu, tr("menu.shortcuts"), "F1", wishes.show_help)


def _add(menu: QMenu, text: str, key: str, wish: Callable[[], object]) -> QAction:
    action = menu.addAction(text)
    if key:
        action.setShortcut(QKeySequence(key))
    action.triggered.connect(lambda _checked=False: wish())
    return action


def _toggle_full_screen(window: "ScreenWindow") -> None:
    if window.isFullScreen():
        window.showNormal()
    else:
        window.showFullScreen()


def _other_theme(context: Context, wishes: MenuWishes) -> None:
    wishes.set_theme("light" if context.palette.is_dark else "dark")
