"""A change of a whole city's assets: others are answered meanwhile, and nobody sees half of it."""

import asyncio
import contextlib
import gc
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from backend.devkit.clock import SystemClock
from backend.domain.asset_classes import standard_asset_classes
from backend.ports import JournalQuery
from backend.services.feed_relay import FeedRelay
from backend.services.register import Register, RegisterRefused
from backend.storage.opening import create_storage
from backend.storage.sql import SqlStorage
from contract.asset_editing import AssetFilter
from contract.assets import Asset, FeedKind

COUNT = 12_000
LONGEST_SHARE = 0.1  # of the whole work: at once it was nearly all of it
QUESTIONS = (
    AssetFilter(text="L-9"),
    AssetFilter(class_="streetlight"),
    AssetFilter(bbox=(4.9, 47.0, 5.1, 48.0)),
)
AFTER = 7_000


class City:
    """A register over a real database, and the pieces that the feed told."""

    def __init__(self, storage: SqlStorage) -> None:
        self.storage = storage
        self.feed = FeedRelay()
        self.told: list[int] = []
        self.feed.watch(self)
        self.register = Register(storage, self.feed, SystemClock(), standard_asset_classes())

    def assets_changed(self, assets: Sequence[Asset], removed: Sequence[Asset] = ()) -> None:
        self.told.extend(asset.id for asset in assets)

    def states_changed(self, asset_ids: Sequence[int]) -> None:
        pass

    def assets_moved(self, asset_ids: Sequence[int]) -> None:
        pass

    async def hung_on(self, cabinet: int) -> None:
        """Every lamp on one cabinet; the street says which."""
        lamps = [replace(a, supply_parent=cabinet, street=f"C{cabinet}") for a in self.register.all() if a.id > 2]
        await self.register.apply(lamps, "leila", note="rehung")


@contextlib.asynccontextmanager
async def a_city(tmp_path: Path) -> AsyncGenerator[City]:
    storage = create_storage(None, tmp_path, tmp_path / "secrets", SystemClock(), ballast_bytes=4096)
    await storage.open()
    try:
        made = City(storage)
        cabinets = [
            Asset(id=n, code=f"A-{n}", class_="lighting_cabinet", lon=5.0, lat=47.3, commune="21231") for n in (1, 2)
        ]
        lamps = [
            Asset(id=n, code=f"L-{n}", class_="streetlight", lon=5.0, lat=47.3, commune="21231")
            for n in range(3, COUNT + 3)
        ]
        await made.register.apply([*cabinets, *lamps], "leila", note="a city")
        yield made
    finally:
        await storage.close()


@contextlib.asynccontextmanager
async def somebody_else(look: Callable[[], None] = lambda: None) -> AsyncGenerator[list[float]]:
    """Somebody who wants his turn all the time: how much processor the loop took between two of them."""
    turns: list[float] = []

    async def wait() -> None:
        before = time.thread_time()
        while True:
            await asyncio.sleep(0)
            turns.append(time.thread_time() - before)
            look()
            before = time.thread_time()

    waiting = asyncio.get_running_loop().create_task(wait(), name="somebody else")
    await asyncio.sleep(0)
    yield turns
    waiting.cancel()
    await asyncio.wait([waiting])


async def test_no_turn_takes_more_than_a_little_of_the_work(tmp_path: Path) -> None:
    async with a_city(tmp_path) as city:
        gc.disable()  # how often it walks a whole test run's memory is nothing of the register's
        try:
            async with somebody_else() as turns:
                await city.hung_on(1)
        finally:
            gc.enable()
        assert len(turns) > COUNT // 1_000
        assert max(turns) < LONGEST_SHARE * sum(turns)


async def test_a_reader_sees_all_of_a_change_or_nothing(tmp_path: Path) -> None:
    async with a_city(tmp_path) as city:
        await city.hung_on(1)
        register, last = city.register, COUNT + 2
        seen: set[tuple[object, ...]] = set()

        def look() -> None:
            first_street, last_street = (getattr(register.get(id_), "street", None) for id_ in (3, last))
            hung = (len(register.fed_children(1, FeedKind.POWER)), len(register.fed_children(2, FeedKind.POWER)))
            of_topic = register.of_topic("21231", "streetlight")
            seen.add((first_street, last_street, hung, of_topic[0].street, of_topic[-1].street, register.revision))

        async with somebody_else(look):
            await city.hung_on(2)
        revision = register.revision
        assert seen == {
            ("C1", "C1", (COUNT, 0), "C1", "C1", revision - 1),
            ("C2", "C2", (0, COUNT), "C2", "C2", revision),
        }
        found = register.chosen(AssetFilter(text="C2"), may_see=lambda _: True)
        assert ([asset.id for asset in found[:5]], len(found)) == ([3, 4, 5, 6, 7], COUNT)


async def test_the_last_of_thousands_is_wrong_and_nothing_is_taken(tmp_path: Path) -> None:
    async with a_city(tmp_path) as city:
        lamps = [replace(asset, street="new") for asset in city.register.all() if asset.id > 2]
        with pytest.raises(RegisterRefused, match="exists already"):
            await city.register.apply([*lamps[:-1], replace(lamps[-1], code=lamps[0].code)], "leila", note="twice")
        assert not [asset for asset in city.register.all() if asset.street]
        again = Register(city.storage, FeedRelay(), SystemClock(), standard_asset_classes())
        await again.load()
        assert list(again.all()) == list(city.register.all())


async def test_two_changes_of_thousands_come_one_after_the_other_and_are_told_so(tmp_path: Path) -> None:
    async with a_city(tmp_path) as city:
        city.told.clear()
        await asyncio.gather(city.hung_on(1), city.hung_on(2))
        lamps = list(range(3, COUNT + 3))
        assert city.told == [*lamps, *lamps]
        assert {asset.supply_parent for asset in city.register.of_topic("21231", "streetlight")} == {2}
        assert {asset.version for asset in city.register.of_topic("21231", "streetlight")} == {3}
        history = await city.register.history(COUNT + 2)
        assert [change.after.get("street") for change in history] == ["C2", "C1", None]
        entries = await city.storage.journal(JournalQuery(limit=3))
        assert [entry.payload["count"] for entry in entries] == [COUNT, COUNT, COUNT + 2]


async def test_who_goes_away_meanwhile_leaves_disk_and_memory_alike(tmp_path: Path) -> None:
    async with a_city(tmp_path) as city:
        leaving = asyncio.get_running_loop().create_task(city.hung_on(1), name="leaving")
        for _ in range(20):
            await asyncio.sleep(0)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        await city.hung_on(2)
        again = Register(city.storage, FeedRelay(), SystemClock(), standard_asset_classes())
        await again.load()
        assert list(again.all()) == list(city.register.all())
        assert {asset.version for asset in again.of_topic("21231", "streetlight")} == {3}


async def test_a_search_through_thousands_in_turns_finds_what_one_at_once_finds(tmp_path: Path) -> None:
    async with a_city(tmp_path) as city:
        for wanted in QUESTIONS:
            looked = 0

            def look() -> None:
                nonlocal looked
                looked += 1

            at_once = city.register.chosen(wanted, may_see=is_lamp)
            following = [asset for asset in at_once if asset.id > AFTER]
            async with somebody_else(look):
                first, after, total = await city.register.search(wanted, may_see=is_lamp, limit=7)
            assert (first, after, total) == (at_once[:7], at_once[6].id, len(at_once))
            assert looked >= 2
            page, _, total = await city.register.search(wanted, may_see=is_lamp, after=AFTER, limit=7)
            assert (page, total) == (following[:7], len(at_once))


def is_lamp(asset: Asset) -> bool:
    return asset.class_ == "streetlight"
