"""What adapters report, and the sink through which they do."""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

import msgspec

from backend.devkit.adapter import Outcome
from backend.services.link_tally import LinkTally
from contract.claims import Claim
from contract.devices import LinkState
from contract.points import Reading


class Silent(msgspec.Struct, frozen=True):
    """These assets stopped answering, and why. `is_meant`: somebody wished it so, and nobody is to be alarmed."""

    asset_ids: Sequence[int]
    reason: str
    is_meant: bool = False


class Answering(msgspec.Struct, frozen=True):
    """These assets answer again."""

    asset_ids: Sequence[int]


class Link(msgspec.Struct, frozen=True):
    """A connection went up or down."""

    connection_id: str
    state: LinkState
    reason: str


class Late(msgspec.Struct, frozen=True):
    """What became of a command that was given up."""

    connection_id: str
    command_id: str
    outcome: Outcome


Report = Sequence[Reading] | Silent | Answering | Link | Late


class ReportTaker(Protocol):
    """Where sinks put what they are told."""

    counts: Counter[str]

    def add(self, report: Report, readings: int = 0) -> None:
        """Queue a report."""
        ...

    def tell(self, connection_id: str, command_id: str, outcomes: Sequence[Outcome]) -> None:
        """What became of some devices of a command that is still worked on."""
        ...

    def field_claims(self, asset_id: int, property_: str, claims: Sequence[Claim]) -> None:
        """Claims that live in the field."""
        ...

    async def kept(self) -> bool:
        """Wait until what is queued now is committed; False when storage fails."""
        ...


class ConnectionSink:
    """Implements `Sink` for one connection, or for a part of the backend: it may speak of its own assets only."""

    def __init__(
        self, intake: ReportTaker, connection_id: str, bound: frozenset[int], tally: LinkTally | None = None
    ) -> None:
        self._tally = tally
        self._intake = intake
        self._connection_id = connection_id
        self._bound = bound

    def report(self, readings: Sequence[Reading]) -> None:
        """New values, oldest first."""
        ours = [reading for reading in readings if reading.asset_id in self._bound]
        self._intake.counts["foreign"] += len(readings) - len(ours)
        if self._tally is not None:
            self._tally.heard(len(ours))
        if ours:
            self._intake.add(ours, len(ours))

    def assets_unreachable(self, asset_ids: Sequence[int], reason: str) -> None:
        """These devices stopped answering."""
        if self._tally is not None:
            self._tally.silent(len(asset_ids))
        self._intake.add(Silent(self._own(asset_ids), reason))

    def assets_reachable(self, asset_ids: Sequence[int]) -> None:
        """These devices answer again."""
        self._intake.add(Answering(self._own(asset_ids)))

    def link_changed(self, state: LinkState, reason: str = "") -> None:
        """The connection itself went up or down."""
        if self._tally is not None:
            self._tally.changed(state)
        self._intake.add(Link(self._connection_id, state, reason))

    def field_claims(self, asset_id: int, property_: str, claims: Sequence[Claim]) -> None:
        """Claims that live in the field."""
        if self._own((asset_id,)):
            self._intake.field_claims(asset_id, property_, claims)

    def outcomes_known(self, command_id: str, outcomes: Sequence[Outcome]) -> None:
        """What became of some assets while the rest is waited for."""
        self._intake.tell(self._connection_id, command_id, outcomes)

    def late_outcome(self, command_id: str, outcome: Outcome) -> None:
        """An answer after we gave up."""
        self._intake.add(Late(self._connection_id, command_id, outcome))

    async def kept(self) -> bool:
        """Wait until what was reported is committed; False when storage fails."""
        return await self._intake.kept()

    def _own(self, asset_ids: Sequence[int]) -> Sequence[int]:
        ours = tuple(asset_id for asset_id in asset_ids if asset_id in self._bound)
        self._intake.counts["foreign"] += len(asset_ids) - len(ours)
        return ours
