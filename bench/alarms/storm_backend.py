"""A backend in whose city an opened cabinet is an intrusion: `python -m bench.alarms.storm_backend DIR PORT`.

The product has no intrusion panels yet; their alarms never wait and are P1, which is what is measured here.
"""

import asyncio
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from backend.bootstrap import Backend, BackendOptions
from backend.collector import spare_what_stays
from backend.domain.asset_classes import standard_asset_classes
from bench.alarms.storm_field import DOOR
from contract.alarms import Priority
from contract.assets import AlarmRule, AssetClass


def guarded_classes() -> Mapping[str, AssetClass]:
    """Cabinets whose door is as an intrusion."""
    cabinet = standard_asset_classes()["lighting_cabinet"]
    points = tuple(
        msgspec.structs.replace(spec, alarms=tuple(map(_intrusion, spec.alarms))) if spec.name == DOOR else spec
        for spec in cabinet.points
    )
    return {cabinet.code: msgspec.structs.replace(cabinet, points=points)}


def _intrusion(rule: AlarmRule) -> AlarmRule:
    return msgspec.structs.replace(rule, priority=Priority.P1, never_waits=True)


async def run(data: Path, port: int) -> None:
    """Until SIGTERM, as `main.py backend` does."""
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    backend = Backend(BackendOptions(data_dir=data, port=port, classes=guarded_classes()))
    await backend.start()
    spare_what_stays()
    try:
        await stopped.wait()
    finally:
        await backend.close()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2])))
