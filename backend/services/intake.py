"""What devices say, in order: to the journal, to live state, to alarms, to commands and claims."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Sequence

from backend.devkit.adapter import Outcome, Sink
from backend.devkit.clock import Clock
from backend.devkit.tasks import repeat_for_ever
from backend.domain.fleet import whereabouts
from backend.ports import Feed, Storage, StorageError, Unit
from backend.services.alarms.desk import AlarmDesk
from backend.services.claim_book import ClaimBook
from backend.services.command_desk import CommandDesk
from backend.services.device_reports import Answering, ConnectionSink, Late, Link, Report, Silent
from backend.services.devices import Devices
from backend.services.link_tally import LinkTally
from backend.services.live_state import LiveState
from backend.services.register import Register
from contract.claims import Claim
from contract.devices import LinkState, LinkStatus
from contract.journal import EntryKind, NewEntry
from contract.points import PointValue, Quality, Reading

log = logging.getLogger(__name__)
WINDOW_S = 0.01
MOST_WAITING = 100_000
MOST_A_TURN = 200  # readings between two turns of the event loop: some 5 ms
MOST_UNWRITTEN = 10_000
MOST_UNKEPT = 50_000  # readings: some ten minutes of a city, some 15 MB
_MOST_TOGETHER = 50  # readings of one device that are kept in one turn
_CHANGES_A_MINUTE = 20  # of one point; more is chatter and is counted, not written
_LOST = frozenset({LinkState.DOWN, LinkState.REFUSED, LinkState.PAUSED})


class Intake:
    """One queue for all connections. Adapters never wait; `run` works in short windows."""

    def __init__(
        self,
        storage: Storage,
        feed: Feed,
        clock: Clock,
        register: Register,
        live: LiveState,
        alarms: AlarmDesk,
        commands: CommandDesk,
        claims: ClaimBook,
        devices: Devices,
    ) -> None:
        self._storage = storage
        self._feed = feed
        self._clock = clock
        self._register = register
        self._live = live
        self._alarms = alarms
        self._proofs = commands.proofs
        self._claims = claims
        self._devices = devices
        specs = [(class_.code, spec) for class_ in register.classes.values() for spec in class_.points]
        self._reading_points = {(class_, spec.name) for class_, spec in specs if spec.is_reading}
        self._whereabouts = whereabouts(register.classes.values())
        self._our_points = {(class_, spec.name) for class_, spec in specs if spec.is_ours}
        self._waiting: list[Report] = []
        self._waiting_readings = 0
        self._tallies: dict[str, LinkTally] = {}
        self._told: dict[str, list[tuple[str, Outcome]]] = {}  # connection -> (command id, outcome), while it works
        self._arrived = asyncio.Event()
        self._added = self._taken = 0  # reports that came, and how many of them were worked through
        self._turn_ended = asyncio.Event()
        self._changes: Counter[tuple[int, str]] = Counter()
        self._minute = 0.0
        self._aged_at = 0.0
        self._is_degraded = False
        self._unwritten: list[NewEntry] = []  # what storage would not take, tried again with the next
        self._unkept: list[tuple[int, str, PointValue]] = []  # readings it would not take, likewise
        self.counts: Counter[str] = Counter()  # readings taken, foreign, conflated; changes that chatter

    def sink(self, connection_id: str) -> Sink:
        """Where the adapter of one connection reports; it may speak of its own assets only."""
        bound = frozenset(self._devices.bound_assets(connection_id))
        return ConnectionSink(self, connection_id, bound, self.tally(connection_id))

    def tally(self, connection_id: str) -> LinkTally:
        """How a connection did since the start."""
        return self._tallies.setdefault(connection_id, LinkTally(self._clock))

    @property
    def waiting(self) -> tuple[int, int]:
        """Readings that wait to be taken in, and what storage has not yet kept."""
        return self._waiting_readings, len(self._unwritten) + len(self._unkept)

    def own_sink(self, asset_ids: Iterable[int]) -> Sink:
        """Where a part of the backend reports on assets that it is itself, such as the recorder."""
        return ConnectionSink(self, "", frozenset(asset_ids))

    def report_ours(self, readings: Sequence[Reading]) -> None:
        """What the backend itself knows of assets: points that are `is_ours`; others are counted and left out."""
        ours = [reading for reading in readings if self._is_ours(reading.asset_id, reading.point)]
        self.counts["foreign"] += len(readings) - len(ours)
        if ours:
            self.add(ours, len(ours))

    def unbound(self, asset_ids: Sequence[int]) -> None:
        """No device answers for these assets any more, or another one: what the old one said is old, and no alarm."""
        if asset_ids:
            self.add(Silent(asset_ids, "its device is bound to it no more", is_meant=True))

    async def run(self) -> None:
        """Take what arrives, for ever."""
        while True:
            await self._arrived.wait()
            await asyncio.sleep(WINDOW_S)
            try:
                await self.take_all()
            except Exception:
                log.exception("what devices said in one window could not be taken in; the next is")

    async def watch_time(self, every_s: float = 0.25) -> None:
        """Fire what is due by time: delays, expiries, ages; for ever."""
        await repeat_for_ever(self.look, every_s, "what was due by time failed; it is looked at again")

    async def take_all(self) -> None:
        """Work through what waits, in the order in which it came."""
        reports, self._waiting, self._waiting_readings = self._waiting, [], 0
        self._arrived.clear()
        added = self._added
        try:
            await self._take(reports)
        finally:
            self._taken = added
            ended, self._turn_ended = self._turn_ended, asyncio.Event()
            ended.set()

    async def kept(self) -> bool:
        """Wait until what is queued now is committed; False when storage fails."""
        added = self._added
        while self._taken < added:
            await self._turn_ended.wait()
        return not self._unwritten and not self._unkept

    async def _take(self, reports: Sequence[Report]) -> None:
        await self._take_told()
        batch: list[Reading] = []
        for report in reports:
            if isinstance(report, Silent | Answering | Link | Late):
                await self._take_in_turns(batch)
                batch = []
                await self._take_news(report)
            else:
                batch.extend(report)
        await self._take_in_turns(batch)
        self._claims.came_back(self._live.take_returned())

    async def look(self) -> None:
        """Do what is due now."""
        now = self._clock.monotonic()
        if now - self._aged_at >= 1.0:
            self._aged_at = now
            await self._commit(())
            await self._keep_readings(())
            aged = tuple(dict.fromkeys(change[0] for change in self._live.age()))
            if aged:
                await self._silent(aged, "nothing was heard of it for too long")
        try:
            await self._alarms.settle()
            await self._claims.look()
            await self._proofs.look()
        except StorageError as error:
            self._degraded(error)

    # --- what sinks call

    def add(self, report: Report, readings: int = 0) -> None:
        """Queue a report; readings beyond what may wait are conflated to the last of each point."""
        self._waiting.append(report)
        self._added += 1
        self._waiting_readings += readings
        if self._waiting_readings > MOST_WAITING:
            self._conflate()
        self._arrived.set()

    def tell(self, connection_id: str, command_id: str, outcomes: Sequence[Outcome]) -> None:
        """What became of some devices of a command that is still worked on."""
        self._told.setdefault(connection_id, []).extend((command_id, outcome) for outcome in outcomes)
        self._arrived.set()

    def field_claims(self, asset_id: int, property_: str, claims: Sequence[Claim]) -> None:
        """Claims that live in the field are shown at once."""
        self._claims.field_claims(asset_id, property_, claims)

    def _conflate(self) -> None:
        kept: list[Report] = []
        run: dict[tuple[int, str], Reading] = {}
        count = 0
        for report in self._waiting:
            if isinstance(report, Silent | Answering | Link | Late):
                kept.extend([tuple(run.values()), report])
                count += len(run)
                run = {}
            else:
                for reading in report:
                    run.pop((reading.asset_id, reading.point), None)
                    run[reading.asset_id, reading.point] = reading
        kept.append(tuple(run.values()))
        count += len(run)
        self.counts["conflated"] += self._waiting_readings - count
        self._waiting, self._waiting_readings = kept, count

    # --- one report after the other

    async def _take_told(self) -> None:
        told, self._told = self._told, {}
        for connection_id, outcomes in told.items():
            try:
                await self._proofs.outcomes_known(connection_id, outcomes)
            except StorageError as error:  # the end of the command tells them again
                self._degraded(error)

    async def _take_in_turns(self, readings: Sequence[Reading]) -> None:
        """A city that attaches brings 200,000 readings: alarms, consoles and commands have their turn in between."""
        start = 0
        while start < len(readings):
            end = _end_of_turn(readings, start)
            await self._take_readings(readings[start:end])
            start = end
            if start < len(readings):
                await asyncio.sleep(0)

    async def _take_readings(self, readings: Sequence[Reading]) -> None:
        self.counts["readings"] += len(readings)
        entries = self._worth_keeping(self._live.discrete_changes(readings))
        if entries:
            await self._commit(entries)
        changes = self._live.apply(readings)
        numbers = [change for change in changes if _is_number(change[2]) or self._is_reading(*change[:2])]
        told = (change for change in changes if change[2].quality is Quality.GOOD and not self._is_ours(*change[:2]))
        heard = [
            asset_id for asset_id in dict.fromkeys(change[0] for change in told) if not self._live.silence(asset_id)
        ]
        self._alarms.communication_changed(heard, is_lost=False)
        self._alarms.points_changed(changes)
        try:
            await self._alarms.settle()
            await self._proofs.points_changed(changes)
        except StorageError as error:
            self._degraded(error)
        if numbers := [change for change in numbers if not self._is_whereabouts(*change[:2])]:
            await self._keep_readings(numbers)

    async def _take_news(self, report: Silent | Answering | Link | Late) -> None:
        match report:
            case Silent():
                await self._silent(report.asset_ids, report.reason, is_meant=report.is_meant)
            case Answering():
                self._live.assets_answer(report.asset_ids)
                self._alarms.communication_changed(report.asset_ids, is_lost=False)
                await self._alarms.settle()
            case Link():
                await self._link(report)
            case Late():
                try:
                    await self._proofs.late_outcome(report.connection_id, report.command_id, report.outcome)
                except StorageError as error:
                    self._degraded(error)

    async def _silent(self, asset_ids: Sequence[int], reason: str, *, is_meant: bool = False) -> None:
        changes = self._live.assets_silent(asset_ids, reason)
        silent = [asset_id for asset_id in asset_ids if self._live.silence(asset_id) is not None]
        self._alarms.communication_changed(silent, is_lost=not is_meant)
        self._alarms.points_changed(changes)
        await self._alarms.settle()

    async def _link(self, report: Link) -> None:
        before = self._devices.link(report.connection_id)
        if (before.state, before.reason) == (report.state, report.reason):
            return
        at = self._clock.now()
        if report.state is not LinkState.CONNECTING and report.state is not before.state:
            payload: dict[str, object] = {
                "connection": report.connection_id,
                "state": report.state.value,
                "reason": report.reason,
            }
            await self._commit([NewEntry(kind=EntryKind.LINK, actor="system", payload=payload)])
        since = before.since if report.state is before.state and before.since else at.timestamp()
        status = LinkStatus(connection_id=report.connection_id, state=report.state, reason=report.reason, since=since)
        self._devices.set_link(status)
        self._feed.link_changed(status)
        if report.state in _LOST:
            words = report.reason or f"its connection is {report.state.value}"
            await self._silent(self._devices.bound_assets(report.connection_id), words)

    # --- the journal

    def _is_reading(self, asset_id: int, point: str) -> bool:
        asset = self._register.get(asset_id)
        return asset is not None and (asset.class_, point) in self._reading_points

    def _is_whereabouts(self, asset_id: int, point: str) -> bool:
        """Where a vehicle was is kept apart, for a shorter time."""
        asset = self._register.get(asset_id)
        return asset is not None and (asset.class_, point) in self._whereabouts

    def _is_ours(self, asset_id: int, point: str) -> bool:
        asset = self._register.get(asset_id)
        return asset is not None and (asset.class_, point) in self._our_points

    def _worth_keeping(self, changes: Iterable[tuple[int, str, PointValue]]) -> list[NewEntry]:
        now = self._clock.monotonic()
        if now - self._minute >= 60.0:
            self._minute = now
            self._changes.clear()
        entries: list[NewEntry] = []
        for asset_id, point, value in changes:
            self._changes[asset_id, point] += 1
            count = self._changes[asset_id, point]
            if count > _CHANGES_A_MINUTE:
                self.counts["chatter"] += 1
                continue
            asset = self._register.get(asset_id)
            payload: dict[str, object] = {"point": point, "value": value.value}
            if value.device_time is not None:
                payload["device_time"] = value.device_time.isoformat()
            if count == _CHANGES_A_MINUTE:
                payload["note"] = "it chatters: further changes within this minute are counted, not written"
            is_devices = asset is not None and (asset.class_, point) not in self._our_points
            actor = f"device:{asset.code}" if asset is not None and is_devices else "system"
            entries.append(NewEntry(kind=EntryKind.POINT, actor=actor, asset_id=asset_id, payload=payload))
        return entries

    async def _commit(self, entries: Sequence[NewEntry]) -> None:
        waiting, self._unwritten = [*self._unwritten, *entries], []
        if not waiting:
            return
        try:
            await self._storage.commit(Unit(entries=waiting))
            self._is_degraded = False
        except StorageError as error:
            self.counts["entries lost"] += max(0, len(waiting) - MOST_UNWRITTEN)
            self._unwritten = waiting[-MOST_UNWRITTEN:]
            self._degraded(error)

    async def _keep_readings(self, readings: Sequence[tuple[int, str, PointValue]]) -> None:
        """Oldest first. Beyond what may wait the oldest are given up, and counted."""
        waiting, self._unkept = [*self._unkept, *readings], []
        if not waiting:
            return
        try:
            await self._storage.keep_readings(waiting)
        except StorageError as error:
            self.counts["readings lost"] += max(0, len(waiting) - MOST_UNKEPT)
            self._unkept = waiting[-MOST_UNKEPT:]
            self._degraded(error)

    def _degraded(self, error: StorageError) -> None:
        if not self._is_degraded:
            log.error("storage fails, live values go on without it: %s", error)
        self._is_degraded = True


def _end_of_turn(readings: Sequence[Reading], start: int) -> int:
    """What one device said is not torn: a vehicle's new longitude with its old latitude is a place it never was at."""
    full = start + MOST_A_TURN
    if full >= len(readings):
        return len(readings)
    for end in range(full, full - _MOST_TOGETHER, -1):
        if readings[end].asset_id != readings[end - 1].asset_id:
            return end
    return full


def _is_number(value: PointValue) -> bool:
    return isinstance(value.value, (int, float)) and not isinstance(value.value, bool)
