"""Tile servers as they are in a city's nights: slow, failing, lying, gone; the map keeps what it has."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import web

from backend.base_maps.shelf import BaseMapFolder
from backend.devkit.clock import ManualClock
from backend.ports import BaseMapTrouble
from contract.base_maps import BaseMap, BaseMapState
from tests.backend.base_maps.files import png
from tests.backend.base_maps.tile_server import TileServer, tile_server

DAY_S = 86_400


class Plan:
    """One server in the settings, as the console meets it."""

    def __init__(self, folder: Path, shelf: BaseMapFolder, clock: ManualClock, server: TileServer) -> None:
        self.folder, self.shelf, self.clock, self.server = folder, shelf, clock, server
        self.set('url = "{url}/{{z}}/{{x}}/{{y}}.png?key=secret"')

    def set(self, lines: str, before: str = "") -> None:
        text = f'{before}\n[maps.plan]\nattribution = "© Eux"\n' + lines.format(url=self.server.url)
        (self.folder / "base_maps.toml").write_text(text)
        self.clock.pass_time(2)

    async def tile(self, z: int = 10, x: int = 5, y: int = 6) -> bytes | None:
        found = await self.shelf.tile("plan", z, x, y)
        return None if found is None else found.content

    async def trouble(self, z: int = 10, x: int = 5, y: int = 6) -> str:
        with pytest.raises(BaseMapTrouble) as told:
            await self.tile(z, x, y)
        assert "secret" not in str(told.value.args)
        return told.value.code

    async def listed(self) -> BaseMap:
        (found,) = await self.shelf.all()
        return found

    @property
    def asked(self) -> int:
        return self.server.asked.total()


@pytest.fixture
def plan(folder: Path, shelf: BaseMapFolder, clock: ManualClock, server: TileServer) -> Plan:
    """A plan from the scripted server."""
    return Plan(folder, shelf, clock, server)


async def test_a_tile_is_fetched_once_and_kept(plan: Plan) -> None:
    listed = await plan.listed()
    assert (listed.state, listed.is_remote, listed.attribution) == (BaseMapState.READY, True, "© Eux")
    assert plan.asked == 0
    for _ in range(3):
        assert await plan.tile() == png()
    assert plan.server.asked == {"/10/5/6.png?key=secret": 1}
    assert plan.server.last_headers["Accept-Encoding"] == "identity"


async def test_however_many_ask_at_once_the_server_is_asked_once(plan: Plan) -> None:
    plan.server.gate.clear()
    async with asyncio.TaskGroup() as group:
        asking = [group.create_task(plan.tile()) for _ in range(50)]
        impatient = group.create_task(plan.tile())
        await asyncio.sleep(0.1)
        impatient.cancel()
        await asyncio.sleep(0)
        plan.server.gate.set()
    assert {task.result() for task in asking} == {png()}
    assert plan.asked == 1


async def test_what_was_seen_once_is_seen_when_the_line_is_cut(plan: Plan, tmp_path: Path) -> None:
    await plan.tile()
    plan.clock.pass_time(400 * DAY_S)
    plan.server.says(500)
    assert await plan.tile() == png()
    assert await plan.trouble(x=7) == "base_map_failing"
    listed = await plan.listed()
    assert (listed.state, listed.attribution, listed.max_zoom) == (BaseMapState.BROKEN, "© Eux", 19)
    asked = plan.asked
    second = BaseMapFolder(tmp_path, plan.clock)  # another start, the server still away
    try:
        found = await second.tile("plan", 10, 5, 6)
        assert found is not None
        assert found.content == png()
    finally:
        await second.close()
    assert plan.asked == asked + 1


async def test_an_old_tile_is_asked_for_anew_and_may_be_unchanged(plan: Plan) -> None:
    await plan.tile()
    plan.clock.pass_time(DAY_S - 60)
    await plan.tile()
    assert plan.asked == 1
    plan.clock.pass_time(120)
    assert await plan.tile() == png()
    assert plan.server.last_headers["If-None-Match"] == '"v1"'
    assert await plan.tile() == png()
    assert plan.asked == 2


async def test_an_old_tile_is_shown_when_the_new_one_takes_too_long(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.base_maps.remote_tiles._STALE_AFTER_S", 0.05)
    await plan.tile()
    plan.clock.pass_time(2 * DAY_S)
    plan.server.gate.clear()
    async with asyncio.timeout(0.3):
        assert await plan.tile() == png()


async def test_a_server_that_fails_is_left_alone_longer_and_longer(plan: Plan) -> None:
    plan.server.says(503)
    waited: list[float] = []
    for _ in range(12):
        before = plan.asked
        passed = 0.0
        while plan.asked == before:
            assert await plan.trouble() == "base_map_failing"
            if plan.asked == before:
                plan.clock.pass_time(0.5)
                passed += 0.5
        waited.append(passed)
    assert waited == [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    plan.server.answer = plan.server.good
    plan.clock.pass_time(301)
    assert await plan.tile() == png()
    assert (await plan.listed()).state is BaseMapState.READY


async def test_a_server_that_returns_is_noticed_without_anybody_asking_for_tiles(plan: Plan) -> None:
    plan.server.says(502)
    await plan.trouble()
    assert (await plan.listed()).state is BaseMapState.BROKEN
    plan.server.answer = plan.server.good
    plan.clock.pass_time(2)
    for _ in range(50):
        if (await plan.listed()).state is BaseMapState.READY:
            return
        await asyncio.sleep(0.02)
    pytest.fail("it stayed broken")


async def test_a_server_says_when_to_come_back(plan: Plan) -> None:
    plan.server.says(429, Retry_After="120")
    await plan.trouble()
    plan.clock.pass_time(100)
    await plan.trouble()
    assert plan.asked == 1
    plan.clock.pass_time(21)
    await plan.trouble()
    assert plan.asked == 2


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (200, b"<html>log in to the hotel's network</html>", "text/html", "base_map_lies"),
        (200, b"<html>", "image/png", "base_map_lies"),
        (200, png()[:20], "image/png", "base_map_lies"),
        (200, b"", "image/png", "base_map_lies"),
        (200, png() + b"\0" * 5_000_000, "image/png", "base_map_huge_tile"),
        (400, b"<ServiceException/>", "text/xml", "base_map_failing"),
        (401, b"", "text/plain", "base_map_forbidden"),
        (403, b"", "text/plain", "base_map_forbidden"),
    ],
)
async def test_what_is_no_tile_is_told_in_words(plan: Plan, status: int, body: bytes, kind: str, code: str) -> None:
    plan.server.says(status, body, kind)
    assert await plan.trouble() == code
    asked = plan.asked
    assert await plan.trouble() == code
    assert plan.asked == asked


async def test_where_the_server_has_no_tile_there_is_none_and_it_is_remembered(plan: Plan) -> None:
    plan.server.says(404)
    assert await plan.tile() is None
    assert await plan.tile() is None
    assert plan.asked == 1
    assert (await plan.listed()).state is BaseMapState.READY


async def test_one_bad_tile_does_not_stop_the_others(plan: Plan) -> None:
    good = plan.server.good

    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"x", content_type="text/html") if "/13/" in request.path else await good(request)

    plan.server.answer = answer
    assert await plan.trouble(x=13) == "base_map_lies"
    assert await plan.tile(x=14) == png()
    assert (await plan.listed()).state is BaseMapState.READY


async def test_a_server_of_lies_is_broken_as_a_whole(plan: Plan) -> None:
    plan.server.says(200, b"<html>", "text/html")
    for x in range(20):
        assert await plan.trouble(x=x) == "base_map_lies"
    assert plan.asked == 5
    assert (await plan.listed()).trouble_code == "base_map_lies"


async def test_redirects_stay_on_the_server(plan: Plan) -> None:
    async with tile_server() as elsewhere:
        plan.server.says(302, Location=f"{elsewhere.url}/secret")
        assert await plan.trouble() == "base_map_redirects"
        assert elsewhere.asked.total() == 0
    plan.clock.pass_time(10)
    plan.server.says(302, Location="/again")
    assert await plan.trouble() == "base_map_redirects"
    plan.clock.pass_time(10)

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/moved":
            return await plan.server.good(request)
        return web.Response(status=301, headers={"Location": "/moved"})

    plan.server.answer = answer
    assert await plan.tile() == png()
    plan.server.says(302, Location="file:///etc/passwd")
    assert await plan.trouble(x=9) == "base_map_redirects"


async def test_a_slow_and_an_absent_server_are_told_apart(plan: Plan) -> None:
    plan.server.gate.clear()
    assert await plan.trouble() == "base_map_silent"
    plan.set('url = "http://127.0.0.1:1/{{z}}/{{x}}/{{y}}"')
    assert await plan.trouble() == "base_map_unreachable"


async def test_a_huge_body_is_not_read_to_its_end(plan: Plan) -> None:
    sent = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers={"Content-Type": "image/png"})
        await response.prepare(request)
        for _ in range(1_000):
            await response.write(b"\0" * 100_000)
            sent += 100_000
        return response

    plan.server.answer = answer
    assert await plan.trouble() == "base_map_huge_tile"
    assert sent < 50_000_000


async def test_a_packed_answer_is_not_unpacked(plan: Plan) -> None:
    plan.server.says(200, b"\x1f\x8b" + b"\0" * 100, "image/png", Content_Encoding="gzip")
    assert await plan.trouble() == "base_map_lies"


async def test_only_what_the_settings_cover_is_asked(plan: Plan) -> None:
    plan.set('url = "{url}/{{z}}/{{x}}/{{y}}"\nmin_zoom = 5\nmax_zoom = 12\nbounds = [3.8, 43.5, 4.0, 43.7]')
    assert await plan.tile(4, 8, 5) is None
    assert await plan.tile(13, 0, 0) is None
    assert await plan.tile(12, 0, 0) is None
    assert plan.asked == 0
    assert await plan.tile(12, 2092, 1495) == png()


async def test_wmts_by_parameters(plan: Plan) -> None:
    plan.set('url = "{url}/wmts"\nkind = "wmts"\nlayer = "ORTHO"\nformat = "image/jpeg"')
    assert await plan.tile() == png()
    (asked,) = plan.server.asked
    assert "REQUEST=GetTile" in asked
    assert "LAYER=ORTHO" in asked
    assert "TILEMATRIXSET=PM&TILEMATRIX=10&TILEROW=6&TILECOL=5" in asked


async def test_the_cache_stays_within_its_cap_and_forgets_the_longest_unused(plan: Plan) -> None:
    big = png()[:-12] + b"\0" * 1_000_000 + png()[-12:]
    plan.server.says(200, big, "image/png")
    plan.set('url = "{url}/{{z}}/{{x}}/{{y}}"', before="[fetch]\ncache_mb = 16")
    for x in range(30):
        plan.clock.pass_time(4_000)
        await plan.tile(x=x)
        await plan.tile(x=0)  # looked at all the time
    before = plan.asked
    await plan.tile(x=0)
    await plan.tile(x=29)
    assert plan.asked == before
    await plan.tile(x=1)
    assert plan.asked == before + 1
    assert (plan.folder / ".cache" / "tiles.sqlite").stat().st_size < 20 * 2**20


async def test_a_damaged_cache_is_begun_anew(plan: Plan) -> None:
    (plan.folder / ".cache").mkdir()
    (plan.folder / ".cache" / "tiles.sqlite").write_bytes(b"SQLite format 3\0" + b"\xff" * 9_000)
    assert await plan.tile() == png()
    assert await plan.tile(x=9) == png()
    asked = plan.asked
    await plan.tile(x=9)
    assert plan.asked == asked


async def test_without_a_disk_tiles_are_fetched_each_time(plan: Plan) -> None:
    (plan.folder / ".cache").write_bytes(b"a file where the folder should be")
    assert await plan.tile() == png()
    assert await plan.tile() == png()


async def test_removing_a_server_forgets_its_tiles(plan: Plan) -> None:
    await plan.tile()
    await plan.shelf.remove("plan")
    assert await plan.shelf.all() == []
    plan.set('url = "{url}/{{z}}/{{x}}/{{y}}.png?key=secret"')
    await plan.tile()
    assert plan.asked == 2


async def test_wrong_settings_are_listed_and_files_stay(plan: Plan) -> None:
    for wrong in (
        'url = "ftp://x/{{z}}/{{x}}/{{y}}"',
        'url = "{url}/no-blanks"',
        'colour = "red"',
        "order = 'x'",
        "= =",
    ):
        plan.set(wrong)
        (found,) = await plan.shelf.all()
        assert (found.id, found.trouble_code) == ("base-maps-toml", "base_map_settings")
