"""The strip of alarms a minute: figures of the last hours from the backend's record, what came since from here."""

import datetime as dt
from typing import Final

from PySide6.QtWidgets import QWidget

from console.kit.errors import RequestFailed
from console.panels.alarms.presenter import AlarmsPresenter
from console.store.context import Context
from contract.replay import ReplaySpan
from widgets.alarm_strip import AlarmStrip, Minute
from widgets.giving_way import give_way

HOURS: Final = 4
EVERY_S: Final = 30
_LEAST_LINES: Final = 24


class Timeline:
    """Asks now and then while it is seen; without an answer it shows what this console holds."""

    def __init__(self, context: Context, presenter: AlarmsPresenter) -> None:
        self._context = context
        self._presenter = presenter
        self._told: dict[int, tuple[int, int, int, int]] = {}
        self._told_until_ms = 0
        self._is_asking = False
        self.strip = AlarmStrip(context.palette, context.texts)

    def stand_in(self, panel: QWidget) -> None:
        """The strip goes where its panel is so low that the list needs the room."""
        give_way(self.strip, panel, _LEAST_LINES)

    def load(self) -> None:
        """Ask for the figures."""
        if not self._is_asking:
            self._is_asking = True
            self._context.tasks.start(self._load(), name="alarms a minute")

    def show(self) -> None:
        """The strip as it stands now."""
        until = self._context.stores.link.server_now().replace(second=0, microsecond=0) + dt.timedelta(minutes=1)
        since = until - dt.timedelta(hours=HOURS)
        first_ms = int(since.timestamp() * 1000)
        counts = {at_ms: counts for at_ms, counts in self._told.items() if at_ms >= first_ms}
        for at_ms, priority, count in self._presenter.raised_since(max(self._told_until_ms, first_ms)):
            four = list(counts.get(at_ms, (0, 0, 0, 0)))
            four[priority - 1] += count
            counts[at_ms] = (four[0], four[1], four[2], four[3])
        minutes = [Minute(dt.datetime.fromtimestamp(at / 1000, dt.UTC), each) for at, each in sorted(counts.items())]
        self.strip.show_minutes(minutes, since, until)

    async def _load(self) -> None:
        try:
            self._take(await self._context.client.replay_span())
        except RequestFailed:
            pass  # the strip goes on with what this console holds; the link's own trouble is told elsewhere
        finally:
            self._is_asking = False
        self.show()

    def _take(self, span: ReplaySpan) -> None:
        self._told = {minute.at_ms: minute.counts for minute in span.alarms}
        # The minute that is running is counted here: the backend knows only a part of it.
        self._told_until_ms = span.now_ms // 60_000 * 60_000
        self._told = {at_ms: counts for at_ms, counts in self._told.items() if at_ms < self._told_until_ms}
