"""A field, a backend that can be killed, a console's stores, and an operator whose confirmed acts are remembered."""

import asyncio
import contextlib
import datetime as dt
import functools
import random
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from backend.devkit.clock import SystemClock
from backend.devkit.tasks import Tasks
from backend_client.mirror import Mirror
from backend_client.session import Session
from bench.alarms.accounts import Key, Replay, differences, of_backend, standing_of
from bench.alarms.children import Child
from bench.alarms.storm_field import GATEWAYS, faults_of, lamp_codes, plan
from bench.video_kills.control_room import PASSWORD, PEOPLE, ControlRoom
from bench.video_kills.patience import until
from bench.video_kills.people import NOT_NOW
from console.store.stores import Stores
from contract.alarm_work import AssignRequest, OutOfServiceRequest
from contract.alarms import Alarm, Annunciation, ShownState
from contract.api import AcknowledgeRequest, AlarmPage, AssetDetail, ShelveRequest
from contract.points import Quality
from contract.stream import Subscribe, TopicKind

CABINETS: Final = 34  # ten of them spared by storms
LAMPS_A_ROUND: Final = 4
_REASON: Final = "killed at random"
_PATIENCE_S: Final = 60.0


class KillRoom:
    """`open` once, then `kill` as often as wanted. `faults`: in words, everything that must not be."""

    def __init__(self, folder: Path, field: Child, field_port: int, seed: int) -> None:
        self._chance = random.Random(seed)
        self._field = field
        self._room = ControlRoom(folder)
        self._city = plan(field_port, CABINETS)
        self._session = Session(self._room.url)
        self._stores = Stores(SystemClock().now, time.monotonic)
        self._mirror = Mirror(self._session, self._stores, Subscribe(kinds=(TopicKind.ALARMS,)))
        self._replay = Replay()
        self._tasks = Tasks("kill room")
        self._stands: dict[int, Callable[[Alarm], bool]] = {}
        self.faults: list[str] = []
        self.confirmed = 0
        self.compared = 0
        self.restarts_s: list[float] = []

    async def open(self, rounds: int) -> None:
        """The city is there, the lamps of later acts wait to be acted on. Raises TimeoutError."""
        await self._room.furnish(self._city)
        self._room.start_backend()
        await self._insists("a login", self._log_in)
        self._tasks.start(self._mirror.run(), name="console")
        await self._insists("devices", self._is_attached)
        for number in range(min(rounds, GATEWAYS)):
            await self._field.truth(f"lamps {number} {LAMPS_A_ROUND * (1 + (rounds - 1) // GATEWAYS)}")
        waiting = set(faults_of((await self._field.truth("calm")).wrong))
        await self._insists("alarms to act on", functools.partial(self._all_wait, waiting))

    async def kill(self, number: int) -> None:
        """At a moment of chance in a storm, while an operator acts; then all must be as it was."""
        await self._field.truth("mend")
        await self._field.truth(f"storm 4 {self._chance.randrange(10**6)}")
        until_kill_s = self._chance.uniform(0.3, 4.0)
        acts = self._tasks.start(self._act(number, until_kill_s), name="acts")
        await asyncio.sleep(until_kill_s)
        await self._room.kill_backend()
        killed_at = time.monotonic()
        self._room.start_backend()
        if not await until(self._answers, _PATIENCE_S):
            self.faults.append(f"kill {number}: the backend does not answer")
        self.restarts_s.append(time.monotonic() - killed_at)
        await asyncio.wait([acts])
        await self._field.truth("calm")
        await self._agree(number)

    async def look_back(self) -> None:
        """What is wrong in the field at last is an alarm, and nothing else is; then all is mended, and none is left."""
        await self._is_as_the_field("truth")
        await self._agree(-1)
        await self._is_as_the_field("mend")
        await self._agree(-1)

    async def _is_as_the_field(self, line: str) -> None:
        wrong = set(faults_of((await self._field.truth(line)).wrong))
        unheard = {asset_id for asset_id, kind in wrong if kind == "communicationFailure"}
        found: list[str] = []

        async def is_so() -> bool:
            active = {key for key, one in (await of_backend(self._session)).items() if one.is_active}
            made_up = {key for key in active - wrong if key[1] != "suppliedLost" and key[0] not in unheard}
            found[:] = [f"{key} is wrong in the field, and no alarm" for key in wrong - active]
            found.extend(f"{key} is an alarm, and nothing is wrong" for key in made_up)
            return not found

        if not await until(is_so, _PATIENCE_S):
            self.faults += [f'{len(found)} differ after "{line}"', *found[:3]]

    async def close(self) -> None:
        """End what runs."""
        await self._tasks.close()
        await self._session.close()
        await self._room.close()

    @property
    def data(self) -> Path:
        """Where the journal is."""
        return self._room.data

    async def _agree(self, number: int) -> None:
        """Journal, backend and console come to say the same; what was confirmed stands at each of them."""
        found: list[str] = []

        async def is_one() -> bool:
            found[:] = await self._differences()
            return not found

        if not await until(is_one, _PATIENCE_S):
            self.faults += [f"after kill {number}: {line}" for line in found[:3]]
        for alarm_id, stands in self._stands.items():
            kept = await self._session.get(f"/alarms/{alarm_id}", Alarm)
            shown = self._stores.alarms.get(alarm_id)
            for who, alarm in (("the backend", kept), ("the console", shown)):
                if alarm is None or not stands(alarm):
                    self.faults.append(f"after kill {number}: {who} forgot what was done: {alarm}")

    async def _differences(self) -> list[str]:
        await self._replay.read(self._session)
        listed = await of_backend(self._session)
        shown = standing_of(self._stores.alarms.standing())
        self.compared = max(self.compared, len(listed))
        return [
            *differences(self._replay.standing(), listed, "the journal", "the backend"),
            *differences(listed, shown, "the backend", "the console"),
        ]

    async def _act(self, number: int, within_s: float) -> None:
        """Four acts on four alarms, the last ones perhaps when nobody answers any more."""
        lamps = [
            self._stores.alarms.of_asset(_lamp(number % GATEWAYS, number // GATEWAYS * LAMPS_A_ROUND + each))[0]
            for each in range(LAMPS_A_ROUND)
        ]
        acts = [self._acknowledge, self._shelve, self._take_out_of_service, self._assign]
        self._chance.shuffle(acts)
        for act, alarm in zip(acts, lamps, strict=True):
            await asyncio.sleep(within_s / LAMPS_A_ROUND * self._chance.uniform(0.5, 1.1))
            with contextlib.suppress(*NOT_NOW):
                self._stands[alarm.id] = await act(alarm)
                self.confirmed += 1

    async def _acknowledge(self, alarm: Alarm) -> Callable[[Alarm], bool]:
        request = AcknowledgeRequest(occurrence=alarm.occurrence)
        await self._session.post_for(f"/alarms/{alarm.id}/acknowledge", request, Alarm)
        return lambda now: (
            (now.annunciation, now.occurrence, now.acknowledged_by)
            == (
                Annunciation.ACKED,
                alarm.occurrence,
                PEOPLE[0],
            )
        )

    async def _shelve(self, alarm: Alarm) -> Callable[[Alarm], bool]:
        until_ = SystemClock().now().replace(microsecond=0) + dt.timedelta(hours=2)
        request = ShelveRequest(reason=_REASON, until=until_)
        await self._session.post_for(f"/alarms/{alarm.id}/shelve", request, Alarm)
        return lambda now: now.is_shelved and (now.shelved_until, now.set_aside_reason) == (until_, _REASON)

    async def _take_out_of_service(self, alarm: Alarm) -> Callable[[Alarm], bool]:
        request = OutOfServiceRequest(reason=_REASON)
        await self._session.post_for(f"/alarms/{alarm.id}/out-of-service", request, Alarm)
        return lambda now: now.is_out_of_service and now.set_aside_by == PEOPLE[0]

    async def _assign(self, alarm: Alarm) -> Callable[[Alarm], bool]:
        await self._session.post_for(f"/alarms/{alarm.id}/assign", AssignRequest(user=PEOPLE[1]), Alarm)
        return lambda now: now.assigned_to == PEOPLE[1]

    async def _answers(self) -> bool:
        with contextlib.suppress(*NOT_NOW):
            await self._session.get("/alarms", AlarmPage, {"limit": 1})
            return True
        return False

    async def _log_in(self) -> bool:
        with contextlib.suppress(*NOT_NOW):
            await self._session.login(PEOPLE[0], PASSWORD)
            return True
        return False

    async def _is_attached(self) -> bool:
        """A lamp behind each gateway was heard."""
        for cabinet in range(CABINETS - GATEWAYS, CABINETS):
            detail = await self._session.get(f"/assets/{_lamp(cabinet, 0)}", AssetDetail)
            if all(point.quality is not Quality.GOOD for point in detail.points.values()):
                return False
        return True

    async def _all_wait(self, waiting: set[Key]) -> bool:
        """These alarms, on the console."""
        shown = standing_of(self._stores.alarms.standing())
        return all(key in shown and shown[key].shown == ShownState.B_UNACK for key in waiting)

    async def _insists(self, what: str, is_so: Callable[[], Awaitable[bool]]) -> None:
        if not await until(is_so, _PATIENCE_S):
            raise TimeoutError(f"not within {_PATIENCE_S:g} s: {what}")


def _lamp(cabinet: int, number: int) -> int:
    """The asset of a lamp, as the field's plan numbers them."""
    return next(faults_of([(lamp_codes(cabinet)[number], "")]))[0]
