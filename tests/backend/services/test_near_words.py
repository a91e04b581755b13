"""Typing errors that are forgiven, and those that are not."""

import pytest

from backend.domain.place_words import fold
from backend.services.gazetteer.near_words import NearWords

NAMES = NearWords(sorted({"liberte", "darcy", "clemenceau", "petitjean", "monge", "appolinaire", "rue"}))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("libetré", "liberte"),
        ("librete", "liberte"),
        ("libert", "liberte"),
        ("libertee", "liberte"),
        ("luberte", "liberte"),
        ("ilberte", "liberte"),
        ("lbietre", "liberte"),  # two errors are forgiven in seven letters
        ("drcy", "darcy"),
        ("clemancau", "clemenceau"),
        ("petijan", "petitjean"),
        ("apollinaire", "appolinaire"),
    ],
)
def test_a_slip_of_the_finger_is_forgiven(typed: str, meant: str) -> None:
    word = fold(typed)
    assert [*NAMES.whole(word, 1), *NAMES.whole(word, 2)] == [meant]


@pytest.mark.parametrize("typed", ["lxbxrtx", "dxrcx", "ru", "reu", "21231", "monge9"])
def test_too_many_errors_too_few_letters_and_numbers_are_taken_as_they_are(typed: str) -> None:
    assert not NAMES.whole(typed, 1)
    assert not NAMES.whole(typed, 2)


@pytest.mark.parametrize(("typed", "beginning"), [("clemanc", "clemenc"), ("pettij", "petitj"), ("drac", "darc")])
def test_what_is_still_being_typed_may_be_wrong_too(typed: str, beginning: str) -> None:
    assert beginning in NAMES.begun(typed, 1)
