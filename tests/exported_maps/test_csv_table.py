"""The list as a spreadsheet: nothing in it is reckoned, and French spreadsheets read it as it is."""

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from contract.stream import Visual
from exported_maps.plain_text import plain
from exported_maps.values import FileFormat
from tests.exported_maps.samples import asset, city, made


def _rows(text: str, delimiter: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=delimiter))


def test_the_file_is_in_the_language_of_its_reader() -> None:
    lamp = asset(1, state=Visual.ALARM_P2, is_unacknowledged=True, name='Rue "Verte"; bis', level_percent=40)
    french = _rows(made(city(assets=(lamp,)), FileFormat.CSV), ";")
    english = _rows(made(city(assets=(lamp,), language="en"), FileFormat.CSV), ",")

    assert french[0][:5] == ["Code", "Nom", "Classe", "État", "Niveau"]
    assert french[1][1:4] == ['Rue "Verte"; bis', "Lampadaire", "alarme P2, non acquittée"]
    assert french[1][-2:] == ["5,030100", "47,320000"]
    assert english[1][-2:] == ["5.030100", "47.320000"]


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(["=", "+", "-", "@", "|", "%", "＝", " =", "\t=", "\r\n="]), st.text(max_size=30))
def test_no_cell_is_a_formula(start: str, rest: str) -> None:
    name = start + rest
    cell = _rows(made(city(assets=(asset(1, name=name),)), FileFormat.CSV), ";")[1][1]
    assert cell.startswith("\t")
    assert cell[1:] == plain(name)


def test_what_moves_says_how_old_its_position_is_and_where_it_heads() -> None:
    heard = asset(1, is_mobile=True, lon=5.05, position_age_s=75.0, heading_deg=359.7)
    at_start = asset(2, is_mobile=True, position_age_s=8_000.0, is_position_older=True)
    silent, lamp = asset(3, is_mobile=True), asset(4)
    french = _rows(made(city(assets=(heard, at_start, silent, lamp)), FileFormat.CSV), ";")
    english = _rows(made(city(assets=(heard,), language="en"), FileFormat.CSV), ",")

    at = french[0].index("Position")
    told = ["il y a 1 min, cap 0°", "il y a plus de 2 h 13", "jamais reçue : place du registre", ""]
    assert [row[at].replace("\u202f", " ") for row in french[1:]] == told
    assert french[1][-2] == "5,050000"
    assert english[1][english[0].index("Position")].replace("\u202f", " ") == "1 min ago, heading 0°"
    assert "Position" not in _rows(made(city(assets=(lamp,)), FileFormat.CSV), ";")[0]
