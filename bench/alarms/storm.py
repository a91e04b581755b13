"""Ten thousand alarms in ten seconds: from gateways through a backend to a console, each a process of its own."""

import asyncio
import contextlib
import functools
import math
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from backend.devkit.free_port import free_port
from backend_client.session import Session
from bench.alarms.accounts import Key, Replay, Standing, differences, of_backend
from bench.alarms.children import Child, child
from bench.alarms.storm_console import SUPPLIED_LOST, StormSeen
from bench.alarms.storm_field import DOOR, faults_of, plan
from bench.cities import PASSWORD, USER, fill, logged_in
from bench.processes import proportional_mb
from bench.report import Bar, Metric, NotRun
from bench.video.screen import NoScreen, screen
from bench.video_kills.patience import until
from contract.api import AssetDetail, JournalPage
from contract.assets import Asset
from contract.points import Quality
from video.clocks import wall

CABINETS, STRUCK = 260, 10_000  # ten cabinets are spared
SECONDS = 10.0
_SETTLED_S = 5.0
_PATIENCE_S = 90.0
_LOOKED_AT_EACH = 97


class Storm(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one storm."""

    told: int  # alarms that the field's faults are
    lost: tuple[str, ...]  # in words
    settled_s: float  # from its first fault until nothing changed on the console any more
    received_s: float  # from the door's report
    journalled_s: float
    door_at: float
    seen: StormSeen
    backend_before_mb: float
    backend_after_mb: float

    @property
    def growth_mb(self) -> float:
        """Of backend and console together."""
        return self.backend_after_mb - self.backend_before_mb + self.seen.rss_after_mb - self.seen.rss_before_mb


def measure() -> list[Metric | NotRun]:
    """One storm."""
    try:
        with screen() as display, tempfile.TemporaryDirectory() as folder:
            storm = asyncio.run(run(Path(folder), display.environment))
    except NoScreen as error:
        return [NotRun("storm_p1_s", str(error), True)]
    return list(_metrics(storm))


async def run(folder: Path, display: Mapping[str, str]) -> Storm:
    """Start all, strike, look, end all."""
    field_port, port = free_port(), free_port()
    city = plan(field_port, CABINETS)
    await asyncio.to_thread(fill, folder / "data", city)
    url = f"http://127.0.0.1:{port}"
    with contextlib.ExitStack() as stack:
        field = stack.enter_context(child("-m", "bench.alarms.storm_field", str(field_port), str(CABINETS)))
        backend = stack.enter_context(child("-m", "bench.alarms.storm_backend", str(folder / "data"), str(port)))
        session = await logged_in(url)
        try:
            await _heard(session, city.assets[::_LOOKED_AT_EACH])
            words = ("-m", "bench.alarms.storm_console", url, USER, PASSWORD)
            console = stack.enter_context(child(*words, environment=os.environ | display))
            return await _strike(session, field, backend, console)
        finally:
            await session.close()


async def _strike(session: Session, field: Child, backend: Child, console: Child) -> Storm:
    assert await console.hear() == b"ready\n"
    await asyncio.sleep(_SETTLED_S)
    before_mb, begun = proportional_mb(backend.pid), time.monotonic()
    console.tell("watch")
    await field.truth(f"storm {SECONDS:g} 1")
    await asyncio.sleep(begun + SECONDS / 2 - time.monotonic())
    door = await field.truth("door")
    truth = await field.truth("truth")  # answers when the storm is over
    wrong = set(faults_of(truth.wrong))
    await until(functools.partial(_has_all, console, len(wrong)), _PATIENCE_S)
    await asyncio.sleep(_SETTLED_S)
    console.tell("tell")
    seen = msgspec.json.decode(await console.hear(), type=StormSeen)
    lost = await _lost(session, wrong, seen)
    received_at, journalled_at = await _known_at(session)
    return Storm(
        told=len(wrong),
        lost=tuple(lost),
        settled_s=seen.changed_at - begun,
        received_s=received_at - (wall() - time.monotonic() + door.at),
        journalled_s=journalled_at - (wall() - time.monotonic() + door.at),
        door_at=door.at,
        seen=seen,
        backend_before_mb=before_mb,
        backend_after_mb=proportional_mb(backend.pid),
    )


async def _heard(session: Session, assets: tuple[Asset, ...]) -> None:
    """Until these were heard of by the backend."""
    for asset in assets:
        if not await until(functools.partial(_is_heard, session, asset.id), _PATIENCE_S):
            raise TimeoutError(f"{asset.code} is not heard")


async def _is_heard(session: Session, asset_id: int) -> bool:
    detail = await session.get(f"/assets/{asset_id}", AssetDetail)
    return any(point.quality is Quality.GOOD for point in detail.points.values())


async def _has_all(console: Child, count: int) -> bool:
    console.tell("count")
    return int(await console.hear()) >= count


async def _known_at(session: Session) -> tuple[float, float]:
    """When the backend took the door's report in, and when its alarm was written, by the wall clock."""
    point = (await session.get("/assets/1", AssetDetail)).points.get(DOOR)
    received = math.inf if point is None or point.received_time is None else point.received_time.timestamp()
    page = await session.get("/journal", JournalPage, {"kinds": "alarm", "asset_id": 1, "limit": 1})
    return received, page.items[0].at.timestamp() if page.items else math.inf


async def _lost(session: Session, wrong: set[Key], seen: StormSeen) -> list[str]:
    replay = Replay()
    await replay.read(session)
    listed = await of_backend(session)
    shown: dict[Key, Standing] = {}
    for name, one in seen.alarms.items():
        asset_id, kind = name.split(" ")
        shown[int(asset_id), kind] = one
    lost = [f"{key} was never journalled as raised" for key in wrong - replay.raised]
    lost += [f"{key} is not listed as active" for key in wrong if key not in listed or not listed[key].is_active]
    lost += [
        f"{key} is wrong in the list and nowhere else" for key, one in listed.items() if _is_made_up(key, one, wrong)
    ]
    lost += differences(replay.standing(), listed, "the journal", "the backend")
    return [*lost, *differences(listed, shown, "the backend", "the console")]


def _is_made_up(key: Key, one: Standing, wrong: set[Key]) -> bool:
    return one.is_active and key not in wrong and key[1] != SUPPLIED_LOST


def _metrics(storm: Storm) -> Iterator[Metric]:
    for line in storm.lost[:5]:
        print(f"  storm: {line}")
    seen = storm.seen
    whole = (
        f"{storm.told:,} alarms of {STRUCK:,} lamps and their cabinets in {SECONDS:g} s over TALQ, backend, console "
        f"under Xvfb"
    )
    yield Metric(
        id="storm_lost",
        value=len(storm.lost),
        unit="alarms",
        how=f"{whole}: journal replayed = list of the backend = console, and all that is wrong in the field is there",
    ).against(Bar(0, gates=True))
    times = [seen.door_in_store_at, seen.door_on_bar_at, seen.door_in_list_at]
    never = SECONDS * 10
    stored, on_bar, in_list = (never if at is None else at - storm.door_at for at in times)
    yield Metric(
        id="storm_p1_s",
        value=max(on_bar, in_list),
        unit="s",
        how=f"a door opened in the middle, P1 that never waits: reported until painted in bar ({on_bar:.3f} s) and "
        f"list ({in_list:.3f} s); taken in after {storm.received_s:.3f} s, in the journal after "
        f"{storm.journalled_s:.3f} s, in the console's store after {stored:.3f} s",
    ).against(Bar(1.0))
    late, busy = seen.late, seen.busy
    yield Metric(
        id="storm_gap_p99_ms",
        value=late.most,
        unit="ms",
        how=f"lateness of a probe each 10 ms in the console's loop, storm and {_SETTLED_S:g} s after it; "
        f"of it the loop's own work: p99 {busy.most:.0f}, longest {busy.longest:.0f} ms",
    ).against(Bar(50.0))
    yield Metric(id="storm_gap_max_ms", value=late.longest, unit="ms", how="the longest of them")
    yield Metric(
        id="storm_rss_growth_mb",
        value=storm.growth_mb,
        unit="MB",
        how=f"PSS of backend ({storm.backend_before_mb:.0f} to {storm.backend_after_mb:.0f}) and console "
        f"({seen.rss_before_mb:.0f} to {seen.rss_after_mb:.0f}), before and after",
    ).against(Bar(200.0))
    yield Metric(
        id="storm_settled_s",
        value=storm.settled_s,
        unit="s",
        how="from the first fault until nothing changed on the console any more",
    )
