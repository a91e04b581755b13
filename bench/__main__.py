"""`python -m bench [NAME ...]`: run benches and write build/bench/NAME.json."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench import attaching, console_start, importing, others, replaying, report, starting, streaming
from bench.alarms import kills, mutants, storm
from bench.alarms import measuring as alarms
from bench.city_map import measuring
from bench.journal_kill import kill_loop
from bench.post import backup, palette, register_filter, register_gap
from bench.post import importing as post_importing
from bench.report import Metric, NotRun
from bench.video import measuring as video
from bench.video import soak
from bench.video_kills import killing

KILLS = 25


def journal() -> list[Metric]:
    """Acknowledged journal rows that are missing after 25 kill -9."""
    with tempfile.TemporaryDirectory() as folder:
        result = kill_loop(KILLS, Path(folder))
    how = f"{result.acknowledged} acknowledged rows over {result.kills} kill -9; audit: {result.fault or 'whole'}"
    return [Metric(id="journal_lost_rows", value=result.lost, unit="rows", how=how)]


PARTS: Mapping[str, Sequence[Callable[[], Sequence[Metric | NotRun]]]] = {
    "main": (
        starting.measure,
        console_start.measure,
        streaming.measure,
        attaching.measure,
        importing.measure,
        journal,
        others.say,
    ),
    "map": (measuring.measure,),
    "alarms": (storm.measure, alarms.measure, mutants.measure),
    "alarm-kills": (kills.measure,),
    "replay": (replaying.measure,),
    "post": (
        register_filter.measure,
        register_gap.measure,
        palette.measure,
        post_importing.measure,
        backup.measure,
    ),
    "video": (video.measure,),
    "video-soak": (soak.measure,),
    "video-kills": (killing.measure,),
}


def main(arguments: Sequence[str]) -> int:
    """Run what is named, or all; 1 when a ratio misses its bar."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Figures beside their floor.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PARTS)}; all when none is named")
    chosen = parser.parse_args(arguments).names or list(PARTS)
    unknown = [name for name in chosen if name not in PARTS]
    if unknown:
        parser.error(f"no such bench: {', '.join(unknown)}")
    held = [report.write(name, [metric for part in PARTS[name] for metric in part()]) for name in chosen]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
