"""Commands on their way: each step is committed, then remembered, then told."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

from backend.ports import Feed, Storage, Unit
from backend.services.command_records import ENDED, command_line
from contract.commands import Command, CommandState
from contract.journal import EntryKind, NewEntry

_REMEMBERED: Final = 5000
CrashPoint = Callable[[CommandState], None]


def go_on(state: CommandState) -> None:
    """Nothing ends a command on its way."""


class CommandMemory:
    """`awaited`: (asset, property) -> id of the last command that set it.

    `give_up`: id of a command -> until when, on the clock that never jumps, its device may prove it.
    """

    def __init__(self, storage: Storage, feed: Feed, reached: CrashPoint) -> None:
        self._storage = storage
        self._feed = feed
        self._reached = reached
        self._recent: OrderedDict[str, Command] = OrderedDict()
        self.awaited: dict[tuple[int, str], str] = {}
        self.give_up: dict[str, float] = {}

    def recent(self, command_id: str) -> Command | None:
        """A command of late as it stands; None when it is only in storage, or nowhere."""
        return self._recent.get(command_id)

    def last_set(self, asset_id: int, property_: str) -> Command | None:
        """The last command that drove a property."""
        return self._recent.get(self.awaited.get((asset_id, property_), ""))

    async def advance(self, commands: Sequence[Command], *, actor: str | None = None) -> Sequence[Command]:
        """These have come a step further. Raises StorageError: then they have not."""
        entries = [command_line(command, actor=actor) for command in commands]
        entries.extend(_viewing(c) for c in commands if c.action == "snapshot" and c.state is CommandState.AUTHORISED)
        await self._storage.commit(Unit(entries=entries, commands=list(commands)))
        for command in commands:
            self.keep(command)
            self._feed.command_changed(command)
        self._reached(commands[0].state)
        return commands

    def keep(self, command: Command) -> None:
        """Remember one that is committed."""
        self._recent[command.id] = command
        self._recent.move_to_end(command.id)
        while len(self._recent) > _REMEMBERED:
            oldest = next(iter(self._recent.values()))
            if oldest.state not in ENDED and oldest.id in self.give_up:
                break
            self._recent.popitem(last=False)


def _viewing(command: Command) -> NewEntry:
    payload: dict[str, object] = {"stream": "snapshot", "reason": command.reason, "command": command.id}
    return NewEntry(kind=EntryKind.VIEWING, actor=command.actor, asset_id=command.asset_id, payload=payload)
