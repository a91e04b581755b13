"""Run by test_power_cut: a small city on a real database, whose process is killed where the test says."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from backend.devkit.adapter import Outcome
from backend.storage.opening import create_storage
from contract.commands import CommandState
from tests.backend.services.rig import DARK_CABINET, NEIGHBOURS, SmallCity


def main(folder: Path, where: str) -> None:
    """`where`: a command state, or "acknowledged"."""
    asyncio.run(_live(folder, where))


async def _live(folder: Path, where: str) -> None:
    is_armed = False

    def reached(state: CommandState) -> None:
        if is_armed and state.value == where:
            _die()

    city = SmallCity(reached=reached)
    city.use(create_storage(None, folder, folder, city.clock, ballast_bytes=0))
    await city.storage.open()
    await city.start()
    await city.all_lamps_burn()
    if where == "acknowledged":
        await city.tells(DARK_CABINET, "cabinetDoorOpen", True)
        await city.tells(DARK_CABINET, "supplyLoss", True)
        door = next(alarm for alarm in city.shown() if alarm.kind == "cabinetDoorOpen")
        await city.alarms.acknowledge(door.id, 1, by="leila")
        _die()
    city.gateway.answer = [Outcome(asset_id=NEIGHBOURS[0], state=CommandState.DEVICE_ACK)]
    is_armed = True
    await city.claim([NEIGHBOURS[0]], 100)
    await asyncio.sleep(10)


def _die() -> None:
    print("dead", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
