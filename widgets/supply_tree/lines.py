"""What the tree shows of an asset, in words. No Qt."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from contract.stream import Visual


class SupplyLine(NamedTuple):
    """One asset in the tree."""

    name: str
    code: str
    class_name: str
    state: str
    visual: Visual
    fed: str  # how many hang on it
    down: str  # how many of these are in fault or alarm
    is_down: bool  # it is in fault or alarm itself and feeds others


class SupplyRows(Protocol):
    """The tree as it stands; asked only for what is opened and seen."""

    def children(self, asset_id: int | None) -> Sequence[int]:
        """What hangs on an asset, in order; the tops for None."""
        ...

    def has_children(self, asset_id: int) -> bool:
        """Whether anything hangs on it."""
        ...

    def line(self, asset_id: int) -> SupplyLine | None:
        """Its words; None when it is gone."""
        ...
