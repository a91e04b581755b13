"""What every base map's source can do."""

from typing import Protocol

from backend.ports import Tile
from contract.base_maps import BaseMap


class Source(Protocol):
    """One base map. `revision` says which content it stands for: another revision is another source."""

    @property
    def revision(self) -> str:
        """Changes with the content."""
        ...

    async def describe(self) -> BaseMap:
        """The base map as it is now, its id and name still those of its file. Raises BaseMapTrouble when broken."""
        ...

    async def tile(self, z: int, x: int, y: int) -> Tile | None:
        """One tile; None where there is none. Raises NoSuchBaseMap, BaseMapTrouble."""
        ...

    async def features(self) -> bytes:
        """The features in MessagePack. Raises NoSuchBaseMap, BaseMapTrouble."""
        ...

    async def close(self) -> None:
        """Let go of files and connections; may be called twice."""
        ...
