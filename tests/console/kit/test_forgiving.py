"""What lines answer to, however it is typed."""

import pytest

from console.kit.forgiving import asked_words, score


def worth(text: str, label: str, detail: str = "") -> float:
    return score(asked_words(text), label, detail)


@pytest.mark.parametrize("text", ["raccourcis", "RACCOURCI", "racourcis", "clavier racc", "raccuorcis", "clavir"])
def test_accents_case_order_and_slips_are_forgiven(text: str) -> None:
    assert worth(text, "Raccourcis clavier")


@pytest.mark.parametrize("text", ["xyz", "raccourcis xyz", "clvr", "", "  ", "rcr"])
def test_every_word_must_be_somewhere(text: str) -> None:
    assert not worth(text, "Raccourcis clavier")


def test_the_better_answer_is_worth_more() -> None:
    lines = [worth("carte", label, detail) for label, detail in (
        ("Carte", ""), ("Cartes de nuit", ""), ("Ouvrir la carte", ""), ("Calques", "Carte"), ("Cadre", "")
    )]  # fmt: skip
    assert lines[0] > lines[2] > lines[3]
    assert lines[0] > lines[1] > lines[3] > lines[4] == 0.0


def test_a_number_is_the_same_with_zeros_before_it() -> None:
    assert worth("12", "CAM-012 · Place Darcy") == worth("012", "CAM-012 · Place Darcy") > 0
    assert not worth("13", "CAM-012 · Place Darcy")
