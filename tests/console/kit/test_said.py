"""The operator reads in his own language why something was refused or is not known."""

import pytest

from backend.services.said import TEXTS
from console.kit.errors import RequestRefused
from console.kit.failures import failure_text
from console.kit.said import said_text
from console.kit.translations import LANGUAGES, Translations, load_table, set_in_french
from contract.api import Problem
from tests.console.test_translations import blanks_of

WHY = "silent_since+cabinet_lost_supply"
ARGS = {"since": "21:04 CET", "feeder": "ARM-0213"}
FROM_THE_FUTURE = "sings, and nobody here knows the song"
ENGLISH = "does not answer since 21:04 CET; its cabinet ARM-0213 has lost its supply"


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_the_backend_says_has_words(language: str) -> None:
    table = load_table(language)
    said = {key.removeprefix("said."): text for key, text in table.items() if key.startswith("said.")}
    assert set(said) == set(TEXTS)
    for code, text in TEXTS.items():
        assert blanks_of(said[code]) == blanks_of(text), code


def test_a_dark_lamp_says_why_in_french() -> None:
    assert said_text(WHY, ARGS, ENGLISH, Translations("fr")) == (
        set_in_french("ne répond plus depuis 21:04 CET ; son armoire ARM-0213 a perdu son alimentation")
    )
    assert said_text(WHY, ARGS, ENGLISH, Translations("en")) == ENGLISH


@pytest.mark.parametrize(
    ("code", "args"), [("", {}), ("silent_since+from_the_future", ARGS), (WHY, {}), (WHY, {**ARGS, "key": "x"})]
)
def test_what_cannot_be_put_in_words_here_is_shown_as_the_backend_put_it(code: str, args: dict[str, str]) -> None:
    assert said_text(code, args, FROM_THE_FUTURE, Translations("fr")) == FROM_THE_FUTURE


def test_a_sentence_without_a_code_that_can_be_used_is_known_by_its_words() -> None:
    french = said_text(WHY, ARGS, ENGLISH, Translations("fr"))
    assert said_text("", {}, ENGLISH, Translations("fr")) == french
    assert said_text("silent_since+from_the_future", ARGS, ENGLISH, Translations("fr")) == french


def test_what_a_device_says_within_a_reason_is_in_french_too() -> None:
    args = {"connection": "talq-lev", "reason": "the gateway cannot be reached: Connection refused"}
    assert said_text("link_down_because", args, "", Translations("fr")) == (
        set_in_french("sa liaison talq-lev est coupée (la passerelle est injoignable : connexion refusée)")
    )


def test_a_refused_claim_is_explained_in_french() -> None:
    problem = Problem(
        type="urn:beffroi:problem:claim-refused",
        title="Nothing was claimed.",
        status=409,
        detail="the end of this claim is past already",
        detail_code="end_past",
    )
    error = RequestRefused(409, problem.title, problem.detail, problem)
    assert failure_text(error, Translations("fr")) == (
        "Refusé\u202f: Rien n'a été changé. La fin de cette demande est déjà passée"
    )
