"""The journal says in the operator's language what became of base maps, and where cameras were turned."""

import datetime as dt

import pytest

from console.kit.translations import Translations, set_in_french
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
    assert entry_text(entry, bench.stores.assets, bench.stores.catalogue, Translations(language)) == (
        set_in_french(words) if language == "fr" else words
    )


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
    assert entry_text(entry, bench.stores.assets, bench.stores.catalogue, Translations(language)) == (
        set_in_french(words) if language == "fr" else words
    )


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ({"event": "sound", "seat": "Poste 2", "outcome": "no_device", "device": ""}, "Poste 2 : aucune sortie audio"),
        ({"event": "sound", "seat": "Poste 2", "outcome": "not_heard", "device": "HDMI"}, "non entendu (HDMI)"),
        ({"event": "silence", "seat": "Poste 2", "seconds": 120, "waiting": 3}, "silence de 120 s"),
        ({"event": "sound", "seat": "Poste 2", "outcome": "of another version"}, "another version"),
    ],
)
async def test_what_a_seat_heard_is_in_words(bench: Bench, payload: dict[str, object], words: str) -> None:
    entry = JournalEntry(
        seq=1,
        at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        kind=EntryKind.ALARM_WORK,
        version=1,
        actor="anne",
        asset_id=None,
        payload=payload,
    )
    assert set_in_french(words) in entry_text(entry, bench.stores.assets, bench.stores.catalogue, Translations("fr"))


@pytest.mark.parametrize(
    ("kind", "payload", "words"),
    [
        (EntryKind.ALARM_WORK, {"event": "assign", "user": "marc", "note": "on his way"}, "given to marc, on his way"),
        (EntryKind.ALARM_WORK, {"event": "assign", "user": "", "holder": "marc"}, "not given to marc any more"),
        (EntryKind.ALARM_WORK, {"event": "take_over", "user": "leila", "holder": "marc"}, "taken over from marc"),
        (EntryKind.ALARM_WORK, {"event": "comment", "note": "keys are here"}, "comment: keys are here"),
        (EntryKind.ALARM_WORK, {"event": "away", "seat": "2", "note": "pause"}, "away: alarms go to others, pause"),
        (
            EntryKind.HANDOVER,
            {"event": "signed", "seat": "2", "outgoing": "leila", "incoming": "marc", "hash": "0"},
            "seat 2 passes from leila to marc, signed by both",
        ),
        (EntryKind.NOTE, {"id": "n", "text": "the prefecture called"}, "the prefecture called"),
        (
            EntryKind.NOTE,
            {"text": "a mast\nleans", "incident": "SDIS 4", "pictures": [{"id": "p"}]},
            "a mast leans · incident SDIS 4 · 1 photo",
        ),
        (EntryKind.SECURITY, {"event": "seat_locked", "seat": "Poste 2"}, "Seat Poste 2 locked"),
        (
            EntryKind.SECURITY,
            {"event": "seat_taken_over", "seat": "Poste 2", "account": "anne"},
            "Seat Poste 2 taken over from anne",
        ),
        (EntryKind.LINK, {"connection": "rivers", "state": "up", "reason": ""}, "Link: rivers is up"),
        (
            EntryKind.LINK,
            {"connection": "rivers", "state": "down", "reason": "it does not answer"},
            "Link: rivers is down: it does not answer",
        ),
        (EntryKind.USER, {"account": "leila", "event": "password_changed"}, "Password of leila changed"),
        (EntryKind.USER, {"account": "leila", "event": "changed", "after": {"name": "leila"}}, "leila changed"),
        (EntryKind.SECURITY, {"event": "login_refused", "account": ""}, "Login refused"),
        (EntryKind.SYSTEM, {"event": "audit_copy_back"}, "the copy of the audit is there again, whole"),
    ],
)
async def test_work_on_alarms_and_shifts_is_in_words(
    bench: Bench, kind: EntryKind, payload: dict[str, object], words: str
) -> None:
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    entry = JournalEntry(seq=1, at=at, kind=kind, version=1, actor="anne", asset_id=None, payload=payload)
    assert entry_text(entry, bench.stores.assets, bench.stores.catalogue, Translations("en")).endswith(words)
