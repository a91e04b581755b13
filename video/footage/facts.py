"""What is known of a day beside its pictures: gaps and marks, one line of JSON each."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from contract.footage import LONGEST_DAYS, FootageGap, FootageMark
from video.footage.places import FACTS_NAME, camera_folder, day_name, days

MAX_FACTS_BYTES: Final = 16 * 2**20
_DAY = dt.timedelta(days=1)


class Fact(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of both."""

    gap: FootageGap | None = None
    mark: FootageMark | None = None


def note(folder: Path, camera_id: int, fact: Fact) -> None:
    """Add a fact to the day, or days, it belongs to. Raises OSError."""
    camera = camera_folder(folder, camera_id)
    for day, part in _by_day(fact):
        place = camera / day
        place.mkdir(parents=True, exist_ok=True)
        with (place / FACTS_NAME).open("ab") as file:
            # The empty line in front ends what a kill may have left unfinished.
            file.write(b"\n" + msgspec.json.encode(part) + b"\n")


def facts(folder: Path, camera_id: int, since: float, until: float) -> Iterator[Fact]:
    """Those of the days that a period touches, in the order they were noted; the newest word of a mark comes last."""
    camera = camera_folder(folder, camera_id)
    first, last = day_name(since), day_name(until)
    for day in days(camera):
        if not first <= day <= last:
            continue
        try:
            with (camera / day / FACTS_NAME).open("rb") as file:
                lines = file.read(MAX_FACTS_BYTES).split(b"\n")
        except FileNotFoundError:
            continue
        for line in lines:
            if not line:
                continue
            try:
                yield msgspec.json.decode(line, type=Fact)
            except msgspec.DecodeError:
                continue


def _by_day(fact: Fact) -> Iterator[tuple[str, Fact]]:
    """A gap is cut at midnight, so that a day alone tells what is missing of it."""
    if fact.gap is None:
        if fact.mark is not None:
            yield day_name(fact.mark.since.timestamp()), fact
        return
    since, until = fact.gap.since, fact.gap.until
    # A clock that stood twelve years ahead would make four thousand days of it; no recording is older than these.
    since = max(since, until - (LONGEST_DAYS + 1) * _DAY)
    while True:
        midnight = dt.datetime.combine(since.astimezone(dt.UTC).date(), dt.time(), dt.UTC) + _DAY
        end = min(until, midnight)
        yield day_name(since.timestamp()), Fact(gap=msgspec.structs.replace(fact.gap, since=since, until=end))
        if end >= until:
            return
        since = end
