"""`main.py export-map < request > file`: one request in, one file out; words on standard error where it cannot be."""

import argparse
import os
import sys
from contextlib import suppress
from typing import BinaryIO, Final

import msgspec

from exported_maps.child import REFUSED, TIME_LIMIT_S
from exported_maps.csv_table import table
from exported_maps.html_page import page
from exported_maps.limits import ExportRefused, check
from exported_maps.values import ExportRequest, FileFormat
from exported_maps.wording import LANGUAGES, Words

MAX_REQUEST_BYTES: Final = 96 * 2**20
_NICE: Final = 5  # the live console goes before a file
_MOST_CPU_S: Final = 2 * int(TIME_LIMIT_S)  # a console that fell waits for nothing any more, and ends nothing


def main(arguments: list[str]) -> int:
    """Make one file from standard input to standard output. Returns the process's exit code."""
    parser = argparse.ArgumentParser(
        prog="main.py export-map",
        description="Make an exported map: a MessagePack request on standard input, the file on standard output.",
    )
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="language of errors before the request is read")
    asked = parser.parse_args(arguments)
    if hasattr(os, "nice"):
        os.nice(_NICE)
    bound_cpu(_MOST_CPU_S)
    return answer(sys.stdin.buffer, sys.stdout.buffer, sys.stderr.buffer, asked.lang)


def bound_cpu(seconds: int) -> None:
    """End this process once it has worked so long, where the system can."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  # not everywhere

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def answer(source: BinaryIO, target: BinaryIO, errors: BinaryIO, language: str) -> int:
    """Read, make, write. A refusal is one sentence or two on `errors` and the exit code REFUSED."""
    words = Words(language)
    try:
        target.write(make(source.read(MAX_REQUEST_BYTES + 1), words))
        target.flush()
    except ExportRefused as refusal:
        errors.write(f"{refusal}\n".encode("utf-8", "replace"))
        return REFUSED
    return 0


def make(content: bytes, words: Words) -> bytes:
    """The file that a request asks for. Raises ExportRefused."""
    if len(content) > MAX_REQUEST_BYTES:
        raise ExportRefused(words("too_long", limit=MAX_REQUEST_BYTES >> 20))
    try:
        request = msgspec.msgpack.decode(content, type=ExportRequest)
    except msgspec.MsgspecError as error:
        raise ExportRefused(words("unreadable")) from error
    own = Words(request.map.language)
    check(request.map, own)
    if request.format is FileFormat.CSV:
        return table(request.map, own)
    return page(request.map, own)
