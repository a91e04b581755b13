"""The journal says in the operator's language what became of base maps, and where cameras were turned."""

import datetime as dt

import pytest

from console.kit.translations import Translations
from console.store.journal_words import entry_text
from contract.journal import EntryKind, JournalEntry
from tests.console.conftest import Bench

AIM = {"pan_deg": 77.12, "tilt_deg": -12.4, "magnification": 1.64}


@pytest.mark.parametrize(
    ("language", "what", "words"),
    [
        ("fr", "added", "Fond de carte : Plan ajouté (plan.mbtiles)"),
        ("fr", "removed", "Fond de carte : Plan retiré (plan.mbtiles)"),
        ("en", "changed", "Base map: Plan changed (plan.mbtiles)"),
    ],
)
async def test_what_became_of_a_base_map_is_in_words(bench: Bench, language: str, what: str, words: str) -> None:
    entry = JournalEntry(
        seq=1,
        at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        kind=EntryKind.BASE_MAP,
        version=1,
        actor="anne",
        asset_id=None,
        payload={"what": what, "id": "plan-mbtiles", "name": "Plan", "source": "plan.mbtiles"},
    )
    assert entry_text(entry, bench.stores.assets, bench.stores.catalogue, Translations(language)) == words


@pytest.mark.parametrize(
    ("language", "arguments", "words"),
    [
        ("fr", AIM, "Commande : orientation de la caméra, à 77° (site -12°), zoom × 1,6, envoyée"),
        ("en", AIM, "Command: turn the camera, to 77° (tilt -12°), zoom × 1.6, sent"),
        ("en", {"pan_deg": "north"}, "Command: turn the camera, pan_deg north, sent"),
    ],
)
async def test_where_a_camera_was_turned_is_in_words(
    bench: Bench, language: str, arguments: dict[str, object], words: str
) -> None:
    entry = JournalEntry(
        seq=1,
        at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        kind=EntryKind.COMMAND,
        version=1,
        actor="anne",
        asset_id=None,
        payload={"action": "ptz_absolute", "arguments": arguments, "state": "SENT"},
    )
    assert entry_text(entry, bench.stores.assets, bench.stores.catalogue, Translations(language)) == words
