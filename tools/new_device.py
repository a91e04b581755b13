"""Begins a new integration in a package of its own, from one message of the sensor:

python -m tools.new_device rain_gauge --title "Rain gauge" \\
        --topic "rain/{address}/up" --sample '{"rain_mm": 0.2, "bat_v": 3.6, "ts": 1763900000}'
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.sensor_sample import ADDRESS, sensor_words
from tools.skeleton import SkeletonRefused, write_skeleton


def main(arguments: Sequence[str], kind: str = "device") -> int:
    """0: written; 2: refused, in words."""
    words = argparse.ArgumentParser(description=f"Begin a new {kind} in a package of its own, complete and tested.")
    words.add_argument("name", help="the package, such as rain_gauge")
    words.add_argument("--title", required=True, help="what people call it")
    words.add_argument("--out", type=Path, default=Path(), help="the folder in which its folder is made")
    if kind == "device":
        words.add_argument("--title-fr", default="", help="the same in French")
        words.add_argument("--topic", default="", help=f"where it speaks on MQTT; {ADDRESS} is the level that says who")
        words.add_argument("--sample", default="", help="one message as it says it, JSON")
    given = words.parse_args(arguments)
    more: dict[str, str] = {}
    try:
        if kind == "device":
            more.update(sensor_words(given.topic or f"{given.name}/{ADDRESS}", given.sample))
            more["title_fr"] = given.title_fr or given.title
        folder = write_skeleton(kind, given.name, given.title, given.out, more)
    except SkeletonRefused as refused:
        print(f"Nothing was written: {refused}", file=sys.stderr)
        return 2
    print(f"{folder} is written. Read its README.md: how to try it, and where to go on.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
