"""A feed that remembers what consoles would see."""

from collections.abc import Sequence

from contract.alarm_work import AlarmConflict
from contract.alarms import Alarm
from contract.assets import Asset
from contract.claims import Claim
from contract.commands import Command
from contract.devices import LinkStatus
from contract.points import PointValue


class RecordingFeed:
    """Implements `backend.ports.Feed`; remembers what consoles would see."""

    def __init__(self) -> None:
        self.alarms: list[Alarm] = []
        self.commands: list[Command] = []
        self.claims: list[tuple[Claim, bool]] = []
        self.links: list[LinkStatus] = []
        self.points: list[tuple[int, str, PointValue]] = []
        self.states: list[int] = []
        self.moved: list[int] = []
        self.assets: list[Asset] = []
        self.rights_changed_of: list[str] = []
        self.classes_changed_count = 0
        self.conflicts: list[tuple[str, AlarmConflict]] = []

    def assets_changed(self, assets: Sequence[Asset], removed: Sequence[Asset] = ()) -> None:
        self.assets += [*assets, *removed]

    def points_changed(self, changes: Sequence[tuple[int, str, PointValue]]) -> None:
        self.points.extend(changes)

    def states_changed(self, asset_ids: Sequence[int]) -> None:
        self.states.extend(asset_ids)

    def assets_moved(self, asset_ids: Sequence[int]) -> None:
        self.moved.extend(asset_ids)

    def alarm_changed(self, alarm: Alarm) -> None:
        self.alarms.append(alarm)

    def claim_changed(self, claim: Claim, *, is_released: bool = False) -> None:
        self.claims.append((claim, is_released))

    def command_changed(self, command: Command) -> None:
        self.commands.append(command)

    def link_changed(self, status: LinkStatus) -> None:
        self.links.append(status)

    def rights_changed(self, user_name: str) -> None:
        self.rights_changed_of.append(user_name)

    def classes_changed(self) -> None:
        self.classes_changed_count += 1

    def alarm_conflict(self, user_name: str, conflict: AlarmConflict) -> None:
        self.conflicts.append((user_name, conflict))
