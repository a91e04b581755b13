"""The register panel over 350,000 assets in a process of its own: `python -m bench.post.register_room` writes JSON.

Offscreen, with the loop that the console runs. Keys are struck in the search field and conditions put into the filter;
what is told is how long until the list was painted, and how long the screen stood still meanwhile.
"""

import asyncio
import datetime as dt
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import msgspec
import numpy as np
import qasync
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from bench.cities import whole_city
from bench.post.register_seen import RegisterSeen
from bench.processes import proportional_mb
from console.kit.task_bag import TaskBag
from console.kit.ticker import Ticker
from console.kit.translations import Translations
from console.panels.register.panel import RegisterPanel
from console.store.context import Context
from console.store.link import LinkStage
from console.store.register_filters import Condition, Group, Match, Operator, SortKey
from console.store.stores import Stores
from contract.assets import Asset
from contract.stream import AssetsBody, Changes, Snapshot, StatesBody, Topic, TopicKind
from tools.screenshots.sample_classes import classes
from tools.screenshots.sample_client import SampleClient
from tools.screenshots.sample_pictures import SamplePictures
from widgets.frame_clock import FrameClock
from widgets.look import load_fonts, load_palette, style_sheet

_PROBES_HZ: Final = 100
_WORDS: Final = ("rue de la liberte", "pl-0", "camera", "7", "lampadaire foch", "dijon 12", "zzz", "quetigny")
_KEY_S: Final = 0.12
_MOST_TURNS: Final = 3000
_WATCH_S: Final = 25.0
_CHANGES_A_SECOND: Final = 20
_STATES_A_TICK: Final = 300
_NOW: Final = dt.datetime(2026, 3, 1, 8, 0, tzinfo=dt.UTC)


class _Painted(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.at = 0.0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Qt's filter."""
        if event.type() == QEvent.Type.Paint:
            self.at = time.perf_counter()
        return False


class _Gaps:
    """The times between two looks of the loop."""

    def __init__(self, clock: FrameClock) -> None:
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self.found: list[float] = []
        self.own: list[float] = []  # of each, what this thread itself worked
        self._ticking = clock.subscribe(_PROBES_HZ, self._look)

    def _look(self, _now: float) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.found.append((now - self._last) * 1000)
        self.own.append((worked - self._worked) * 1000)
        self._last, self._worked = now, worked

    def begin(self) -> None:
        self.found, self.own = [], []
        self._last, self._worked = time.perf_counter(), time.thread_time()

    def stop(self) -> None:
        self._ticking.stop()


class Room:
    """Stores with the city, and the panel in a window."""

    def __init__(self, assets: Sequence[Asset]) -> None:
        self.assets = assets
        self.clock = FrameClock()
        self.stores = Stores(lambda: _NOW, time.monotonic)
        self.ticker = Ticker(self.clock)
        self.tasks = TaskBag("register bench")
        self._sequence: dict[Topic, int] = defaultdict(int)
        city = whole_city(0.01)
        self.stores.catalogue.take(classes(), city.communes)
        self._random = np.random.default_rng(7)
        self._fill()

    def open(self) -> RegisterPanel:
        """The panel, shown."""
        context: Context = Context(
            stores=self.stores,
            client=SampleClient(),
            pictures=SamplePictures(),
            texts=Translations("fr"),
            palette=load_palette("dark"),
            ticker=self.ticker,
            clock=lambda: _NOW,
            tasks=self.tasks,
            announce=lambda _text: None,
            open_panel=lambda _name: None,
        )
        panel = RegisterPanel(context)
        panel.widget.resize(1000, 900)
        panel.widget.show()
        return panel

    def change_some(self, count: int) -> None:
        """Assets change as colleagues and imports change them; states as the field tells them."""
        ids = np.sort(self._random.choice(self._ids, _STATES_A_TICK, replace=False)).astype("<u4")
        visuals = self._random.integers(0, 8, _STATES_A_TICK).astype(np.uint8)
        self.stores.message(self._changes(TopicKind.STATES, _states(ids, visuals)))
        for number in range(count):
            asset = self.assets[int(self._random.integers(0, len(self.assets)))]
            renamed = msgspec.structs.replace(asset, name=f"{asset.name} {number}")
            self.stores.message(self._changes(TopicKind.ASSETS, AssetsBody((renamed,), ()), asset))

    def _changes(self, kind: TopicKind, body: AssetsBody | StatesBody, asset: Asset | None = None) -> Changes:
        topic = Topic(kind, "all" if asset is None else asset.commune, "all" if asset is None else asset.class_)
        self._sequence[topic] += 1
        return Changes(topic, self._sequence[topic], body, 0)

    def _fill(self) -> None:
        topics: dict[Topic, list[Asset]] = defaultdict(list)
        for asset in self.assets:
            topics[Topic(TopicKind.ASSETS, asset.commune, asset.class_)].append(asset)
        for topic, held in topics.items():
            self.stores.message(Snapshot(topic, 0, AssetsBody(tuple(held), ()), 0))
        self._ids = np.array(sorted(asset.id for asset in self.assets), np.uint32)
        visuals = self._random.choice(np.array([0, 0, 0, 0, 1, 2, 3, 5], np.uint8), len(self._ids))
        self.stores.message(Snapshot(Topic(TopicKind.STATES, "all", "all"), 0, _states(self._ids, visuals), 0))
        self.stores.link.take_stage(LinkStage.LIVE, "")
        self.stores.flush()


def _states(ids: NDArray[np.uint32], visuals: NDArray[np.uint8]) -> StatesBody:
    return StatesBody(
        ids=ids.astype("<u4").tobytes(),
        visuals=visuals.tobytes(),
        levels=np.full(len(ids), 255, np.uint8).tobytes(),
        versions=np.ones(len(ids), "<u4").tobytes(),
    )


def _p99(found: Sequence[float]) -> float:
    return float(np.percentile(found, 99)) if found else 0.0


def _questions(panel: RegisterPanel) -> Sequence[tuple[str, Callable[[], None]]]:
    """What an operator asks in a morning."""
    old = Condition("age_years", Operator.AT_LEAST, ("15",))
    lamps = Condition("class", Operator.IS, ("streetlight",))
    either = Group(Match.ANY, (Condition("street", Operator.CONTAINS, ("foch",)), Condition("serial", Operator.EMPTY)))
    broken = Condition("state", Operator.IS, ("fault", "alarm_p2"))
    fed = Condition("supply_parent", Operator.CONTAINS, ("01",))
    filters: dict[str, tuple[Condition | Group, ...]] = {
        "old lamps": (lamps, old),
        "either": (lamps, either),
        "broken": (broken,),
        "fed by": (fed,),
        "code ends": (Condition("code", Operator.ENDS, ("7",)),),
        "everything": (),
    }
    asks: list[tuple[str, Callable[[], None]]] = []

    def put(name: str, **view: object) -> None:
        def ask() -> None:
            panel.presenter.ask(**view)
            panel.filtering.changed.emit()

        asks.append((name, ask))

    for name, items in filters.items():
        put(name, filter=Group(items=items))
    for field in ("name", "class", "street", "commissioned", "age_years", "supply_parent", "state", "lon"):
        put(f"by {field}", sort=(SortKey(field),))
        put(f"by {field} backwards", sort=(SortKey(field, True), SortKey("name")))
    put("by code", sort=())
    for field in ("class", "commune", "street", "state", "supply_parent", ""):
        put(f"groups of {field}", group=field)
    return asks


async def _measure() -> RegisterSeen:
    assets = [asset for asset in whole_city(10).assets if asset.line is None]
    room = Room(assets)
    base_mb = proportional_mb(os.getpid())
    gaps, painted = _Gaps(room.clock), _Painted()
    room.ticker.start()
    began = time.perf_counter()
    panel = room.open()
    panel.table.viewport().installEventFilter(painted)
    panel.empty.installEventFilter(painted)
    while room.stores.register.is_behind or panel.presenter.unready():  # noqa: ASYNC110 (it goes at its own pace)
        await asyncio.sleep(0.01)
    read_s, reading_gap = time.perf_counter() - began, _p99(gaps.found)
    columns = room.stores.register.columns
    panel_mb = proportional_mb(os.getpid()) - base_mb
    asked: dict[str, float] = {}
    worked: list[float] = []

    async def timed(name: str, ask: Callable[[], None]) -> None:
        await asyncio.sleep(_KEY_S)
        asked_at, began_work = time.perf_counter(), time.thread_time()
        ask()
        for _turn in range(_MOST_TURNS):
            await asyncio.sleep(0)
            if painted.at >= asked_at and not panel.is_about_to_list:
                break
        worked.append((time.thread_time() - began_work) * 1000)
        # A list that says the same is not painted anew.
        asked[name] = (max(painted.at, asked_at) - asked_at) * 1000

    for word in _WORDS:
        for place in range(1, len(word) + 1):
            await timed(word[:place], partial(QTest.keyClicks, panel.search, word[place - 1]))
        await timed(f"no more {word}", panel.search.clear)
    for name, ask in _questions(panel):
        await timed(name, ask)
    gaps.begin()
    until = time.perf_counter() + _WATCH_S
    step, bar = 0, panel.table.verticalScrollBar()
    text = " ".join(_WORDS)
    while time.perf_counter() < until:
        room.change_some(_CHANGES_A_SECOND // 10)
        bar.setValue((bar.value() + 37) % max(bar.maximum(), 1))
        if step % 2 == 0:
            key = Qt.Key.Key_Backspace if step % 40 >= 20 else None
            if key is None:
                QTest.keyClicks(panel.search, text[(step // 2) % 10 : (step // 2) % 10 + 1])
            else:
                QTest.keyClick(panel.search, key)
        step += 1
        await asyncio.sleep(0.1)
    gaps.stop()
    slowest = max(asked, key=asked.__getitem__)
    seen = RegisterSeen(
        assets=columns.count,
        read_s=read_s,
        asked_ms=list(asked.values()),
        asked_own_p95_ms=float(np.percentile(worked, 95)),
        slowest=f"{slowest}: {asked[slowest]:.0f} ms",
        gap_p99_ms=_p99(gaps.found),
        own_p99_ms=_p99(gaps.own),
        own_longest_ms=max(gaps.own),
        gap_longest_ms=max(gaps.found),
        reading_gap_p99_ms=reading_gap,
        base_mb=base_mb,
        panel_mb=panel_mb,
        columns_mb=columns.byte_count / 1e6,
        probes=len(gaps.found),
    )
    panel.close()
    room.ticker.stop()
    await room.tasks.close()
    await room.stores.leave()
    room.clock.close()
    panel.widget.close()
    return seen


def main() -> int:
    """Measure and tell."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    qt = QApplication(sys.argv[:1])
    qt.setStyle("Fusion")
    load_fonts()
    qt.setStyleSheet(style_sheet(load_palette("dark"), 100))
    loop = qasync.QEventLoop(qt)
    asyncio.set_event_loop(loop)
    with loop:
        seen = loop.run_until_complete(_measure())
    print(msgspec.json.encode(seen).decode(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
