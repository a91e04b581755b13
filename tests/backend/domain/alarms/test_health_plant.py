"""The synthetic plant's week of alarms, lived through by our own alarms, has the figures that pandas finds."""

import csv
import datetime as dt
import gzip
from pathlib import Path

import pytest

from backend.domain.alarms.events import AlarmEvent, Clear, Raise
from backend.domain.alarms.health import Tally, figures, merged, tally_of, worst
from backend.domain.alarms.health_log import OpenAlarms, read_on, transitions_of
from backend.domain.alarms.life import AlarmState, Step, step
from backend.services.alarms.records import transition
from contract.alarms import Priority
from contract.journal import JournalEntry

PAGE = 250


def journal_of(file: Path, speed: int) -> tuple[list[JournalEntry], dict[tuple[int, str], str]]:
    """Each line through the life of an alarm, as the alarm desk journals it; and which source each alarm is."""
    assets: dict[str, int] = {}
    names: dict[tuple[int, str], str] = {}
    states: dict[tuple[int, str], AlarmState] = {}
    entries: list[JournalEntry] = []
    begin: dt.datetime | None = None
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            condition = row["condition"].removesuffix(" RECOVERED")
            key = (assets.setdefault(row["tag"], len(assets) + 1), condition)
            names[key] = f"{row['tag']} {condition}"
            told = dt.datetime.fromisoformat(row["timestamp"]).replace(tzinfo=dt.UTC)
            begin = begin or told.replace(hour=0, minute=0, second=0)
            at = begin + (told - begin) / speed
            event: AlarmEvent = Clear() if condition != row["condition"] else Raise(priority=Priority.P3)
            before = states.get(key, AlarmState())
            result = step(before, event, at)
            assert isinstance(result, Step)
            if result.state is before:
                continue
            states[key] = result.state
            line = transition(*key, event, at, before, result.state, actor="device", note="")
            entries.append(
                JournalEntry(seq=len(entries) + 1, at=at, version=1, kind=line.kind, actor=line.actor,
                             asset_id=line.asset_id, payload=line.payload)
            )  # fmt: skip
    return entries, names


@pytest.mark.proof
@pytest.mark.parametrize("speed", [1, 4])
def test_a_plant_s_week_has_the_figures_that_pandas_finds(shared_data: Path, speed: int) -> None:
    """Its times are full half minutes: as it is nothing in it comes thrice in less than one, four times faster much."""
    from tests.backend.domain.alarms.plant_in_pandas import plant_figures  # noqa: PLC0415 - pandas is for proofs only

    file = shared_data / "alarms" / "synthetic_plant_alarms.csv.gz"
    wanted = plant_figures(file, speed)
    entries, names = journal_of(file, speed)
    still_open: OpenAlarms = {}
    tally = Tally()
    for first in range(0, len(entries), PAGE):
        still_open, happened = read_on(still_open, transitions_of(entries[first : first + PAGE]))
        tally = merged([tally, tally_of(happened, lambda _: True, lambda _: True)])
    midnight = entries[0].at.replace(hour=0, minute=0, second=0)
    found = figures(tally, "", midnight, entries[-1].at)
    assert found.annunciated == wanted.annunciated
    assert found.per_window == pytest.approx(wanted.per_window)
    assert (found.peak, found.over_windows) == (wanted.peak, wanted.over_windows)
    named = [(names[source.asset_id, source.kind], source.came) for _, source in worst(tally.sources)]
    assert sorted(named, key=lambda pair: (-pair[1], pair[0])) == wanted.top_ten
    assert found.top_share == pytest.approx(wanted.top_share)
    chattering = sorted(names[source.asset_id, source.kind] for source in tally.sources.values() if source.chattered)
    assert chattering == wanted.chattering
    assert found.fleeting == wanted.fleeting
    assert wanted.annunciated > 9_000
    assert bool(wanted.chattering) == (speed > 1)
