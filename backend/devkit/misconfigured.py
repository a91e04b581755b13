"""What stands for an adapter whose settings cannot be right: it says so, and waits to be set up otherwise."""

import asyncio
from collections.abc import Sequence

from backend.devkit.adapter import DeviceCommand, Outcome, Sink
from backend.devkit.errors import CommandRefused, LinkDown
from contract.devices import LinkState


class MisconfiguredAdapter:
    """Its link is refused with the reason for as long as it runs."""

    def __init__(self, reason: str, sink: Sink) -> None:
        self._reason = reason
        self._sink = sink

    async def run(self) -> None:
        """Say what is wrong; returns only when cancelled."""
        self._sink.link_changed(LinkState.REFUSED, self._reason)
        await asyncio.Event().wait()

    async def execute(self, command: DeviceCommand) -> Sequence[Outcome]:
        """Nothing can be commanded. Raises CommandRefused."""
        raise CommandRefused(f"{command.action}: {self._reason}")

    async def read_back(self, asset_ids: Sequence[int]) -> None:
        """Nobody can be asked. Raises LinkDown."""
        raise LinkDown(f"{len(asset_ids)} devices cannot be asked: {self._reason}")

    async def close(self) -> None:
        """Nothing was opened."""
