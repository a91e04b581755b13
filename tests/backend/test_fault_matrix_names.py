"""Fault matrix: names are no longer resolved. Who is in stays in, who knows the password gets in, the link says why."""

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest

from backend.bootstrap import Backend, BackendOptions
from backend.ports import JournalQuery, Unit
from backend_client.session import Session
from contract.administration import ConnectionPage
from contract.devices import Connection
from contract.journal import EntryKind
from contract.rights import Grant, Level, User

_LOOPBACK = {"127.0.0.1", "::1", "localhost", None}


@pytest.fixture
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """The resolver is away; addresses still work."""
    real = socket.getaddrinfo

    def resolve(host: str | None, *arguments: Any, **more: Any) -> object:
        if host in _LOOPBACK:
            return real(host, *arguments, **more)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


async def test_f11_without_names_sessions_live_on_and_local_logins_work(no_names: None, tmp_path: Path) -> None:
    backend = Backend(BackendOptions(data_dir=tmp_path / "data"))
    await backend.start()
    try:
        grants = (Grant(level=Level.CONFIGURE),)
        user = User(name="anne", person="anne", display_name="Anne", role="administrator", grants=grants)
        await backend.identity.add_user(user, "anne-password", by="system")
        before, after = Session(backend.url), Session(backend.url)
        await before.login("anne", "anne-password")
        connection = Connection(id="camera 1", integration="onvif_camera", url="http://camera-1.city.example")
        await backend.storage.commit(Unit(connections=[connection]))
        await backend.supervisor.renew("camera 1")
        reason = await _down(before)
        assert reason != ""
        assert (await before.me()).name == "anne"
        await after.login("anne", "anne-password")
        assert (await after.me()).name == "anne"
        links = await backend.storage.journal(JournalQuery(kinds=(EntryKind.LINK,)))
        assert any(entry.payload.get("state") == "down" for entry in links)
        await before.close()
        await after.close()
    finally:
        await backend.close()
        await asyncio.get_running_loop().shutdown_default_executor()


async def _down(session: Session) -> str:
    for _ in range(200):
        page = await session.get("/connections", ConnectionPage, {"state": "down"})
        if page.items:
            return page.items[0].link.reason
        await asyncio.sleep(0.05)
    raise AssertionError("the link never was told to be down")
