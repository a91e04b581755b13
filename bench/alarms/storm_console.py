"""A console in front of which somebody sits through a storm: `python -m bench.alarms.storm_console URL USER PASSWORD`.

On the display that its environment names. Says "ready" once the city is on the map; a line on standard input begins the
watch, "count" asks for how many active alarms came so far, another one ends it with one line of JSON; then it leaves.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from bench.alarms.accounts import Standing, standing_of
from bench.alarms.storm_field import DOOR
from bench.console_loop import run_console
from bench.processes import proportional_mb
from console.panels.alarms.panel import AlarmsPanel
from console.shell.application import ConsoleApplication
from console.shell.options import ConsoleOptions
from contract.alarms import Alarm, Priority
from widgets.frame_clock import FrameClock

_PROBES_HZ = 100
SUPPLIED_LOST = "suppliedLost"
_PATIENCE_S = 60.0


class Gaps(msgspec.Struct, frozen=True):
    """Half of the probes, 99 % of them, and all of them came no later than this, in ms."""

    half: float
    most: float
    longest: float


class StormSeen(msgspec.Struct, kw_only=True):
    """What was seen. Times are of the monotonic clock, None: never."""

    alarms: dict[str, Standing]  # by asset and kind
    door_in_store_at: float | None
    door_on_bar_at: float | None
    door_in_list_at: float | None
    changed_at: float
    late: Gaps
    busy: Gaps  # the loop's own work
    rss_before_mb: float
    rss_after_mb: float


class _Painted(QObject):
    """Tells each time something has been painted."""

    def __init__(self, widget: QWidget, painted: Callable[[], None]) -> None:
        super().__init__(widget)
        self._loop = asyncio.get_running_loop()
        self._painted = painted
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._loop.call_soon(self._painted)  # this event is before the picture, the next turn is after it
        return super().eventFilter(watched, event)


class _Watch:
    """Looks at bar, list and the beat of the loop."""

    def __init__(self, console: ConsoleApplication, panel: AlarmsPanel) -> None:
        assert console.desk is not None
        self._alarms = console.stores.alarms
        self._panel = panel
        self._bar = console.desk.screens[0].alarm_bar
        self._clock = FrameClock()
        self._last: tuple[float, float] | None = None
        self._late_ms: list[float] = []
        self._busy_ms: list[float] = []
        self._beat = self._clock.subscribe(_PROBES_HZ, self._probe)
        self.changed_at = 0.0
        self.in_store_at: float | None = None
        self.on_bar_at: float | None = None
        self.in_list_at: float | None = None
        self._alarms.ids_changed.connect(self._told)
        _Painted(self._bar, self._bar_painted)
        _Painted(panel.list.table.viewport(), self._list_painted)

    @property
    def active_count(self) -> int:
        """How many alarms of equipment are active here."""
        return sum(alarm.is_active and alarm.kind != SUPPLIED_LOST for alarm in self._alarms.standing())

    def gaps_ms(self) -> tuple[Gaps, Gaps]:
        """How late the loop was, and what of it was its own work. Probes that fell into a gap count too."""
        self._beat.stop()
        return _gaps(self._late_ms), _gaps(self._busy_ms)

    def _probe(self, now: float) -> None:
        used = time.thread_time()
        if self._last is not None:
            period_ms = 1e3 / _PROBES_HZ
            late_ms = max((now - self._last[0]) * 1e3 - period_ms, 0.0)
            for gap_ms, kept in ((late_ms, self._late_ms), ((used - self._last[1]) * 1e3 - period_ms, self._busy_ms)):
                kept += np.arange(min(max(gap_ms, 0.0), late_ms), -1e-9, -period_ms).tolist()
        self._last = now, used

    def _told(self, alarm_ids: frozenset[int]) -> None:
        self.changed_at = time.monotonic()
        if self.in_store_at is None and any(_is_door(self._alarms.get(number)) for number in alarm_ids):
            self.in_store_at = time.monotonic()

    def _bar_painted(self) -> None:
        if (
            self.on_bar_at is None
            and _is_door(self._alarms.most_urgent())
            and self._bar.count_text(Priority.P1)[:1] == "1"
        ):
            self.on_bar_at = time.monotonic()

    def _list_painted(self) -> None:
        if self.in_list_at is not None:
            return
        rows = self._panel.list.model.rows
        if len(rows) and _is_door(self._alarms.get(rows[0].alarm_id)):
            self.in_list_at = time.monotonic()


def _gaps(gaps_ms: list[float]) -> Gaps:
    found = np.array(gaps_ms or [0.0])
    return Gaps(float(np.quantile(found, 0.5)), float(np.quantile(found, 0.99)), float(found.max()))


def _is_door(alarm: Alarm | None) -> bool:
    return alarm is not None and alarm.kind == DOOR


async def sit(qt: QApplication, url: str, user: str, password: str, folder: Path) -> StormSeen:
    """Log in, wait for the word, watch, tell."""
    options = ConsoleOptions(
        server_url=url, config_folder=folder, keeps_login=False, screen_count=1, workspace="operator"
    )
    console = ConsoleApplication(options, qt)
    try:
        await console.start()
        async with asyncio.timeout(_PATIENCE_S):
            assert await console.log_in(user, password)
            panel = await _alarms_panel(console)
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        before = proportional_mb(os.getpid())
        watch = _Watch(console, panel)
        while (await asyncio.to_thread(sys.stdin.readline)).strip() == "count":
            print(watch.active_count, flush=True)
        late, busy = watch.gaps_ms()
        after = proportional_mb(os.getpid())
        standing = console.stores.alarms.standing()
        return StormSeen(
            alarms={f"{asset_id} {kind}": one for (asset_id, kind), one in standing_of(standing).items()},
            door_in_store_at=watch.in_store_at,
            door_on_bar_at=watch.on_bar_at,
            door_in_list_at=watch.in_list_at,
            changed_at=watch.changed_at,
            late=late,
            busy=busy,
            rss_before_mb=before,
            rss_after_mb=after,
        )
    finally:
        await console.close()


async def _alarms_panel(console: ConsoleApplication) -> AlarmsPanel:
    while True:
        hosted = console.panel("alarms")
        is_whole = console.stores.link.is_live and console.stores.assets.count > 0
        if is_whole and hosted is not None and isinstance(hosted.panel, AlarmsPanel):
            return hosted.panel
        await asyncio.sleep(0.05)


def main() -> None:
    """Sit and print."""
    url, user, password = sys.argv[1:4]
    seen = run_console(lambda qt, folder: sit(qt, url, user, password, folder))
    print(msgspec.json.encode(seen).decode(), flush=True)


if __name__ == "__main__":
    main()
