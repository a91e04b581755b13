"""Playback: several cameras in step, a timeline a camera, and what is to be taken out as evidence."""

import asyncio
import datetime as dt
from collections.abc import Sequence
from typing import Final

import msgspec
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.panel_spec import PanelState
from console.kit.video import FootageAccessGiver, PictureState
from console.panels.footage.bar import TransportBar
from console.panels.footage.lanes import Lanes, period_chosen
from console.panels.footage.moment_words import moment_of, moment_words
from console.panels.footage.playing import Playing
from console.panels.footage.presenter import MOST_CAMERAS, FootagePresenter, FootageState, PurposeNeeded
from console.panels.footage.stage import Stage
from console.panels.footage.taking import Taking
from console.panels.footage.thumbnail import Thumbnail
from console.panels.footage.transport import Transport
from console.parts.purpose_bar import PurposeBar
from console.store.context import Context
from console.store.wishes import MomentWish
from contract.footage import FootageTicket
from widgets.footage_timeline import Hover, Period
from widgets.frame_clock import Ticking
from widgets.notice import Notice, Tone
from widgets.tile_words import TileWords

_PAINT_HZ: Final = 30
_STILL_WRITTEN: Final = dt.timedelta(seconds=30)
_LOOK_EVERY_S: Final = 2.0


class FootagePanel(QObject):
    """Recordings of up to nine cameras; what is not seen is not decoded."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        tr, palette = context.texts, context.palette
        self._presenter = FootagePresenter(context.stores.assets, context.client, tr)
        self.notice = Notice(palette, tr, context.ticker.frame_clock)
        self.purpose = PurposeBar(context.client, context.tasks, palette, tr, self._say)
        self.bar = TransportBar(tr, palette)
        self.stage = Stage(context.pictures, f"{id(self):x}", palette, tr("footage.empty"), self.access_of, self._fares)
        self.lanes = Lanes(self._presenter, context.tasks, palette, tr, self._trouble)
        self.timeline = self.lanes.timeline
        self._taking = Taking(self._presenter, context.tasks, tr, self._say)
        self._widget = QWidget()
        self._widget.setObjectName("footage panel")
        self.thumbnail = Thumbnail(context.pictures, f"{id(self):x}", palette, self._widget)
        self.chosen = 0
        self._playing = Playing(self.stage, self.bar, self.timeline, context.clock, lambda: self.chosen)
        self._states: dict[int, tuple[PictureState, str]] = {}
        self._is_seen = True
        self._lay_out()
        self._connect()
        self._painting: Ticking = context.ticker.frame_clock.subscribe(_PAINT_HZ, lambda _now: self._tick())
        self._ageing: Ticking = context.ticker.every_second(self._second)
        self.purpose.load()
        self._second()
        wish = context.stores.moments.take_moment()
        if wish is not None:
            self._moment_wished(wish)

    @property
    def widget(self) -> QWidget:
        """What is docked."""
        return self._widget

    @property
    def cameras(self) -> Sequence[int]:
        """Who is played back."""
        return self.stage.cameras

    @property
    def transport(self) -> Transport:
        """Where playback stands."""
        return self._playing.transport

    def focus_first(self) -> None:
        """The timeline takes the keys."""
        self.timeline.setFocus()

    def close(self) -> None:
        """Leave every stream and hear nothing more."""
        self._painting.stop()
        self._ageing.stop()
        self.notice.clear()
        self._context.stores.moments.moment_wished.disconnect(self._moment_wished)
        self._context.stores.assets.changed_since_tick.disconnect(self._assets_changed)
        self.thumbnail.close_stream()
        self.stage.close_streams()

    def state(self) -> PanelState:
        """Which cameras; a moment is never kept."""
        kept: PanelState = msgspec.to_builtins(FootageState(tuple(self.cameras)))
        return kept

    def take_state(self, state: PanelState) -> None:
        """Stand as kept; raises msgspec.ValidationError when it is none of ours."""
        kept = msgspec.convert(state, FootageState, strict=False)
        self.show_cameras(kept.cameras)

    def show_cameras(self, camera_ids: Sequence[int]) -> None:
        """These cameras, nine at most; anything that is no camera is left out."""
        wanted = [one for one in dict.fromkeys(camera_ids) if self._presenter.camera(one) is not None][:MOST_CAMERAS]
        self._states.clear()
        self.stage.show_cameras(wanted, [self._presenter.caption(one) for one in wanted])
        self.lanes.show_cameras(wanted)
        self._choose(min(self.chosen, max(0, len(wanted) - 1)))
        self._playing.follow()
        for number in range(len(wanted)):
            self._dress(number)

    def add_camera(self, camera_id: int) -> None:
        """One more; a camera that is there already is chosen."""
        if self._presenter.camera(camera_id) is None:
            self._say(self._context.texts("video.not_a_camera"), Tone.WARNING)
        elif camera_id in self.cameras:
            self._choose(list(self.cameras).index(camera_id))
        elif len(self.cameras) == MOST_CAMERAS:
            self._say(self._context.texts("footage.most", count=MOST_CAMERAS), Tone.WARNING)
        else:
            self.show_cameras([*self.cameras, camera_id])
            self._choose(len(self.cameras) - 1)

    def seek(self, at: float) -> None:
        """All cameras to this wall time (seconds)."""
        self._playing.seek(at)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """On a picture the keys are the timeline's; digits are a camera's number."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched in self.stage.tiles:
            if event.text().isdigit():
                self.bar.number.setFocus()
                self.bar.number.setText(event.text())
                return True
            if event.key() not in {Qt.Key.Key_Delete, Qt.Key.Key_Tab, Qt.Key.Key_Backtab}:
                self.timeline.keyPressEvent(event)
                return True
        return super().eventFilter(watched, event)

    # --- joining

    def _lay_out(self) -> None:
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self.purpose)
        column.addWidget(self.stage, 1)
        column.addWidget(self.bar)
        column.addWidget(self.timeline)
        self.bar.add_purpose(self.purpose.button)

    def _connect(self) -> None:
        bar, timeline, stage = self.bar, self.timeline, self.stage
        bar.moment_requested.connect(self._moment_typed)
        bar.camera_requested.connect(self._number_typed)
        bar.bookmark_requested.connect(
            lambda: self._taking.bookmark(self._camera(), self._playing.at(), self.lanes.refresh)
        )
        bar.still_requested.connect(lambda: self._taking.still(self._widget, self._camera(), self._playing.at()))
        bar.evidence_requested.connect(self._extract)
        timeline.lane_chosen.connect(self._choose)
        timeline.hover_changed.connect(self._hovered)
        timeline.selection_changed.connect(self._show_condition)
        stage.tile_chosen.connect(self._choose)
        stage.camera_dropped.connect(self.add_camera)
        stage.removal_requested.connect(self._remove)
        for tile in stage.tiles:
            tile.installEventFilter(self)
        self.purpose.said.connect(self._purpose_said)
        self._context.stores.moments.moment_wished.connect(self._moment_wished)
        self._context.stores.assets.changed_since_tick.connect(self._assets_changed)

    # --- pace

    def _tick(self) -> None:
        is_seen = self._widget.isVisible()
        if is_seen != self._is_seen:
            self._is_seen = is_seen
            self.stage.see(is_seen)
        if not is_seen:
            return
        self.stage.paint_newest()
        self.thumbnail.paint_newest()
        self._playing.tick()

    def _second(self) -> None:
        now = self._context.clock()
        self.lanes.show_now(now)
        for number in range(len(self.cameras)):
            self._dress(number)

    def _show_condition(self, period: Period | None) -> None:
        words = "" if period is None else self._context.texts("footage.selected", length=_length(period))
        self.bar.show_condition(words)
        self._context.stores.moments.choose(period_chosen(self.cameras, period))

    # --- cameras

    def _choose(self, number: int) -> None:
        if 0 <= number < max(1, len(self.cameras)):
            self.chosen = number
            self.stage.choose(number)
            self.timeline.choose(number)

    def _remove(self, number: int) -> None:
        self.show_cameras([one for index, one in enumerate(self.cameras) if index != number])

    def _number_typed(self, text: str) -> None:
        camera = self._presenter.camera_of_number(text)
        if camera is None:
            self._say(self._context.texts("video.no_such_number", number=text), Tone.WARNING)
        else:
            self.add_camera(camera.id)

    def _moment_typed(self, text: str) -> None:
        at = moment_of(text, self._context.clock())
        if at is None:
            self._say(self._context.texts("footage.no_moment", text=text), Tone.WARNING)
            return
        self.timeline.setFocus()
        self.seek(at)

    def _moment_wished(self, wish: object) -> None:
        if not isinstance(wish, MomentWish):
            return
        self._context.stores.moments.take_moment()
        if wish.camera_ids:
            self.show_cameras(wish.camera_ids)
        elif wish.place is not None:
            self._context.tasks.start(self._show_nearest(*wish.place, wish.at), name="nearest recordings")
        self._playing.pause()
        self.seek(wish.at.timestamp())

    async def _show_nearest(self, lon: float, lat: float, at: dt.datetime) -> None:
        try:
            found = await self._presenter.nearest(lon, lat, at)
            while not found and self._context.clock() - at < _STILL_WRITTEN:
                # The last seconds are on their way to the disk.
                self._say(self._context.texts("footage.still_written"))
                await asyncio.sleep(_LOOK_EVERY_S)
                found = await self._presenter.nearest(lon, lat, at)
        except RequestFailed as error:
            self._say(failure_text(error, self._context.texts), Tone.WARNING)
            return
        if found:
            self.notice.clear()
            self.show_cameras(found)
            self.seek(at.timestamp())
        else:
            self._say(self._context.texts("footage.none_near"), Tone.WARNING)

    def _assets_changed(self) -> None:
        gone = [one for one in self.cameras if self._presenter.camera(one) is None]
        if gone:
            self.show_cameras([one for one in self.cameras if one not in gone])

    # --- pictures

    def access_of(self, camera_id: int) -> FootageAccessGiver:
        """The door to a camera's recordings; asks for a reason where one is needed."""

        async def access(at: float) -> FootageTicket:
            try:
                return await self._presenter.access(camera_id, at)
            except PurposeNeeded:
                if not self.purpose.isVisible():
                    self.purpose.ask()
                raise

        return access

    def _purpose_said(self) -> None:
        """What was refused for want of a reason is asked anew."""
        cameras = list(self.cameras)
        self.stage.close_streams()
        self.show_cameras(cameras)

    def _fares(self, number: int, state: PictureState, reason: str) -> None:
        self._states[number] = (state, reason)
        self._dress(number)

    def _dress(self, number: int) -> None:
        state, reason = self._states.get(number, (PictureState.CONNECTING, ""))
        is_shown = state is PictureState.RECORDED
        words = self._presenter.state_text(state, reason, self.stage.gap_of(number))
        at = self.stage.time_of(number)
        past = self._context.texts("footage.past", time=moment_words(at)) if at is not None and is_shown else ""
        self.stage.say(number, words, TileWords(past=past), is_shown=is_shown)

    def _hovered(self, hover: object) -> None:
        place = hover if isinstance(hover, Hover) else None
        if place is None:
            self.thumbnail.hide()
            return
        x = self.timeline.x() + int(place.x)
        words = moment_words(place.at_ms / 1000)
        self.thumbnail.point(place, self.access_of(place.camera_id), x, self.timeline.y(), words)

    # --- taking out

    def _camera(self) -> int | None:
        return self.cameras[self.chosen] if self.chosen < len(self.cameras) else None

    def _extract(self) -> None:
        tr = self._context.texts
        if not self.cameras:
            self._say(tr("footage.empty"), Tone.WARNING)
            return
        period = self.timeline.selection
        if period is None:
            at_ms = self._playing.at() * 1000
            period = Period(at_ms - 30_000, min(at_ms + 30_000, self._playing.newest() * 1000))
            self.timeline.show_selection(period)
        wish = period_chosen(self.cameras, period)
        if wish is not None:
            self._context.open_panel("evidence")
            self._context.stores.moments.extract(wish)

    def _trouble(self, error: RequestFailed) -> None:
        self._say(failure_text(error, self._context.texts), Tone.WARNING)

    def _say(self, words: str, tone: Tone = Tone.PLAIN) -> None:
        self.notice.say(words, tone)


def _length(period: Period) -> str:
    seconds = round(period.length_ms / 1000)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
