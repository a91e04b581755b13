"""Whatever stands in a cell: a clean value or a refusal in words, nothing else."""

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.services.import_files import cells
from backend.services.import_files.cells import CellRefused
from backend.services.import_files.delimited import parse_csv
from backend.services.import_files.geojson import parse_geojson
from backend.services.import_files.rows import FileRefused

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


@given(
    st.binary(max_size=300)
    | st.text(alphabet='{}[]":,.0123456789eE-nulfatrs \\ucoordinatesgeometrytype').map(str.encode)
)
def test_no_bytes_break_the_readers(content: bytes) -> None:
    for parse in (parse_geojson, parse_csv):
        for wrapped in (content, b'{"features":[' + content + b"]}", b"lon,lat\n" + content):
            try:
                parse(wrapped, is_cancelled=lambda: False)
            except FileRefused:
                continue
