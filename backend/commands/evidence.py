"""`python main.py evidence`: the fingerprint of the city's evidence key, and the verifier of packages."""

import argparse
import sys
from collections.abc import Sequence

from backend.commands import data_directory
from backend.ports import StorageError
from backend.storage.evidence_key import EvidenceKey
from video.evidence.verifier import command as verifier
from video.evidence.verifier.words import grouped

_USAGE = """usage: main.py evidence fingerprint [--data DIR] [--secrets DIR]
       main.py evidence verify PACKAGE [--fingerprint FINGERPRINT] [--lang fr|en]

fingerprint   of the key that signs evidence packages: give it to courts by another way than the packages
verify        the same verifier that lies in each package as verify.py
"""


def main(argv: Sequence[str]) -> int:
    """Returns the exit code of the verifier, or 0; 1 for a damaged key, 2 for wrong options."""
    match list(argv):
        case ["verify", *rest]:
            return verifier.main(rest)
        case ["fingerprint", *rest]:
            return _fingerprint(rest)
        case ["-h" | "--help"]:
            sys.stdout.write(_USAGE)
            return 0
        case _:
            sys.stderr.write(_USAGE)
            return 2


def _fingerprint(argv: Sequence[str]) -> int:
    """Of the key in this directory; it is made when there is none yet, as at the first package."""
    parser = argparse.ArgumentParser(prog="main.py evidence fingerprint")
    data_directory.add_arguments(parser)
    options = parser.parse_args(argv)
    secrets_dir = data_directory.secrets_dir(options)
    if not secrets_dir.is_dir():
        words = f"There are no keys in {secrets_dir}. Give the right directory with --data or --secrets."
        return data_directory.say(words, data_directory.REFUSED)
    try:
        fingerprint = EvidenceKey(secrets_dir).fingerprint
    except (StorageError, OSError) as error:
        return data_directory.say(str(error), data_directory.REFUSED)
    sys.stdout.write(f"{grouped(fingerprint)}\n")
    return data_directory.OK
