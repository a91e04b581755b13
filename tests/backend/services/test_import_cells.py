"""Whatever stands in a cell: a clean value or a refusal in words, nothing else."""

import gzip
import math
import random
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.services.import_files import cells
from backend.services.import_files.cells import CellRefused
from backend.services.import_files.delimited import parse_csv
from backend.services.import_files.geojson import read_geojson
from backend.services.import_files.rows import FileRefused
from backend.services.import_files.unpacking import MOST_BYTES, MOST_OF_A_LIST, read_source
from contract.imports import Dialect

anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers(), max_size=2)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,5", 1.5), ("1.5", 1.5), ("1 234,5", 1234.5), ("1.234,5", 1234.5), ("1,234.5", 1234.5),
     ("\N{MINUS SIGN}3", -3.0), ("1,234,567", 1_234_567.0), ("", None), (None, None), (7, 7.0), ("1e3", 1000.0)],
)  # fmt: skip
def test_numbers_as_people_write_them(text: object, value: float | None) -> None:
    assert cells.number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("2004", "2004-01-01"), (2004, "2004-01-01"), (2004.0, "2004-01-01"), ("31/05/2024", "2024-05-31"),
     ("2024-05-31T10:00:00Z", "2024-05-31"), ("20240531", "2024-05-31"), (0, "None"), ("", "None")],
)  # fmt: skip
def test_dates_as_people_write_them(text: object, value: str) -> None:
    assert str(cells.date(text)) == value


@given(anything)
def test_a_text_is_one_clean_line_or_refused(value: object) -> None:
    try:
        text = cells.clean_text(value)
    except CellRefused:
        return
    assert all(unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"} for character in text)
    assert len(text) <= cells.LONGEST_TEXT
    assert cells.clean_text(text) == text


@given(anything)
def test_a_number_is_finite_or_refused(value: object) -> None:
    for parse in (cells.number, cells.whole_number, cells.date, cells.status):
        try:
            found = parse(value)
        except CellRefused:
            continue
        if isinstance(found, float):
            assert math.isfinite(found)


def _geojson(content: bytes, *, is_cancelled: Callable[[], bool]) -> object:
    return read_geojson(content, Dialect(), is_cancelled=is_cancelled)


@given(
    st.binary(max_size=300)
    | st.text(alphabet='{}[]":,.0123456789eE-nulfatrs \\ucoordinatesgeometrytype').map(str.encode)
)
def test_no_bytes_break_the_readers(content: bytes) -> None:
    for parse in (_geojson, parse_csv):
        for wrapped in (content, b'{"features":[' + content + b"]}", b"lon,lat\n" + content):
            try:
                parse(wrapped, is_cancelled=lambda: False)
            except FileRefused:
                continue


@pytest.mark.parametrize(
    "row",
    [b";" * 200_000, b'"a";' * 200_000, b'"a\n";' * 200_000, b"1" + b";\t" * 200_000],
    ids=["empty", "quoted", "over many lines", "blanks"],
)
def test_a_row_of_more_cells_than_any_table_has_is_refused_before_it_is_read(row: bytes) -> None:
    """The reader holds everything else up for as long as one row takes, and each cell costs far more than its byte."""
    with pytest.raises(FileRefused, match="more than 500 columns"):
        parse_csv(b"asset;address\nA;1\n" + row + b"\n", is_cancelled=lambda: False)


def test_a_line_of_ten_thousand_positions_is_one_cell() -> None:
    line = ", ".join(f"{5 + number / 1e5} 47.3" for number in range(10_000))
    table = parse_csv(f'code,geometry\nL1,"LINESTRING ({line})"\n'.encode(), is_cancelled=lambda: False)
    assert [row.columns["code"] for row in table.rows] == ["L1"]
    rows = "".join(f'L{number},"LINESTRING ({line})"\n' for number in range(15))
    assert len(parse_csv(f"code,geometry\n{rows}".encode(), is_cancelled=lambda: False).rows) == 15


def test_a_list_that_unpacks_to_more_than_any_list_is_refused() -> None:
    content = random.Random(1).randbytes(2 * 1024 * 1024)
    packed = gzip.compress(content, 1)
    assert read_source(packed) == content
    with pytest.raises(FileRefused, match="larger than 1 MB"):
        read_source(packed, 1024 * 1024)
    with pytest.raises(FileRefused, match="larger than 1 MB"):
        read_source(b"a" * 1024 * 1025, 1024 * 1024)
    assert MOST_OF_A_LIST < MOST_BYTES
