"""Fault matrix: a name in an address never leads to a file outside the folder it is for."""

from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest
from yarl import URL

from backend.bootstrap import Backend, BackendOptions
from backend_client.session import Session
from contract.rights import Grant, Level, User

CANARY = b"c4n4ry"
NAMED_FILES = (
    ("DELETE", "/backups/{name}"),
    ("PUT", "/base-maps/files/{name}"),
    ("DELETE", "/base-maps/{name}"),
    ("GET", "/base-maps/{name}/features"),
    ("GET", "/base-maps/{name}/tiles/1/0/0"),
    ("GET", "/exports/{name}/file"),
    ("DELETE", "/exports/{name}"),
    ("GET", "/imports/files/{name}/errors"),
    ("DELETE", "/imports/files/{name}"),
    ("GET", "/evidence/{name}/file"),
    ("DELETE", "/evidence/{name}"),
    ("GET", "/assets/1/documents/{name}/content"),
    ("GET", "/assets/1/documents/{name}/picture"),
    ("DELETE", "/assets/1/documents/{name}"),
    ("GET", "/notes/1/pictures/{name}"),
)
SUFFIXES = ("", ".beffroi-backup", ".geojson", ".mbtiles", ".zip")


def _places(canary: Path, data: Path) -> list[str]:
    steps = ["../" * depth + canary.name for depth in range(1, 4)]
    return [
        *steps,
        *(step.replace("/", "\\") for step in steps),
        *(f"{data.name}/../{step}" for step in steps[:1]),
        str(canary),
        canary.as_uri(),
        f"....//{canary.name}",
        f"{canary.name}\0.geojson",
        f"%2e%2e%2f{canary.name}",
        "..",
        ".",
        "link",
        "CON",
        "~root",
    ]


@pytest.mark.timeout(120)
async def test_f42_no_name_in_an_address_leads_to_a_file_outside(tmp_path: Path) -> None:
    data = tmp_path / "data"
    backend = Backend(BackendOptions(data_dir=data))
    await backend.start()
    session = Session(backend.url)
    try:
        grants = (Grant(level=Level.CONFIGURE),)
        user = User(name="anne", person="anne", display_name="Anne", role="administrator", grants=grants)
        await backend.identity.add_user(user, "anne-password", by="system")
        await session.login("anne", "anne-password")
        canaries = [folder / f"canary{suffix}" for folder in (tmp_path, data) for suffix in SUFFIXES]
        for canary in canaries:
            canary.write_bytes(CANARY)
        for folder in ("backups", "base-maps", "exchange", "evidence", "documents", "logbook"):
            (data / folder).mkdir(exist_ok=True)
            for suffix in SUFFIXES:
                (data / folder / f"link{suffix}").symlink_to(canaries[0])
        outside = set(tmp_path.iterdir())
        headers = {"Authorization": f"Bearer {session.access_token}"}
        async with aiohttp.ClientSession(headers=headers) as http:
            for canary in canaries[: len(SUFFIXES)]:
                for place in _places(canary, data):
                    for method, path in NAMED_FILES:
                        await _is_harmless(http, method, backend.url + "/api/v1" + path.format(name=quote(place, "")))
        assert {canary.read_bytes() for canary in canaries} == {CANARY}
        assert set(tmp_path.iterdir()) == outside
    finally:
        await session.close()
        await backend.close()


async def _is_harmless(http: aiohttp.ClientSession, method: str, url: str) -> None:
    body = b"{}" if method == "PUT" else None
    async with http.request(method, URL(url, encoded=True), data=body) as response:
        text = await response.read()
        assert response.status < 500, (method, url, text)
        assert response.status != 429, "who is held back is not tried"
        assert CANARY not in text, (method, url)
