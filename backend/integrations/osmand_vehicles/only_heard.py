"""What is the same for vehicles however they report: nobody commands them, and nobody asks them."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from backend.devkit.adapter import DeviceCommand, Outcome
from backend.devkit.errors import CommandRefused, LinkDown
from backend.devkit.link import Link
from contract.devices import LinkState


class OnlyHeard(ABC):
    """One way by which a fleet is heard; `nobody` says why it is down where the link itself does not know."""

    def __init__(self, link: Link, nobody: str) -> None:
        self._link = link
        self._nobody = nobody

    async def run(self) -> None:
        """Keep the link; returns only when cancelled."""
        try:
            await self._link.run()
        finally:
            await self.close()

    async def execute(self, command: DeviceCommand) -> Sequence[Outcome]:
        """Nothing can be commanded: an app's remote commands are its owner's. Raises CommandRefused."""
        raise CommandRefused(f"a vehicle that only reports its place does not know the act {command.action!r}")

    async def read_back(self, asset_ids: Sequence[int]) -> None:
        """Nobody can be asked: they report by themselves. Raises LinkDown while nobody can be heard."""
        del asset_ids
        if self._link.state is not LinkState.UP:
            raise LinkDown(self._link.reason or self._nobody)

    @abstractmethod
    async def close(self) -> None:
        """Hear nobody any more; may be called twice."""
