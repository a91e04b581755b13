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
