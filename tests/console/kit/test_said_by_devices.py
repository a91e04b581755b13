"""The operator reads in French why a device does not answer, whatever a device puts into its words."""

import time
import tomllib
from pathlib import Path

import pytest

from backend.services.said import TEXTS
from console.kit.said_by_devices import Phrasebook, phrase_of, told_text
from console.kit.translations import Translations, load_table, set_in_french
from tests.console.test_translations import blanks_of

FRENCH, ENGLISH = Translations("fr"), Translations("en")
TABLE = Path(__file__).parents[3] / "resources" / "translations" / "devices_fr.toml"
TOO_VAGUE = {"quoted", "binding_row", "binding_cell", "supply_bad_cell", "supply_bad_row", "edit_text"}
"""Hardly more than their blanks: these come with their code or not at all."""
HOSTILE = (
    "a" * 100_000,
    "the gateway refused: " * 95,
    ": " * 1_000,
    "; " * 1_000,
    "its connection x is down (" * 75,
    "; ".join(["the " + "is " * 50] * 12),
    "the head tilts from to to degrees, not to " * 45,
    " is " * 500,
    "{name} is {why}" * 120,
    "%s{0}{}{" * 200,
)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "not answering since 04:05 CET; cabinet ARM-12 reports supply loss",
            "ne répond pas depuis 04:05 CET ; l'armoire ARM-12 signale une perte d'alimentation",
        ),
        (
            "the gateway cannot be reached: No route to host",
            "la passerelle est injoignable : aucun chemin vers la machine",
        ),
        ("CAM-0007: the camera does not answer", "CAM-0007 : la caméra ne répond pas"),
        ("wrong password: the camera refuses the user name or password", None),
        (
            "presets: the camera refuses: no reason given",
            "positions gardées : la caméra refuse : sans donner de raison",
        ),
        ("1 devices cannot be asked: its maker forbids it", "1 appareil ne peut être interrogé : its maker forbids it"),
        ("it has no position", "elle n'a pas de position"),
        (
            "memory is short, 3 MB of 7 MB are left: no large work is begun; give the backend more memory",
            (
                "la mémoire manque, il reste 3 Mo sur 7 : aucun gros travail n'est commencé ; "
                "donnez plus de mémoire au serveur"
            ),
        ),
    ],
)
def test_a_sentence_is_shown_in_french_and_stays_as_it_is_in_english(said: str, shown: str | None) -> None:
    words = told_text(said, FRENCH)
    assert words == set_in_french(shown) if shown is not None else words != said
    assert told_text(said, ENGLISH) == said


def test_of_several_sentences_those_that_are_known_are_put_in_french() -> None:
    said = "my battery is low; not answering since 04:05 CET; a thing nobody knows"
    assert told_text(said, FRENCH) == set_in_french(
        "my battery is low ; ne répond pas depuis 04:05 CET ; a thing nobody knows"
    )


@pytest.mark.parametrize(
    "said", ["", "my battery is low; and my lamp is old", "Fuse: F12", "coupé ; puis remis", *HOSTILE[3:4]]
)
def test_what_nobody_knows_is_shown_as_it_was_said(said: str) -> None:
    assert told_text(said, FRENCH) == said


def test_the_sentence_that_says_more_is_meant() -> None:
    pairs = {"it fails: {why}": "A {why}", "it fails: no room for {name}": "B {name}"}
    phrases = [phrase for said, instead in pairs.items() if (phrase := phrase_of(said, instead)) is not None]
    book = Phrasebook(phrases, ": ", "; ")
    assert book.told("it fails: no room for two") == "B two"
    assert book.told("it fails: no room") == "A no room"
    assert book.told("it fails: ") == "it fails: "


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_no_device_keeps_the_desk_busy_with_its_words(said: str) -> None:
    told_text("it has no position", FRENCH)
    began = time.thread_time()
    told_text(said, FRENCH)
    assert time.thread_time() - began < 0.25


def test_both_sides_of_the_table_have_the_same_blanks() -> None:
    tables = tomllib.loads(TABLE.read_text("utf-8"))
    pairs = [pair for table in tables.values() for pair in table.items()]
    assert len({said for said, _ in pairs}) == len(pairs)
    for said, shown in pairs:
        assert blanks_of(shown) == blanks_of(said), said
        assert phrase_of(said, shown) is not None, said
        assert not any(sign in shown for sign in ("\u00a0", "\u202f")), said  # put there when it is loaded


def test_what_services_say_is_known_where_its_code_was_lost() -> None:
    french = load_table("fr")
    for code, text in TEXTS.items():
        if code not in TOO_VAGUE:
            said = text.format(**{blank: f"x{number}" for number, blank in enumerate(sorted(blanks_of(text)))})
            assert told_text(said, FRENCH) != said or french[f"said.{code}"] == text, code
