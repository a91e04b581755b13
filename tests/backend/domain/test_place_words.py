"""What is typed and what is kept fold to the same words; one slip of the finger is forgiven."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.place_query import AddressReading, parse_query
from backend.domain.place_words import words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CAM-012", ("cam", "12")),
        ("cam12", ("cam", "12")),
        ("12bis, rue de l'Hôpital", ("12", "bis", "rue", "de", "l", "hopital")),
        ("Rue du Cœur", ("rue", "du", "coeur")),
        ("", ()),
        ("\x00\u202e' -- ;DROP", ("drop",)),
    ],
)
def test_words_without_accents_case_and_zeros(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


def test_a_number_first_or_last_with_or_without_its_suffix() -> None:
    liberte = ("rue", "liberte")
    assert parse_query("12 bis rue de la Liberté").readings == (AddressReading(12, "bis", liberte),)
    assert parse_query("rue de la liberté 12").readings == (AddressReading(12, "", liberte),)
    assert parse_query("r. liberte 12").readings == (AddressReading(12, "", ("r", "liberte")),)
    assert parse_query("12 r liberte").readings == (AddressReading(12, "", ("r", "liberte")),)
    assert parse_query("12 b rue liberte").readings == (
        AddressReading(12, "b", liberte),
        AddressReading(12, "", ("b", "rue", "liberte")),
    )


def test_a_date_in_a_street_name_is_one_reading_among_others() -> None:
    readings = parse_query("3 rue du 8 mai 1945").readings
    assert AddressReading(3, "", ("rue", "8", "mai", "1945")) in readings
    assert AddressReading(8, "", ("3", "rue", "mai", "1945")) in readings


def test_a_postcode_is_no_house_number() -> None:
    assert parse_query("rue monge 21000").readings == ()


@given(text=st.text(max_size=300))
def test_any_text_at_all_is_a_question(text: str) -> None:
    query = parse_query(text)
    assert len(query.words) <= 12
    assert all(0 < reading.number <= 9999 for reading in query.readings)
