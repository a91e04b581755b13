"""The backend is killed with -9: what was acknowledged stays so, what was sent is never sent again."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from backend.storage.opening import create_storage
from contract.alarms import Annunciation
from contract.commands import CommandState
from tests.backend.services.rig import NEIGHBOURS, SmallCity

_ROOT = Path(__file__).parents[3]


def killed(folder: Path, where: str) -> None:
    """A backend lived in this folder, and was killed there."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.backend.services.power_cut", str(folder), where],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stdout == "dead\n", ended.stderr
    assert ended.returncode == -signal.SIGKILL


async def reopened(folder: Path) -> SmallCity:
    city = SmallCity()
    city.use(create_storage(None, folder, folder, city.clock, ballast_bytes=0))
    await city.storage.open()
    await city.start()
    return city


async def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    killed(tmp_path, "acknowledged")
    city = await reopened(tmp_path)
    found = {alarm.kind: (alarm.annunciation, alarm.acknowledged_by) for alarm in city.alarms.standing()}
    assert found == {
        "cabinetDoorOpen": (Annunciation.ACKED, "leila"),
        "supplyLoss": (Annunciation.UNACK, ""),
    }
    assert await city.storage.verify_journal() is None
    await city.stop()
    await city.storage.close()


@pytest.mark.parametrize(
    ("where", "then"),
    [("AUTHORISED", CommandState.FAILED), ("SENT", CommandState.UNKNOWN), ("DEVICE_ACK", CommandState.UNKNOWN)],
)
async def test_a_command_ends_as_what_is_known_of_it(tmp_path: Path, where: str, then: CommandState) -> None:
    lamp = NEIGHBOURS[0]
    killed(tmp_path, where)
    city = await reopened(tmp_path)
    await city.settle()
    assert (await city.last_command(lamp)).state is then
    assert city.gateway.commands == []
    assert city.gateway.read == ([(lamp,)] if then is CommandState.UNKNOWN else [])
    assert [claim.owner for claim in city.claims.of_asset(lamp)] == ["leila"]
    await city.stop()
    await city.storage.close()
