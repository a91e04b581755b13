"""Alarm health of a day written by hand: each figure below can be counted on the log in `health_logs.py`."""

import datetime as dt
import itertools

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.alarms.health import (
    NONE,
    Source,
    Tally,
    day_of,
    figures,
    kept_small,
    merged,
    percentile,
    set_aside,
    stale_count,
    tally_of,
    trend,
    worst,
)
from backend.domain.alarms.health_log import (
    Happening,
    OpenAlarm,
    OpenAlarms,
    Transition,
    What,
    read_on,
    transitions_of,
    without_rested,
)
from contract.alarm_health import HealthFigures
from contract.journal import EntryKind, JournalEntry
from tests.backend.domain.alarms.health_logs import DAY, FLOOD_MINUTES, MIDNIGHT, SHIFT, at_ms, flood, read

PEOPLE = {"anne": "lighting", "ali": "lighting", "sam": "security", "max": "supervisor"}
LOG = sorted([*read(SHIFT), *flood()])
NEXT_MIDNIGHT = MIDNIGHT + dt.timedelta(days=1)


def tally_at(seat: str, happenings: list[Happening]) -> Tally:
    def covers(item: Happening) -> bool:
        return seat == "" or (seat == "lighting") == (item.asset_id < 10)

    return tally_of(happenings, covers, lambda name: seat == "" or PEOPLE[name] == seat)


def figures_at(seat: str) -> HealthFigures:
    return figures(tally_at(seat, read_on({}, LOG)[1]), seat, MIDNIGHT, NEXT_MIDNIGHT)


def times_of(found: HealthFigures) -> list[tuple[int, float | None, float | None]]:
    return [(time.count, time.p50_s, time.p95_s) for time in found.answers]


def test_the_whole_city_s_day() -> None:
    found = figures_at("")
    assert found.windows == 144
    # door 1, lamp 1, relay 4, intrusion 2, camera 2, gate 1, pump 2; and the flood's 43
    assert found.annunciated == 13 + 43
    assert found.per_window == 56 / 144
    assert found.priorities == (1, 2, 4, 49)  # P3: door, gate, pump twice; P4: lamp, relay 4, camera, flood 43
    assert (found.peak, found.peak_at) == (11, MIDNIGHT + dt.timedelta(hours=12))
    assert (found.over_windows, found.over_share) == (1, 1 / 144)
    assert (found.floods, found.flood_windows) == (1, 3)  # eleven, seven, five: over with four
    assert found.sources == 7 + 4
    # The ten worst of eleven sources leave one out that came once.
    assert found.top_share == 55 / 56
    assert (found.chattering, found.chatter_episodes) == (1, 1)
    assert found.fleeting == 4  # the lamp, and the relay's first three
    assert found.answered_elsewhere == 0


def test_how_long_alarms_waited_by_priority_at_each_seat() -> None:
    # P3: door 90 s, pump 50 s. P4: lamp 40 min, relay 5 min, and the flood's 43 of 5 s.
    lighting = figures_at("lighting")
    assert times_of(lighting) == [(0, None, None), (0, None, None), (2, 50, 90), (45, 5, 5)]
    assert lighting.annunciated == 8 + 43
    assert lighting.answered_elsewhere == 0
    # P2: intrusion 10 s, camera 30 s as a P2. P3: gate 20 s. The supervisor answered the P1.
    security = figures_at("security")
    assert times_of(security) == [(0, None, None), (2, 10, 30), (1, 20, 20), (0, None, None)]
    assert security.annunciated == 5
    assert security.answered_elsewhere == 1
    city = figures_at("")
    assert times_of(city) == [(1, 4, 4), (2, 10, 30), (3, 50, 90), (45, 5, 5)]
    assert city.annunciated == lighting.annunciated + security.annunciated


def test_what_stands_for_more_than_a_day_is_stale_and_what_is_set_aside_has_its_age() -> None:
    still_open, _ = read_on({}, LOG)
    # The camera stands since 04:00, worse or not; the gate since 05:00:00.
    assert stale_count(still_open.values(), at_ms("+1 04:00:00")) == 0
    assert stale_count(still_open.values(), at_ms("+1 05:00:00")) == 1
    assert stale_count(still_open.values(), at_ms("+1 05:00:00") + 1) == 2
    shelved, suppressed, out = set_aside(still_open.values(), at_ms("12:00:00"))
    assert (shelved.count, suppressed.count) == (0, 0)
    assert (out.count, out.oldest_since, out.over_a_day) == (1, MIDNIGHT + dt.timedelta(hours=11), 0)
    noon, _ = read_on({}, [item for item in LOG if item.at_ms < at_ms("08:00:00")])
    shelved, _, _ = set_aside(noon.values(), at_ms("+2 08:00:00"))
    assert (shelved.count, shelved.over_a_day) == (1, 1)


def test_an_alarm_on_the_shelf_is_not_stale() -> None:
    log = read("00:00:00 a#1 P3 raise A>B 1 device\n20:00:00 a#1 P3 shelve B>E 1 anne")
    assert stale_count(read_on({}, log)[0].values(), at_ms("+2 00:00:00")) == 0


def test_the_trend_marks_the_windows_of_the_flood() -> None:
    found = trend(tally_at("", read_on({}, LOG)[1]))
    noon = [(window.p4, window.is_flood) for window in found if window.at_s >= at_ms("12:00:00") // 1000]
    assert noon == [(11, True), (7, True), (5, True), (4, False), (6, False), (10, False)]
    assert len(FLOOD_MINUTES) == len(noon)
    line = day_of(tally_at("", read_on({}, LOG)[1]), DAY, MIDNIGHT, NEXT_MIDNIGHT)
    assert (line.annunciated, line.peak, line.flood_windows, line.p95_s) == (56, 11, 3, 60 * 1 + 30)


def test_ten_quiet_minutes_end_a_flood() -> None:
    tally = Tally(windows={1: (0, 0, 0, 11), 3: (0, 0, 0, 6)})
    found = figures(tally, "", MIDNIGHT, NEXT_MIDNIGHT)
    assert (found.floods, found.flood_windows) == (1, 1)


def test_the_worst_source_is_the_one_that_came_most() -> None:
    found = worst(tally_at("lighting", read_on({}, LOG)[1]).sources)
    assert [(source.kind, source.asset_id, source.came) for _, source in found[:6]] == [
        ("failed", 7, 11), ("failed", 8, 11), ("failed", 9, 11), ("failed", 6, 10), ("relay", 3, 4), ("pump", 4, 2),
    ]  # fmt: skip


def test_a_quiet_day_has_figures_too() -> None:
    found = figures(Tally(), "", MIDNIGHT, NEXT_MIDNIGHT)
    assert (found.annunciated, found.per_window, found.peak, found.top_share) == (0, 0, 0, 0)
    assert found.peak_at is None
    assert percentile({}, 0.5) is None


def test_three_within_a_minute_chatter_and_three_in_just_a_minute_do_not() -> None:
    def begun(*seconds: int) -> int:
        lines = [
            f"00:{at // 60:02d}:{at % 60:02d} a#1 P4 {event} 1 device"
            for at in seconds
            for event in ("raise A>B", "clear B>D")
        ]
        happened = read_on({}, read("\n".join(lines)))[1]
        return sum(1 for item in happened if item.what is What.CHATTERED)

    assert begun(0, 30, 59) == 1
    assert begun(0, 30, 60) == 0
    assert begun(0, 20, 40, 50) == 1  # it goes on
    assert begun(0, 20, 40, 200, 220, 240) == 2  # it comes again


def test_what_rests_is_forgotten_once_it_cannot_chatter_any_more() -> None:
    still_open, _ = read_on({}, read("00:00:00 a#1 P4 raise A>B 1 device\n00:00:05 a#1 P4 acknowledge B>C 1 anne"))
    rested, _ = read_on(still_open, read("00:00:06 a#1 P4 clear C>A 1 device"))
    assert without_rested(still_open, at_ms("10:00:00")) == still_open
    assert without_rested(rested, at_ms("00:00:50")) == rested
    assert without_rested(rested, at_ms("00:01:00")) == {}


@given(cuts=st.lists(st.integers(0, len(LOG)), max_size=12), seat=st.sampled_from(["", "lighting", "security"]))
def test_figures_are_the_same_wherever_the_log_is_cut_into_pages(cuts: list[int], seat: str) -> None:
    whole = tally_at(seat, read_on({}, LOG)[1])
    still_open: OpenAlarms = {}
    parts: list[Tally] = []
    places = [0, *sorted(cuts), len(LOG)]
    for begin, end in itertools.pairwise(places):
        still_open, happened = read_on(still_open, LOG[begin:end])
        # As kept over a restart, too.
        parts.append(msgspec.json.decode(msgspec.json.encode(tally_at(seat, happened)), type=Tally))
        still_open = msgspec.json.decode(msgspec.json.encode(still_open), type=dict[int, OpenAlarm])
    assert figures(merged(parts), seat, MIDNIGHT, NEXT_MIDNIGHT) == figures(whole, seat, MIDNIGHT, NEXT_MIDNIGHT)
    assert trend(merged(parts)) == trend(whole)
    assert worst(merged(parts).sources) == worst(whole.sources)


letters = st.sampled_from(["A", "B", "C", "D", "E", "F", "G", "LU", "LA"])
events = st.sampled_from(
    ["raise", "clear", "acknowledge", "shelve", "unshelve", "suppress", "take_out_of_service", "?"]
)
hostile = st.builds(
    Transition,
    st.integers(0, 10_000_000), st.integers(1, 4), st.integers(1, 4), st.just("k"), events, letters, letters,
    st.integers(0, 9), st.integers(1, 4), st.booleans(), st.just("anne"),
)  # fmt: skip


@given(st.lists(hostile, max_size=60))
def test_totals_add_up_whatever_the_journal_holds(log: list[Transition]) -> None:
    still_open, happened = read_on({}, log)
    tally = tally_of(happened, lambda _: True, lambda _: True)
    found = figures(tally, "", MIDNIGHT, NEXT_MIDNIGHT)
    came = sum(1 for item in happened if item.what is What.CAME)
    assert found.annunciated == came == sum(found.priorities) == sum(s.came for s in tally.sources.values())
    assert sum(time.count for time in found.answers) == sum(1 for item in happened if item.what is What.ANSWERED)
    assert found.fleeting <= found.annunciated
    assert found.over_windows <= found.windows or found.annunciated > 10
    assert all(item.took_ms >= 0 for item in happened)
    assert stale_count(still_open.values(), 0) == 0


def test_a_day_is_kept_with_its_worst_sources_and_all_its_counts() -> None:
    sources = {number: Source(number, "k", 4, came=number) for number in range(1, 50)}
    small = kept_small(Tally(windows={1: (0, 0, 0, 1225)}, sources=sources), 10)
    assert [number for number, _ in worst(small.sources, 20)] == list(range(49, 39, -1))
    assert small.windows == {1: (0, 0, 0, 1225)}
    assert Tally().windows.get(1, NONE) == NONE


def test_lines_that_are_no_transitions_are_passed_over() -> None:
    good: dict[str, object] = {
        "alarm": 7, "alarm_kind": "door", "event": {"type": "raise", "priority": 2}, "at": MIDNIGHT.isoformat(),
        "from": "A", "to": "B", "occurrence": 1, "priority": 2, "is_active": True,
    }  # fmt: skip
    bad: list[dict[str, object]] = [
        {},
        {"refused": "is_shelved"},
        good | {"priority": 9},
        good | {"alarm": "x"},
        good | {"event": "raise"},
    ]
    entries = [
        JournalEntry(seq=1, at=MIDNIGHT, kind=EntryKind.ALARM, version=1, actor="d", asset_id=3, payload=payload)
        for payload in [*bad, good]
    ]
    [read_line] = transitions_of(entries)
    assert (read_line.alarm, read_line.at_ms, read_line.event) == (7, at_ms("00:00:00"), "raise")
