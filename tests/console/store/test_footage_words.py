"""The journal says in the operator's language what became of recordings and seals."""

import datetime as dt
import re

import pytest

from console.kit.translations import Translations, set_in_french
from console.store.journal_words import entry_text
from contract.journal import EntryKind, JournalEntry
from tests.console.conftest import Bench

PERIOD = {"since": "2026-03-01T10:00:00+00:00", "until": "2026-03-01T11:00:00+00:00"}
PLANNED = {"event": "planned", "before": None, "after": {"mode": "continuous", "kept_days": 15}}
GAP = {"event": "gap", "reason": "camera_lost", **PERIOD}
PURGED = {"event": "purged", "files": 12, "bytes": 34_000_000, "left": 0, "since": PERIOD["since"]}
ORDERED = {
    "event": "seal_ordered",
    "reason": "accident",
    "requisition": "PV 7",
    "approved_by": "marc",
    "expires_at": "2026-04-01T10:00:00+00:00",
    **PERIOD,
}


def entry(payload: dict[str, object], kind: EntryKind = EntryKind.FOOTAGE) -> JournalEntry:
    at = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    return JournalEntry(seq=1, at=at, kind=kind, version=1, actor="anne", asset_id=None, payload=payload)


@pytest.mark.parametrize(
    ("language", "payload", "kind", "words"),
    [
        ("fr", PLANNED, EntryKind.FOOTAGE, r"Enregistrements : enregistrement en continu, gardé 15 jours"),
        ("en", GAP, EntryKind.FOOTAGE, r"Recordings: gap from 01/03 \S+ to 01/03 \S+: camera lost"),
        ("fr", PURGED, EntryKind.FOOTAGE, r"Enregistrements : 12 fichiers détruits \(34 Mo\), 0 restant"),
        ("en", ORDERED, EntryKind.SEAL, r"Seal: seal ordered, .* accident \(PV 7\), approved by marc"),
        ("en", {"event": "new one", "x": 1}, EntryKind.FOOTAGE, r"Recordings: event new one, x 1"),
        (
            "en",
            {"event": "gap", "since": "nonsense", "reason": 7},
            EntryKind.FOOTAGE,
            r"Recordings: gap from nonsense .*",
        ),
    ],
)
async def test_recordings_and_seals_in_words(
    bench: Bench, language: str, payload: dict[str, object], kind: EntryKind, words: str
) -> None:
    text = entry_text(entry(payload, kind), bench.stores.assets, bench.stores.catalogue, Translations(language))
    assert re.fullmatch(set_in_french(words) if language == "fr" else words, text), text
