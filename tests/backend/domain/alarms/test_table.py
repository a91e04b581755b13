"""Every cell of the readable table is what the rule does."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from backend.domain.alarms.life import AlarmState
from contract.alarms import Annunciation
from tests.backend.domain.alarms.alarm_states import FLAG_SETS, done, event_named, flagged, flags_of, outcome, standing


def _read() -> dict[str, list[list[str]]]:
    sections: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = []
    for line in (Path(__file__).parent / "alarm_table.md").read_text("utf-8").splitlines():
        if line.startswith("## "):
            rows = sections[line[3:]] = []
        elif line.startswith("|") and not line.startswith("|---"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return sections


_SECTIONS = _read()


def _cells(section: str) -> list[tuple[str, str, str]]:
    header, *rows = _SECTIONS[section]
    return [(row[0], name, cell) for row in rows for name, cell in zip(header[1:], row[1:], strict=True)]


def _expected(cell: str, *, is_latching: bool) -> str:
    plain, _, latching = cell.partition(" / ")
    return latching if latching and is_latching else plain


@pytest.mark.parametrize("is_latching", [False, True])
@pytest.mark.parametrize(("state", "event", "cell"), _cells("No flag set"))
def test_without_flags(state: str, event: str, cell: str, is_latching: bool) -> None:
    before = standing(Annunciation(state), is_latching=is_latching)
    said, after = outcome(before, event_named(event, before))
    assert said == _expected(cell, is_latching=is_latching)
    assert after.occurrence == before.occurrence + ("*" in said)


@pytest.mark.parametrize(
    "section", ["Setting a flag: which are set after it", "Clearing a flag: which are set after it"]
)
@pytest.mark.parametrize("annunciation", list(Annunciation))
def test_flags_are_set_and_cleared_one_by_one(section: str, annunciation: Annunciation) -> None:
    for flags, event, cell in _cells(section):
        wanted = () if flags == "none" else tuple(flags.split())
        before = flagged(standing(annunciation), wanted)
        said, after = outcome(before, event_named(event, before))
        if cell == "x":
            assert (said, after) == ("x", before), (flags, event)
        else:
            assert " ".join(flags_of(after)) == ("" if cell == "none" else cell), (flags, event)


@pytest.mark.parametrize("is_latching", [False, True])
@pytest.mark.parametrize("flags", FLAG_SETS[1:])
@pytest.mark.parametrize(("state", "process", "cell"), _cells("What the last flag gives back"))
def test_the_last_flag_gives_back_what_was_owed(
    state: str, process: str, cell: str, flags: tuple[str, ...], is_latching: bool
) -> None:
    alarm = flagged(standing(Annunciation(state), is_latching=is_latching), flags)
    alarm = done(alarm, event_named("raise same" if process == "process in alarm" else "clear", alarm))
    clearers = {"shelved": "unshelve", "suppressed": "unsuppress", "out": "return to service"}
    said = ""
    for flag in flags:
        before = alarm
        _, alarm = outcome(alarm, event_named(clearers[flag], alarm))
        said = alarm.annunciation.value + ("*" if alarm.occurrence > before.occurrence else "")
    assert not alarm.is_flagged
    assert said == _expected(cell, is_latching=is_latching)


@pytest.mark.parametrize("flags", FLAG_SETS[1:])
@pytest.mark.parametrize("annunciation", list(Annunciation))
@pytest.mark.parametrize(("event", "column", "cell"), _cells("While any flag is set"))
def test_nothing_sounds_while_a_flag_is_set(
    event: str, column: str, cell: str, annunciation: Annunciation, flags: tuple[str, ...]
) -> None:
    before = flagged(standing(annunciation), flags)
    said, after = outcome(before, event_named(event, before))
    if cell == "process":
        assert said in {"process", "~P", "="}
        assert after.is_active is event.startswith("raise")
        assert _but_process(after) == _but_process(before)
    else:
        assert said == cell


def _but_process(state: AlarmState) -> AlarmState:
    return replace(state, is_active=False, priority=1, raised_at=None, changed_at=None)


def test_the_table_has_no_hole() -> None:
    assert len(_cells("No flag set")) == 6 * 9
    assert [row[0] for row in _SECTIONS["No flag set"][1:]] == [state.value for state in Annunciation]
