"""What the backend notes of an alarm reads in the operator's language, wherever it stands."""

import datetime as dt

import pytest

from backend.domain.alarms.events import Refusal
from backend.services.accounts import ROLE_GRANTS
from backend.services.alarms.edited_rules import NOTE as RULE_EDITED
from backend.services.alarms.folds import HELD_WORDS
from console.kit.translations import Translations
from console.store.alarm_notes import cause_text, explained_text, note_text, refusal_text
from console.store.journal_words import entry_text
from console.store.wording import role_text
from contract.journal import EntryKind, JournalEntry
from tests.console.conftest import Bench


@pytest.mark.parametrize(
    ("suppressed_by", "words"),
    [
        ("supply: lighting_cabinet ARM-12", "Armoire d'éclairage ARM-12"),
        ("supply: a_class_of_tomorrow X-1", "a_class_of_tomorrow X-1"),
        ("supply", "ce qui l'alimente"),
        (HELD_WORDS, "sa cause est recherchée"),
        ("rule: works on line T1", "règle works on line T1"),
        ("ARM-003 supplyLoss", "ARM-003 supplyLoss"),
    ],
)
async def test_the_cause_is_named_in_french(bench: Bench, suppressed_by: str, words: str) -> None:
    assert cause_text(suppressed_by, bench.stores.catalogue, Translations("fr")) == words


async def test_a_rule_is_no_other_alarm(bench: Bench) -> None:
    said = explained_text("rule: travaux", bench.stores.catalogue, Translations("fr"))
    assert said == "Masquée par la règle travaux"


@pytest.mark.parametrize("note", ["nothing explains it", "what it feeds is back", "the shelving ended", RULE_EDITED])
async def test_the_systems_notes_are_french_and_a_persons_stay(bench: Bench, note: str) -> None:
    tr = Translations("fr")
    assert note_text(note, bench.stores.catalogue, tr) != note
    assert note_text("the patrol goes there", bench.stores.catalogue, tr) == "the patrol goes there"


def test_every_refusal_has_words() -> None:
    for language in ("fr", "en"):
        tr = Translations(language)
        assert not [each for each in Refusal if refusal_text(each.value, tr) == each.value]


async def test_the_journal_says_it_in_french(bench: Bench) -> None:
    payload: dict[str, object] = {"alarm_kind": "lampFailure", "to": "UNACK", "note": "nothing explains it"}
    entry = JournalEntry(
        seq=1, at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), kind=EntryKind.ALARM, version=1, actor="system",
        asset_id=None, payload=payload,
    )  # fmt: skip
    told = entry_text(entry, bench.stores.assets, bench.stores.catalogue, Translations("fr"))
    assert told.endswith("rien ne l'explique")


def test_every_role_that_comes_with_the_product_has_words() -> None:
    tr = Translations("fr")
    assert not [role for role in ROLE_GRANTS if not tr.has(f"role.{role}")]
    assert role_text("supervisor", tr) == "superviseur"
    assert role_text("cellule de crise", tr) == "cellule de crise"
