"""The real desk under anything that may happen in any order: its invariants, and nothing stays silent for ever."""

import asyncio
import datetime as dt
from collections.abc import Coroutine
from typing import Any

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec.structs import replace

from backend.domain.alarms.events import AlarmEvent
from backend.domain.alarms.life import AlarmState, Step, shown, step
from backend.ports import JournalQuery, StorageError
from backend.services.refusals import Refused
from backend.storage.memory import MemoryStorage
from contract.alarm_flood import InhibitionRule, InhibitionScope
from contract.alarm_rules import OverrideChange, RulePatch
from contract.alarms import Alarm, Annunciation, Priority
from contract.assets import AssetStatus, Label
from contract.journal import EntryKind
from contract.points import Reading
from tests.backend.services.rig import BRIGHT_CABINET, DARK_CABINET, GATEWAY, LAMPS, SmallCity

SOME = LAMPS[:4]
LOST, DOOR = (DARK_CABINET, "supplyLoss"), (DARK_CABINET, "cabinetDoorOpen")
POINTS = [*((lamp, "lampPowerTooLow") for lamp in SOME), LOST, DOOR]
ASSETS = (*SOME, DARK_CABINET, GATEWAY)
WAITS = frozenset({Annunciation.UNACK, Annunciation.RTNUN, Annunciation.LTCH_U})
ACTS = ("acknowledge", "stale", "unacknowledge", "reset", "shelve", "once", "unshelve", "out", "back")


def _rule(source: str, scope: InhibitionScope) -> InhibitionRule:
    return InhibitionRule(
        name=f"by {source}",
        reason=Label(fr="Travaux", en="Works"),
        source_class="lighting_cabinet",
        source_point="cabinetDoorOpen" if source == "point" else "",
        source_kind="" if source == "point" else "cabinetDoorOpen",
        target_class="streetlight",
        kinds=("lampPowerTooLow",),
        scope=scope,
    )


class DeskMachine(RuleBasedStateMachine):
    """Operators, devices, editors of rules and of the register, failing storage and restarts."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.city = SmallCity()
        self.run(self.city.start())
        self.says = dict.fromkeys(POINTS, False)
        self.silent: set[int] = set()
        self.owed: dict[int, int] = {}
        self.highest: dict[int, int] = {}

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Refusals, and storage that fails, are no error of the desk."""

        async def quietly() -> Any:
            try:
                return await work
            except (Refused, StorageError):
                return None

        return self.loop.run_until_complete(quietly())

    def storage(self) -> MemoryStorage:
        assert isinstance(self.city.storage, MemoryStorage)
        return self.city.storage

    # --- devices

    @rule(point=st.sampled_from(POINTS), value=st.booleans())
    def tells(self, point: tuple[int, str], value: bool) -> None:
        self.says[point] = value
        if point[0] not in self.silent:
            self.run(self.city.tells(*point, value))

    @rule(asset=st.sampled_from(ASSETS), is_lost=st.booleans())
    def link(self, asset: int, is_lost: bool) -> None:
        sink = self.city.sink
        if is_lost:
            self.silent.add(asset)
            sink.assets_unreachable([asset], "no answer")
            self.run(self.city.intake.take_all())
        elif asset in self.silent:
            self.silent.discard(asset)
            sink.assets_reachable([asset])
            self.run(self.city.intake.take_all())
            self.tell_all(asset)

    def tell_all(self, *assets: int) -> None:
        readings = [Reading(asset, point, value) for (asset, point), value in self.says.items() if asset in assets]
        self.city.sink.report(readings)
        self.run(self.city.intake.take_all())

    @rule(seconds=st.sampled_from([0.25, 2.0, 6.0, 20.0]))
    def time(self, seconds: float) -> None:
        self.run(self.city.pass_time(seconds))

    # --- operators

    @rule(which=st.integers(0, 20), act=st.sampled_from(ACTS))
    def act(self, which: int, act: str) -> None:
        standing = sorted(self.city.alarms.standing(), key=lambda alarm: alarm.id)
        if not standing:
            return
        alarm = standing[which % len(standing)]
        desk, by, reason = self.city.alarms, "leila", "because"
        until = self.city.clock.now() + dt.timedelta(seconds=30)
        doing: dict[str, Coroutine[Any, Any, Alarm]] = {
            "acknowledge": desk.acknowledge(alarm.id, alarm.occurrence, by=by),
            "stale": desk.acknowledge(alarm.id, alarm.occurrence - 1, by=by),
            "unacknowledge": desk.unacknowledge(alarm.id, by=by),
            "reset": desk.reset(alarm.id, by=by),
            "shelve": desk.shelve(alarm.id, by=by, reason=reason, until=until),
            "once": desk.shelve(alarm.id, by=by, reason=reason, until=until, is_one_shot=True),
            "unshelve": desk.unshelve(alarm.id, by=by),
            "out": desk.take_out_of_service(alarm.id, by=by, reason=reason),
            "back": desk.return_to_service(alarm.id, by=by),
        }
        for name, work in doing.items():
            if name == act:
                done = self.run(work)
                assert act != "stale" or done is None
                if act == "acknowledge" and done is not None:
                    self.owed.pop(alarm.id, None)
            else:
                work.close()

    # --- rules and register

    @rule(source=st.sampled_from(["point", "alarm"]), scope=st.sampled_from(InhibitionScope), is_there=st.booleans())
    def inhibition(self, source: str, scope: InhibitionScope, is_there: bool) -> None:
        made = _rule(source, scope)
        inhibitions = self.city.alarms.inhibitions
        self.run(inhibitions.put(made, by="admin") if is_there else inhibitions.remove(made.name, by="admin"))

    @rule(
        kind=st.sampled_from([("streetlight", "lampPowerTooLow"), ("lighting_cabinet", "cabinetDoorOpen")]),
        priority=st.sampled_from(Priority),
        is_latching=st.booleans(),
        needs_acknowledgement=st.booleans(),
        is_there=st.booleans(),
    )
    def override(
        self,
        kind: tuple[str, str],
        priority: Priority,
        is_latching: bool,
        needs_acknowledgement: bool,
        is_there: bool,
    ) -> None:
        book = self.city.alarm_services.rule_book
        before = book.override(kind, None)
        if not is_there:
            self.run(book.remove_override(kind, None, by="admin", reason="enough"))
            return
        change = OverrideChange(
            patch=RulePatch(
                priority=priority, is_latching=is_latching, needs_acknowledgement=needs_acknowledgement, hold_s=1.0
            ),
            reason="to be seen",
            version=0 if before is None else before.version,
            until=self.city.clock.now() + dt.timedelta(seconds=15),
        )
        self.run(book.put_override(kind, change, by="admin"))

    @rule(lamp=st.sampled_from(SOME), feeder=st.sampled_from([DARK_CABINET, BRIGHT_CABINET, None]))
    def rehang(self, lamp: int, feeder: int | None) -> None:
        asset = self.city.register.get(lamp)
        assert asset is not None
        self.run(self.city.register.apply([replace(asset, supply_parent=feeder)], "leila", note="corrected"))

    @rule(status=st.sampled_from([AssetStatus.RETIRED, AssetStatus.IN_SERVICE]))
    def retire(self, status: AssetStatus) -> None:
        asset = self.city.register.get(DARK_CABINET)
        assert asset is not None
        self.run(self.city.register.apply([replace(asset, status=status)], "leila", note="corrected"))

    def is_retired(self, asset_id: int) -> bool:
        """What was taken away raises nothing, whatever speaks in its name."""
        asset = self.city.register.get(asset_id)
        return asset is not None and asset.status is AssetStatus.RETIRED

    # --- the machine

    @rule()
    def storage_fails(self) -> None:
        self.storage().fail_next = "the disk is full"

    @rule(away_s=st.sampled_from([1.0, 40.0]))
    def killed(self, away_s: float) -> None:
        self.storage().fail_next = ""
        self.run(self.city.restart(away_s))
        self.city.sink.assets_reachable([asset for asset in ASSETS if asset not in self.silent])
        self.tell_all(*(asset for asset in ASSETS if asset not in self.silent))

    # --- what holds at every moment

    @invariant()
    def every_received_alarm_is_somewhere(self) -> None:
        assert self.city.alarms.accounting().is_whole

    @invariant()
    def i1_i3_i4(self) -> None:
        for alarm in self.city.alarms.standing():
            assert alarm.occurrence >= self.highest.get(alarm.id, 0)
            self.highest[alarm.id] = alarm.occurrence
            is_flagged = alarm.is_shelved or alarm.is_suppressed or alarm.is_out_of_service
            if alarm.is_active and not is_flagged:
                assert alarm.annunciation in {Annunciation.UNACK, Annunciation.ACKED}
            if alarm.annunciation in WAITS:
                self.owed[alarm.id] = alarm.occurrence
        for alarm_id in self.owed:
            found = self.city.alarms.get(alarm_id)
            assert found is not None
            is_flagged = found.is_shelved or found.is_suppressed or found.is_out_of_service
            assert is_flagged or found.annunciation in WAITS

    @invariant()
    def i6_the_journal_gives_the_same(self) -> None:
        states: dict[int, AlarmState] = {}
        query = JournalQuery(kinds=(EntryKind.ALARM,), limit=100_000)
        for entry in reversed(self.loop.run_until_complete(self.city.storage.journal(query))):
            if "refused" not in entry.payload:
                number = msgspec.convert(entry.payload["alarm"], int)
                event = msgspec.convert(entry.payload["event"], AlarmEvent)
                at = dt.datetime.fromisoformat(str(entry.payload["at"]))
                result = step(states.get(number, AlarmState()), event, at)
                assert isinstance(result, Step)
                states[number] = result.state
        told = {alarm.id: _told(alarm) for alarm in self.city.alarms.standing()}
        assert told == {number: _seen(state) for number, state in states.items() if not state.is_at_rest}

    def teardown(self) -> None:
        """Once every reason to be silent is gone, what stands is shown."""
        try:
            self.storage().fail_next = ""
            for source in ("point", "alarm"):
                self.run(self.city.alarms.inhibitions.remove(_rule(source, InhibitionScope.COMMUNE).name, by="admin"))
            self.says[DARK_CABINET, "supplyLoss"] = False
            self.silent.clear()
            self.city.sink.assets_reachable(ASSETS)
            self.tell_all(*ASSETS)
            for _ in range(6):
                self.run(self.city.pass_time(30))
            for alarm in self.city.alarms.standing():
                self.run(self.city.alarms.return_to_service(alarm.id, by="leila"))
                self.run(self.city.alarms.unshelve(alarm.id, by="leila"))
            self.run(self.city.pass_time(30))
            raised = {(alarm.asset_id, alarm.kind) for alarm in self.city.alarms.standing() if alarm.is_active}
            assert raised == {point for point, value in self.says.items() if value and not self.is_retired(point[0])}
            assert not [alarm for alarm in self.city.alarms.standing() if alarm.is_suppressed]
        finally:
            self.loop.run_until_complete(self.city.stop())
            self.loop.close()


def _told(alarm: Alarm) -> tuple[object, ...]:
    return (alarm.shown, alarm.annunciation, alarm.occurrence, alarm.is_active, alarm.priority, alarm.shelved_until)


def _seen(state: AlarmState) -> tuple[object, ...]:
    return (shown(state), state.annunciation, state.occurrence, state.is_active, state.priority, state.shelved_until)


TestDesk = DeskMachine.TestCase
TestDesk.settings = settings(
    max_examples=15,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much),
)
