"""Changes by hand in the journal, as people read them."""

import pytest

from console.kit.translations import Translations
from console.store.asset_edit_words import asset_edit_text
from contract.journal import EntryKind


@pytest.mark.parametrize(
    ("kind", "payload", "said"),
    [
        (
            EntryKind.ASSET,
            {"edit_kind": "moved", "codes": ["streetlight PL-1"], "count": 1, "note": "survey"},
            "Moved · PL-1 · survey",
        ),
        (
            EntryKind.ASSET,
            {
                "edit_kind": "bulk",
                "codes": [f"streetlight PL-{n}" for n in range(9)],
                "count": 9,
                "note": "by hand: bulk",
            },
            "Changed in bulk · PL-0, PL-1, PL-2 and 6 more",
        ),
        (EntryKind.DOCUMENT, {"act": "added", "name": "plan.pdf", "note": ""}, "added · plan.pdf"),
        (
            EntryKind.STOCK_TAKE,
            {"act": "marked", "name": "Summer", "mark": "not_found", "codes": ["PL-1"], "count": 1, "note": "gone"},
            "Summer · not found · PL-1 · gone",
        ),
        (EntryKind.STOCK_TAKE, {"act": "stray", "name": "Summer", "code": "X-1"}, "Summer · unknown code · X-1"),
        (EntryKind.ASSET, {"note": "import lamps.csv"}, ""),
        (EntryKind.ASSET, {"edit_kind": ["x"], "codes": {"a": 1}, "count": "many"}, ""),
        (EntryKind.ASSET, {"edit_kind": "moved", "codes": [7, None], "count": "many"}, "Moved"),
    ],
)
def test_what_was_done_by_hand_is_read_in_words(kind: EntryKind, payload: dict[str, object], said: str) -> None:
    assert asset_edit_text(kind, payload, Translations("en")) == said
