"""Alarm logs written by hand, a line a transition, as the alarm desk journals them."""

import datetime as dt

from backend.domain.alarms.health_log import Transition
from contract.alarms import Priority

DAY = dt.date(2026, 3, 10)
MIDNIGHT = dt.datetime(2026, 3, 9, 23, tzinfo=dt.UTC)  # on the city's clock
MIDNIGHT_MS = round(MIDNIGHT.timestamp() * 1000)
_EVENTS = {"raise", "clear", "acknowledge", "shelve", "unshelve", "take_out_of_service", "return_to_service"}


def at_ms(clock: str) -> int:
    """Milliseconds of a time of the day, by the city's clock; "+1 02:00:00" is of the next day."""
    days, _, time = clock.rpartition(" ")
    hours, minutes, seconds = (int(part) for part in time.split(":"))
    return MIDNIGHT_MS + ((int(days or 0) * 24 + hours) * 3600 + minutes * 60 + seconds) * 1000


def read(text: str) -> list[Transition]:
    """Lines such as `08:00:00 pump#1 P2 raise A>B 1 device`; what stands behind a # is a remark."""
    lines = (line.split("//")[0].strip() for line in text.splitlines())
    return [_line(line) for line in lines if line]


def _line(line: str) -> Transition:
    clock, source, priority, event, letters, occurrence, actor = line.split()
    kind, _, number = source.partition("#")
    assert event in _EVENTS, line
    before, after = letters.split(">")
    asset_id = int(number)
    return Transition(
        at_ms(clock),
        asset_id * 100 + len(kind),
        asset_id,
        kind,
        event,
        before,
        after,
        int(occurrence),
        int(Priority[priority]),
        event != "clear",
        actor,
    )


SHIFT = """
// One day at two seats. Asset 1 to 9 belong to lighting (anne, ali), 11 to 19 to security (sam). Max is a supervisor.

// The cabinet's door: a minute and a half before anne answers.
00:10:00 door#1 P3 raise A>B 1 device
00:11:30 door#1 P3 acknowledge B>C 1 anne
00:20:00 door#1 P3 clear C>A 1 device

// A lamp is dark for twenty seconds, nobody answers in time: fleeting. Ali answers what is owed after 40 minutes.
01:00:00 lamp#2 P4 raise A>B 1 device
01:00:20 lamp#2 P4 clear B>D 1 device
01:40:00 lamp#2 P4 acknowledge D>A 1 ali

// A relay comes four times in 45 seconds: it chatters, once, and the first three were fleeting.
// It was first annunciated at 02:00:00, and nobody answered before anne at 02:05:00.
02:00:00 relay#3 P4 raise A>B 1 device
02:00:10 relay#3 P4 clear B>D 1 device
02:00:15 relay#3 P4 raise D>B 2 device
02:00:25 relay#3 P4 clear B>D 2 device
02:00:30 relay#3 P4 raise D>B 3 device
02:00:40 relay#3 P4 clear B>D 3 device
02:00:45 relay#3 P4 raise D>B 4 device
02:05:00 relay#3 P4 acknowledge B>C 4 anne
02:06:00 relay#3 P4 clear C>A 4 device

// An intrusion at security: ten seconds. Worse while acknowledged, it is annunciated again, and the supervisor answers.
03:00:00 intrusion#11 P2 raise A>B 1 device
03:00:10 intrusion#11 P2 acknowledge B>C 1 sam
03:05:00 intrusion#11 P1 raise C>B 2 device
03:05:04 intrusion#11 P1 acknowledge B>C 2 max
03:30:00 intrusion#11 P1 clear C>A 2 device

// A camera that waits as P4 for two hours, then is P2: sam needs thirty seconds for the P2.
04:00:00 camera#12 P4 raise A>B 1 device
06:00:00 camera#12 P2 raise B>B 2 device
06:00:30 camera#12 P2 acknowledge B>C 2 sam

// A stuck gate stands from now on, and will be stale at five the next morning.
05:00:00 gate#13 P3 raise A>B 1 device
05:00:20 gate#13 P3 acknowledge B>C 1 sam

// A pump is shelved from 07:00 to 09:00; it is annunciated when it comes off the shelf. The shelved hours do not count.
06:59:00 pump#4 P3 raise A>B 1 device
07:00:00 pump#4 P3 shelve B>E 1 anne
09:00:00 pump#4 P3 unshelve E>B 2 system
09:00:50 pump#4 P3 acknowledge B>C 2 ali
10:00:00 pump#4 P3 clear C>A 2 device

// Maintenance since 11:00, and to the end.
11:00:00 motor#5 P4 take_out_of_service A>G 0 anne
"""

FLOOD_MINUTES = ((12, 0, 11), (12, 10, 7), (12, 20, 5), (12, 30, 4), (12, 40, 6), (13, 0, 10))
"""A flood that begins at noon with eleven, goes on with seven and five, and is over with four."""


def flood() -> list[Transition]:
    """Lamps 6 to 9 fail in turn, each failure acknowledged by anne five seconds later and over after nine."""
    lines: list[Transition] = []
    number = 0
    for hour, minute, count in FLOOD_MINUTES:
        for place in range(count):
            number += 1
            lamp, occurrence = 6 + number % 4, (number + 3) // 4
            begin = f"{hour:02d}:{minute + place // 2:02d}:{place % 2 * 30:02d}"
            later = at_ms(begin)
            raised, acked, cleared = read(
                f"""
                {begin} failed#{lamp} P4 raise A>B {occurrence} device
                {begin} failed#{lamp} P4 acknowledge B>C {occurrence} anne
                {begin} failed#{lamp} P4 clear C>A {occurrence} device
                """
            )
            lines += [raised, acked._replace(at_ms=later + 5_000), cleared._replace(at_ms=later + 9_000)]
    return lines
