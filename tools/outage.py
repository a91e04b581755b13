"""`python -m tools.outage`: a cabinet of the running demo city loses its supply, or (with --over) has it again."""

import argparse
import http.client
import json
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit

import platformdirs

_MIDDLE_OF_THE_CITY = "ARM-21231-076"
_ANSWER_WITHIN_S = 5.0


def main(argv: list[str] | None = None) -> int:
    """0 when the city did it, 1 when no city runs there or it knows no such cabinet."""
    parser = argparse.ArgumentParser(prog="python -m tools.outage", description=__doc__)
    parser.add_argument("cabinet", nargs="?", default=_MIDDLE_OF_THE_CITY, help="its code; default %(default)s")
    parser.add_argument("--over", action="store_true", help="the supply comes back")
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=Path(platformdirs.user_data_dir("beffroi-demo", appauthor=False)),
        help="the demo's data; default %(default)s",
    )
    asked = parser.parse_args(argv)
    try:
        levers = urlsplit(str(json.loads((asked.data / "city" / "ready.json").read_text("utf-8"))["control_url"]))
        connection = http.client.HTTPConnection(levers.hostname or "", levers.port, timeout=_ANSWER_WITHIN_S)
        act = "restore_supply" if asked.over else "lose_supply"
        connection.request("POST", f"/cabinets/{quote(asked.cabinet, safe='')}/{act}")
        status = connection.getresponse().status
        connection.close()
    except (OSError, ValueError, KeyError):
        print("No demo city runs here: type `make run` in another terminal first.", file=sys.stderr)
        return 1
    if status != 204:
        print(f"The demo city knows no cabinet {asked.cabinet}.", file=sys.stderr)
        return 1
    print(f"{asked.cabinet} {'has its supply again' if asked.over else 'has lost its supply'}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
