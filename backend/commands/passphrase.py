"""The passphrase of a backup: from a file, from standard input, or typed; never from the command line."""

import argparse
import getpass
import sys
import warnings
from pathlib import Path


class NoPassphrase(Exception):
    """None was given, or two different ones; the text says which."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where it comes from."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--passphrase-file", type=Path, metavar="FILE", help="its first line; for timers and scripts")
    where.add_argument("--passphrase-stdin", action="store_true", help="one line of standard input")
    where.add_argument(
        "--without-keys", action="store_true", help="leave the keys out: passwords of devices are entered anew then"
    )


def read(options: argparse.Namespace, *, is_new: bool) -> str | None:
    """The passphrase; None without keys. Raises NoPassphrase."""
    if options.without_keys:
        return None
    if options.passphrase_file is not None:
        try:
            line = options.passphrase_file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise NoPassphrase(f"The passphrase cannot be read from {options.passphrase_file}.") from error
        passphrase = str(line[0]) if line else ""
    elif options.passphrase_stdin:
        passphrase = sys.stdin.readline().rstrip("\r\n")
    else:
        passphrase = _typed(is_new=is_new)
    if not passphrase:
        raise NoPassphrase("No passphrase was given. It seals the keys; --without-keys leaves them out.")
    return passphrase


def _typed(*, is_new: bool) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)  # what is typed would be seen
            passphrase = getpass.getpass("Passphrase of the backup: ")
            again = getpass.getpass("The same again: ") if is_new else passphrase
    except (EOFError, KeyboardInterrupt, getpass.GetPassWarning) as error:
        raise NoPassphrase("No passphrase was typed. Without a terminal use --passphrase-file.") from error
    if passphrase != again:
        raise NoPassphrase("The two passphrases are not the same.")
    return passphrase
