"""Who moves which camera's head: one person at a time, by leases of 15 s with a fencing token."""

import asyncio
import datetime as dt
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.domain.lease_rules import Hold, is_free, may_take_over
from backend.domain.rights import CITY_ZONE, allows
from backend.domain.rights_place import service_of
from backend.ports import KeptRecord, Storage, StorageError, Unit
from backend.services.live_state import LiveState
from backend.services.refusals import LeaseRefused, Refused
from backend.services.register import Register
from backend.services.said import Said, say
from backend.services.viewing.gate import Accounts
from backend.services.viewing.marks import session_mark
from contract.api import CommandRequest
from contract.assets import Asset
from contract.commands import Command
from contract.journal import EntryKind, NewEntry
from contract.leases import LEASE_S, Lease
from contract.points import Reading
from contract.rights import Level, User

log = logging.getLogger(__name__)
KIND: Final = "ptz_lease"
_SYSTEM: Final = "system"
_PTZ: Final = "ptz_"
_STOP: Final = "ptz_stop"
_MOVES_ON: Final = "ptz_move"  # the others end by themselves; a tour goes on on purpose
_STOP_DEADLINE_S: Final = 5.0
_LOOK_EVERY_S: Final = 0.5
_UNDER_WAY_S: Final = 1.0  # what a console asked before it was lost is heard so long after
Submit = Callable[[CommandRequest], Awaitable[Command]]


class Leases:
    """Renewed by moving or by saying so. Who loses a head that still moves has it stopped."""

    def __init__(self, storage: Storage, clock: Clock, register: Register, live: LiveState, accounts: Accounts) -> None:
        self._storage = storage
        self._clock = clock
        self._register = register
        self._live = live
        self._accounts = accounts
        self._submit: Submit | None = None
        self._holds: dict[int, Hold] = {}
        self._tokens: dict[int, int] = {}  # the newest of each camera; outlives the hold and the backend
        self._moving: set[int] = set()
        self._lost_at: dict[str, float] = {}  # logins whose console went a moment ago, monotonic
        self._turn = asyncio.Lock()
        self._tasks = Tasks("leases")

    def stop_heads_by(self, submit: Submit) -> None:
        """How a head is told to stand still."""
        self._submit = submit

    async def open(self) -> None:
        """Nobody holds anything after a restart; tokens go on growing."""
        self._tokens = {int(key): int(body) for key, body in (await self._storage.records(KIND)).items()}

    async def run(self) -> None:
        """End what is over, for ever."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            await self.end_due()

    async def close(self) -> None:
        """End what runs; may be called twice."""
        await self._tasks.close()

    def of(self, camera_id: int, user: str) -> Lease:
        """The newest lease of a camera, as this person sees it."""
        hold = self._standing(camera_id)
        if hold is None:
            return Lease(camera_id=camera_id, token=self._tokens.get(camera_id, 0))
        return Lease(
            camera_id=camera_id,
            token=hold.token,
            holder=hold.holder,
            holder_name=hold.holder_name,
            seat=session_mark(hold.session),
            until=hold.until,
            is_mine=hold.holder == user,
        )

    # --- asking

    async def act(self, camera: Asset, act: str, *, by: User, session: str) -> Lease:
        """take, renew, release or take_over. Raises LeaseRefused."""
        match act:
            case "take":
                await self._take(camera, by, session, is_over=False)
            case "take_over":
                await self._take(camera, by, session, is_over=True)
            case "renew":
                self._extend(self._mine(camera, by), session)
            case "release":
                await self._end([self._mine(camera, by)], "released", by.name)
            case _:
                raise LeaseRefused(say("head_act"))
        return self.of(camera.id, by.name)

    async def fence(self, request: CommandRequest, by: str, session: str) -> int | Said:
        """The token that goes with a command to a head, or why it may not go. 0: nothing to do with a head."""
        if not request.action.startswith(_PTZ):
            return 0
        camera = self._register.get(request.asset_id)
        if camera is None or by == _SYSTEM:
            return self._tokens.get(request.asset_id, 0)
        user = self._accounts.user(by)
        if user is None:
            return say("look_not_allowed", asset=camera.code)
        if request.action == _STOP and self._standing(camera.id) is None:
            return self._tokens.get(camera.id, 0)  # a key that is let go takes nothing
        try:
            hold = await self._take(camera, user, session, is_over=False)
        except LeaseRefused as error:
            return error.said
        (self._moving.add if request.action == _MOVES_ON else self._moving.discard)(camera.id)
        return hold.token

    # --- ending

    async def end_due(self) -> None:
        """Not renewed in time, or the holder may not move it any more."""
        now = self._clock.monotonic()
        holds = list(self._holds.values())
        await self._end_quietly([hold for hold in holds if hold.ends_at <= now], "not renewed")
        await self._end_quietly([hold for hold in holds if hold.ends_at > now and not self._may_hold(hold)], "no right")

    def lose(self, user: str, session: str = "") -> None:
        """As `end_of`, for who does not wait for it. What that console still had under way takes nothing any more."""
        now = self._clock.monotonic()
        self._lost_at = {one: at for one, at in self._lost_at.items() if now - at < _UNDER_WAY_S}
        if session:
            self._lost_at[session] = now
        if any(hold.holder == user for hold in self._holds.values()):
            self._tasks.start(self.end_of(user, session), name="leases end")

    async def end_of(self, user: str, session: str = "") -> None:
        """A login has ended, its console is gone, or the person's rights changed."""
        mine = [one for one in self._holds.values() if one.holder == user and session in {"", one.session}]
        await self._end_quietly(mine, "the console is gone" if session else "rights changed")

    # --- within

    def _standing(self, camera_id: int) -> Hold | None:
        hold = self._holds.get(camera_id)
        return hold if hold is not None and hold.ends_at > self._clock.monotonic() else None

    def _mine(self, camera: Asset, by: User) -> Hold:
        hold = self._standing(camera.id)
        if hold is None:
            raise LeaseRefused(say("head_free", asset=camera.code))
        if hold.holder != by.name:
            raise LeaseRefused(say("head_not_yours", who=hold.holder_name, asset=camera.code))
        return hold

    async def _take(self, camera: Asset, by: User, session: str, *, is_over: bool) -> Hold:
        self._check_console(camera, session)
        hold = self._standing(camera.id)
        if hold is not None and hold.holder == by.name:
            return self._extend(hold, session)
        async with self._turn:
            self._check_console(camera, session)
            hold = self._standing(camera.id)
            if hold is not None and hold.holder == by.name:
                return self._extend(hold, session)
            level = self._level(by, camera)
            if hold is not None and not is_free(hold, by.name, self._clock.monotonic()):
                if not is_over:
                    until = hold.until.astimezone(CITY_ZONE).strftime("%H:%M:%S")
                    raise LeaseRefused(say("head_held", who=hold.holder_name, asset=camera.code, until=until))
                if not may_take_over(hold, level):
                    raise LeaseRefused(say("head_rank", who=hold.holder_name, asset=camera.code))
            made = Hold(
                camera_id=camera.id,
                token=self._tokens.get(camera.id, 0) + 1,
                holder=by.name,
                holder_name=by.display_name or by.name,
                session=session,
                level=level,
                until=self._until(),
                ends_at=self._clock.monotonic() + LEASE_S,
            )
            act = "taken" if hold is None else "taken_over"
            await self._keep([made], by.name, {"act": act, "before": "" if hold is None else hold.holder})
            self._holds[camera.id] = made
        if hold is not None:
            self._stop(camera.id)
        self._show([camera.id])
        if self._is_lost(session):  # while this was being kept
            self.lose(by.name, session)
        return made

    def _check_console(self, camera: Asset, session: str) -> None:
        if self._is_lost(session):
            raise LeaseRefused(say("head_console_gone", asset=camera.code))

    def _is_lost(self, session: str) -> bool:
        lost_at = self._lost_at.get(session)
        return lost_at is not None and self._clock.monotonic() - lost_at < _UNDER_WAY_S

    def _extend(self, hold: Hold, session: str) -> Hold:
        ends_at = self._clock.monotonic() + LEASE_S
        longer = msgspec.structs.replace(hold, session=session, until=self._until(), ends_at=ends_at)
        self._holds[hold.camera_id] = longer
        return longer

    async def _end_quietly(self, holds: Sequence[Hold], why: str) -> None:
        try:
            await self._end(holds, why, _SYSTEM)
        except (StorageError, Refused) as error:
            log.warning("the end of a lease was not kept yet: %s", error)

    async def _end(self, holds: Sequence[Hold], why: str, by: str) -> None:
        """The token grows once more, so that whatever of the old holder's is still on its way is refused."""
        async with self._turn:
            mine = [hold for hold in holds if self._is_same(hold)]
            if not mine:
                return
            ended = [msgspec.structs.replace(hold, token=hold.token + 1) for hold in mine]
            for hold in ended:
                self._tokens[hold.camera_id] = hold.token
                self._holds.pop(hold.camera_id, None)
            self._show([hold.camera_id for hold in ended])
            for hold in ended:
                self._stop(hold.camera_id)
            await self._keep(ended, by, {"act": "ended", "why": why})

    def _is_same(self, hold: Hold) -> bool:
        """Whether it still stands as it was looked at: who has renewed it meanwhile keeps it."""
        standing = self._holds.get(hold.camera_id)
        return standing is not None and (standing.token, standing.ends_at) == (hold.token, hold.ends_at)

    def _stop(self, camera_id: int) -> None:
        if camera_id in self._moving and self._submit is not None:
            self._moving.discard(camera_id)
            self._tasks.start(self._stand_still(camera_id, self._submit), name=f"stop camera {camera_id}")

    async def _stand_still(self, camera_id: int, submit: Submit) -> None:
        stop = CommandRequest(
            id=str(uuid.uuid4()),
            asset_id=camera_id,
            action=_STOP,
            reason="who moved it holds it no more",
            deadline_s=_STOP_DEADLINE_S,
        )
        try:
            await submit(stop)
        except (Refused, StorageError) as error:
            log.warning("camera %s was not told to stop; it stops by its own time limit: %s", camera_id, error)

    async def _keep(self, holds: Sequence[Hold], by: str, details: dict[str, object]) -> None:
        entries = [
            NewEntry(
                kind=EntryKind.LEASE,
                actor=by,
                asset_id=hold.camera_id,
                payload={**details, "holder": hold.holder, "token": hold.token},
            )
            for hold in holds
        ]
        records = [KeptRecord(KIND, str(hold.camera_id), b"%d" % hold.token) for hold in holds]
        await self._storage.commit(Unit(entries=entries, records=records))
        for hold in holds:
            self._tokens[hold.camera_id] = max(hold.token, self._tokens.get(hold.camera_id, 0))

    def _show(self, camera_ids: Sequence[int]) -> None:
        names = [(camera_id, self._standing(camera_id)) for camera_id in camera_ids]
        self._live.apply([Reading(id_, "ptz_holder", "" if hold is None else hold.holder_name) for id_, hold in names])

    def _until(self) -> dt.datetime:
        return self._clock.now() + dt.timedelta(seconds=LEASE_S)

    def _may_hold(self, hold: Hold) -> bool:
        camera, user = self._register.get(hold.camera_id), self._accounts.user(hold.holder)
        if camera is None or user is None or not user.is_active:
            return False
        is_here = not hold.session or self._accounts.has_login(hold.holder, hold.session)
        return is_here and self._level(user, camera) >= Level.OPERATE

    def _level(self, user: User, camera: Asset) -> Level:
        service = service_of(camera, self._register.classes)
        reached = [
            level
            for level in Level
            if allows(
                user.grants,
                level,
                commune=camera.commune,
                service=service,
                class_=camera.class_,
                at=self._clock.now(),
            )
        ]
        return max(reached, default=Level.VIEW)
