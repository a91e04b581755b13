"""Commands to lamps: one override, sent once; then what each lamp made of it, from its own reports or read back."""

import asyncio
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from backend.devkit.adapter import DeviceCommand, Outcome, Sink
from backend.devkit.clock import Clock
from backend.devkit.errors import CommandRefused, LinkDown, LinkRefused
from backend.integrations.talq_lighting.client import AnswerLost, GatewayClient, GatewayRefusal
from backend.integrations.talq_lighting.known_devices import KnownDevices
from backend.integrations.talq_lighting.points import CONTROLLED
from backend.integrations.talq_lighting.protocol.values import Command, OverrideCommand, ResourceReference, State
from contract.commands import CommandState
from contract.points import Value

_LAMPS_A_REQUEST: Final = 500
_MOST_LATE: Final = 20_000
_TOLERANCE: Final = 1.0  # drivers round a level to their own steps

_WHY_NOT: Final = {
    "not_bound": "this asset is not bound to a device of this gateway",
    "not_known_there": "the gateway does not know this device",
    "no_lamp": "this device has no lamp to drive",
}
ReadBack = Callable[[Sequence[str]], Awaitable[None]]


class _Pending:
    """A command whose lamps have not all shown what they made of it."""

    def __init__(self, command: DeviceCommand, level: int | None, asset_at: Mapping[str, int]) -> None:
        self.command = command
        self.level = level
        self.asset_at = dict(asset_at)
        self.outcomes: dict[str, Outcome] = {}
        self.seen: dict[str, float] = {}
        self.is_waited_for = True
        self.doubt = ""
        self.all_shown = asyncio.Event()

    def conclude(self, address: str, state: CommandState, detail: str = "", code: str = "", **args: str) -> Outcome:
        """This lamp's outcome."""
        outcome = Outcome(asset_id=self.asset_at[address], state=state, detail=detail, code=code, args=args)
        self.outcomes[address] = outcome
        return outcome


class Overrides:
    """Drives the lamps of one gateway and remembers, within bounds, which have not answered yet."""

    def __init__(
        self, asset_at: Mapping[str, int], known: KnownDevices, sink: Sink, clock: Clock, *, verify_s: float
    ) -> None:
        self._asset_at = asset_at
        self._address_of = {asset: address for address, asset in asset_at.items()}
        self._known = known
        self._sink = sink
        self._clock = clock
        self._verify_s = verify_s
        self._pending: OrderedDict[tuple[str, str], _Pending] = OrderedDict()
        self._commands_at: dict[str, list[str]] = {}

    async def execute(self, command: DeviceCommand, client: GatewayClient, read_back: ReadBack) -> Sequence[Outcome]:
        """Send the override once and say what became of it, lamp by lamp."""
        level = self._wanted_level(command)
        outcomes = [
            Outcome(asset_id=asset, state=CommandState.REJECTED, detail=_WHY_NOT[code], code=code)
            for asset in command.asset_ids
            if (code := self._why_not(asset))
        ]
        addresses = [self._address_of[asset] for asset in command.asset_ids if not self._why_not(asset)]
        if not addresses:
            return outcomes
        pending = _Pending(command, level, {address: self._asset_at[address] for address in addresses})
        for address in addresses:
            self._remember(address, pending)
        try:
            await self._work_through(pending, addresses, client, read_back)
        finally:
            pending.is_waited_for = False
        for address in addresses:
            if address in pending.outcomes:
                outcomes.append(pending.outcomes[address])
                self._forget(address, command.id)
            else:
                outcomes.append(self._unknown(pending, address))
        return outcomes

    async def _work_through(
        self, pending: _Pending, addresses: Sequence[str], client: GatewayClient, read_back: ReadBack
    ) -> None:
        pending.doubt = await self._send(pending, addresses, client)
        await self._await_reports(pending, addresses)
        unshown = [a for a in addresses if a not in pending.outcomes and a not in self._known.silent_since]
        if unshown:
            try:
                await read_back(unshown)
            except LinkDown as error:
                pending.doubt = pending.doubt or str(error)

    def light_changed(self, address: str, level: float | None, ref: str | None, reason: str | None) -> None:
        """A lamp's light was reported or read back, with the command in force if the gateway tells it."""
        for command_id in list(self._commands_at.get(address, ())):
            pending = self._pending[address, command_id]
            if level is not None:
                pending.seen[address] = level
            if pending.level is None:
                if reason in {None, "override"}:
                    continue
                outcome = pending.conclude(address, CommandState.VERIFIED)
            elif ref not in {None, command_id}:
                continue  # an answer to somebody else's command proves nothing about ours
            elif level is not None and abs(level - pending.level) <= _TOLERANCE:
                outcome = pending.conclude(address, CommandState.VERIFIED)
            elif ref == command_id and level is not None:
                detail = f"the lamp accepted {pending.level} % and gives {level:g} %"
                wanted = str(pending.level)
                outcome = pending.conclude(
                    address, CommandState.DEVICE_ACK, detail, "gives_other", wanted=wanted, level=f"{level:g}"
                )
            else:
                continue
            if not pending.is_waited_for:
                self._forget(address, command_id)
                self._sink.late_outcome(command_id, outcome)
                continue
            self._sink.outcomes_known(command_id, [outcome])
            if len(pending.outcomes) == len(pending.asset_at):
                pending.all_shown.set()

    async def _send(self, pending: _Pending, addresses: Sequence[str], client: GatewayClient) -> str:
        """Why the lamps may not have heard the command, "" when the gateway took it."""
        doubt = ""
        command = pending.command
        target = None
        if pending.level is not None:
            target = Command(
                state=State(name="LevelState", value=pending.level),
                reason="override",
                cms_ref_id=command.id,
                expiration=command.expires_at,
            )
        for start in range(0, len(addresses), _LAMPS_A_REQUEST):
            batch = addresses[start : start + _LAMPS_A_REQUEST]
            references = tuple(ResourceReference(resource="devices", address=address) for address in batch)
            request_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{command.id}/{start}"))
            try:
                await client.override(OverrideCommand(addresses=references, target_command=target), request_id)
            except GatewayRefusal as refusal:
                self._conclude_all(pending, batch, CommandState.REJECTED, str(refusal))
            except AnswerLost as error:
                doubt = str(error)
            except (LinkDown, LinkRefused) as error:
                if start == 0:
                    for address in addresses:
                        self._forget(address, command.id)
                    raise LinkDown(str(error)) from error
                self._conclude_all(pending, batch, CommandState.FAILED, f"not sent: {error}")
            else:
                self._tell_taken(pending, batch)
        return doubt

    def _tell_taken(self, pending: _Pending, batch: Sequence[str]) -> None:
        """The gateway took the order; what lamps that answer make of it, they show themselves."""
        taken = [a for a in batch if a not in pending.outcomes and a not in self._known.silent_since]
        if taken:
            state = CommandState.DEVICE_ACK
            self._sink.outcomes_known(
                pending.command.id, [Outcome(asset_id=pending.asset_at[address], state=state) for address in taken]
            )

    async def _await_reports(self, pending: _Pending, addresses: Sequence[str]) -> None:
        """Wait for the lamps that answer; those known to be silent are not waited for."""
        if all(address in pending.outcomes or address in self._known.silent_since for address in addresses):
            return
        try:
            async with asyncio.timeout(self._verify_s):
                await pending.all_shown.wait()
        except TimeoutError:
            return

    def _unknown(self, pending: _Pending, address: str) -> Outcome:
        asset, state = pending.asset_at[address], CommandState.UNKNOWN
        reason = self._known.why_silent(address) or pending.doubt
        if reason:
            return Outcome(asset_id=asset, state=state, detail=reason)
        if address not in pending.seen:
            detail = "the lamp has not shown that it obeyed"
            return Outcome(asset_id=asset, state=state, detail=detail, code="not_shown")
        level = f"{pending.seen[address]:g}"
        if pending.level is None:
            detail = f"the lamp gives {level} %, not its program"
            return Outcome(asset_id=asset, state=state, detail=detail, code="gives_no_program", args={"level": level})
        detail, args = (
            f"the lamp gives {level} %, not {pending.level} %",
            {"level": level, "wanted": str(pending.level)},
        )
        return Outcome(asset_id=asset, state=state, detail=detail, code="gives_not", args=args)

    def _conclude_all(self, pending: _Pending, batch: Sequence[str], state: CommandState, detail: str) -> None:
        for address in batch:
            pending.conclude(address, state, detail)

    def _wanted_level(self, command: DeviceCommand) -> int | None:
        if command.property != CONTROLLED:
            raise CommandRefused(f"a lamp's {command.property or command.action} cannot be driven over TALQ")
        if command.expires_at is not None and command.expires_at <= self._clock.now():
            raise CommandRefused("the command's end lies in the past")
        return None if command.value is None else _level(command.value)

    def _why_not(self, asset: int) -> str:
        address = self._address_of.get(asset)
        if address is None:
            return "not_bound"
        if self._known.get(address) is None:
            return "not_known_there"
        if self._known.function_id(address, "LampActuatorFunction") is None:
            return "no_lamp"
        return ""

    def _remember(self, address: str, pending: _Pending) -> None:
        self._pending[address, pending.command.id] = pending
        self._commands_at.setdefault(address, []).append(pending.command.id)
        while len(self._pending) > _MOST_LATE:
            oldest_address, oldest_id = next(iter(self._pending))
            self._forget(oldest_address, oldest_id)

    def _forget(self, address: str, command_id: str) -> None:
        if self._pending.pop((address, command_id), None) is None:
            return
        left = [known for known in self._commands_at.get(address, ()) if known != command_id]
        if left:
            self._commands_at[address] = left
        else:
            self._commands_at.pop(address, None)


def _level(value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 100:
        raise CommandRefused("a light level is a number from 0 to 100")
    return round(value)
