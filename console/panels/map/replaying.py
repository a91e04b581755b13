"""A map that can show the past: the bar, the frame round the map, and who feeds the map."""

import datetime as dt
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QToolButton, QWidget

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.panels.map import replay_words
from console.panels.map.replay_bar import ReplayBar
from console.parts.city_feed import CityFeed
from console.store.city_columns import CityChange
from console.store.context import Context
from console.store.placed import class_order
from console.store.replay import ReplayStore
from console.store.states import MoveColumns
from contract.replay import ReplayAlarm
from widgets.city_map import CityMap
from widgets.look import icon
from widgets.timeline import ReplayFrame

KEY: Final = "F7"


class MapReplay(QObject):
    """Joins them to one map; the panel places `button` in its bar and `bar` under the map."""

    mode_changed = Signal(bool)  # whether the map shows the past: no commands are given from it then

    def __init__(self, context: Context, city_map: CityMap, feed: CityFeed, over: QWidget) -> None:
        super().__init__()
        self._context = context
        self._stores = context.stores
        self._map = city_map
        self._feed = feed
        self.past = ReplayStore(
            context.client, context.tasks, context.ticker.frame_clock, lambda: self._stores.city.all().ids
        )
        self.bar = ReplayBar(context.texts, context.palette)
        self.bar.hide()
        self._frame = ReplayFrame(city_map, context.palette)
        words = f"{context.texts('replay.open')} ({KEY})"
        self.button = QToolButton()
        self.button.setIcon(icon("mdi6.history", context.palette))
        self.button.setCheckable(True)
        self.button.setToolTip(words)
        self.button.setAccessibleName(context.texts("replay.open"))
        self.button.clicked.connect(lambda _checked=False: self.toggle())
        shortcut = QShortcut(QKeySequence(KEY), over)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.toggle)
        self._each_second = context.ticker.every_second(self._second)
        self._connect()

    @property
    def is_past(self) -> bool:
        """Whether the map shows the past."""
        return self.past.is_in_charge

    def toggle(self) -> None:
        """Into the past, or back to live."""
        if self.past.is_in_charge:
            self.past.end()
        else:
            self.past.begin()
        self.button.setChecked(self.past.is_in_charge)

    def close(self) -> None:
        """Hear nothing more."""
        self._each_second.stop()
        self._stores.city.changed.disconnect(self._city_changed)
        self.past.mode_changed.disconnect(self._mode_changed)
        self.past.end()

    def _connect(self) -> None:
        bar, past = self.bar, self.past
        bar.play_requested.connect(lambda: past.play(is_playing=not past.is_playing))
        bar.step_requested.connect(past.step)
        bar.alarm_requested.connect(self._jump)
        bar.speed_requested.connect(past.set_speed)
        bar.live_requested.connect(self.toggle)
        bar.timeline.seek_requested.connect(past.seek)
        past.mode_changed.connect(self._mode_changed)
        past.time_changed.connect(self._time_changed)
        self._stores.city.changed.connect(self._city_changed)
        past.span_changed.connect(self._span_changed)
        past.jumped.connect(self._jumped)
        past.failed.connect(self._failed)
        past.alarm_reached.connect(self._reached)
        past.no_alarm.connect(self._no_alarm)

    def _jump(self, is_back: bool) -> None:
        self.past.jump(is_back=is_back)

    def _now_ms(self) -> float:
        return self._stores.link.server_now().timestamp() * 1000

    def moment(self) -> dt.datetime | None:
        """Which past moment is shown; None while the map is live."""
        shown_ms = self.past.shown_ms if self.is_past else None
        return None if shown_ms is None else dt.datetime.fromtimestamp(shown_ms / 1000, dt.UTC)

    def _mode_changed(self, is_past: bool) -> None:
        self.bar.setVisible(is_past)
        self.button.setChecked(is_past)
        self._stand_in_place()
        if is_past:
            self._feed.take_states_from(self.past)
            self.bar.timeline.setFocus()
        else:
            self._frame.show_text("")
            self._feed.take_states_from(self._stores.states)
            self._place(self._stores.states.places())
            self._map.setFocus()
        self.mode_changed.emit(is_past)
        self._context.announce(self._context.texts("replay.entered" if is_past else "replay.left"))

    def _stand_in_place(self) -> None:
        """Vehicles stand where the register has them until something is known of their place then."""
        placed = self._stores.city.all()
        classes = self._stores.catalogue.classes
        mobile = [index for index, code in enumerate(class_order(classes)) if classes[code].is_mobile]
        rows = np.flatnonzero(np.isin(placed.class_index, mobile))
        unknown = np.full(len(rows), np.nan, np.float32)
        self._place(MoveColumns(placed.ids[rows], placed.lon[rows], placed.lat[rows], unknown))

    def _place(self, places: MoveColumns) -> None:
        if len(places.ids):
            self._map.place_assets(places.ids, places.lon, places.lat, places.heading)

    def _city_changed(self, change: CityChange) -> None:
        if change.is_whole or len(change.removed):
            self.past.load_anew()

    def _jumped(self) -> None:
        self._place(self.past.places())

    def _time_changed(self) -> None:
        past, tr = self.past, self._context.texts
        if not past.is_in_charge:
            return
        gap = past.gap
        trouble = "" if past.span is None else past.span.trouble
        self._frame.show_text(replay_words.banner(past.shown_ms, tr, is_known=gap is None))
        self.bar.timeline.show_moment(past.wanted_ms)
        self.bar.show_playing(past.is_playing)
        self.bar.show_moment(
            replay_words.moment(past.shown_ms, self._now_ms(), tr),
            replay_words.condition(tr, gap=gap, is_loading=past.is_loading, trouble=trouble),
        )

    def _span_changed(self) -> None:
        span = self.past.span
        if span is None:
            return
        if span.first_ms is None:
            self.button.setChecked(False)
            self._context.announce(self._context.texts("replay.nothing_yet"))
            return
        self.bar.timeline.show_span(span, self._now_ms())

    def _second(self) -> None:
        if self.past.is_in_charge:
            self.past.keep_up()
            self.bar.timeline.show_now(self._now_ms())

    def _failed(self, error: RequestFailed) -> None:
        self.button.setChecked(self.past.is_in_charge)
        self._context.announce(failure_text(error, self._context.texts))

    def _reached(self, alarm: ReplayAlarm) -> None:
        asset = self._stores.assets.get(alarm.asset_id)
        self._stores.selection.select(alarm.asset_id)
        if asset is not None:
            self._map.go_to(asset.lon, asset.lat, self._map.view.metres_per_pixel)

    def _no_alarm(self, is_back: bool) -> None:
        self._context.announce(self._context.texts("replay.no_earlier" if is_back else "replay.no_later"))
