"""Ctrl+K: over the active screen, from anywhere; what is chosen is done where the operator works."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from shiboken6 import isValid

from console.kit.task_bag import TaskBag
from console.shell.key_translation import press_key
from console.shell.keyboard import Keyboard
from console.shell.palette.answers import Answers
from console.shell.palette.commands import act_of, command_of, own_offers
from console.shell.palette.offers import Answer, Offer, OfferGroup, OfferKind
from console.shell.palette.recent import Recent
from console.shell.panel_host import HostedPanel
from console.store.context import Context, Spec
from console.store.open_maps import MapPlace
from widgets.frame_clock import Ticking
from widgets.palette_box import PaletteBox, PaletteLine

_PATIENCE_S: Final = 0.12
"""After so long the console shows what it knows itself, and the rest when it comes."""
_AGAIN_S: Final = 2.0
"""What the backend could not answer is asked again after so long: it may still make its index."""
_NEAR: Final = 0.6
"""Metres per pixel at which an address is shown."""
_ACROSS: Final = 900
"""Pixels over which a street or commune is spread."""
_METRES_A_DEGREE: Final = 111_320.0


@dataclass(frozen=True)
class PaletteWishes:
    """What the palette can ask of the console."""

    open_panel: Callable[[str], HostedPanel | None]
    show_help: Callable[[str], None]


class CommandPalette(QObject):
    """One box at a time, over one window."""

    answered = Signal(str)
    """All that answers this text stands in the list."""

    def __init__(
        self,
        context: Context,
        specs: Mapping[str, Spec],
        keyboard: Keyboard,
        recent: Recent,
        tasks: TaskBag,
        wishes: PaletteWishes,
    ) -> None:
        super().__init__()
        self._context = context
        self._specs = specs
        self._keyboard = keyboard
        self._recent = recent
        self._tasks = tasks
        self._wishes = wishes
        self._window: QMainWindow | None = None
        self._before: QWidget | None = None
        self._own: Sequence[Offer] = ()
        self._shown: Mapping[str, Offer] = {}
        self._wanted = ""
        self._is_searching = False
        self._patience: Ticking | None = None
        self._again: Ticking | None = None
        self.box: PaletteBox | None = None
        stores = context.stores
        self._answers = Answers(
            context.client, stores.assets, stores.alarms, stores.catalogue, context.texts, lambda: self._own
        )

    @property
    def is_open(self) -> bool:
        """Whether it is shown."""
        return self.box is not None and isValid(self.box)

    def show_over(self, window: QMainWindow, below: QWidget) -> None:
        """Open over a window, under its alarm bar; the same key again closes."""
        if self.is_open and self.box is not None:
            self.box.close_box()
            return
        field = window.centralWidget()
        if field is None:
            return
        self._window, self._before = window, QApplication.focusWidget()
        self._own = own_offers(window, self._specs, self._keyboard, self._context.texts)
        box = PaletteBox(self._context.palette, self._context.texts, field, below)
        box.asked.connect(self._ask)
        box.taken.connect(self._take)
        box.closed.connect(self._closed)
        self.box = box
        window.activateWindow()
        self._wanted = ""
        self._show_recent()
        box.open()

    def close(self) -> None:
        """Ask nothing more; the box goes."""
        if self.is_open and self.box is not None:
            self.box.close_box()

    def _closed(self) -> None:
        self._rest()
        self._answers.forget()
        box, self.box = self.box, None
        if box is not None:
            box.deleteLater()
        if self._before is not None and isValid(self._before) and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def _rest(self) -> None:
        for ticking in (self._patience, self._again):
            if ticking is not None:
                ticking.stop()
        self._patience = self._again = None

    # --- asking

    def _ask(self, text: str) -> None:
        self._wanted = text
        self._rest()
        if not text:
            self._answers.forget()
            self._show_recent()
            return
        self._patience = self._context.ticker.frame_clock.after(_PATIENCE_S, self._show_at_once)
        self._begin()

    def _begin(self) -> None:
        if not self._is_searching:
            self._is_searching = True
            self._tasks.start(self._search(), name="palette")

    async def _search(self) -> None:
        """One question at a time; what was typed meanwhile is asked next."""
        try:
            answered = ""
            while self.is_open and self._wanted not in ("", answered):
                answered = self._wanted
                answer = await self._answers.whole(answered, self._near())
                if answer is not None and answered == self._wanted:
                    self._rest()
                    self._show(answer)
                    self.answered.emit(answered)
                    if answer.may_come:
                        self._again = self._context.ticker.frame_clock.after(_AGAIN_S, self._begin)
        finally:
            self._is_searching = False

    def _near(self) -> tuple[float, float] | None:
        active = self._context.stores.maps.active
        return None if active is None else (active.place.lon, active.place.lat)

    def _show_at_once(self) -> None:
        self._patience = None
        if self._wanted:
            self._show(self._answers.at_once(self._wanted), is_part=True)

    def _show_recent(self) -> None:
        offers = [offer for kept in self._recent.offers if (offer := self._as_now(kept)) is not None]
        groups = (OfferGroup("palette.recent", tuple(offers)),) if offers else ()
        self._lay(groups, self._context.texts("palette.can_type"))

    def _show(self, answer: Answer, *, is_part: bool = False) -> None:
        tr = self._context.texts
        words = [answer.trouble] if answer.trouble else []
        if answer.may_come:
            words.append(tr("palette.asks_again"))
        if is_part:
            words.append(tr("palette.still_asking"))
        elif not answer.groups:
            words.append(tr("palette.nothing"))
        elif answer.more:
            words.append(tr("find.more", count=answer.more))
        self._lay(answer.groups, "\n".join(words))

    def _lay(self, groups: Sequence[OfferGroup], words: str) -> None:
        if self.box is None or not isValid(self.box):
            return
        tr = self._context.texts
        self._shown = {offer.key: offer for group in groups for offer in group.offers}
        lines = [
            PaletteLine(offer.key, offer.label, offer.detail, tr(group.title), offer.icon, offer.shortcut)
            for group in groups
            for offer in group.offers
        ]
        self.box.show_lines(lines, words)

    def _as_now(self, kept: Offer) -> Offer | None:
        """What was taken earlier, as it is called today; None for what is gone, or may not be seen any more."""
        stores = self._context.stores
        match kept.kind:
            case OfferKind.CAMERA | OfferKind.ASSET:
                asset = stores.assets.get(int(kept.target)) if kept.target.isdecimal() else None
                return None if asset is None else self._answers.asset(asset)
            case OfferKind.ALARM:
                return kept if kept.target.isdecimal() and stores.alarms.get(int(kept.target)) else None
            case OfferKind.PANEL | OfferKind.COMMAND | OfferKind.ACT | OfferKind.HELP:
                return next((offer for offer in self._own if offer.key == kept.key), None)
            case _:
                return kept

    # --- taking

    def _take(self, key: str, is_other: bool) -> None:
        offer = self._shown.get(key)
        if offer is None:
            return
        self._recent.take(offer)
        self._tasks.start(self._recent.keep(), name="keep what was looked up")
        match offer.kind:
            case OfferKind.CAMERA | OfferKind.ASSET:
                self._go_to_asset(offer, is_other=is_other)
            case OfferKind.ALARM:
                alarm = self._context.stores.alarms.get(int(offer.target))
                if alarm is not None:
                    self._context.stores.selection.go_to(alarm.asset_id, alarm.id)
            case OfferKind.PANEL:
                self._wishes.open_panel(offer.target)
            case OfferKind.COMMAND:
                self._command(offer.target)
            case OfferKind.ACT:
                self._act(offer.target)
            case OfferKind.HELP:
                self._wishes.show_help(offer.target)
            case _:
                self._go_to_place(offer)

    def _go_to_asset(self, offer: Offer, *, is_other: bool) -> None:
        """Ctrl+Enter: a camera's picture, in the selected tile; of other equipment the card alone."""
        selection, asset_id = self._context.stores.selection, int(offer.target)
        if is_other and offer.kind is OfferKind.CAMERA:
            self._wishes.open_panel("cameras")
            selection.show_cameras((asset_id,))
        elif is_other:
            selection.select(asset_id)
            self._wishes.open_panel("card")
        else:
            if self._context.stores.maps.active is None:
                self._wishes.open_panel("map")
            selection.go_to(asset_id)

    def _go_to_place(self, offer: Offer) -> None:
        active = self._context.stores.maps.active
        self._wishes.open_panel("map" if active is None else active.panel_id)
        active = self._context.stores.maps.active
        if active is not None and offer.place is not None:
            lon, lat = offer.place
            active.place_requested.emit(MapPlace(*_middle(offer, lon, lat), _scale(offer)))

    def _command(self, name: str) -> None:
        action = None if self._window is None or not isValid(self._window) else command_of(self._window, name)
        if action is not None:
            action.trigger()

    def _act(self, act_id: str) -> None:
        act = next((act for act in self._keyboard.acts(self._context.texts) if act.id == act_id), None)
        hosted = None if act is None else self._wishes.open_panel(act.place)
        bound = None if act is None or hosted is None else act_of(hosted.panel.widget, act.default)
        if isinstance(bound, QAction):
            bound.trigger()
        elif bound is not None and bound.isEnabled():
            bound.activated.emit()
        elif bound is None and act is not None and hosted is not None and hosted.has_focus:
            holder = QApplication.focusWidget()
            press_key(hosted.panel.widget if holder is None else holder, act.default)


def _middle(offer: Offer, lon: float, lat: float) -> tuple[float, float]:
    if offer.bounds is None:
        return lon, lat
    west, south, east, north = offer.bounds
    return (west + east) / 2, (south + north) / 2


def _scale(offer: Offer) -> float:
    if offer.bounds is None:
        return _NEAR
    west, south, east, north = offer.bounds
    wide = (east - west) * math.cos(math.radians((south + north) / 2))
    return max(_NEAR, _METRES_A_DEGREE * max(wide, north - south) / _ACROSS)
