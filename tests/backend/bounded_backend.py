"""Run by the fault matrix: a real backend of 34,000 lamps in a process with little, which hears what the test says.

Lines it takes: `alarm N` (a cabinet's door opens), `fill` (take memory until little is left), `free` (give it back).
"""

import asyncio
import resource
import sys
from pathlib import Path
from typing import Final

from backend.bootstrap import Backend, BackendOptions
from backend.services.administration import memory_watch
from backend.services.administration.memory_room import tightest_room
from contract.assets import Asset
from contract.points import Reading
from contract.rights import Grant, Level, User

LAMPS: Final = 34_000
CABINETS: Final = 3
LEFT: Final = 30_000_000  # after `fill`: below a tenth of 512 MB, and enough to go on with
_PIECE: Final = 4_000_000
_LIMITS: Final = {"data": resource.RLIMIT_DATA, "files": resource.RLIMIT_NOFILE}


def main(folder: Path, limit: str, most: int) -> None:
    """Until the end of its standard input."""
    resource.setrlimit(_LIMITS[limit], (most, most))
    asyncio.run(_live(folder))


async def _live(folder: Path) -> None:
    backend = Backend(BackendOptions(data_dir=folder / "data"))
    backend.administration.memory = memory_watch.MemoryWatch(backend.storage, every_s=0.05)
    await backend.start()
    try:
        await backend.register.apply(list(_equipment()), "system", note="a city")
        everything = (Grant(level=Level.CONFIGURE),)
        user = User(name="anne", person="anne", display_name="Anne", role="administrator", grants=everything)
        await backend.identity.add_user(user, "anne-password", by="system")
        print(backend.url, flush=True)
        await _obey(backend)
    finally:
        await backend.close()


async def _obey(backend: Backend) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    taken: list[bytearray] = []
    cabinets = backend.intake.own_sink(range(1, CABINETS + 1))
    while line := (await reader.readline()).decode().split():
        if line[0] == "alarm":
            at = backend.clock.now()
            cabinets.report([Reading(asset_id=int(line[1]), point="cabinetDoorOpen", value=True, device_time=at)])
        elif line[0] == "fill":
            while (room := tightest_room()) is not None and room.free > LEFT + _PIECE:
                taken.append(bytearray(_PIECE))
        else:
            taken.clear()
        print("done", flush=True)


def _equipment() -> list[Asset]:
    cabinets = [
        Asset(id=n, code=f"ARM-{n}", class_="lighting_cabinet", service="lighting", lon=5.04, lat=47.3)
        for n in range(1, CABINETS + 1)
    ]
    lamps = [
        Asset(id=n, code=f"L-{n}", class_="streetlight", service="lighting", lon=5 + n * 1e-6, lat=47.3)
        for n in range(CABINETS + 1, LAMPS)
    ]
    return cabinets + lamps


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
