"""Another person takes the seat, or has other rights: his login, keys, layers, workspaces; the windows stay."""

import logging
from pathlib import Path

from console.kit.errors import RequestFailed
from console.kit.seat import seat_name
from console.kit.task_bag import TaskBag
from console.shell.arrangement import Arrangement
from console.shell.at_hand import AtHand
from console.shell.connection import Connection
from console.store.stores import Stores
from contract.alarm_work import PresenceRequest
from contract.seat_holding import SeatEvent

log = logging.getLogger(__name__)


class SeatChange:
    """What is another person's by then: all but windows, alarms and the notes that were begun."""

    def __init__(self, stores: Stores, at_hand: AtHand, arrangement: Arrangement, folder: Path, tasks: TaskBag) -> None:
        self._stores = stores
        self._at_hand = at_hand
        self._arrangement = arrangement
        self._folder = folder
        self._tasks = tasks
        self._awaited = ""  # whose assets and alarms the stream is to bring
        self._is_asking_anew = False
        stores.link.loaded.connect(self._loaded)
        stores.rights_changed.connect(self._rights_changed)

    async def make(self, connection: Connection, user: str, password: str) -> None:
        """Raises RequestFailed when the person could not prove who he is: nothing was changed then."""
        before, client = connection.user_name, connection.requests
        try:
            await connection.change_user(user, password, self._leave)
        finally:
            if connection.user_name == before:
                await self._show_panels(is_same=True)
            else:  # also where something failed after the logins were exchanged: nothing of the former one is shown
                self._awaited = connection.user_name
                if self._stores.link.user == self._awaited and not self._stores.link.is_catching_up:
                    self._loaded()
        try:
            await client.report_seat(seat_name(), SeatEvent.TAKEN_OVER, before)
            await client.say_presence(PresenceRequest(seat=seat_name()))
            await self._at_hand.meet(client)
            for shelf in (self._stores.map_shelf, self._stores.wall_shelf):
                shelf.forget()
                await shelf.load(client)
            await self._arrangement.change_user(client, self._folder, connection.user_name, connection.role)
        except RequestFailed as error:
            log.warning("the seat is another one's, but what he keeps could not be read: %s", error)

    async def _leave(self) -> None:
        await self._arrangement.keep_own()
        self._at_hand.forget_person()
        await self._stores.energy.leave()
        if self._arrangement.desk is not None:
            self._arrangement.desk.forget_person()

    def _loaded(self) -> None:
        if self._awaited and self._stores.link.user == self._awaited:
            self._awaited = ""
            self._stores.forget_unseen()
            self._tasks.start(self._show_panels(is_same=False), name="panels of who came")

    def _rights_changed(self) -> None:
        """Panels show what they were told under the former rights: each asks anew, once for all that comes together."""
        if not self._is_asking_anew and not self._awaited:
            self._is_asking_anew = True
            self._tasks.start(self._show_by_new_rights(), name="panels by new rights")

    async def _show_by_new_rights(self) -> None:
        self._is_asking_anew = False
        self._stores.forget_unseen()
        if self._arrangement.desk is not None:
            await self._arrangement.desk.see_anew()

    async def _show_panels(self, *, is_same: bool) -> None:
        if self._arrangement.desk is not None:
            await self._arrangement.desk.meet_person(is_same=is_same)
