"""Fault matrix: the process has no more files to open. Who knocks is refused; who is inside goes on working."""

import asyncio
from pathlib import Path

import pytest

from backend_client.errors import Unreachable
from backend_client.session import Session
from contract.api import JournalPage
from tests.backend.bounded import Bounded, bounded
from tests.eventually import eventually

_MOST_FILES = 256


@pytest.mark.timeout(120)
async def test_f67_when_files_run_out_new_connections_are_refused_and_alarms_go_on(tmp_path: Path) -> None:
    async with bounded(tmp_path, "files", _MOST_FILES) as backend:
        inside = await backend.login()
        async with backend.console(inside) as console:
            host, port = backend.url.removeprefix("http://").split(":")
            crowd = [await asyncio.open_connection(host, int(port)) for _ in range(_MOST_FILES)]
            await eventually(
                lambda: sum(reader.at_eof() for reader, _ in crowd) > _MOST_FILES // 2, "most of the crowd is refused"
            )
            await backend.tell("alarm 1")
            await eventually(lambda: "ARM-1" in console.codes, "the alarm is shown")
            for _, writer in crowd:
                writer.close()
            late = await eventually(lambda: _let_in(backend), "once the crowd has gone people come in again")
            journal = await late.get("/journal", JournalPage, {"asset_id": 1, "kinds": "alarm"})
            assert journal.items, "and it was kept"
            await late.close()
        await inside.close()


async def _let_in(backend: Bounded) -> Session | None:
    try:
        return await backend.login()
    except Unreachable:
        return None
