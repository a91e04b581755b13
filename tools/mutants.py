"""Plants faults in the alarm core, one at a time, and counts those that its tests notice (mutmut).

`python -m tools.mutants [--least SHARE]` works in a copy below build/, prints the survivors, writes build/mutants.json.
The recorded first draft that lost what was owed is a test of its own (tests/backend/domain/alarms/test_regressions.py).
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
_CORE: Final = "backend/domain/alarms/life.py"
_TESTS: Final = "tests/backend/domain/alarms"
_JUDGES: Final = ("test_table.py", "test_record.py", "test_regressions.py")
_SETTINGS: Final = """
[tool.pytest.ini_options]
asyncio_mode = "auto"

[tool.mutmut]
source_paths = ["{core}"]
also_copy = ["backend", "contract", "tests"]
pytest_add_cli_args_test_selection = [{judges}]
"""


def main(arguments: list[str] | None = None) -> int:
    """0 when the share of noticed faults is high enough."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("--least", type=float, default=0.9, metavar="SHARE", help="of 1; default: %(default)s")
    least = parser.parse_args(arguments).least
    place = ROOT / "build" / "mutants"
    _copy(place)
    mutmut = [sys.executable, "-m", "mutmut"]
    with (place / "run.log").open("wb") as log:
        subprocess.run([*mutmut, "run"], cwd=place, stdout=log, stderr=subprocess.STDOUT, check=False)
    results = subprocess.run(
        [*mutmut, "results", "--all", "true"], cwd=place, capture_output=True, text=True, check=True
    )
    fates = dict(line.strip().rsplit(": ", 1) for line in results.stdout.splitlines() if "__mutmut_" in line)
    noticed = sum(fate in {"killed", "timeout"} for fate in fates.values())
    if not fates:
        print(f"mutmut planted nothing; see {place / 'run.log'}")
        return 2
    for name, fate in fates.items():
        if fate not in {"killed", "timeout"}:
            shown = subprocess.run([*mutmut, "show", name], cwd=place, capture_output=True, text=True, check=False)
            print(f"{fate}: {name}")
            print("\n".join(line for line in shown.stdout.splitlines() if line[:2] in {"- ", "+ "}))
    share = noticed / len(fates)
    (ROOT / "build" / "mutants.json").write_text(
        json.dumps({"planted": len(fates), "noticed": noticed, "share": share})
    )
    print(f"{noticed} of {len(fates)} faults planted in {_CORE} were noticed: {share:.1%} (at least {least:.0%})")
    return 0 if share >= least else 1


def _copy(place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    unwanted = shutil.ignore_patterns("__pycache__")
    for folder in ("backend", "contract", _TESTS):
        shutil.copytree(ROOT / folder, place / folder, ignore=unwanted)
    judges = ", ".join(f'"{_TESTS}/{name}"' for name in _JUDGES)
    (place / "pyproject.toml").write_text(_SETTINGS.format(core=_CORE, judges=judges))


if __name__ == "__main__":
    sys.exit(main())
