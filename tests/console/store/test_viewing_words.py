"""The register of viewings is read as words, in both languages."""

import datetime as dt

import pytest

from console.kit.translations import Translations, set_in_french
from console.store.journal_words import entry_text
from contract.journal import EntryKind, JournalEntry
from tests.console.conftest import Bench

LIVE = {
    "act": "asked",
    "door": "live",
    "stream": "sub",
    "is_routine": True,
    "masks": 1,
    "ticket": "ab12",
    "session": "x",
}
FOOTAGE = {"act": "asked", "door": "footage", "reason": "rixe", "requisition": "PV 12", "is_lifted": True}
LIFTED = {"act": "mask_lifted", "reason": "plaque", "approved_by": "paul", "user": "leila"}


@pytest.mark.parametrize(
    ("language", "kind", "payload", "words"),
    [
        ("fr", EntryKind.VIEWING, LIVE, "Visionnage : direct, demandé, masqué, surveillance courante"),
        ("en", EntryKind.VIEWING, FOOTAGE, "Viewing: recordings, asked for, without masks, rixe, PV 12"),
        (
            "fr",
            EntryKind.VIEWING,
            {**LIVE, "sound": True, "masks": 0},
            "Visionnage : direct, demandé, avec le son, surveillance courante",
        ),
        ("en", EntryKind.VIEWING, {"act": "ended", "seconds": 12.3, "ticket": "ab12"}, "Viewing: ended after 12 s"),
        ("fr", EntryKind.VIEWING, LIFTED, "Visionnage : masques levés, plaque, accord de paul"),
        (
            "en",
            EntryKind.MASK,
            {"act": "masks_changed", "after": ["a mask"], "reason": "windows"},
            "Privacy masks: masks drawn: 1, windows",
        ),
        (
            "en",
            EntryKind.LEASE,
            {"act": "taken_over", "holder": "claire", "before": "anne"},
            "Camera control: taken over by claire from anne",
        ),
        ("en", EntryKind.VIEWING, {"act": "unheard of", "reason": "new"}, "Viewing: act unheard of, reason new"),
    ],
)
async def test_who_watched_and_why_is_in_words(
    bench: Bench, language: str, kind: EntryKind, payload: dict[str, object], words: str
) -> None:
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    entry = JournalEntry(seq=1, at=at, kind=kind, version=1, actor="anne", asset_id=None, payload=payload)
    assert entry_text(entry, bench.stores.assets, bench.stores.catalogue, Translations(language)) == (
        set_in_french(words) if language == "fr" else words
    )
