"""The feed that services are built with, before there is anybody to feed."""

from collections.abc import Sequence
from typing import Protocol

from backend.ports import Feed
from contract.alarm_work import AlarmConflict
from contract.alarms import Alarm
from contract.assets import Asset
from contract.claims import Claim
from contract.commands import Command
from contract.devices import LinkStatus
from contract.points import PointValue


class MapWatcher(Protocol):
    """Somebody inside the backend who hears of what the map shows."""

    def assets_changed(self, assets: Sequence[Asset], removed: Sequence[Asset] = ()) -> None:
        """Assets added, changed or removed."""
        ...

    def states_changed(self, asset_ids: Sequence[int]) -> None:
        """What the map shows of these assets changed."""
        ...

    def assets_moved(self, asset_ids: Sequence[int]) -> None:
        """Mobile assets are somewhere else than before."""
        ...


class HappeningListener(Protocol):
    """Somebody inside the backend who hears of alarms and values."""

    def points_changed(self, changes: Sequence[tuple[int, str, PointValue]]) -> None:
        """(asset id, point, value)."""
        ...

    def alarm_changed(self, alarm: Alarm) -> None:
        """An alarm came, went or was acted upon."""
        ...


class FeedRelay:
    """Implements `Feed`: passes on to the one that `attach` gives, nothing until then; to watchers from the start."""

    def __init__(self) -> None:
        self._target: Feed | None = None
        self._watchers: list[MapWatcher] = []
        self._listeners: list[HappeningListener] = []

    def watch(self, watcher: MapWatcher) -> None:
        """From now on tell this one too what the map shows; it must be quick and not raise."""
        self._watchers.append(watcher)

    def hear(self, listener: HappeningListener) -> None:
        """From now on tell this one too of alarms and values; it must be quick and not raise."""
        self._listeners.append(listener)

    def attach(self, target: Feed | None) -> None:
        """From now on tell this one; None: nobody."""
        self._target = target

    def assets_changed(self, assets: Sequence[Asset], removed: Sequence[Asset] = ()) -> None:
        """Assets added, changed or removed."""
        if self._target is not None:
            self._target.assets_changed(assets, removed)
        for watcher in self._watchers:
            watcher.assets_changed(assets, removed)

    def points_changed(self, changes: Sequence[tuple[int, str, PointValue]]) -> None:
        """(asset id, point, value)."""
        if self._target is not None:
            self._target.points_changed(changes)
        for listener in self._listeners:
            listener.points_changed(changes)

    def states_changed(self, asset_ids: Sequence[int]) -> None:
        """What the map shows of these assets changed."""
        if self._target is not None:
            self._target.states_changed(asset_ids)
        for watcher in self._watchers:
            watcher.states_changed(asset_ids)

    def assets_moved(self, asset_ids: Sequence[int]) -> None:
        """Mobile assets are somewhere else than before."""
        if self._target is not None:
            self._target.assets_moved(asset_ids)
        for watcher in self._watchers:
            watcher.assets_moved(asset_ids)

    def alarm_changed(self, alarm: Alarm) -> None:
        """Goes out at once."""
        if self._target is not None:
            self._target.alarm_changed(alarm)
        for listener in self._listeners:
            listener.alarm_changed(alarm)

    def claim_changed(self, claim: Claim, *, is_released: bool = False) -> None:
        """A claim was placed, changed, released or expired."""
        if self._target is not None:
            self._target.claim_changed(claim, is_released=is_released)

    def command_changed(self, command: Command) -> None:
        """A command moved on."""
        if self._target is not None:
            self._target.command_changed(command)

    def link_changed(self, status: LinkStatus) -> None:
        """A device connection went up or down."""
        if self._target is not None:
            self._target.link_changed(status)

    def rights_changed(self, user_name: str) -> None:
        """Somebody's rights or account changed."""
        if self._target is not None:
            self._target.rights_changed(user_name)

    def classes_changed(self) -> None:
        """Sheets or conditions of alarms are others."""
        if self._target is not None:
            self._target.classes_changed()

    def alarm_conflict(self, user_name: str, conflict: AlarmConflict) -> None:
        """Another one wanted what this user had done, or took an alarm over from him."""
        if self._target is not None:
            self._target.alarm_conflict(user_name, conflict)
