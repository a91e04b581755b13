"""Fault matrix: little memory is left. Large work is refused in words; alarms, consoles and the journal go on."""

from pathlib import Path

import aiohttp
import pytest

from backend.api.large_work import LARGE
from backend.api.routes import ROUTES
from backend.devkit.clock import ManualClock
from backend.ports import JournalQuery, StorageError, Unit
from backend.services.administration.memory_room import Room, tightest_room
from backend.services.administration.memory_watch import MemoryWatch
from backend.services.control_server import CODE as SERVER
from backend.storage.memory import MemoryStorage
from backend_client.session import Session
from contract.journal import EntryKind
from tests.backend.api.serving import serve
from tests.backend.api.two_communes import TwoCommunes
from tests.backend.bounded import bounded
from tests.backend.services.rig import SmallCity
from tests.eventually import eventually

MB = 2**20
FILE = "code,lon,lat\nX-1,5.04,47.3\n"


async def _import(session: Session) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {session.access_token}"}
    url = f"{session.base_url}/api/v1/imports?class=streetlight&name=a.csv&commune=21231"
    async with aiohttp.ClientSession(headers=headers) as http, http.post(url, data=FILE) as response:
        return response.status, await response.text()


@pytest.mark.timeout(180)
async def test_f67_in_512_mb_large_work_is_refused_and_alarms_go_on(tmp_path: Path) -> None:
    async with bounded(tmp_path, "data", 512 * MB) as backend:
        inside = await backend.login()
        async with backend.console(inside) as console:
            await backend.tell("alarm 1")
            await eventually(lambda: "ARM-1" in console.codes, "an alarm, while there is room")
            assert (await _import(inside))[0] < 300
            await backend.tell("fill")

            async def is_told() -> bool:
                health = await inside.health()
                return health.status == "degraded" and "memory is short" in health.detail

            await eventually(is_told, "the backend says what is wrong")
            status, text = await _import(inside)
            assert status == 503
            assert "short of memory" in text
            await backend.tell("alarm 2")
            await eventually(lambda: "ARM-2" in console.codes, "an alarm, while there is none")
            await eventually(lambda: SERVER in console.codes, "that memory is short is an alarm itself", within_s=30)
            late = await backend.login()  # who comes on duty is let in
            await late.close()
            await backend.tell("free")

            async def is_taken() -> bool:
                return (await _import(inside))[0] < 300

            await eventually(is_taken, "with room again the file is taken")
        await inside.close()


class Memory:
    """As much of 512 MB as the test says."""

    def __init__(self) -> None:
        self.free_mb = 300
        self.storage = MemoryStorage(ManualClock())
        self.watch = MemoryWatch(self.storage, lambda: Room(512 * MB, self.free_mb * MB))

    async def told_at(self, free_mb: int) -> str:
        """The journal's newest entry where looking made one."""
        self.free_mb = free_mb
        before = await self.storage.journal_count(JournalQuery())
        await self.watch.look()
        entries = await self.storage.journal(JournalQuery(kinds=(EntryKind.SYSTEM,), limit=1))
        return str(entries[0].payload["event"]) if await self.storage.journal_count(JournalQuery()) > before else ""


async def test_f67_memory_that_runs_short_is_told_once_each_way(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory()
    told = [(free, await memory.told_at(free)) for free in (300, 60, 50, 55, 70, 50, 80, 300)]
    assert [event for _, event in told] == ["", "", "memory_short", "", "", "", "memory_eased", ""]

    async def full(_: Unit) -> None:
        raise StorageError("full")

    with monkeypatch.context() as patch:
        patch.setattr(memory.storage, "commit", full)
        assert await memory.told_at(10) == ""
        assert memory.watch.is_short
    assert await memory.told_at(10) == "memory_short", "what could not be kept is told again"
    memory.watch.close()


async def test_f67_short_memory_is_an_alarm_until_there_is_room() -> None:
    city, memory = SmallCity(), Memory()
    await city.start()
    city.server.watch(lambda: (memory.watch,))
    for free_mb, expected in ((300, []), (40, [("memory_short", SERVER, 3, True)]), (300, [])):
        await memory.told_at(free_mb)
        await city.server.look()
        await city.settle()
        await city.pass_time(6)
        told = [(alarm.kind, alarm.asset_code, alarm.priority, alarm.is_active) for alarm in city.shown()]
        assert [alarm for alarm in told if alarm[-1]] == expected, free_mb
    memory.watch.close()
    await city.stop()


async def test_f67_a_large_machine_is_not_short_while_much_is_free() -> None:
    watch = MemoryWatch(MemoryStorage(ManualClock()), lambda: Room(64 * 1024 * MB, 1024 * MB))
    await watch.look()
    assert not watch.is_short
    watch.close()


async def test_f67_a_request_that_finds_no_memory_is_refused_and_the_next_is_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    city = TwoCommunes()
    await city.start()
    await city.account("chief")

    async def none(_: JournalQuery) -> list[object]:
        raise MemoryError

    async with serve(city) as served:
        session = await served.login("chief")
        headers = {"Authorization": f"Bearer {session.access_token}"}
        async with aiohttp.ClientSession(headers=headers) as http:
            with monkeypatch.context() as patch:
                patch.setattr(city.storage, "journal", none)
                async with http.get(f"{served.url}/api/v1/journal") as response:
                    assert (response.status, "short of memory" in await response.text()) == (503, True)
            async with http.get(f"{served.url}/api/v1/journal") as response:
                assert response.status == 200
    await city.close()


def test_f67_what_is_large_is_a_route() -> None:
    assert {(route.method, route.path) for route in ROUTES} >= LARGE


def _kept(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


MACHINE = {
    "proc/meminfo": "MemTotal: 8000000 kB\nMemFree: 1 kB\nMemAvailable: 4000000 kB\nHugePages_Total: 0\n",
    "proc/self/status": "Name:\tpython\nVmSize:\t 900000 kB\nVmData:\t 300000 kB\n",
}
SECOND = {
    "proc/self/cgroup": "0::/beffroi/backend\n",
    "sys/beffroi/memory.max": f"{512 * MB}\n",
    "sys/beffroi/memory.current": f"{500 * MB}\n",
    "sys/beffroi/memory.stat": f"anon 1\ninactive_file {40 * MB}\nactive_file {60 * MB}\n",
    "sys/beffroi/backend/memory.max": "max\n",
    "sys/beffroi/backend/memory.current": f"{450 * MB}\n",
}
FIRST = {
    "proc/self/cgroup": "9:name=systemd:/\n4:cpu,memory:/beffroi\n0::/\n",
    "sys/memory/memory.limit_in_bytes": "9223372036854771712\n",
    "sys/memory/memory.usage_in_bytes": f"{900 * MB}\n",
    "sys/memory/beffroi/memory.limit_in_bytes": f"{512 * MB}\n",
    "sys/memory/beffroi/memory.usage_in_bytes": f"{400 * MB}\n",
}


def _endless(_: int) -> tuple[int, int]:
    return (-1, -1)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (MACHINE, Room(8_000_000 * 1024, 4_000_000 * 1024)),
        ({**MACHINE, **SECOND}, Room(512 * MB, 112 * MB)),
        ({**MACHINE, **FIRST}, Room(512 * MB, 112 * MB)),
        ({"proc/meminfo": "garbage\n: : :\n", "proc/self/cgroup": "nothing\n0::/../..\n"}, None),
        ({}, None),
    ],
    ids=["machine", "cgroup 2", "cgroup 1", "garbage", "nothing"],
)
def test_f67_the_tightest_bound_counts(tmp_path: Path, files: dict[str, str], expected: Room | None) -> None:
    _kept(tmp_path, files)
    assert tightest_room(tmp_path / "proc", tmp_path / "sys", _endless) == expected


def test_f67_a_limit_of_the_process_itself_counts(tmp_path: Path) -> None:
    _kept(tmp_path, MACHINE)
    room = tightest_room(tmp_path / "proc", tmp_path / "sys", lambda _: (1_000_000 * 1024, -1))
    assert room == Room(1_000_000 * 1024, 100_000 * 1024)
