"""The journal tells in the reader's language what was hung where."""

import datetime as dt

import pytest

from console.kit.translations import Translations, set_in_french
from console.store.journal_words import entry_text
from contract.journal import EntryKind, JournalEntry
from tests.console.conftest import Bench

_LINK = {"code": "PL-1", "kind": "power", "from": "ARM-1", "to": "ARM-2"}


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ({"note": "supply: hand", "count": 1, "source": "hand", "feeds": [_LINK]}, "PL-1 : ARM-1 → ARM-2 · à la main"),
        (
            {"note": "armoires.csv", "count": 9, "source": "file", "feeds": [{**_LINK, "from": ""}]},
            "PL-1 : rien → ARM-2 et 8 autres · fichier · armoires.csv",
        ),
        (
            {"note": "supply: proposal rejected", "code": "PL-1", "feeder": "ARM-2", "kind": "power", "reason": "plan"},
            "proposition rejetée : PL-1 alimenté par ARM-2 · plan",
        ),
        ({"feeds": ["nonsense"], "count": "many", "source": 7}, ": rien → rien"),
    ],
)
async def test_a_change_of_feeders_in_words(bench: Bench, payload: dict[str, object], words: str) -> None:
    entry = JournalEntry(
        seq=1, at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), kind=EntryKind.ASSET, version=1, actor="anne", asset_id=None,
        payload=payload,
    )  # fmt: skip
    told = entry_text(entry, bench.stores.assets, bench.stores.catalogue, Translations("fr"))
    assert told.endswith(set_in_french(words))
