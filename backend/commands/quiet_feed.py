"""A feed for commands: no console is connected to them."""

from collections.abc import Sequence

from contract.alarms import Alarm
from contract.assets import Asset
from contract.claims import Claim
from contract.commands import Command
from contract.devices import LinkStatus
from contract.points import PointValue


class QuietFeed:
    """Implements `backend.ports.Feed` for nobody."""

    def assets_changed(self, assets: Sequence[Asset], removed: Sequence[Asset] = ()) -> None:
        """Nobody to tell."""

    def points_changed(self, changes: Sequence[tuple[int, str, PointValue]]) -> None:
        """Nobody to tell."""

    def states_changed(self, asset_ids: Sequence[int]) -> None:
        """Nobody to tell."""

    def alarm_changed(self, alarm: Alarm) -> None:
        """Nobody to tell."""

    def claim_changed(self, claim: Claim, *, is_released: bool = False) -> None:
        """Nobody to tell."""

    def command_changed(self, command: Command) -> None:
        """Nobody to tell."""

    def link_changed(self, status: LinkStatus) -> None:
        """Nobody to tell."""

    def rights_changed(self, user_name: str) -> None:
        """Nobody to tell."""
