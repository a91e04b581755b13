"""How a table of texts is written: encoding, separator, heading, decimals, dates, words for nothing."""

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from backend.services.import_files.rows import FileRefused
from contract.imports import ENCODINGS, SEPARATORS, DateOrder

NOTHING: Final = (
    "#N/A", "#N/D", "N/A", "#NUL!", "#NULL!", "#REF!", "#VALEUR!", "#VALUE!", "#NOM?", "#NAME?", "#DIV/0!", "#NOMBRE!",
    "#NUM!", "NULL", "<Null>", "(null)", "NaN",
)  # fmt: skip
_LOOKED_AT_CHARACTERS: Final = 200_000
_LOOKED_AT_LINES: Final = 60
_LOOKED_AT_CELLS: Final = 2_000
_FIRST_LINES: Final = 20
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig", "utf-8"),
    (b"\xff\xfe", "utf-16", "utf-16"),
    (b"\xfe\xff", "utf-16", "utf-16"),
)
_POINT: Final = re.compile(r"\s*[-+]?\d+\.\d+\s*")
_COMMA: Final = re.compile(r"\s*[-+]?\d+,\d+\s*")
_DATE: Final = re.compile(r"\s*(\d{1,4})[/.-](\d{1,2})[/.-](\d{2,4})\b")
_DAYS: Final = 12


def decoded(content: bytes, encoding: str = "") -> tuple[str, str]:
    """The text of a file and its encoding, one of ENCODINGS. Raises FileRefused."""
    if encoding and encoding not in ENCODINGS:
        raise FileRefused(f"the encoding {encoding[:20]!r} is not one of {', '.join(ENCODINGS)}")
    for mark, codec, name in _MARKS:
        if content.startswith(mark) and encoding in {"", name}:
            try:
                return _as(content, codec), name
            except UnicodeError as error:
                raise FileRefused(f"the text begins as {name} and is not: save it as UTF-8") from error
    for name in (encoding,) if encoding else (_likely(content), "cp1252"):
        try:
            return _as(content, _codec(name, content)), name
        except UnicodeError:
            continue
    raise FileRefused(
        f"the text is not {encoding}: choose another encoding"
        if encoding
        else "the text is neither UTF-8 nor Windows-1252: save it as UTF-8"
    )


def separator_of(text: str) -> str:
    """What parts the cells: what gives most lines the same number of cells, and more than one."""
    head = text[:_LOOKED_AT_CHARACTERS]
    return max(SEPARATORS, key=lambda separator: _score(head, separator))


def heading_of(lines: Sequence[Sequence[str]]) -> int:
    """Which line names the columns, from 1: titles with one cell or two above a wider table are passed over."""
    filled = [sum(bool(cell.strip()) for cell in line) for line in lines[:_FIRST_LINES]]
    widest = max(filled, default=0)
    enough = widest / 2 if widest >= 3 else 0
    return next((number for number, count in enumerate(filled, 1) if count > enough), 1)


def decimal_of(columns: Iterable[Sequence[object]]) -> str:
    """What stands before the decimals; "" where no number shows it, or some show one and some the other."""
    seen: Counter[str] = Counter()
    for column in columns:
        for cell in itertools.islice(filter(None, column), _LOOKED_AT_CELLS):
            if isinstance(cell, str):
                seen["."] += _POINT.fullmatch(cell) is not None
                seen[","] += _COMMA.fullmatch(cell) is not None
    if seen["."] and seen[","]:
        return ""
    return "," if seen[","] else "." if seen["."] else ""


def dates_of(columns: Iterable[Sequence[object]]) -> tuple[DateOrder | None, bool]:
    """In which order dates are written, None where there are none; and whether that is a guess."""
    day, month, seen = 0, 0, 0
    for column in columns:
        for cell in itertools.islice(filter(None, column), _LOOKED_AT_CELLS):
            found = _DATE.match(cell) if isinstance(cell, str) else None
            if found is None or len(found[1]) > 2:
                continue
            seen += 1
            day += int(found[1]) > _DAYS >= int(found[2])
            month += int(found[2]) > _DAYS >= int(found[1])
    if not seen:
        return None, False
    return (DateOrder.MONTH_FIRST if month > day else DateOrder.DAY_FIRST), not (day or month)


def _as(content: bytes, codec: str) -> str:
    text = content.decode(codec)
    if "\x00" in text:
        raise FileRefused("this is not a text file: save it as CSV in UTF-8")
    return text


def _codec(name: str, content: bytes) -> str:
    if name == "utf-16":  # without a mark at its beginning
        return "utf-16-be" if content[:1] == b"\x00" else "utf-16-le"
    return "utf-8-sig" if name == "utf-8" else name


def _likely(content: bytes) -> str:
    """UTF-16 may come without its mark: then every other byte of most texts is zero. Else UTF-8."""
    head = content[:2_000]
    zeros = max(head[::2].count(0), head[1::2].count(0))
    return "utf-16" if len(head) >= 4 and len(content) % 2 == 0 and zeros * 4 > len(head) else "utf-8"


def _score(head: str, separator: str) -> tuple[float, int]:
    counts: Counter[int] = Counter()
    try:
        for cells in itertools.islice(csv.reader(io.StringIO(head, newline=""), delimiter=separator), _LOOKED_AT_LINES):
            if any(cells):
                counts[len(cells)] += 1
    except csv.Error:
        pass
    if not counts:
        return 0.0, 0
    width, lines = max(counts.items(), key=lambda found: (found[0] > 1, found[1], found[0]))
    return (lines / counts.total() if width > 1 else 0.0), width
