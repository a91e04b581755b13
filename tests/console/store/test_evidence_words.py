"""The register says in the operator's language what became of evidence packages."""

import datetime as dt

import pytest

from console.kit.translations import Translations
from console.store.journal_words import entry_text
from contract.journal import EntryKind, JournalEntry
from tests.console.conftest import Bench

PACKAGE: dict[str, object] = {"door": "evidence", "requisition": "PV 7", "reason": "vol", "approved_by": "marc"}
STEPS = (
    "asked approved not_approved extracted ready failed cancelled resumed lost deleted expired destroyed not_destroyed"
)


async def test_every_step_of_a_package_is_a_sentence_in_both_languages(bench: Bench) -> None:
    acts: list[dict[str, object]] = [{"act": f"evidence_{name}"} for name in STEPS.split()]
    acts.extend([{"act": "asked", "step": "extract"}, {"act": "asked", "step": "fetch"}, {"act": "handed_out"}])
    for language in ("fr", "en"):
        told = [_told(bench, {**PACKAGE, **act}, language) for act in acts]
        assert len(set(told)) == len(acts)
        assert all("PV 7" in words and "{" not in words and "evidence_" not in words for words in told)


@pytest.mark.parametrize(
    ("language", "more", "words"),
    [
        ("fr", {"act": "evidence_ready", "bytes": 4_600_000_000}, "paquet de preuves signé (PV 7, 4600.0 Mo)"),
        ("en", {"act": "evidence_asked"}, "evidence ordered (PV 7): vol"),
        ("en", {"act": "evidence_failed", "detail": "the disk is full"}, "not made (PV 7): the disk is full"),
    ],
)
async def test_what_became_of_a_package(bench: Bench, language: str, more: dict[str, object], words: str) -> None:
    assert words in _told(bench, {**PACKAGE, **more}, language)


def _told(bench: Bench, payload: dict[str, object], language: str) -> str:
    entry = JournalEntry(
        seq=1,
        at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
        kind=EntryKind.VIEWING,
        version=1,
        actor="anne",
        asset_id=None,
        payload=payload,
    )
    return entry_text(entry, bench.stores.assets, bench.stores.catalogue, Translations(language))
