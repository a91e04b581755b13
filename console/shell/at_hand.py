"""What is at hand everywhere: the keys as one has set them, the palette, F1, and the tour."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QClipboard
from PySide6.QtWidgets import QApplication

from console.kit.own_setting_ports import OwnSettingCalls
from console.kit.task_bag import TaskBag
from console.parts.exercise_marks import mark_window
from console.shell.keyboard import Keyboard
from console.shell.palette.palette import CommandPalette, PaletteWishes
from console.shell.palette.recent import Recent
from console.shell.panel_host import HostedPanel
from console.shell.screen_window import ScreenWindow
from console.shell.shortcuts.window import ShortcutWindows
from console.shell.tour.tour import Tour
from console.store.context import Context, Spec


class Screens(Protocol):
    """The desk, as the palette needs it."""

    @property
    def screens(self) -> Sequence[ScreenWindow]: ...
    def open_panel(self, panel_id: str) -> HostedPanel | None: ...


class AtHand:
    """One for the console; `furnish` for each desk."""

    def __init__(self, specs: Mapping[str, Spec], tasks: TaskBag, parent: QObject) -> None:
        self.keyboard = Keyboard(parent)
        self.specs = self.keyboard.heard_by(specs)
        """The same panels, which get their keys as they open."""
        self.help = ShortcutWindows(self.keyboard, tasks)
        self.tour = Tour(tasks)
        self.palette: CommandPalette | None = None
        self.recent = Recent()
        self._tasks = tasks
        self._context: Context | None = None
        self._desk: Screens | None = None

    async def meet(self, client: OwnSettingCalls) -> None:
        """Read what this person has set."""
        await self.keyboard.meet(client)
        await self.recent.meet(client)
        await self.tour.meet(client)

    def furnish(self, desk: Screens, context: Context) -> None:
        """The palette and F1 are of this desk from now on."""
        self.close()
        self._desk, self._context = desk, context
        self.tour.furnish(desk, context)
        wishes = PaletteWishes(open_panel=desk.open_panel, show_help=self.show_help)
        self.palette = CommandPalette(context, self.specs, self.keyboard, self.recent, self._tasks, wishes)

    def show_palette(self) -> None:
        """Over the screen on which one works; a panel that floats is on the screen from which it came."""
        window = self._screen_at_work()
        if self.palette is not None and window is not None:
            self.palette.show_over(window, window.alarm_bar)

    def show_help(self, panel_id: str = "") -> None:
        """F1, at the keys of a panel where one is named."""
        if self._context is not None:
            self.help.show(self.specs, self._context.texts, self._context.palette, panel_id)
            if self.help.window is not None:
                mark_window(self.help.window, self._context)

    def forget_person(self) -> None:
        """Who holds the seat changes: what was looked up last is another one's, and so is what was copied."""
        self.recent.forget()
        copied = QApplication.clipboard()
        for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection):
            copied.clear(mode)
        self.help.close()
        if self.palette is not None:
            self.palette.close()

    def close(self) -> None:
        """Close what is open; may be called twice."""
        self.help.close()
        self.tour.close()
        if self.palette is not None:
            self.palette.close()
            self.palette = None

    def _screen_at_work(self) -> ScreenWindow | None:
        screens = self._desk.screens if self._desk is not None else ()
        active = QApplication.activeWindow()
        for screen in screens:
            if screen is active or (active is not None and screen.isAncestorOf(active)):
                return screen
        return next(iter(screens), None)
