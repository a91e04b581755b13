"""The journal says in words what administrators did."""

import pytest

from console.kit.translations import Translations
from console.store.administration_words import administration_text


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        ({"event": "api_key_made", "key": "1", "name": "open data"}, "Key made for open data"),
        ({"event": "connection_paused", "connection": "talq 1", "reason": "works"}, "Connection talq 1 paused: works"),
        ({"event": "connection_tried", "url": "https://10.0.0.9"}, "Connection to https://10.0.0.9 tried"),
        (
            {"event": "restored", "file": "x", "made_at": "2026-11-23T22:00:00"},
            "City restored from x, made 23/11/2026 22:00:00",
        ),
        ({"event": "disk_fills"}, ""),
        ({"event": ["odd"]}, ""),
        ({"event": "role_added", "role": 7}, "Role  added"),
        ({}, ""),
    ],
)
def test_what_was_done_is_told(payload: dict[str, object], told: str) -> None:
    assert administration_text(payload, Translations("en")) == told
