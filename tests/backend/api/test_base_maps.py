"""Base maps as a console meets them: over the API, with rights, in words, and in the journal."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import numpy as np
import pytest

from backend.base_maps.shelf import FOLDER
from backend.ports import JournalQuery
from backend_client import base_maps as asked
from backend_client.errors import Refused
from backend_client.session import Session
from contract.base_maps import BaseMap, BaseMapState, FeatureKind
from contract.journal import EntryKind
from contract.rights import Grant, Level, Scope
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, TwoCommunes
from tests.backend.base_maps.files import geojson, mbtiles, png, street


class Desk:
    """An administrator and an operator, and the folder on the server."""

    def __init__(self, served: ServedCity, administrator: Session, operator: Session, folder: Path) -> None:
        self.served, self.administrator, self.operator, self.folder = served, administrator, operator, folder
        self.city = served.city

    async def send(
        self, method: str, path: str, content: object = None, *, by: Session | None = None, encoding: str = "identity"
    ) -> tuple[int, dict[str, object]]:
        session = by or self.administrator
        async with (
            aiohttp.ClientSession() as http,
            http.request(
                method,
                f"{self.served.url}/api/v1{path}",
                data=content,
                headers={"Authorization": f"Bearer {session.access_token}", "Content-Encoding": encoding},
            ) as answer,
        ):
            return answer.status, (await answer.json(content_type=None)) if answer.status != 204 else {}

    async def listed(self) -> dict[str, BaseMap]:
        self.city.clock.pass_time(2)
        return {one.id: one for one in await asked.base_maps(self.operator)}

    async def told(self) -> list[tuple[str, str, object]]:
        entries = await self.city.storage.journal(JournalQuery(kinds=(EntryKind.BASE_MAP,)))
        return [(entry.actor, str(entry.payload["what"]), entry.payload["id"]) for entry in reversed(entries)]


@pytest.fixture
def folder(city: TwoCommunes) -> Path:
    """Where files are dropped."""
    made = city.data_dir / FOLDER
    made.mkdir()
    return made


@pytest.fixture
async def desk(served: ServedCity, city: TwoCommunes, folder: Path) -> Desk:
    """The small city, with an empty folder of base maps."""
    await city.account("chief", [Grant(level=Level.CONFIGURE)])
    await city.account("operator", [Grant(level=Level.VIEW, scope=Scope(communes=(DIJON,)))])
    return Desk(served, await served.login("chief"), await served.login("operator"), folder)


def files_of(city: TwoCommunes) -> set[Path]:
    """All files near the data directory, and those of the folder above it of our kind."""
    above = city.data_dir.parent.glob("*.geojson")
    return {path for path in (*city.data_dir.rglob("*"), *above) if path.is_file()}


async def test_an_operator_sees_what_an_administrator_dropped(desk: Desk) -> None:
    assert await desk.listed() == {}
    mbtiles(desk.folder / "plan.mbtiles", {(0, 0, 0): png()})
    (desk.folder / "bad.pmtiles").write_bytes(b"nothing")
    listed = await desk.listed()
    assert listed["plan-mbtiles"].state is BaseMapState.READY
    bad = listed["bad-pmtiles"]
    assert bad.state is BaseMapState.BROKEN
    assert bad.trouble == (
        "bad.pmtiles is damaged or is not what its name says (it is cut short); copy or make it anew"
    )
    assert await asked.tile(desk.operator, "plan-mbtiles", 0, 0, 0) == png()
    assert await asked.tile(desk.operator, "plan-mbtiles", 1, 0, 0) is None
    assert await asked.tile(desk.operator, "nothing", 0, 0, 0) is None
    with pytest.raises(Refused) as refused:
        await asked.tile(desk.operator, "bad-pmtiles", 0, 0, 0)
    problem = refused.value.problem
    assert (problem.status, problem.detail, problem.detail_code) == (503, bad.trouble, "base_map_damaged")
    assert await desk.told() == [("system", "added", "bad-pmtiles"), ("system", "added", "plan-mbtiles")]


async def test_a_file_is_sent_replaced_and_deleted(desk: Desk) -> None:
    status, taken = await desk.send("PUT", "/base-maps/files/rues.geojson", geojson(street("Rue Foch")))
    assert (status, taken["id"], taken["state"]) == (200, "rues-geojson", "ready")
    (layer,) = await asked.features(desk.operator, "rues-geojson")
    assert (layer.kind, layer.names) == (FeatureKind.STREET, ("Rue Foch",))
    assert np.frombuffer(layer.offsets, "<i8").tolist() == [0, 3]
    status, _ = await desk.send("PUT", "/base-maps/files/rues.geojson", geojson(street("A"), street("B")))
    assert status == 200
    (layer,) = await asked.features(desk.operator, "rues-geojson")
    assert layer.names == ("A", "B")
    assert (await desk.send("DELETE", "/base-maps/rues-geojson"))[0] == 204
    assert (await desk.send("DELETE", "/base-maps/rues-geojson"))[0] == 404
    assert await desk.listed() == {}
    assert await desk.told() == [
        ("chief", "added", "rues-geojson"),
        ("chief", "changed", "rues-geojson"),
        ("chief", "removed", "rues-geojson"),
    ]


async def test_what_cannot_be_drawn_is_not_taken_and_the_old_one_stays(desk: Desk) -> None:
    await desk.send("PUT", "/base-maps/files/rues.geojson", geojson(street("Rue Foch")))
    status, problem = await desk.send("PUT", "/base-maps/files/rues.geojson", b"{")
    assert (status, problem["detail_code"]) == (422, "base_map_not_geojson")
    (layer,) = await asked.features(desk.operator, "rues-geojson")
    assert layer.names == ("Rue Foch",)
    assert list((desk.folder / ".cache" / "incoming").iterdir()) == []


@pytest.mark.parametrize(
    "name",
    [
        "..%2F..%2Fx.geojson",
        "%2Fetc%2Fx.geojson",
        ".x.geojson",
        "x%00.geojson",
        "x.exe",
        "base_maps.toml",
        "a%5Cb.gpkg",
    ],
)
async def test_a_name_cannot_lead_elsewhere(desk: Desk, name: str) -> None:
    before = files_of(desk.city)
    status, _ = await desk.send("PUT", f"/base-maps/files/{name}", geojson(street()))
    assert status == 400
    assert files_of(desk.city) == before


@pytest.mark.parametrize(
    "path",
    [
        "..%2F..%2Fsecrets/tiles/0/0/0",
        "plan.mbtiles/tiles/0/0/0",
        "plan-mbtiles/tiles/-1/0/0",
        "plan-mbtiles/tiles/25/0/0",
        "plan-mbtiles/tiles/1/2/0",
        "plan-mbtiles/tiles/1/0/2",
        "plan-mbtiles/tiles/1/0/%2e%2e%2f",
        "plan-mbtiles/tiles/1e3/0/0",
        "plan-mbtiles/tiles/١/0/0",
        "plan-mbtiles/tiles/99999999999999999999/0/0",
    ],
)
async def test_numbers_and_ids_that_are_none_are_refused(desk: Desk, path: str) -> None:
    mbtiles(desk.folder / "plan.mbtiles", {(0, 0, 0): png()})
    assert (await desk.send("GET", f"/base-maps/{path}"))[0] == 400


async def test_only_who_configures_the_whole_city_changes_base_maps(desk: Desk) -> None:
    await desk.city.account("local", [Grant(level=Level.CONFIGURE, scope=Scope(communes=(DIJON,)))])
    await desk.send("PUT", "/base-maps/files/rues.geojson", geojson(street()))
    for session in (desk.operator, await desk.served.login("local")):
        assert (await desk.send("PUT", "/base-maps/files/a.geojson", geojson(street()), by=session))[0] == 403
        assert (await desk.send("DELETE", "/base-maps/rues-geojson", by=session))[0] == 403
    assert set(await desk.listed()) == {"rues-geojson"}


async def test_who_loses_his_right_while_sending_leaves_nothing(desk: Desk) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        content = geojson(street())
        yield content[:20]
        await asyncio.sleep(0.1)
        await desk.administrator.logout()
        yield content[20:]

    with contextlib.suppress(aiohttp.ClientError):
        status, _ = await desk.send("PUT", "/base-maps/files/a.geojson", slowly())
        assert status == 401
    assert await desk.listed() == {}
    assert list((desk.folder / ".cache" / "incoming").iterdir()) == []


async def test_an_upload_beyond_the_limit_leaves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def flood() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 100_000

    monkeypatch.setattr("backend.base_maps.receiving.MOST_BYTES", 1_000_000)
    with contextlib.suppress(aiohttp.ClientError):
        status, problem = await desk.send("PUT", "/base-maps/files/a.geojson", flood())
        assert (status, problem["detail_code"]) == (422, "base_map_upload_size")
    assert await desk.listed() == {}
    status, _ = await desk.send("PUT", "/base-maps/files/a.geojson", b"", encoding="gzip")
    assert status == 415


async def test_a_cut_upload_leaves_nothing(desk: Desk) -> None:
    host = desk.served.url.removeprefix("http://")
    name, port = host.split(":")
    _, writer = await asyncio.open_connection(name, int(port))
    head = (
        f"PUT /api/v1/base-maps/files/a.geojson HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5000\r\n"
        f"Authorization: Bearer {desk.administrator.access_token}\r\n\r\n"
    )
    writer.write(head.encode() + b"x" * 100)
    await writer.drain()
    await asyncio.sleep(0.1)
    writer.close()
    for _ in range(50):
        incoming = desk.folder / ".cache" / "incoming"
        if incoming.exists() and not list(incoming.iterdir()):
            break
        await asyncio.sleep(0.05)
    else:
        pytest.fail("what was received stayed")
    assert await desk.listed() == {}


async def test_what_a_killed_backend_had_received_is_forgotten(desk: Desk) -> None:
    left = desk.folder / ".cache" / "incoming" / "0123"
    left.mkdir(parents=True)
    (left / "a.geojson").write_bytes(b"{")
    await desk.city.base_maps.open()
    assert not left.exists()
    assert (await desk.send("PUT", "/base-maps/files/a.geojson", geojson(street())))[0] == 200


async def test_changes_made_while_no_backend_ran_are_told(desk: Desk) -> None:
    mbtiles(desk.folder / "plan.mbtiles", {(0, 0, 0): png()})
    await desk.listed()
    (desk.folder / "plan.mbtiles").unlink()
    (desk.folder / "base_maps.toml").write_text('[maps.server]\nurl = "http://127.0.0.1:1/{z}/{x}/{y}"\n')
    await desk.listed()
    assert await desk.told() == [
        ("system", "added", "plan-mbtiles"),
        ("system", "added", "server"),
        ("system", "removed", "plan-mbtiles"),
    ]
