"""The backend killed with SIGKILL at moments of chance of storms: `python -m bench alarm-kills`."""

import asyncio
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.free_port import free_port
from bench.alarms.children import child
from bench.alarms.kill_room import CABINETS, KillRoom
from bench.report import Bar, Metric
from bench.video_kills.afterwards import journal_fault

KILLS: Final = 25


class KillsResult(msgspec.Struct, frozen=True):
    """What came of it. `faults`: in words, everything that must not be."""

    confirmed: int  # acts
    compared: int  # alarms that stood at once
    restarts_s: tuple[float, ...]  # from the kill until it answers again
    faults: tuple[str, ...]


def measure() -> list[Metric]:
    """Twenty-five kills of one backend."""
    with tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(kill_in_storms(Path(folder), KILLS, seed=1))
    for fault in result.faults[:10]:
        print(f"  alarm-kills: {fault}")
    how = (
        f"{KILLS} kill -9 at moments of chance of storms; after each the journal replayed = list of the backend = "
        f"console, of {result.compared} alarms at most; {result.confirmed} confirmed acknowledgements, shelvings, "
        "out-of-service and assignments stand; at last what is wrong in the field is what is active, and the journal's "
        "chain is whole"
    )
    restart = max(result.restarts_s)
    half = sorted(result.restarts_s)[KILLS // 2]
    told = f"from the kill until the API lists alarms, worst of {KILLS}; half of them {half:.1f} s"
    return [
        Metric(id="alarm_kills_faults", value=len(result.faults), unit="faults", how=how).against(Bar(0, gates=True)),
        Metric(id="alarm_kills_restart_s", value=restart, unit="s", how=told).against(Bar(3.0)),
    ]


async def kill_in_storms(folder: Path, kills: int, seed: int) -> KillsResult:
    """So many kills; `folder` is there and empty. Raises TimeoutError when the room does not come up."""
    port = free_port()
    with child("-m", "bench.alarms.storm_field", str(port), str(CABINETS)) as field:
        room = KillRoom(folder, field, port, seed)
        try:
            await room.open(kills)
            for number in range(kills):
                await room.kill(number)
            await room.look_back()
        finally:
            await room.close()
    faults = list(room.faults)
    if fault := journal_fault(room.data):
        faults.append(fault)
    return KillsResult(room.confirmed, room.compared, tuple(room.restarts_s), tuple(faults))
