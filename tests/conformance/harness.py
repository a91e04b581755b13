"""What the suite asks of an integration's harness: a peer on loopback whose faults can be chosen.

A new integration adds `tests/conformance/harness_NAME.py` with `create() -> Harness`.
"""

import enum
import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, cast

from backend.devkit.adapter import Adapter, DeviceCommand
from backend.devkit.manifest import Manifest, read_manifest
from tests.conformance.recording_sink import RecordingSink

ROOT = Path(__file__).resolve().parents[2]
_OTHER = os.environ.get("BEFFROI_CONFORMANCE", "")  # "package:its module with create() -> Harness"


class Garble(enum.Enum):
    """How a peer breaks its messages."""

    GARBAGE = "bytes that are no message"
    HALF_FRAME = "a message cut in the middle"
    WRONG_SHAPE = "a well-formed message that means nothing"


class Harness(Protocol):
    """One integration with its simulated peer, on loopback."""

    poll_s: float
    """How often the adapter asks its peer, as configured here: silence must be seen within three of these."""

    async def start(self, sink: RecordingSink) -> Adapter:
        """Peer up, integration started; the adapter is made and does not run yet."""
        ...

    async def drop(self) -> None:
        """The peer goes away, its connections with it."""
        ...

    async def come_back(self) -> None:
        """The peer is there again, at the same address."""
        ...

    async def fall_silent(self) -> None:
        """The peer keeps its connections and says nothing any more."""
        ...

    async def garble(self, how: Garble) -> None:
        """The peer sends or answers so, once or for a while; afterwards it is sound again."""
        ...

    async def answer_late(self, seconds: float) -> None:
        """From now on the peer takes so long for each answer."""
        ...

    async def report_from_the_future(self) -> int:
        """The peer reports a value stamped years ahead; gives how many readings that makes."""
        ...

    async def flood(self, readings: int) -> int:
        """The peer reports so many values as fast as its protocol allows; gives how many it sent."""
        ...

    def commands(self) -> Mapping[str, DeviceCommand]:
        """For each capability of the manifest, a command that the peer obeys."""
        ...

    async def close(self) -> None:
        """Integration and peer closed."""
        ...


def manifests() -> Mapping[str, Manifest]:
    """Every integration in the tree; or the one in a package of others that BEFFROI_CONFORMANCE names."""
    if _OTHER:
        package = importlib.import_module(_OTHER.partition(":")[0])
        manifest = read_manifest(Path(package.__path__[0]) / "manifest.toml")
        return {manifest.name: manifest}
    found = sorted((ROOT / "backend" / "integrations").glob("*/manifest.toml"))
    return {path.parent.name: read_manifest(path) for path in found}


def harness_of(name: str) -> Harness:
    """A fresh harness; an integration without one fails its conformance."""
    module = importlib.import_module(_OTHER.partition(":")[2] or f"tests.conformance.harness_{name}")
    return cast("Harness", module.create())
