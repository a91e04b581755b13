"""What an operator does with a camera's head besides turning it: kept places, rounds, taking and releasing it."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from PySide6.QtWidgets import QMenu

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.panels.cameras.desk import WallDesk
from console.panels.cameras.heads import Heads, Known
from console.panels.cameras.keys import KEYS, Act
from contract.assets import Asset
from contract.cameras import CameraTour
from widgets.name_form import Question
from widgets.notice import Tone

_DIGITS: Final = 9
Wish = Callable[[], Awaitable[str]]  # answers why not


class HeadActs:
    """Asks for what the menu offers; says on the tile, or above the wall, what came of it."""

    def __init__(self, desk: WallDesk, heads: Heads) -> None:
        self._desk = desk
        self._heads = heads
        self._client = desk.context.client
        self._tasks = desk.context.tasks
        self._tr = desk.context.texts
        self._menu: tuple[QMenu, int, Asset] | None = None  # open now, and filled again when the camera has answered
        heads.changed.connect(self._answered)

    def close(self) -> None:
        """Nothing is filled any more."""
        self._menu = None
        self._heads.changed.disconnect(self._answered)

    def open_menu(self, camera: Asset) -> QMenu:
        """The places and rounds of the chosen tile's camera, by keys alone: P, then a digit."""
        tile = self._desk.wall.chosen
        shown = self._desk.stage.widget_of(tile)
        menu = QMenu(self._desk.stage.grid)
        menu.aboutToHide.connect(menu.deleteLater)
        self.fill(menu, tile, camera)
        menu.popup(shown.mapToGlobal(shown.rect().center()))
        return menu

    def fill(self, menu: QMenu, tile: int, camera: Asset) -> None:
        """Put what the camera keeps into a menu; filled again while it is open, when the camera answers."""
        self._heads.ask(camera.id)
        self._menu = menu, tile, camera
        menu.destroyed.connect(partial(self._forget_menu, menu))
        self._fill(menu, tile, camera)

    def take(self, camera: Asset) -> None:
        """Hold the head, from whoever holds it."""
        is_over = bool(self._heads.other(camera.id))
        self._tasks.start(self._change(camera, "take_over" if is_over else "take"), name="take a head")

    def release(self, camera: Asset) -> None:
        """Leave the head to others."""
        if self._heads.is_mine(camera.id):
            self._tasks.start(self._change(camera, "release"), name="release a head")
        else:
            self._desk.say(self._tr("wall.head.not_mine", camera=self._desk.presenter.caption(camera)), Tone.PLAIN)

    def ask_preset(self, camera: Asset) -> None:
        """Keep where it looks now: under which name?"""

        def keep(name: str, _is_shared: bool, _text: str) -> bool:
            told = self._tr("wall.preset.kept", name=name)
            self._keep(camera, partial(self._desk.presenter.keep_preset, camera.id, name), told)
            return True

        title = self._tr("wall.preset.keep", camera=self._desk.presenter.caption(camera))
        self._desk.asking.ask(keep, Question(title, self._tr("wall.preset.name")))

    def _answered(self, camera_id: int) -> None:
        if self._menu is not None and self._menu[2].id == camera_id:
            menu, tile, camera = self._menu
            menu.clear()
            self._fill(menu, tile, camera)

    def _forget_menu(self, menu: QMenu) -> None:
        if self._menu is not None and self._menu[0] is menu:
            self._menu = None

    def _fill(self, menu: QMenu, tile: int, camera: Asset) -> None:
        tr, known = self._tr, self._heads.known(camera.id)
        if known is None:
            menu.addAction(tr("wall.head.asked")).setEnabled(False)
        elif known.details is None:
            for line in (known.why, tr("wall.head.by_number")):
                menu.addAction(line.replace("&", "&&")).setEnabled(False)
            for number in range(1, _DIGITS + 1):
                words = tr("wall.preset.number", number=number)
                menu.addAction(f"&{number} {words}", partial(self._go_to, tile, camera, str(number)))
        else:
            self._fill_known(menu, tile, camera, known)
        menu.addSeparator()
        is_mine, other = self._heads.is_mine(camera.id), self._heads.other(camera.id)
        if is_mine:
            release = partial(self.release, camera)
            menu.addAction(f"{tr('keys.cameras.head_release')}\t{KEYS[Act.HEAD_RELEASE]}", release)
        else:
            words = tr("wall.head.take_from", who=other) if other else tr("keys.cameras.head_take")
            menu.addAction(f"{words}\t{KEYS[Act.HEAD_TAKE]}", partial(self.take, camera))

    def _fill_known(self, menu: QMenu, tile: int, camera: Asset, known: Known) -> None:
        tr, details = self._tr, known.details
        presets, tours = (details.presets, details.tours) if details is not None else ((), ())
        for number, preset in enumerate(presets, 1):
            digit = f"&{number} " if number <= _DIGITS else ""
            words = digit + (preset.name or preset.token).replace("&", "&&")
            menu.addAction(words, partial(self._go_to, tile, camera, preset.token))
        if not presets:
            menu.addAction(tr("wall.head.no_place")).setEnabled(False)
        menu.addAction(tr("wall.menu.keep_preset"), partial(self.ask_preset, camera))
        if presets:
            forget = menu.addMenu(tr("wall.head.forget"))
            for preset in presets:
                name = preset.name or preset.token
                wish = partial(self._desk.presenter.remove_preset, camera.id, preset.token)
                told = tr("wall.head.forgotten", name=name)
                forget.addAction(name.replace("&", "&&"), partial(self._keep, camera, wish, told))
        if tours:
            menu.addSeparator()
        for tour in tours:
            self._fill_tour(menu, tile, camera, tour)

    def _fill_tour(self, menu: QMenu, tile: int, camera: Asset, tour: CameraTour) -> None:
        name = tour.name or tour.token
        is_running = tour.state.casefold() in {"running", "touring"}
        rounds = menu.addMenu(self._tr("wall.head.round", name=name.replace("&", "&&")))
        for act in ("pause", "stop") if is_running else ("start", "stop"):
            words = self._tr(f"wall.head.round_{act}")
            rounds.addAction(words, partial(self._run_tour, tile, camera, tour.token, act))

    def _go_to(self, tile: int, camera: Asset, token: str) -> None:
        self._tasks.start(self._say_why_not(tile, self._desk.presenter.go_to_preset(camera.id, token)), name="preset")

    def _run_tour(self, tile: int, camera: Asset, token: str, act: str) -> None:
        async def run() -> str:
            why = await self._desk.presenter.run_tour(camera.id, token, act)
            self._heads.ask(camera.id, anew=True)
            return why

        self._tasks.start(self._say_why_not(tile, run()), name="round of a head")

    def _keep(self, camera: Asset, wish: Wish, told: str) -> None:
        async def keep() -> None:
            why = await wish()
            self._heads.ask(camera.id, anew=True)
            self._desk.say(why or told, Tone.WARNING if why else Tone.PLAIN)

        self._tasks.start(keep(), name="keep or forget a place")

    async def _say_why_not(self, tile: int, work: Awaitable[str]) -> None:
        self._desk.say_on_tile(tile, await work)

    async def _change(self, camera: Asset, act: str) -> None:
        try:
            lease = await self._client.change_lease(camera.id, act)
        except RequestFailed as error:
            self._desk.say(failure_text(error, self._tr), Tone.WARNING)
            return
        self._heads.take(lease)
