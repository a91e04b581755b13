"""Base maps: only what is wanted is fetched, troubles are waited out and told, hostile pictures harm nobody."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from console.kit.errors import BackendSilent, RequestRefused
from console.store.base_maps import BaseMapStore
from console.store.ground_order import REGISTER, used_grounds, with_order, with_use
from console.store.map_look import BaseMapUse, MapLook
from console.store.tile_cache import TileCache
from console.store.tile_fetching import AT_ONCE
from console.store.vector_ground import ground_layers
from contract.base_maps import BaseMap, BaseMapState
from tools.screenshots import sample_base_maps, sample_city
from tools.screenshots.sample_client import SampleClient

ORTHO = sample_base_maps.base_maps()[0]


class Slow(SampleClient):
    """Tiles come when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.under_way = 0
        self.most_at_once = 0
        self.given_up = 0
        self.is_silent = False
        self.content: bytes | None = None

    async def base_map_tile(self, base_map: str, z: int, x: int, y: int) -> bytes | None:
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        finally:
            self.under_way -= 1
        if self.is_silent:
            self.tiles_asked.append((base_map, z, x, y))
            raise BackendSilent("gone")
        if self.content is not None:
            return self.content
        return await super().base_map_tile(base_map, z, x, y)


class Desk:
    """A store, its slow backend and a clock by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.client = Slow()
        self.store = BaseMapStore(lambda: sample_city.NOW, lambda: self.now)
        self.told: list[str] = []
        self.store.tiles_changed.connect(self.told.append)

    async def settle(self, seconds: float = 0.2) -> None:
        """Let tasks and the decoder go on."""
        ends = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < ends:
            self.store.flush()
            await asyncio.sleep(0.005)
        self.store.flush()


@pytest.fixture
async def desk(qapp: QApplication) -> AsyncIterator[Desk]:
    assert qapp is not None
    desk = Desk()
    desk.store.ask(desk.client)
    await desk.settle(0.02)
    yield desk
    await desk.store.close()


def keys(count: int) -> list[tuple[int, int, int]]:
    return [(10, 600 + number, 300) for number in range(count)]


async def test_tiles_come_a_few_at_a_time_and_are_told_once_a_tick(desk: Desk) -> None:
    tiles = desk.store.tiles_for_map(ORTHO)
    tiles.request(keys(20))
    await desk.settle(0.02)
    assert desk.client.most_at_once == AT_ONCE
    assert tiles.image(10, 600, 300) is None
    desk.client.gate.set()
    await desk.settle(0.6)
    assert all(tiles.image(*key) is not None for key in keys(20))
    assert set(desk.told) == {"ortho"}
    assert desk.client.most_at_once == AT_ONCE
    assert len(desk.client.tiles_asked) == 20


async def test_what_is_no_longer_wanted_is_given_up(desk: Desk) -> None:
    tiles = desk.store.tiles_for_map(ORTHO)
    tiles.request(keys(20))
    await desk.settle(0.02)
    tiles.request([(12, 2500, 1200)])
    await desk.settle(0.02)
    assert desk.client.given_up == AT_ONCE
    assert desk.client.under_way == 1
    tiles.request(())
    await desk.settle(0.02)
    assert desk.client.under_way == 0


async def test_two_maps_do_not_take_each_others_wishes_away(desk: Desk) -> None:
    one, other = desk.store.tiles_for_map(ORTHO), desk.store.tiles_for_map(ORTHO)
    one.request(keys(3))
    other.request([(11, 1300, 700)])
    other.request(())
    desk.client.gate.set()
    await desk.settle()
    assert one.image(10, 600, 300) is not None
    assert other.image(10, 600, 300) is not None, "what one map fetched the other has as well"


async def test_a_silent_backend_is_left_alone_longer_and_longer_then_all_comes(desk: Desk) -> None:
    desk.client.is_silent = True
    desk.client.gate.set()
    tiles = desk.store.tiles_for_map(ORTHO)
    tiles.request(keys(3))
    await desk.settle(0.05)
    asked = len(desk.client.tiles_asked)
    trouble = desk.store.troubles["ortho"]
    assert isinstance(trouble.failure, BackendSilent)
    assert trouble.since == sample_city.NOW
    desk.now += 1.0
    await desk.settle(0.05)
    assert len(desk.client.tiles_asked) == asked, "left alone"
    desk.now += 1.5
    await desk.settle(0.05)
    assert len(desk.client.tiles_asked) > asked
    again = len(desk.client.tiles_asked)
    desk.now += 2.5
    await desk.settle(0.05)
    assert len(desk.client.tiles_asked) == again, "the second time it waits longer"
    desk.client.is_silent = False
    desk.store.try_again("ortho")
    await desk.settle()
    assert tiles.image(10, 600, 300) is not None
    assert "ortho" not in desk.store.troubles


@pytest.mark.parametrize("content", [b"", b"<html>login</html>", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
async def test_what_is_no_picture_is_asked_for_once(desk: Desk, content: bytes) -> None:
    desk.client.content = content
    desk.client.gate.set()
    tiles = desk.store.tiles_for_map(ORTHO)
    tiles.request(keys(1))
    await desk.settle(0.1)
    assert tiles.is_missing(10, 600, 300)
    assert not desk.store.troubles.get("ortho")


async def test_a_picture_far_too_large_is_no_tile(desk: Desk) -> None:
    desk.client.content = sample_base_maps.png(QImage(4000, 3000, QImage.Format.Format_Mono))
    desk.client.gate.set()
    tiles = desk.store.tiles_for_map(ORTHO)
    tiles.request(keys(1))
    await desk.settle(0.3)
    assert tiles.is_missing(10, 600, 300)


async def test_a_refused_tile_says_why_and_the_rest_goes_on(desk: Desk) -> None:
    desk.client.gate.set()
    desk.client.refusal = RequestRefused(503, "The base map is broken.", "Mend it.")
    tiles = desk.store.tiles_for_map(ORTHO)
    tiles.request(keys(1))
    await desk.settle(0.05)
    assert isinstance(desk.store.troubles["ortho"].failure, RequestRefused)
    desk.client.refusal = None
    desk.now += 60
    await desk.settle()
    assert tiles.image(10, 600, 300) is not None


async def test_a_base_map_that_was_replaced_is_fetched_anew(desk: Desk) -> None:
    desk.client.gate.set()
    tiles = desk.store.tiles_for_map(ORTHO)
    tiles.request(keys(1))
    await desk.settle()
    assert tiles.image(10, 600, 300) is not None
    held = desk.client.base_maps_held
    desk.client.base_maps_held = (msgspec.structs.replace(held[0], revision="2"), *held[1:])
    desk.store.refresh()
    await desk.settle()
    assert tiles.image(10, 600, 300) is not None
    assert len(desk.client.tiles_asked) == 2


async def test_a_broken_base_map_is_told_since_when_and_until_it_is_mended(desk: Desk) -> None:
    assert desk.store.troubles["ign-plan"].since == sample_city.NOW
    mended = [msgspec.structs.replace(item, state=BaseMapState.READY) for item in desk.client.base_maps_held]
    desk.client.base_maps_held = tuple(mended)
    desk.now += 61
    await desk.settle(0.05)
    assert not desk.store.troubles


async def test_lines_are_asked_for_when_they_are_shown(desk: Desk) -> None:
    assert desk.store.lines("tram") == ()
    await desk.settle(0.05)
    layers = desk.store.lines("tram")
    assert [layer.names for layer in layers] == [("T1", "T2")]
    weights = layers[0].weights
    assert weights is not None
    assert weights.tolist() == [3.0, 1.0]


def test_columns_that_do_not_fit_are_refused() -> None:
    good = sample_base_maps.features()[0]
    for spoilt in (
        {"lon": good.lon[:-8]},
        {"lat": good.lat[:-3]},
        {"offsets": np.array([0, 9, 5], "<i8").tobytes()},
        {"offsets": np.array([0, 5], "<i8").tobytes()},
        {"offsets": b""},
        {"weights": b"\0" * 8},
        {"lon": np.array([np.nan] * 5, "<f8").tobytes()},
    ):
        with pytest.raises(ValueError, match=r"."):
            ground_layers("x", (msgspec.structs.replace(good, **spoilt),))


def test_the_picture_used_longest_ago_goes_first() -> None:
    cache = TileCache(most_bytes=3 * 100 * 100 * 4)
    image = QImage(100, 100, QImage.Format.Format_ARGB32_Premultiplied)
    for number in range(3):
        cache.put(("a", 1, number, 0), image.copy())
    assert cache.image(("a", 1, 0, 0)) is not None
    cache.put(("a", 1, 3, 0), image.copy())
    assert cache.holds(("a", 1, 0, 0))
    assert not cache.holds(("a", 1, 1, 0))
    assert cache.held_bytes <= 3 * 100 * 100 * 4


def test_new_base_maps_are_off_and_under_those_that_were_chosen() -> None:
    items = sample_base_maps.base_maps()
    look = with_use(MapLook(), items, BaseMapUse(id="tram", is_on=True))
    assert [used.use.id for used in used_grounds(look, items)] == ["ortho", "ign-plan", "tram", REGISTER]
    look = with_order(look, items, [REGISTER, "tram", "ortho", "ign-plan"])
    newer = (*items, BaseMap(id="new", name="New", kind=items[0].kind, is_remote=True))
    used = used_grounds(look, newer)
    assert [ground.use.id for ground in used] == ["new", REGISTER, "tram", "ortho", "ign-plan"]
    assert [ground.use.id for ground in used if ground.use.is_on] == [REGISTER, "tram"]
    # One that is away for a while comes back as it was used.
    without = [item for item in items if item.id != "tram"]
    moved = with_use(look, without, BaseMapUse(id="ortho", opacity_percent=10))
    assert next(g.use for g in used_grounds(moved, items) if g.use.id == "tram").is_on
