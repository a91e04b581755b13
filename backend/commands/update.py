"""`python main.py update check FILE --key KEY`: whether a package may be installed over what runs."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from backend.commands.data_directory import OK, REFUSED, USAGE, say
from backend.options import version
from backend.storage.update_package import UpdateRefused, check_update

_KEY_BYTES: Final = 32


def main(argv: Sequence[str]) -> int:
    """Returns 0 when it is signed, whole and newer."""
    parser = argparse.ArgumentParser(
        prog="main.py update",
        description="Says whether a package is signed with a key that is trusted here, whole, and newer than this one.",
        epilog="exit codes: 0 it may be installed, 1 refused, 2 usage. It installs nothing.",
    )
    parser.add_argument("act", choices=["check"], help="check: read all of it")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--key", type=Path, required=True, metavar="KEY", help="the release key, 64 hexadecimal digits")
    try:
        options = parser.parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        key = bytes.fromhex(options.key.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return say(f"The key cannot be read from {options.key}.", USAGE)
    if len(key) != _KEY_BYTES:
        return say(f"{options.key} holds no key of 64 hexadecimal digits.", USAGE)
    try:
        release = check_update(options.file, key, version())
    except UpdateRefused as error:
        return say(f"Refused: {error}.", REFUSED)
    sys.stdout.write(f"{options.file} is signed and whole: {release.version}, {len(release.files)} files.\n")
    return OK
