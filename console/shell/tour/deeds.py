"""What somebody does at this console, told as the steps of the tour that it completes."""

import datetime as dt
from typing import cast

from PySide6.QtCore import QObject, Signal

from console.shell.tour.steps import Step
from console.store.stores import Stores
from contract.commands import Command, CommandState

_CAMERA = "camera"


class Deeds(QObject):
    """Listens to the stores while the tour is under way."""

    done = Signal(object)  # Step

    def __init__(self, stores: Stores) -> None:
        super().__init__()
        self._stores = stores
        self._since: dt.datetime | None = None

    @property
    def is_listening(self) -> bool:
        """Whether what is done counts."""
        return self._since is not None

    def listen(self) -> None:
        """Count what is done from now on."""
        if self._since is None:
            self._since = self._stores.link.server_now()
            self._stores.selection.selection_changed.connect(self._selected)
            self._stores.selection.place_requested.connect(self._gone_to)
            self._stores.alarms.ids_changed.connect(self._alarms_changed)
            self._stores.watched.command_changed.connect(self._commanded)

    def rest(self) -> None:
        """Hear nothing more; may be called twice."""
        if self._since is not None:
            self._since = None
            self._stores.selection.selection_changed.disconnect(self._selected)
            self._stores.selection.place_requested.disconnect(self._gone_to)
            self._stores.alarms.ids_changed.disconnect(self._alarms_changed)
            self._stores.watched.command_changed.disconnect(self._commanded)

    def _selected(self) -> None:
        selection = self._stores.selection
        asset = None if selection.asset_id is None else self._stores.assets.get(selection.asset_id)
        if selection.alarm_id is not None:
            self.done.emit(Step.ALARM)
        elif asset is not None and asset.class_ == _CAMERA:
            self.done.emit(Step.CAMERA)

    def _gone_to(self, _asset_id: object) -> None:
        self.done.emit(Step.MAP)

    def _alarms_changed(self, ids: object) -> None:
        for alarm_id in cast("frozenset[int]", ids):
            alarm = self._stores.alarms.get(alarm_id)
            if alarm is None or alarm.acknowledged_at is None or self._since is None:
                continue
            if alarm.acknowledged_by == self._stores.link.user and alarm.acknowledged_at >= self._since:
                self.done.emit(Step.ACKNOWLEDGE)
                return

    def _commanded(self, command: object) -> None:
        told = cast("Command", command)
        if told.actor == self._stores.link.user and told.claim_id is not None:
            self.done.emit(Step.CLAIM)
            if told.state is CommandState.VERIFIED:
                self.done.emit(Step.VERIFY)
