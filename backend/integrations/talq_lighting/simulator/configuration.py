"""What a CMS has configured in a simulated gateway: programs, calendars, loggers, groups, and what they want now."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from backend.integrations.talq_lighting.protocol.logs import LoggerConfig, Selection
from backend.integrations.talq_lighting.protocol.programs import Calendar, ControlProgram
from backend.integrations.talq_lighting.protocol.values import Group
from backend.integrations.talq_lighting.schedule import Course, Place, Step, course_of
from backend.integrations.talq_lighting.simulator.announced import (
    DEFAULT_CALENDAR,
    DEFAULT_PROGRAM,
    device_classes,
    every_night,
    night_program,
    services,
)
from backend.integrations.talq_lighting.simulator.lamp_field import Indices

_COURSE_LASTS: Final = dt.timedelta(hours=12)


class Configuration:
    """A gateway's memory. It starts with a night program of its own, so that lamps light before any CMS comes."""

    def __init__(self, owner: str, lamps: int, place: Place) -> None:
        self.services = services()
        self.classes = device_classes()
        self.cms_uri: str | None = None
        self.cms_address: str | None = None
        self.programs: dict[str, ControlProgram] = {DEFAULT_PROGRAM: night_program(owner)}
        self.calendars: dict[str, Calendar] = {DEFAULT_CALENDAR: every_night(owner)}
        self.groups: dict[str, Group] = {}
        self.loggers: dict[str, LoggerConfig] = {}
        self.calendar_of: list[str | None] = [DEFAULT_CALENDAR] * lamps
        self._place = place
        self._courses: dict[str, tuple[dt.datetime, Course]] = {}
        self._lamps_of: dict[str | None, Indices] = {}
        self._applied: dict[str | None, Step | None] = {}
        self.assigned()

    def assigned(self) -> None:
        """Lamps were given another calendar, or a calendar or program changed: everything is looked at anew."""
        by_calendar: dict[str | None, list[int]] = {}
        for index, calendar in enumerate(self.calendar_of):
            by_calendar.setdefault(calendar, []).append(index)
        self._lamps_of = {calendar: np.array(lamps, dtype=np.intp) for calendar, lamps in by_calendar.items()}
        self._courses.clear()
        self._applied.clear()

    def steps_begun(self, now: dt.datetime) -> Iterator[tuple[Indices, Step | None]]:
        """Calendars whose step in force differs from the last one given out, with their lamps."""
        for name, lamps in self._lamps_of.items():
            step = self._step(name, now)
            if name not in self._applied or self._applied[name] != step:
                self._applied[name] = step
                yield lamps, step

    def event_loggers(self, event_type: str, source: str) -> list[str]:
        """Loggers that record this event of this device."""
        return [
            logger.address
            for logger in self.loggers.values()
            if logger.recording_mode is not None
            and logger.recording_mode.type == "EventRecordingMode"
            and (events := logger.recording_mode.source_events) is not None
            and _covers_text(events.white_list, events.black_list, event_type)
            and _covers(logger.source_addresses, source)
        ]

    def periodic_loggers(self, attribute: str, source: str) -> list[str]:
        """Loggers that sample this attribute of this device."""
        return self._attribute_loggers("PeriodicRecordingMode", attribute, source)

    def vendor_loggers(self, attribute: str, source: str) -> list[str]:
        """Loggers that leave it to the gateway when to record this attribute."""
        return self._attribute_loggers("VendorRecordingMode", attribute, source)

    def _attribute_loggers(self, mode: str, attribute: str, source: str) -> list[str]:
        return [
            logger.address
            for logger in self.loggers.values()
            if logger.recording_mode is not None
            and logger.recording_mode.type == mode
            and _covers(logger.source_addresses, source)
            and (
                not logger.recording_mode.content
                or any(
                    named.name == attribute
                    for content in logger.recording_mode.content
                    for named in content.function.attributes or ()
                )
            )
        ]

    def _step(self, calendar: str | None, now: dt.datetime) -> Step | None:
        found = self.calendars.get(calendar or "")
        if found is None:
            return None
        made, course = self._courses.get(found.id, (None, None))
        if made is None or course is None or now - made > _COURSE_LASTS or now < made:
            course = course_of(found, self.programs, now, self._place)
            self._courses[found.id] = now, course
        in_force = course.at(now)
        return in_force[0] if in_force else None


def _covers(selection: Selection | None, source: str) -> bool:
    if selection is None:
        return False
    device = source.partition("/")[0]
    white = None if selection.white_list is None else [ref.address.partition("/")[0] for ref in selection.white_list]
    black = None if selection.black_list is None else [ref.address.partition("/")[0] for ref in selection.black_list]
    return _covers_text(white, black, device)


def _covers_text(white: Sequence[str] | None, black: Sequence[str] | None, text: str) -> bool:
    """TALQ's rule: the white list less the black list; only a black list means all but those; no list means none."""
    if white is None:
        return black is not None and text not in black
    return text in white and text not in (black or ())
