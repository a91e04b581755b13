"""Commands from request to outcome. Each state is committed before the next; nothing is sent twice."""

import asyncio
import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from backend.devkit.adapter import DeviceCommand
from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.ports import Feed, Storage, StorageError
from backend.services.command_answers import Answer, answers, proves
from backend.services.command_memory import CommandMemory, CrashPoint, go_on
from backend.services.command_proofs import CommandProofs
from backend.services.command_records import ENDED, SET, is_same_request, moved, requested, why_so
from backend.services.devices import Devices
from backend.services.live_state import LiveState
from backend.services.read_back import ReadBack
from backend.services.reasons import Reasons
from backend.services.refusals import CommandConflict, CommandRejected
from backend.services.register import Register
from backend.services.said import Said, say
from contract.api import CommandRequest
from contract.commands import Command, CommandState

__all__ = ["CommandConflict", "CommandDesk", "CommandRejected"]

log = logging.getLogger(__name__)
_LONGEST_DEADLINE_S = 300.0
IsWanted = Callable[[Command], bool]
Fence = Callable[[CommandRequest, str, str], Awaitable[int | Said]]
"""(what, by whom, from which login) -> the lease token that goes with it, or why it may not go."""


class CommandDesk:
    """The one way to devices: operators' acts and what claims drive both go through here."""

    def __init__(
        self,
        storage: Storage,
        feed: Feed,
        clock: Clock,
        register: Register,
        live: LiveState,
        devices: Devices,
        reasons: Reasons,
        reached: CrashPoint = go_on,
        fence: Fence | None = None,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._register = register
        self._live = live
        self._devices = devices
        self._reasons = reasons
        self._fence = fence
        self._tasks = Tasks("commands")
        self._read_back = ReadBack(devices, self._tasks)
        self._memory = CommandMemory(storage, feed, reached)
        self._asked: dict[str, tuple[CommandRequest, str]] = {}
        self._running: dict[str, asyncio.Task[Command]] = {}
        self._order: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        # A lamp's word, a report and the end of `execute` may come at once: none judges by a state that is over.
        self._judging = asyncio.Lock()
        self.proofs = CommandProofs(clock, devices, reasons, self._memory, self._judging)

    # --- asking

    async def submit(self, request: CommandRequest, *, by: str, session: str = "") -> Command:
        """Do it once and wait for the outcome. Raises CommandConflict, CommandRejected."""
        earlier = self._asked.get(request.id)
        if earlier is not None and earlier != (request, by):
            raise CommandConflict(say("command_id_used"))
        known = await self.get(request.id) if earlier is None else None
        if known is not None:
            if not is_same_request(known, request, by):
                raise CommandConflict(say("command_id_used"))
            if known.state is CommandState.REJECTED:
                raise CommandRejected(why_so(known))
            return known
        running = self._running.get(request.id)
        if running is None:
            self._asked[request.id] = (request, by)
            running = self._tasks.start(self._submitted(request, by, session), name=f"command {request.action}")
            self._running[request.id] = running
            running.add_done_callback(lambda _: self._forget(request.id))
        command = await asyncio.shield(running)
        if command.state is CommandState.REJECTED:
            raise CommandRejected(why_so(command))
        return command

    async def get(self, command_id: str) -> Command | None:
        """One command."""
        return self._memory.recent(command_id) or await self._storage.command(command_id)

    async def list(self, asset_id: int | None, before: str | None, limit: int) -> Sequence[Command]:
        """Newest first."""
        return await self._storage.commands(asset_id, before, limit)

    def last_set(self, asset_id: int, property_: str) -> Command | None:
        """The last command that drove a property."""
        return self._memory.last_set(asset_id, property_)

    def drive(self, commands: Sequence[Command], is_wanted: IsWanted) -> None:
        """Send commands that claims made and that are committed as REQUESTED; grouped where they are the same."""
        for command in commands:
            self._memory.keep(command)
        groups: dict[tuple[str, str], list[Command]] = defaultdict(list)
        for command in commands:
            connection = self._devices.connection_of(command.asset_id) or ""
            groups[connection, f"{command.id.rpartition('.')[0] or command.id}"].append(command)
        for (connection, batch), members in groups.items():
            self._tasks.start(self._drive_group(connection, batch, members, is_wanted), name=f"set by {connection}")

    def ask_present_values(self, asset_ids: Iterable[int]) -> None:
        """Have these devices say what they do now; it comes as reports."""
        self._read_back.ask(asset_ids)

    async def recover(self) -> None:
        """After a restart: what was sent is UNKNOWN and read back, what was not is given up. Nothing is re-sent."""
        at = self._clock.now()
        changed: list[Command] = []
        read_back: list[int] = []
        for command in await self._storage.open_commands():
            if command.state in {CommandState.REQUESTED, CommandState.AUTHORISED}:
                detail = say("stopped_before_sent")
                changed.append(moved(command, CommandState.FAILED, at, detail))
            elif command.state is CommandState.SENT or command.action == SET:
                detail = say("stopped_before_answer")
                changed.append(moved(command, CommandState.UNKNOWN, at, detail))
                read_back.append(command.asset_id)
            if command.action == SET:
                self._memory.awaited[command.asset_id, str(command.arguments.get("property", ""))] = command.id
        if changed:
            await self._memory.advance(changed, actor="system")
        self.ask_present_values(read_back)

    async def close(self) -> None:
        """What is being sent is abandoned; the next start finds it."""
        await self._tasks.close()

    # --- sending

    async def _submitted(self, request: CommandRequest, by: str, session: str) -> Command:
        command = requested(request, by=by, at=self._clock.now())
        await self._memory.advance([command])
        token: int | Said = self._why_not(request) or 0
        if self._fence is not None and token == 0:
            token = await self._fence(request, by, session)
        if isinstance(token, Said):
            return (await self._memory.advance([moved(command, CommandState.REJECTED, self._clock.now(), token)]))[0]
        device_command = DeviceCommand(
            id=command.id,
            asset_ids=(command.asset_id,),
            action=command.action,
            arguments=command.arguments,
            reason=command.reason,
            expires_at=command.deadline,
            lease_token=token,
        )
        connection = self._devices.connection_of(command.asset_id) or ""
        return (await self._sent(connection, device_command, [command], request.deadline_s))[0]

    def _why_not(self, request: CommandRequest) -> Said | None:
        asset = self._register.get(request.asset_id)
        if asset is None:
            return say("no_asset", asset=request.asset_id)
        if not 0 < request.deadline_s <= _LONGEST_DEADLINE_S:
            return say("deadline", seconds=f"{_LONGEST_DEADLINE_S:.0f}")
        if request.action in {SET, "stream_uri"}:
            return say("no_command")
        return self._devices.why_cannot(asset, request.action, is_claim=False)

    async def _drive_group(self, connection: str, batch: str, members: Sequence[Command], is_wanted: IsWanted) -> None:
        asked_at = self._clock.monotonic()
        async with self._order[connection]:  # one gateway obeys in the order in which claims won
            try:
                await self._drive_in_turn(connection, batch, members, is_wanted, asked_at)
            except StorageError as error:
                log.error("commands to %s were not kept, so they were not sent: %s", connection, error)

    async def _drive_in_turn(
        self, connection: str, batch: str, members: Sequence[Command], is_wanted: IsWanted, asked_at: float
    ) -> None:
        at = self._clock.now()
        overtaken = [command for command in members if not is_wanted(command)]
        if overtaken:
            detail = say("overtaken")
            await self._memory.advance([moved(command, CommandState.EXPIRED, at, detail) for command in overtaken])
        members = [command for command in members if is_wanted(command)]
        if not members:
            return
        left = (members[0].deadline - members[0].requested_at).total_seconds() - (self._clock.monotonic() - asked_at)
        if left <= 0:
            detail = say("connection_busy")
            await self._memory.advance([moved(command, CommandState.EXPIRED, at, detail) for command in members])
            return
        first = members[0]
        async with self._judging:
            await self._supersede(members)
        expires = first.arguments.get("expires_at")
        device_command = DeviceCommand(
            id=batch,
            asset_ids=tuple(command.asset_id for command in members),
            action=SET,
            property=str(first.arguments["property"]),
            value=first.arguments["value"],
            reason=first.reason,
            expires_at=dt.datetime.fromisoformat(expires) if isinstance(expires, str) else None,
        )
        await self._sent(connection, device_command, members, left)

    async def _supersede(self, members: Sequence[Command]) -> None:
        """These are what their properties wait for now; an older order that was accepted is over."""
        at = self._clock.now()
        older: list[Command] = []
        for command in members:
            key = (command.asset_id, str(command.arguments["property"]))
            before = self._memory.last_set(*key)
            if before is not None and before.state is CommandState.DEVICE_ACK:
                detail = say("newer_order")
                older.append(moved(before, CommandState.EXPIRED, at, detail))
            self._memory.awaited[key] = command.id
        if older:
            await self._memory.advance(older)

    async def _sent(
        self, connection: str, device_command: DeviceCommand, commands: Sequence[Command], left_s: float
    ) -> Sequence[Command]:
        commands = await self._memory.advance([moved(c, CommandState.AUTHORISED, self._clock.now()) for c in commands])
        adapter = self._devices.adapter(connection)
        if adapter is None:
            detail = say("no_connection")
            return await self._memory.advance(
                [moved(c, CommandState.FAILED, self._clock.now(), detail) for c in commands]
            )
        sent_at = self._clock.now()
        commands = await self._memory.advance([moved(c, CommandState.SENT, sent_at) for c in commands])
        found = await answers(adapter.execute, device_command, left_s)
        async with self._judging:
            known = [self._memory.recent(command.id) or command for command in commands]
            ended = [c if c.state in ENDED else self._ended(c, found, sent_at) for c in known]
            for command in ended:
                if command.state is CommandState.DEVICE_ACK and command.arguments.get("value") is not None:
                    self._memory.give_up[command.id] = self._clock.monotonic() + left_s
            news = [new for new, old in zip(ended, known, strict=True) if _says_more(new, old)]
            if news:
                await self._memory.advance(news)
        return ended

    def _ended(self, command: Command, found: Mapping[int, Answer], sent_at: dt.datetime) -> Command:
        at = self._clock.now()
        answer = found.get(command.asset_id)
        if answer is None:
            answer = Answer(CommandState.UNKNOWN, say("no_answer"))
        if answer.state is CommandState.DEVICE_ACK and command.action == SET:
            value = self._live.point(command.asset_id, str(command.arguments.get("property", "")))
            is_new = value is not None and value.received_time is not None and value.received_time >= sent_at
            if value is not None and is_new and proves(command, value):
                return moved(command, CommandState.VERIFIED, at, answer.why)
        is_open = answer.state in {CommandState.DEVICE_ACK, CommandState.UNKNOWN}
        if is_open and self._live.silence(command.asset_id) is not None:
            words = self._reasons.why_silent(command.asset_id)
            return moved(command, CommandState.UNKNOWN, at, words or answer.why)
        return moved(command, answer.state, at, answer.why)

    # --- keeping

    def _forget(self, command_id: str) -> None:
        self._asked.pop(command_id, None)
        self._running.pop(command_id, None)


def _says_more(new: Command, old: Command) -> bool:
    return (new.state, new.detail) != (old.state, old.detail)
