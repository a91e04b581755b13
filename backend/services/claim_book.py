"""Claims on controllable properties: the winner is driven to the device, the next applies when it goes."""

import heapq
import logging
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.domain.alarms.conditions import same_value
from backend.ports import Feed, Storage, StorageError, Unit
from backend.services.claim_checks import MOST_ASSETS, check_claim
from backend.services.claim_returns import Return, Returns
from backend.services.claim_stacks import ClaimStacks, Property
from backend.services.command_desk import CommandDesk
from backend.services.command_records import ENDED, command_line, driven, why_so
from backend.services.devices import Devices
from backend.services.live_state import LiveState
from backend.services.reasons import Reasons
from backend.services.refusals import ClaimRefused
from backend.services.register import Register
from backend.services.said import NOTHING, joined, say
from backend.services.serial import Serial
from contract.api import ClaimOutcome, ClaimRequest
from contract.claims import Claim, Explanation
from contract.commands import Command, CommandState
from contract.journal import EntryKind, NewEntry
from contract.points import PointValue, Quality, Value

__all__ = ["ClaimBook", "ClaimRefused"]

log = logging.getLogger(__name__)
_UNHAPPY = frozenset({CommandState.UNKNOWN, CommandState.FAILED, CommandState.EXPIRED})
_BACK = "it answers again"


class ClaimBook:
    """All claims in force. A change of winner becomes a command, committed together with what changed it."""

    def __init__(
        self,
        storage: Storage,
        feed: Feed,
        clock: Clock,
        register: Register,
        live: LiveState,
        devices: Devices,
        commands: CommandDesk,
        reasons: Reasons,
    ) -> None:
        self._storage = storage
        self._feed = feed
        self._clock = clock
        self._register = register
        self._live = live
        self._devices = devices
        self._commands = commands
        self._reasons = reasons
        self._tasks = Tasks("claims")
        self._serial = Serial(self._tasks, "change claims")
        self._stacks = ClaimStacks()
        self._requests: dict[str, tuple[ClaimRequest, str, ClaimOutcome]] = {}
        self._expiries: list[tuple[float, str]] = []
        self._returns = Returns()

    # --- life

    async def load(self) -> None:
        """Claims as they stood; those that ended while the backend was away expire at the first `look`."""
        for claim in await self._storage.claims():
            self._take(claim)

    async def look(self) -> None:
        """Expire what is over, measured on the monotonic clock: setting the wall clock ends nothing early.

        Then drive again what devices missed while they did not answer.
        """
        await self._expire()
        due = self._returns.due(self._clock.monotonic())
        if due:
            await self._serial.run(lambda: self._drive_missed(due))

    def came_back(self, asset_ids: Iterable[int]) -> None:
        """These assets answer again, or for the first time since the start: do they what is claimed?"""
        now = self._clock.monotonic()
        for asset_id in asset_ids:
            for name in self._stacks.properties(asset_id):
                # A city's lamps all have a calendar in the field: only what we claim or took back concerns us.
                if self._stacks.has_ours((asset_id, name)) or self._commands.last_set(asset_id, name) is not None:
                    self._returns.came_back((asset_id, name), now)

    async def _expire(self) -> None:
        now = self._clock.monotonic()
        over: list[Claim] = []
        while self._expiries and self._expiries[0][0] <= now:
            claim = self._stacks.ours(heapq.heappop(self._expiries)[1])
            if claim is not None:
                over.append(claim)
        if not over:
            return
        try:
            await self._serial.run(lambda: self._remove(over, EntryKind.CLAIM_EXPIRED, "system", "its time is over"))
        except BaseException:
            for claim in over:
                heapq.heappush(self._expiries, (now, claim.id))
            raise

    async def close(self) -> None:
        """End what runs."""
        await self._tasks.close()

    # --- reading

    def all(self) -> Iterable[Claim]:
        """Every claim in force, those that live in the field too."""
        return self._stacks.all()

    def of_asset(self, asset_id: int) -> Sequence[Claim]:
        """An asset's claims, winners first."""
        return [claim for name in self._stacks.properties(asset_id) for claim in self._stacks.of((asset_id, name))]

    def get(self, claim_id: str) -> Claim | None:
        """One claim in force."""
        return self._stacks.get(claim_id)

    def wanted(self, asset_id: int, property_: str) -> Value:
        """What the winning claim says; None when nobody claims, or the claim's value is not known."""
        standing = self._stacks.of((asset_id, property_))
        return standing[0].value if standing else None

    def explain(self, asset_id: int, property_: str) -> Explanation:
        """Why a property is in its state: who wants what, and whether the device does it."""
        standing = tuple(self._stacks.of((asset_id, property_)))
        wanted = standing[0].value if standing else None
        reported = self._live.point(asset_id, property_) or PointValue(None, Quality.UNKNOWN, None, None)
        is_known = wanted is not None and reported.quality is Quality.GOOD
        is_obeyed = same_value(reported.value, wanted) if is_known else None
        why = self._reasons.why_silent(asset_id) or NOTHING
        notes = [why]
        last = self._commands.last_set(asset_id, property_)
        if last is not None and not is_obeyed:
            notes.append(say(f"last_{last.state.value.lower()}"))
            if last.detail != why.text:
                notes.append(why_so(last))
        note = joined(notes)
        return Explanation(
            asset_id=asset_id,
            property=property_,
            claims=standing,
            wanted=wanted,
            reported=reported.value,
            is_obeyed=is_obeyed,
            note=note.text,
            detail_code=note.code,
            detail_args=dict(note.args),
        )

    # --- changing

    async def place(self, request: ClaimRequest, *, by: str, is_agreed: bool = False) -> ClaimOutcome:
        """Claim a property of all these assets, or of none. What devices then do is told by the commands.

        The same id with the same request gives the same outcome. Raises ClaimRefused.
        """
        return await self._serial.run(lambda: self._place(request, by, is_agreed=is_agreed))

    async def release(self, claim_id: str, *, by: str, reason: str) -> Claim:
        """The next claim applies. Raises ClaimRefused."""
        return await self._serial.run(lambda: self._release(claim_id, by, reason))

    def field_claims(self, asset_id: int, property_: str, claims: Sequence[Claim]) -> None:
        """What claims live in the field for a property now: shown, never driven."""
        before, after = self._stacks.take_field((asset_id, property_), claims)
        kept = {claim.id for claim in after}
        for claim in before:
            if claim.id not in kept:
                self._feed.claim_changed(claim, is_released=True)
        for claim in after:
            if claim not in before:
                self._feed.claim_changed(claim)

    async def _place(self, request: ClaimRequest, by: str, *, is_agreed: bool) -> ClaimOutcome:
        earlier = self._requests.get(request.id)
        if earlier is not None:
            if (earlier[0], earlier[1]) != (request, by):
                raise ClaimRefused(say("claim_id_used"))
            return earlier[2]
        check_claim(request, self._register, self._devices, self._clock.now(), is_agreed=is_agreed)
        if request.id in self._stacks or any(f"{request.id}.{i}" in self._stacks for i in request.asset_ids):
            raise ClaimRefused(say("claim_stands"))
        at = self._clock.now()
        single = len(request.asset_ids) == 1
        claims = [
            Claim(
                id=request.id if single else f"{request.id}.{asset_id}",
                asset_id=asset_id,
                property=request.property,
                value=request.value,
                rank=request.rank,
                owner=by,
                reason=request.reason.strip(),
                placed_at=at,
                expires_at=request.expires_at,
            )
            for asset_id in request.asset_ids
        ]
        properties = [(claim.asset_id, claim.property) for claim in claims]
        commands = self._commands_for(properties, by, request.reason, added=claims)
        entries = [_line(EntryKind.CLAIM_PLACED, claim, by, "") for claim in claims]
        await self._commit(Unit(entries=entries, claims=claims), commands)
        for claim in claims:
            self._take(claim)
            self._feed.claim_changed(claim)
        outcome = ClaimOutcome(claims=tuple(claims), commands=tuple(commands))
        self._requests[request.id] = (request, by, outcome)
        while len(self._requests) > MOST_ASSETS:
            del self._requests[next(iter(self._requests))]
        self._drive(commands)
        return outcome

    async def _release(self, claim_id: str, by: str, reason: str) -> Claim:
        claim = self.get(claim_id)
        if claim is None:
            raise ClaimRefused(say("claim_gone"))
        if claim.is_read_only:
            raise ClaimRefused(say("claim_in_field", source=claim.source or claim.owner))
        await self._remove([claim], EntryKind.CLAIM_RELEASED, by, reason)
        return claim

    async def _remove(self, claims: Sequence[Claim], kind: EntryKind, by: str, reason: str) -> None:
        standing = [claim for claim in claims if claim.id in self._stacks]
        if not standing:
            return
        properties = list(dict.fromkeys((claim.asset_id, claim.property) for claim in standing))
        gone = {claim.id for claim in standing}
        commands = self._commands_for(properties, by, reason, removed=gone)
        entries = [_line(kind, claim, by, reason) for claim in standing]
        await self._commit(Unit(entries=entries, released_claims=sorted(gone)), commands)
        for claim in standing:
            self._stacks.drop(claim)
            self._feed.claim_changed(claim, is_released=True)
        self._drive(commands)

    async def _commit(self, unit: Unit, commands: Sequence[Command]) -> None:
        unit.commands.extend(commands)
        unit.entries.extend(command_line(command) for command in commands)
        await self._storage.commit(unit)

    def _commands_for(
        self,
        properties: Iterable[Property],
        by: str,
        reason: str,
        *,
        added: Sequence[Claim] = (),
        removed: Iterable[str] = (),
    ) -> Sequence[Command]:
        """Commands where the winner changes; the same order to devices behind one connection shares a batch."""
        new = {(claim.asset_id, claim.property): claim for claim in added}
        gone = set(removed)
        wishes: list[tuple[Property, Claim | None]] = []
        for key in properties:
            before = self._stacks.driven(key)
            after = self._stacks.driven(key, added=new.get(key), removed=gone)
            if (before is None) != (after is None) or (before and after and before.id != after.id):
                wishes.append((key, after))
        return self._orders(wishes, by, reason)

    def _orders(self, wishes: Iterable[tuple[Property, Claim | None]], by: str, reason: str) -> Sequence[Command]:
        at = self._clock.now()
        batches: dict[tuple[object, ...], list[tuple[Property, Claim | None]]] = defaultdict(list)
        for key, claim in wishes:
            order = (None, None) if claim is None else (claim.value, claim.expires_at)
            batches[self._devices.connection_of(key[0]), key[1], *order].append((key, claim))
        commands: list[Command] = []
        for members in batches.values():
            batch = str(uuid.uuid4())
            for (asset_id, name), claim in members:
                command_id = batch if len(members) == 1 else f"{batch}.{asset_id}"
                commands.append(driven(command_id, asset_id, name, claim, by=by, reason=reason, at=at))
        return commands

    async def _drive_missed(self, due: Sequence[Return]) -> None:
        """One new command for each that does not do what is claimed; nothing that was sent is sent again."""
        now = self._clock.monotonic()
        missed: list[tuple[Property, Claim | None]] = []
        unheard: list[int] = []
        for one in due:
            claim = self._stacks.driven(one.key)
            is_missed = self._is_missed(one.key, claim)
            if is_missed:
                missed.append((one.key, claim))
            elif is_missed is None:
                self._returns.put_back(one, now)
                if one.looks == 0:
                    unheard.append(one.key[0])
            elif claim is None:
                self._returns.forget(one.key)
        self._commands.ask_present_values(unheard)
        if not missed:
            return
        commands = self._orders(missed, "system", _BACK)
        try:
            await self._commit(Unit(), commands)
        except StorageError:
            for one in due:
                self._returns.put_back(one, now)
            raise
        for key, _ in missed:
            self._returns.driven(key, now)
        self._drive(commands)

    def _is_missed(self, key: Property, claim: Claim | None) -> bool | None:
        """Whether a device that came back must be told again; None while that is not known."""
        if self._live.silence(key[0]) is not None:
            return False  # gone once more: its next return counts
        last = self._commands.last_set(*key)
        if last is not None and last.state not in ENDED:
            return None
        if claim is None:
            return last is not None and last.arguments.get("value") is None and last.state in _UNHAPPY
        reported = self._live.point(*key)
        if reported is None or reported.quality is not Quality.GOOD:
            return None
        return not same_value(reported.value, claim.value)

    def _drive(self, commands: Sequence[Command]) -> None:
        for command in commands:
            self._feed.command_changed(command)
        self._commands.drive(commands, self._still_wanted)

    def _still_wanted(self, command: Command) -> bool:
        standing = self._stacks.driven((command.asset_id, str(command.arguments["property"])))
        return (None if standing is None else standing.id) == command.claim_id

    def _take(self, claim: Claim) -> None:
        self._stacks.take(claim)
        if claim.expires_at is not None:
            left = (claim.expires_at - self._clock.now()).total_seconds()
            heapq.heappush(self._expiries, (self._clock.monotonic() + max(left, 0.0), claim.id))


def _line(kind: EntryKind, claim: Claim, by: str, note: str) -> NewEntry:
    payload: dict[str, object] = {"claim": msgspec.to_builtins(claim)}
    if note:
        payload["reason"] = note
    return NewEntry(kind=kind, actor=by, asset_id=claim.asset_id, payload=payload)
