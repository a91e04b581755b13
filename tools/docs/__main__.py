"""`python -m tools.docs [DIR]`: docs/ and the README as plain HTML, to be read without a network."""

import argparse
import sys
from pathlib import Path

from tools.docs.building import build


def main(argv: list[str] | None = None) -> int:
    """0 when every page was written and no link is dead."""
    parser = argparse.ArgumentParser(prog="python -m tools.docs", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("build") / "docs")
    asked = parser.parse_args(argv)
    pages, dead = build(Path(__file__).parents[2], asked.folder)
    for link in dead:
        print(f"dead link: {link}", file=sys.stderr)
    print(f"{pages} pages: {asked.folder / 'docs' / 'guide' / 'index.html'}")
    return 1 if dead else 0


if __name__ == "__main__":
    raise SystemExit(main())
