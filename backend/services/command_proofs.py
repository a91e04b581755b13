"""What devices say of commands: proofs, answers while others still wait, answers that come late, and silence."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence

from backend.devkit.adapter import Outcome
from backend.devkit.clock import Clock
from backend.services.command_answers import ANSWERS, proves, said_of
from backend.services.command_memory import CommandMemory
from backend.services.command_records import moved
from backend.services.devices import Devices
from backend.services.reasons import Reasons, clock_words
from backend.services.said import say
from contract.commands import Command, CommandState
from contract.points import PointValue


class CommandProofs:
    """`judging` is held by whoever decides what became of a command."""

    def __init__(
        self, clock: Clock, devices: Devices, reasons: Reasons, memory: CommandMemory, judging: asyncio.Lock
    ) -> None:
        self._clock = clock
        self._devices = devices
        self._reasons = reasons
        self._memory = memory
        self._judging = judging
        self.discarded: Counter[str] = Counter()  # answers that fit no command, by connection

    async def points_changed(self, changes: Iterable[tuple[int, str, PointValue]]) -> None:
        """A device that reports what it was told proves that it obeys."""
        proofs = [
            (command_id, value)
            for asset_id, point, value in changes
            if (command_id := self._memory.awaited.get((asset_id, point))) is not None
        ]
        if not proofs:
            return
        async with self._judging:
            proven: dict[str, Command] = {}
            at = self._clock.now()
            for command_id, value in proofs:
                command = self._memory.recent(command_id)
                if command is None or not proves(command, value):
                    continue
                if command.state is CommandState.DEVICE_ACK:
                    proven[command_id] = moved(command, CommandState.VERIFIED, at)
                elif command.state is CommandState.UNKNOWN:
                    detail = say("reported_late", at=clock_words(at))
                    proven[command_id] = moved(command, CommandState.VERIFIED, at, detail, is_late=True)
            if proven:
                await self._memory.advance(list(proven.values()))

    async def outcomes_known(self, connection_id: str, told: Sequence[tuple[str, Outcome]]) -> None:
        """What became of some devices of a batch while others still keep it waiting: (command id, outcome)."""
        async with self._judging:
            at = self._clock.now()
            ended: dict[str, Command] = {}
            for command_id, outcome in told:
                command = self._told_of(connection_id, command_id, outcome)
                if command is None:
                    continue
                command = ended.get(command.id, command)
                is_further = command.state is CommandState.SENT or (
                    command.state is CommandState.DEVICE_ACK and outcome.state is not CommandState.DEVICE_ACK
                )
                if is_further and outcome.state in ANSWERS:
                    ended[command.id] = moved(command, outcome.state, at, said_of(outcome))
            if ended:
                await self._memory.advance(list(ended.values()))

    async def late_outcome(self, connection_id: str, command_id: str, outcome: Outcome) -> None:
        """An answer after we gave up: shown as late. One that fits no command of this asset is discarded."""
        async with self._judging:
            command = self._told_of(connection_id, command_id, outcome)
            if command is None:
                return
            if command.state is not CommandState.UNKNOWN or outcome.state not in ANSWERS:
                self.discarded[connection_id] += 1
                return
            await self._memory.advance(
                [moved(command, outcome.state, self._clock.now(), said_of(outcome), is_late=True)]
            )

    async def look(self) -> None:
        """Commands acknowledged by their device but never proven within their time end as UNKNOWN."""
        if self._memory.give_up:
            async with self._judging:
                await self._give_up_waiting()

    async def _give_up_waiting(self) -> None:
        now, at = self._clock.monotonic(), self._clock.now()
        over: list[Command] = []
        for command_id, give_up in list(self._memory.give_up.items()):
            command = self._memory.recent(command_id)
            if command is None or command.state is not CommandState.DEVICE_ACK:
                del self._memory.give_up[command_id]
            elif now >= give_up:
                del self._memory.give_up[command_id]
                detail = self._reasons.why_silent(command.asset_id) or say("not_reported")
                over.append(moved(command, CommandState.UNKNOWN, at, detail))
        if over:
            await self._memory.advance(over)

    def _told_of(self, connection_id: str, command_id: str, outcome: Outcome) -> Command | None:
        """The command that an answer is about; one that fits none of this connection's is counted, no more."""
        command = self._memory.recent(f"{command_id}.{outcome.asset_id}") or self._memory.recent(command_id)
        is_ours = command is not None and command.asset_id == outcome.asset_id
        if not is_ours or self._devices.connection_of(outcome.asset_id) != connection_id:
            self.discarded[connection_id] += 1
            return None
        return command
