"""Calendars and programs that live in a gateway: written, read back, and shown as claims nobody here can release."""

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from backend.devkit.adapter import DeviceCommand, Outcome, Sink
from backend.devkit.clock import Clock
from backend.devkit.errors import CommandRefused, ProtocolError
from backend.integrations.talq_lighting.client import GatewayClient, GatewayRefusal
from backend.integrations.talq_lighting.known_devices import KnownDevices
from backend.integrations.talq_lighting.points import CONTROLLED
from backend.integrations.talq_lighting.protocol.programs import Calendar, ControlProgram
from backend.integrations.talq_lighting.protocol.values import AssignCommand, ResourceReference
from backend.integrations.talq_lighting.protocol.wire import parse_many
from backend.integrations.talq_lighting.schedule import Course, Step, course_of
from contract.claims import Claim, Rank
from contract.commands import CommandState

T = TypeVar("T", Calendar, ControlProgram)

log = logging.getLogger(__name__)

_COURSE_LASTS: Final = dt.timedelta(hours=12)
_LAMPS_A_REQUEST: Final = 500

WRITE_PROGRAMS: Final = "write_programs"
ASSIGN_CALENDAR: Final = "assign_calendar"


class FieldPrograms:
    """The programs and calendars of one gateway as last read."""

    def __init__(
        self, gateway: str, asset_at: Mapping[str, int], known: KnownDevices, sink: Sink, clock: Clock
    ) -> None:
        self._gateway = gateway
        self._asset_at = asset_at
        self._known = known
        self._sink = sink
        self._clock = clock
        self.programs: dict[str, ControlProgram] = {}
        self.calendars: dict[str, Calendar] = {}
        self._courses: dict[str, tuple[dt.datetime, Course]] = {}
        self._shown: dict[str, tuple[Step, dt.datetime | None] | None] = {}

    async def read(self, client: GatewayClient) -> None:
        """Read all of them and show what they want now. A gateway without programs is no failure."""
        try:
            self.programs = {program.id: program for program in await client.programs()}
            self.calendars = {calendar.id: calendar for calendar in await client.calendars()}
        except (GatewayRefusal, ProtocolError) as error:
            log.warning("gateway %s does not tell its programs: %s", self._gateway, error)
        self._courses.clear()
        self._shown.clear()
        self.show()

    def show(self) -> None:
        """Tell the claims of lamps whose calendar has begun another step since they were last told."""
        now = self._clock.now()
        lamps: dict[str, list[str]] = {}
        for address, calendar in self._known.calendar_of.items():
            if address in self._asset_at:
                lamps.setdefault(calendar, []).append(address)
        for name, addresses in lamps.items():
            in_force = self._step(name, now)
            if name in self._shown and self._shown[name] == in_force:
                continue
            self._shown[name] = in_force
            for address in addresses:
                asset = self._asset_at[address]
                claims = [self._claim(asset, name, *in_force)] if in_force is not None else []
                self._sink.field_claims(asset, CONTROLLED, claims)

    async def write(self, command: DeviceCommand, client: GatewayClient) -> Sequence[Outcome]:
        """Act "write_programs": arguments `programs` and `calendars` hold TALQ JSON lists; read back and compared."""
        programs = _parsed(command.arguments.get("programs"), ControlProgram)
        calendars = _parsed(command.arguments.get("calendars"), Calendar)
        if not programs and not calendars:
            raise CommandRefused("there is neither a program nor a calendar to write")
        known = {**self.programs, **{program.id: program for program in programs}}
        for calendar in calendars or list(self.calendars.values()):
            try:
                course_of(calendar, known, self._clock.now(), self._known.place)
            except ProtocolError as error:
                raise CommandRefused(f"calendar {calendar.id}: {error}") from error
        try:
            for program in programs:
                await client.write_program(program)
            for calendar in calendars:
                await client.write_calendar(calendar)
        except GatewayRefusal as refusal:
            return _same(command, CommandState.REJECTED, str(refusal))
        await self.read(client)
        is_kept = all(self.programs.get(program.id) == program for program in programs) and all(
            self.calendars.get(calendar.id) == calendar for calendar in calendars
        )
        if is_kept:
            return _same(command, CommandState.VERIFIED, "")
        return _same(command, CommandState.DEVICE_ACK, "the gateway accepted the programs and gives others back")

    async def assign(self, command: DeviceCommand, client: GatewayClient) -> Sequence[Outcome]:
        """Act "assign_calendar": argument `calendar` is its id, "" takes the calendar away."""
        calendar = command.arguments.get("calendar")
        if not isinstance(calendar, str) or (calendar and calendar not in self.calendars):
            raise CommandRefused("the gateway has no such calendar: write it first")
        address_of = {asset: address for address, asset in self._asset_at.items()}
        addresses = [address_of[asset] for asset in command.asset_ids if asset in address_of]
        entity = ResourceReference(resource="calendars", address=calendar)
        try:
            for start in range(0, len(addresses), _LAMPS_A_REQUEST):
                batch = addresses[start : start + _LAMPS_A_REQUEST]
                references = tuple(ResourceReference(resource="devices", address=address) for address in batch)
                await client.assign(AssignCommand(addresses=references, entity=entity, cms_ref_id=command.id))
        except GatewayRefusal as refusal:
            return _same(command, CommandState.REJECTED, str(refusal))
        self._known.calendar_of.update(dict.fromkeys(addresses, calendar))
        self._shown.clear()
        self.show()
        return _same(command, CommandState.DEVICE_ACK, "")

    def _step(self, name: str, now: dt.datetime) -> tuple[Step, dt.datetime | None] | None:
        calendar = self.calendars.get(name)
        if calendar is None:
            return None
        made, course = self._courses.get(name, (None, None))
        if made is None or course is None or not dt.timedelta(0) <= now - made <= _COURSE_LASTS:
            try:
                course = course_of(calendar, self.programs, now, self._known.place)
            except ProtocolError as error:
                log.warning("gateway %s has a calendar that cannot be read: %s", self._gateway, error)
                course = Course(steps=())
            self._courses[name] = now, course
        return course.at(now)

    def _claim(self, asset: int, calendar: str, step: Step, until: dt.datetime | None) -> Claim:
        return Claim(
            id=f"talq:{self._gateway}:{calendar}:{asset}",
            asset_id=asset,
            property=CONTROLLED,
            value=step.level,
            rank=Rank.CALENDAR,
            owner=f"device:{self._gateway}",
            reason=f"{calendar}: {step.program}",
            placed_at=step.begins,
            expires_at=until,
            is_read_only=True,
            source="TALQ calendar",
        )


def _parsed(text: object, type_: type[T]) -> Sequence[T]:
    if text is None:
        return []
    if not isinstance(text, str):
        raise CommandRefused("programs and calendars are given as TALQ JSON")
    try:
        return parse_many(text.encode(), type_)
    except ProtocolError as error:
        raise CommandRefused(str(error)) from error


def _same(command: DeviceCommand, state: CommandState, detail: str) -> Sequence[Outcome]:
    return [Outcome(asset_id=asset, state=state, detail=detail) for asset in command.asset_ids]
