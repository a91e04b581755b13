"""Fails when a source file is longer than the house allows."""

import subprocess
import sys
from pathlib import Path

CEILING = 400


def too_long(root: Path) -> list[tuple[str, int]]:
    """Python files that git tracks below `root` with more than 400 lines, and how many they have."""
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=root, capture_output=True, text=True, check=True)
    lengths = [
        (name, (root / name).read_bytes().count(b"\n")) for name in listed.stdout.split() if (root / name).exists()
    ]
    return [(name, length) for name, length in lengths if length > CEILING]


def main() -> int:
    """Name each file over the ceiling."""
    found = too_long(Path(__file__).parents[1])
    for name, length in found:
        print(f"{name}: {length} lines, the ceiling is {CEILING}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
