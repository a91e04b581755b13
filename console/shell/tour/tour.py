"""The tour: a strip under the alarm bar that asks for one thing at a time and covers nothing."""

import logging
from collections.abc import Sequence
from typing import Final, Protocol

from PySide6.QtCore import QObject
from shiboken6 import isValid

from console.kit.errors import RequestFailed
from console.kit.own_setting_ports import OwnSettingCalls
from console.kit.task_bag import TaskBag
from console.shell.panel_host import HostedPanel
from console.shell.screen_window import ScreenWindow
from console.shell.tour.deeds import Deeds
from console.shell.tour.steps import (
    SETTING,
    STEPS,
    Stand,
    Step,
    TourPlace,
    after,
    asked_for,
    put_off,
    read,
    skipped,
    written,
)
from console.store.context import Context
from contract.named_content import NamedContent
from widgets.frame_clock import Ticking
from widgets.tour_strip import TourStrip

log = logging.getLogger(__name__)
_PANELS: Final = {
    Step.ALARM: "alarms",
    Step.MAP: "alarms",
    Step.CAMERA: "cameras",
    Step.ACKNOWLEDGE: "alarms",
    Step.CLAIM: "card",
    Step.VERIFY: "card",
}


class TouredDesk(Protocol):
    """The desk, as the tour needs it."""

    @property
    def screens(self) -> Sequence[ScreenWindow]: ...
    def open_panel(self, panel_id: str) -> HostedPanel | None: ...


class Tour(QObject):
    """One for the console; `furnish` for each desk. Offered once to each person, in an exercise only."""

    def __init__(self, tasks: TaskBag) -> None:
        super().__init__()
        self._tasks = tasks
        self._client: OwnSettingCalls | None = None
        self._context: Context | None = None
        self._desk: TouredDesk | None = None
        self._deeds: Deeds | None = None
        self._ticking: Ticking | None = None
        self._done: set[Step] = set()
        self._is_asked = False
        self.place = TourPlace()
        self.strip: TourStrip | None = None

    async def meet(self, client: OwnSettingCalls) -> None:
        """Read how far this person is; where nobody answers nothing is offered."""
        self._client, self._done, self._is_asked = client, set(), False
        try:
            kept = {item.name: item.content for item in (await client.own_settings()).items}
            self.place = read(kept[SETTING]) if SETTING in kept else TourPlace()
        except RequestFailed as error:
            log.warning("how far the tour is could not be read: %s", error)
            self.place = TourPlace(Stand.ENDED)

    def furnish(self, desk: TouredDesk, context: Context) -> None:
        """The tour is of this desk from now on."""
        self.close()
        self._desk, self._context = desk, context
        self._deeds = Deeds(context.stores)
        self._deeds.done.connect(self._note)
        self._ticking = context.ticker.every_second(self.look)  # windows are made anew as screens come and go

    def close(self) -> None:
        """The desk goes; may be called twice."""
        if self._ticking is not None:
            self._ticking.stop()
            self._ticking = None
        if self._deeds is not None:
            self._deeds.rest()
            self._deeds = None
        self._take_away()
        self._desk = self._context = None

    def show(self) -> None:
        """Somebody asks for it, from the menu or the palette."""
        self._is_asked = True
        if self._is_exercise:
            self._become(asked_for(self.place))
        else:
            self.look()

    def skip(self) -> None:
        """The next step, without this one."""
        self._become(after(skipped(self.place), self._done))

    def look(self) -> None:
        """The strip stands where it belongs: on the first screen, while there is something to say."""
        if self._context is None or self._desk is None or self._deeds is None:
            return
        window = next(iter(self._desk.screens), None)
        if window is None or not self._wants_strip(window):
            self._deeds.rest()
            self._take_away()
            return
        if self._is_exercise and self.place.stand is Stand.UNDER_WAY:
            self._deeds.listen()
        if self.strip is None or not isValid(self.strip) or self.strip.window() is not window:
            self._take_away()
            self.strip = self._make(self._context)
            window.put_under_notice(self.strip)
        self._say(self.strip, self._context)

    @property
    def _is_exercise(self) -> bool:
        return self._context is not None and self._context.stores.occasion.is_exercise

    def _wants_strip(self, window: ScreenWindow) -> bool:
        if not self._is_exercise:
            return self._is_asked
        is_kiosk = not window.menuBar().actions()
        has_just_ended = self.place.stand is Stand.ENDED and self._is_asked
        return not is_kiosk and (self.place.stand in {Stand.OFFERED, Stand.UNDER_WAY} or has_just_ended)

    def _make(self, context: Context) -> TourStrip:
        strip = TourStrip(context.palette, context.texts)
        strip.begin_requested.connect(self.show)
        strip.show_requested.connect(self._bring_up)
        strip.skip_requested.connect(self.skip)
        strip.leave_requested.connect(self._leave)
        return strip

    def _say(self, strip: TourStrip, context: Context) -> None:
        tr, place = context.texts, self.place
        if not self._is_exercise:
            strip.show_words(tr("tour.not_here"))
        elif place.stand is Stand.OFFERED:
            strip.show_offer(tr("tour.offer"))
        elif place.stand is Stand.ENDED:
            strip.show_words(tr("tour.ended"))
        else:
            key = place.step.value
            if place.step is Step.ALARM and not context.stores.alarms.standing():
                key = "no_alarm"
            head = tr("tour.step", number=place.number, count=len(STEPS))
            strip.show_step(head, tr(f"tour.{key}"))

    def _take_away(self) -> None:
        strip, self.strip = self.strip, None
        if strip is not None and isValid(strip):
            strip.hide()
            strip.deleteLater()

    def _bring_up(self) -> None:
        if self._desk is not None:
            hosted = self._desk.open_panel(_PANELS[self.place.step])
            if hosted is not None:
                hosted.panel.focus_first()

    def _leave(self) -> None:
        self._is_asked = False
        self._become(put_off(self.place))

    def _note(self, step: object) -> None:
        if isinstance(step, Step):
            self._done.add(step)
            self._become(after(self.place, self._done))

    def _become(self, place: TourPlace) -> None:
        if place != self.place:
            if place.stand is Stand.UNDER_WAY and place.step is STEPS[0]:
                self._done.clear()
            self._is_asked = self._is_asked or place.stand is Stand.ENDED
            self.place = place
            self._tasks.start(self._keep(), name="keep tour")
        self.look()

    async def _keep(self) -> None:
        if self._client is None:
            return
        try:
            await self._client.keep_own_setting(NamedContent(name=SETTING, content=written(self.place)))
        except RequestFailed as error:
            log.warning("how far the tour is could not be kept: %s", error)
