"""The menus of a screen; every key stands beside what it does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from console.shell.idle_lock import CHOICES
from console.shell.workspace_menu import StandardWishes, WorkspaceWishes, fill_workspace_menu
from console.store.context import Context, Spec
from widgets.look import icon
from widgets.sound_bar import SILENCE_KEY, TEST_KEY

if TYPE_CHECKING:
    from console.shell.screen_window import ScreenWindow

_ZOOM_STEP = 10
LOCK_KEY, CHANGE_KEY = "Ctrl+Alt+L", "Ctrl+Alt+U"


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
    show_palette: Callable[[], None] = lambda: None
    show_tour: Callable[[], None] = lambda: None
    lock: Callable[[], None] = lambda: None
    change_user: Callable[[], None] = lambda: None
    hide_pictures: Callable[[bool], None] = lambda _hides: None
    hides_pictures: bool = field(default=True, kw_only=True)
    lock_after: Callable[[int | None], None] = lambda _minutes: None
    locks_after: Callable[[], int] = field(default=lambda: 0, kw_only=True)
    bind_keys: Callable[["ScreenWindow"], None] = lambda _window: None
    workspaces: WorkspaceWishes = field(default_factory=WorkspaceWishes, kw_only=True)


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
        wish = partial(wishes.open_panel, spec.id)
        action = _add(panels, f"panel.{spec.id}", tr.label(spec.title), spec.shortcut, wish)
        action.setIcon(icon(spec.icon, palette))
        if spec.another_shortcut:
            another = tr("menu.another", name=tr.label(spec.title))
            wish = partial(wishes.open_another, spec.id)
            _add(panels, f"another.{spec.id}", another, spec.another_shortcut, wish)
    panels.addSeparator()
    _add(panels, "keys.next_panel", tr("keys.next_panel"), "F6", wishes.next_panel)
    _add(panels, "keys.most_urgent", tr("keys.most_urgent"), "F8", wishes.most_urgent)
    panels.addSeparator()
    panels.addActions(window.actions())  # where panels stand: each window has its own
    arrangement = window.menuBar().addMenu(tr("menu.workspace"))
    arrangement.setObjectName("workspaces")
    fill_workspace_menu(arrangement, context, _standard(wishes), workspace, workspace_names)
    view = window.menuBar().addMenu(tr("menu.view"))
    _add(view, "menu.full_screen", tr("menu.full_screen"), "F11", lambda: _toggle_full_screen(window))
    _add(
        view,
        "keys.theme",
        tr("menu.light" if palette.is_dark else "menu.dark"),
        "F9",
        lambda: _other_theme(context, wishes),
    )
    _add(view, "menu.bigger", tr("menu.bigger"), "Ctrl++", lambda: wishes.zoom_text(_ZOOM_STEP))
    _add(view, "menu.smaller", tr("menu.smaller"), "Ctrl+-", lambda: wishes.zoom_text(-_ZOOM_STEP))
    view.addSeparator()
    other = "en" if tr.language == "fr" else "fr"
    _add(view, "menu.other_language", tr("menu.other_language"), "", lambda: wishes.set_language(other))
    sound = window.menuBar().addMenu(tr("sound.title"))
    bar = window.alarm_bar.sound
    _add(sound, "sound.silence_menu", tr("sound.silence_menu"), SILENCE_KEY, bar.silence_requested.emit)
    _add(sound, "sound.hear_again", tr("sound.hear_again"), "", bar.hear_again_requested.emit)
    _add(sound, "sound.test", tr("sound.test"), TEST_KEY, bar.test_requested.emit)
    session = window.menuBar().addMenu(tr("menu.session"))
    _add(session, "menu.lock", tr("menu.lock"), LOCK_KEY, wishes.lock)
    _add(session, "menu.change_user", tr("menu.change_user"), CHANGE_KEY, wishes.change_user)
    hides = session.addAction(tr("menu.hide_pictures"))
    hides.setObjectName("menu.hide_pictures")
    hides.setCheckable(True)
    hides.setChecked(wishes.hides_pictures)
    hides.toggled.connect(wishes.hide_pictures)
    _offer_idle_lock(session, context, wishes)
    session.addSeparator()
    _add(session, "menu.log_out", tr("menu.log_out"), "", wishes.log_out)
    _add(session, "menu.leave", tr("menu.leave"), "Ctrl+Q", wishes.leave)
    help_menu = window.menuBar().addMenu(tr("menu.help"))
    _add(help_menu, "menu.palette", tr("menu.palette"), "Ctrl+K", wishes.show_palette)
    _add(help_menu, "menu.shortcuts", tr("menu.shortcuts"), "F1", wishes.show_help)
    _add(help_menu, "menu.tour", tr("menu.tour"), "", wishes.show_tour)
    wishes.bind_keys(window)


def rename_workspace(
    window: "ScreenWindow", context: Context, wishes: MenuWishes, workspace: str, names: Sequence[str]
) -> None:
    """The workspace has another name, or there are other ones."""
    menu = window.menuBar().findChild(QMenu, "workspaces")
    if isinstance(menu, QMenu):
        fill_workspace_menu(menu, context, _standard(wishes), workspace, names)
        wishes.bind_keys(window)


def _standard(wishes: MenuWishes) -> StandardWishes:
    return StandardWishes(wishes.open_workspace, wishes.keep_workspace, wishes.restore_workspace, wishes.workspaces)


def _offer_idle_lock(session: QMenu, context: Context, wishes: MenuWishes) -> None:
    """After how long alone the seat locks itself, in this workspace."""
    tr = context.texts
    menu = session.addMenu(tr("lock.menu"))
    chosen = wishes.locks_after()
    for minutes in CHOICES:
        words = tr("lock.after", count=minutes) if minutes else tr("lock.never")
        action = menu.addAction(words, partial(wishes.lock_after, minutes))
        action.setCheckable(True)
        action.setChecked(minutes == chosen)
    menu.aboutToShow.connect(lambda: _mark_chosen(menu, wishes.locks_after()))


def _mark_chosen(menu: QMenu, chosen: int) -> None:
    for action, minutes in zip(menu.actions(), CHOICES, strict=True):
        action.setChecked(minutes == chosen)


def _add(menu: QMenu, act: str, text: str, key: str, wish: Callable[[], object]) -> QAction:
    """`act` is the name under which a person may give it another key."""
    action = menu.addAction(text)
    action.setObjectName(act)
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
