"""A street lighting gateway that behaves: programs, overrides, reports, faults. A city or a test pulls its levers."""

import asyncio
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from backend.devkit.clock import Clock
from backend.integrations.talq_lighting.protocol.logs import (
    AttributeLogData,
    EventLogData,
    LogEntry,
    StateChangeEventLogData,
)
from backend.integrations.talq_lighting.protocol.values import Attribute, Device
from backend.integrations.talq_lighting.schedule import Place
from backend.integrations.talq_lighting.simulator.announced import LAMP_EVENTS
from backend.integrations.talq_lighting.simulator.configuration import Configuration
from backend.integrations.talq_lighting.simulator.inventory import Inventory, gateway_device
from backend.integrations.talq_lighting.simulator.lamp_field import LampField
from backend.integrations.talq_lighting.simulator.outbox import Outbox, epoch
from backend.integrations.talq_lighting.simulator.sites import CabinetSite, LampSite

_RETRY_S: Final = 2.0
_ANNOUNCED_AT_ONCE: Final = 200


class SimulatedGateway:
    """One gateway with its lamps and cabinets. `advance` moves it to its clock's present; `run` does so for ever.

    Mount it with `gateway_routes(gateway, prefix)` and tell it with `own_uri` where it is reached.
    """

    def __init__(
        self,
        address: str,
        name: str,
        lamps: Sequence[LampSite],
        cabinets: Sequence[CabinetSite],
        *,
        clock: Clock,
        zone: str = "Europe/Paris",
        report_every_s: float = 900.0,
        tick_s: float = 0.5,
        notice_after_s: float = 1.0,
    ) -> None:
        self.address = address
        self.name = name
        self.own_uri = "http://127.0.0.1/"
        self._clock = clock
        self._report_every_s = report_every_s
        self._tick_s = tick_s
        self._notice_after_s = notice_after_s
        cabinet_at = {cabinet.address: index for index, cabinet in enumerate(cabinets)}
        self.field = LampField(lamps, [cabinet_at[lamp.cabinet_address] for lamp in lamps], len(cabinets))
        self.open_doors: set[int] = set()
        self.lamp_events: dict[int, set[str]] = {}
        self.unreachable: set[int] = set()
        self.inventory = Inventory(self, tuple(lamps), tuple(cabinets))
        first = lamps[0] if lamps else cabinets[0] if cabinets else None
        self.place = Place(lon=first.lon if first else 5.04, lat=first.lat if first else 47.32, zone=zone)
        self.configuration = Configuration(address, len(lamps), self.place)
        self.calendar_of = self.configuration.calendar_of
        self.step_program = [""] * len(lamps)
        self.outbox = Outbox(address)
        self.is_silent = False
        self.speaks = asyncio.Event()
        self.speaks.set()
        self._moved_at = clock.monotonic()
        now = clock.monotonic()
        self._due = now + report_every_s * (np.arange(len(lamps)) + 1) / max(len(lamps), 1)
        self._cabinet_due = now + report_every_s * (np.arange(len(cabinets)) + 1) / max(len(cabinets), 1)
        self._silent_since = np.full(len(lamps), np.inf)
        self.field.level[:] = self._programmed()
        self.field.settle(clock.now().timestamp())
        self.field.told_at[:] = clock.now().timestamp()

    # --- what a city or a test may do ---

    def lose_supply(self, cabinet_address: str) -> None:
        """The cabinet's mains fail: its controller says so on battery, its lamps go dark and stop answering."""
        self._set_supply(self._cabinet(cabinet_address), has_supply=False)

    def restore_supply(self, cabinet_address: str) -> None:
        """The mains are back."""
        self._set_supply(self._cabinet(cabinet_address), has_supply=True)

    def open_cabinet_door(self, cabinet_address: str, *, is_open: bool = True) -> None:
        """Somebody opens (or shuts) the cabinet."""
        index = self._cabinet(cabinet_address)
        (self.open_doors.add if is_open else self.open_doors.discard)(index)
        self._log_event(f"{cabinet_address}/cabinetMonitor", "cabinetDoorOpen", is_open)

    def fail_lamp(self, lamp_address: str, event_name: str) -> None:
        """The lamp gets the fault of that TALQ event, "communicationFailure" included."""
        self._set_fault(self._lamp(lamp_address), event_name, is_present=True)

    def mend_lamp(self, lamp_address: str) -> None:
        """All the lamp's faults are gone."""
        index = self._lamp(lamp_address)
        for event_name in sorted(self.lamp_events.get(index, ())):
            self._set_fault(index, event_name, is_present=False)

    def flap(self, lamp_address: str, event_name: str, times: int) -> None:
        """The fault comes and goes so often, all at once."""
        for _ in range(times):
            self.fail_lamp(lamp_address, event_name)
            self._set_fault(self._lamp(lamp_address), event_name, is_present=False)

    def lie(self, lamp_address: str, attribute: str, value: object, stamp: dt.datetime | None = None) -> None:
        """Report a value that cannot be true, or a stamp that cannot."""
        attribute_type = "AttributeLevelState" if attribute == "actualLightState" else "AttributeFloat"
        function = "lampActuator" if attribute == "actualLightState" else "lampMonitor"
        self._log_attribute(f"{lamp_address}/{function}", attribute, Attribute(type=attribute_type, value=value), stamp)

    def fall_silent(self) -> None:
        """Neither answer nor report, as behind a cut cable."""
        self.is_silent = True
        self.speaks.clear()

    def speak_again(self) -> None:
        """The cable is mended: what waited is told now."""
        self.is_silent = False
        self.speaks.set()

    def sample_now(self) -> None:
        """Every lamp's periodic report is due at once."""
        self._due[:] = self._clock.monotonic()

    # --- its life ---

    async def run(self) -> None:
        """Live until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tick(), name=f"{self.name}: tick")
            group.create_task(self._tell(), name=f"{self.name}: tell")

    async def close(self) -> None:
        """Free what was opened; may be called twice."""
        self.speaks.set()
        await self.outbox.close()

    def advance(self) -> None:
        """Move to the clock's present: energy, programs, ends of overrides, silence noticed, reports due."""
        now, moment = self._clock.now().timestamp(), self._clock.monotonic()
        self.field.accumulate(max(moment - self._moved_at, 0.0))
        self._moved_at = moment
        self._programmed()
        changed = self.field.settle(now).tolist()
        for index in sorted({*changed, *self._notice_silence(moment)}):
            self._log_state(index)
        self._log_due(moment)

    def override(self, lamps: Sequence[int], level: int | None, until: float, ref: str | None) -> None:
        """Drive lamps or, with no level, let them go; those that answer obey at once."""
        before = {index: self.field.override_ref[index] for index in lamps}
        if level is None:
            self.field.let_go(lamps)
        else:
            self.field.drive(lamps, level, until, ref)
        for index in self.field.settle(self._clock.now().timestamp()).tolist():
            self._log_state(index, before.get(index))

    def bootstrapped(self, *, is_new_cms: bool) -> None:
        """A CMS gave its address: announce everything to a new one."""
        self.outbox.cms_uri = self.configuration.cms_uri
        if not is_new_cms:
            return
        self.outbox.forget()
        self.outbox.announce("POST", "services", self.configuration.services)
        self.outbox.announce("POST", "device-classes", self.configuration.classes)
        devices = list(self.devices(with_values=False))
        for start in range(0, len(devices), _ANNOUNCED_AT_ONCE):
            self.outbox.announce("POST", "devices", devices[start : start + _ANNOUNCED_AT_ONCE])

    def own_device(self) -> Device:
        """The gateway as a device."""
        return gateway_device(
            self.address,
            self.name,
            zone=self.place.zone,
            lon=self.place.lon,
            lat=self.place.lat,
            own_uri=self.own_uri,
            cms_uri=self.configuration.cms_uri or "http://unset.invalid/",
            cms_address=self.configuration.cms_address or "",
        )

    def devices(self, *, with_values: bool = True) -> Iterable[Device]:
        """The gateway itself, the cabinets, the lamps."""
        yield self.own_device()
        for index in range(len(self.inventory.cabinets)):
            yield self.inventory.cabinet(index)
        for index in range(len(self.inventory.lamps)):
            yield self.inventory.lamp(index, with_values=with_values)

    def device(self, address: str) -> Device | None:
        """One device by its TALQ address."""
        if address == self.address:
            return self.own_device()
        if (cabinet := self.inventory.cabinet_at.get(address)) is not None:
            return self.inventory.cabinet(cabinet)
        if (lamp := self.inventory.lamp_at.get(address)) is not None:
            return self.inventory.lamp(lamp)
        return None

    async def _tick(self) -> None:
        while True:
            self.advance()
            await asyncio.sleep(self._tick_s)

    async def _tell(self) -> None:
        while True:
            await self.outbox.wait(self._report_every_s)
            await self.speaks.wait()
            if not await self.outbox.deliver():
                await asyncio.sleep(_RETRY_S)

    def _programmed(self) -> NDArray[np.int16]:
        """What the calendars want now, written into the columns when a step begins."""
        for lamps, step in self.configuration.steps_begun(self._clock.now()):
            self.field.program_level[lamps] = 100 if step is None else step.level
            for index in lamps.tolist():
                self.step_program[index] = "" if step is None else step.program
        return self.field.program_level

    def _set_supply(self, index: int, *, has_supply: bool) -> None:
        if bool(self.field.cabinet_has_supply[index]) is has_supply:
            return
        self.advance()
        self.field.cabinet_has_supply[index] = has_supply
        address = self.inventory.cabinets[index].address
        self._log_event(f"{address}/meter", "supplyLoss", not has_supply)
        self._log_event(f"{address}/basic", "batteryMode", not has_supply)
        for name, value in self.inventory.cabinet_measurements(index):
            self._log_attribute(f"{address}/meter", name, value)
        self.advance()

    def _set_fault(self, index: int, event_name: str, *, is_present: bool) -> None:
        if event_name not in {*LAMP_EVENTS, "communicationFailure"}:
            raise ValueError(f"TALQ knows no lamp event {event_name!r}")
        events = self.lamp_events.setdefault(index, set())
        (events.add if is_present else events.discard)(event_name)
        self.field.has_failed[index] = "lampFailure" in events
        self.field.cannot_dim[index] = "dimmingFailure" in events
        self.field.is_forced_on[index] = "lampUnexpectedOn" in events
        self.field.has_lost_radio[index] = "communicationFailure" in events
        if event_name != "communicationFailure":
            self._log_event(f"{self.inventory.lamps[index].address}/lampMonitor", event_name, is_present)
        self.advance()

    def _notice_silence(self, moment: float) -> Sequence[int]:
        """The gateway misses a lamp some time after it stopped answering; gives those it hears again."""
        answers = self.field.answers()
        if answers.all() and not self.unreachable:
            return ()
        self._silent_since = np.where(answers, np.inf, np.minimum(self._silent_since, moment))
        for index in np.flatnonzero(moment - self._silent_since >= self._notice_after_s).tolist():
            if index not in self.unreachable:
                self.unreachable.add(index)
                self._log_event(f"{self.inventory.lamps[index].address}/communication", "communicationFailure", True)
        back = sorted(index for index in self.unreachable if answers[index])
        for index in back:
            self.unreachable.discard(index)
            self._log_event(f"{self.inventory.lamps[index].address}/communication", "communicationFailure", False)
        return back

    def _log_state(self, index: int, ended_ref: str | None = None) -> None:
        """The lamp's light changed: what it was told, what it gives if that differs, and what it now draws."""
        address = self.inventory.lamps[index].address
        command = self.inventory.command(index)
        given = int(self.field.level[index])
        state = None if given == command.state.value else self.inventory.actuator(index)["actualLightState"].value
        now = self._clock.now()
        entry = LogEntry(
            cms_ref_id=command.cms_ref_id or ended_ref,
            data=StateChangeEventLogData(
                src_address=f"{address}/lampActuator",
                timestamp=now,
                event_type="lightStateChange",
                command=command,
                state=state,
            ),
        )
        for logger in self.configuration.event_loggers("lightStateChange", address):
            self.outbox.log(logger, [entry])
        for name, value in self.inventory.lamp_measurements(index):
            if name == "activePower":
                self._log_attribute(f"{address}/lampMonitor", name, value)

    def _log_due(self, moment: float) -> None:
        due = np.flatnonzero((self._due <= moment) & self.field.answers())
        for index in due.tolist():
            address = self.inventory.lamps[index].address
            actual = self.inventory.actuator(index)["actualLightState"]
            self._sample(f"{address}/lampActuator", "actualLightState", actual)
            for name, value in self.inventory.lamp_measurements(index):
                self._sample(f"{address}/lampMonitor", name, value)
        self._due[self._due <= moment] += self._report_every_s
        for index in np.flatnonzero(self._cabinet_due <= moment).tolist():
            for name, value in self.inventory.cabinet_measurements(index):
                self._sample(f"{self.inventory.cabinets[index].address}/meter", name, value)
            self._cabinet_due[index] += self._report_every_s

    def _sample(self, source: str, name: str, value: Attribute) -> None:
        for logger in self.configuration.periodic_loggers(name, source):
            self.outbox.log(logger, [self._attribute_entry(source, name, value, None)])

    def _log_attribute(self, source: str, name: str, value: Attribute, stamp: dt.datetime | None = None) -> None:
        for logger in self.configuration.vendor_loggers(name, source):
            self.outbox.log(logger, [self._attribute_entry(source, name, value, stamp)])

    def _attribute_entry(self, source: str, name: str, value: Attribute, stamp: dt.datetime | None) -> LogEntry:
        return LogEntry(
            data=AttributeLogData(
                src_address=source, timestamp=stamp or self._clock.now(), attribute_name=name, attribute_value=value
            )
        )

    def _log_event(self, source: str, event_type: str, flag: bool) -> None:
        data = EventLogData(
            src_address=source,
            timestamp=epoch(self._clock.now().timestamp()),
            event_type=event_type,
            start_end_flag=flag,
        )
        for logger in self.configuration.event_loggers(event_type, source):
            self.outbox.log(logger, [LogEntry(data=data)])

    def _lamp(self, address: str) -> int:
        if (index := self.inventory.lamp_at.get(address)) is None:
            raise KeyError(f"{self.name} has no lamp {address}")
        return index

    def _cabinet(self, address: str) -> int:
        if (index := self.inventory.cabinet_at.get(address)) is None:
            raise KeyError(f"{self.name} has no cabinet {address}")
        return index
