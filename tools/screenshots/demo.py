"""`python -m tools.screenshots.demo DIR`: pictures of the running demo city, for the README and for our own eyes."""

import argparse
import os
import tempfile
from pathlib import Path


def main(argv: list[str] | None = None) -> int:
    """Run the demo city in a folder of its own and write its pictures; 0 when all were written."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots.demo", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("build") / "screenshots" / "demo")
    asked = parser.parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="beffroi-demo-") as home:
        os.environ["XDG_DATA_HOME"] = os.environ["XDG_CONFIG_HOME"] = home
        # Decoder processes import this module again: what they do not need is imported here only.
        from tools.screenshots.demo_story import shoot  # noqa: PLC0415

        shoot(asked.folder, Path(home))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
