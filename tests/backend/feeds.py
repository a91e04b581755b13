"""A feed that nobody listens to, and remembers whose rights changed."""

from collections.abc import Sequence

from contract.alarms import Alarm
from contract.assets import Asset
from contract.claims import Claim
from contract.commands import Command
from contract.devices import LinkStatus
from contract.points import PointValue


class SilentFeed:
    """Implements `backend.ports.Feed`."""

    def __init__(self) -> None:
        self.rights_changed_of: list[str] = []

    def assets_changed(self, assets: Sequence[Asset], removed: Sequence[Asset] = ()) -> None:
        """Nobody listens."""

    def points_changed(self, changes: Sequence[tuple[int, str, PointValue]]) -> None:
        """Nobody listens."""

    def states_changed(self, asset_ids: Sequence[int]) -> None:
        """Nobody listens."""

    def alarm_changed(self, alarm: Alarm) -> None:
        """Nobody listens."""

    def claim_changed(self, claim: Claim, *, is_released: bool = False) -> None:
        """Nobody listens."""

    def command_changed(self, command: Command) -> None:
        """Nobody listens."""

    def link_changed(self, status: LinkStatus) -> None:
        """Nobody listens."""

    def rights_changed(self, user_name: str) -> None:
        """Remember."""
        self.rights_changed_of.append(user_name)
