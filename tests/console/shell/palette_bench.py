"""A desk with everything at hand, on the sample city."""

from console.kit.panel_registry import load_panels
from console.kit.task_bag import TaskBag
from console.shell.at_hand import AtHand
from console.shell.default_workspaces import DEFAULTS
from console.shell.desk import Desk
from console.shell.dock_field import configure_docking
from console.shell.menus import MenuWishes
from console.shell.screens import Places
from tests.console.conftest import Bench


def _nothing(*_ignored: object) -> None:
    return


class HandyDesk:
    """One screen, the keys of a person, the palette."""

    def __init__(self, bench: Bench, workspace: str = "operator", screens: int = 1) -> None:
        configure_docking()
        self.left: list[str] = []
        self.bench = bench
        self.tasks = TaskBag("at hand")
        self.at_hand = AtHand(load_panels(), self.tasks, bench.stores)
        wishes = MenuWishes(
            open_panel=self._open_panel,
            open_another=self._open_panel,
            open_workspace=lambda name: self.left.append(f"workspace {name}"),
            keep_workspace=lambda: self.left.append("keep"),
            restore_workspace=_nothing,
            set_language=_nothing,
            set_theme=_nothing,
            zoom_text=_nothing,
            show_help=self.at_hand.show_help,
            log_out=lambda: self.left.append("log out"),
            leave=lambda: self.left.append("leave"),
            next_panel=_nothing,
            most_urgent=_nothing,
            show_palette=self.at_hand.show_palette,
            bind_keys=self.at_hand.keyboard.bind,
        )
        self.desk = Desk(self.at_hand.specs, bench.context, Places(screens, 1280, 800), wishes, _nothing)
        self.at_hand.furnish(self.desk, bench.context)
        self.workspace = workspace

    def _open_panel(self, panel_id: str) -> None:
        self.desk.open_panel(panel_id)

    async def open(self) -> None:
        await self.at_hand.meet(self.bench.client)
        self.desk.open(DEFAULTS[self.workspace], tuple(DEFAULTS))

    async def close(self) -> None:
        self.at_hand.close()
        await self.desk.close()
        await self.tasks.close()
