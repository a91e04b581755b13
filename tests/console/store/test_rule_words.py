"""The journal says in words who changed which alarm rule from what to what, and what became of a message."""

import datetime as dt

import pytest

from console.kit.translations import Translations, set_in_french
from console.store.journal_words import entry_text
from contract.journal import EntryKind, JournalEntry
from tests.console.conftest import Bench

SHEET: dict[str, object] = {
    "event": "sheet",
    "class": "lighting_cabinet",
    "alarm_kind": "cabinetDoorOpen",
    "version": 2,
    "reason": "yearly review",
    "before": {"respond_within_s": 1800.0},
    "after": {"respond_within_s": 480.0, "consequence": 3, "guidance": {"fr": "Allez-y.", "en": "Go there."}},
}
PLACED: dict[str, object] = {
    "event": "override_placed",
    "class": "lighting_cabinet",
    "alarm_kind": "cabinetDoorOpen",
    "version": 1,
    "reason": "travaux",
    "before": {},
    "after": {"priority": 4, "is_latching": True},
}
NOTICE: dict[str, object] = {"outcome": "given_up", "contact": "Anne", "channel": "sms", "priority": 1}


@pytest.mark.parametrize(
    ("language", "kind", "payload", "words"),
    [
        (
            "en",
            EntryKind.ALARM_RULE,
            SHEET,
            (
                "Alarm rule: Lighting cabinet, Cabinet door open, sheet changed, version 2, Time to respond: 30 min → "
                "8 min, Gravity: – → high, guidance (French): – → “Allez-y.”, guidance (English): – → “Go there.” "
                "(yearly review)"
            ),
        ),
        (
            "fr",
            EntryKind.ALARM_RULE,
            PLACED,
            (
                "Règle d'alarme : Armoire d'éclairage, Porte d'armoire ouverte, exception posée, Priorité : – → P4, "
                "mémorisée : – → oui (travaux)"
            ),
        ),
        (
            "en",
            EntryKind.ALARM_RULE,
            {"inhibition": "night", "before": None, "after": {"name": "night"}},
            "Alarm rule: inhibition rule “night” added",
        ),
        (
            "fr",
            EntryKind.ALARM_RULE,
            {"event": "channel_removed", "channel": "sms"},
            "Règle d'alarme : voie d'envoi sms retirée",
        ),
        ("en", EntryKind.NOTICE, NOTICE, "Notice: to Anne by sms: given up, P1"),
        (
            "fr",
            EntryKind.HANDOVER,
            {"event": "signed", "seat": "A", "outgoing": "anne", "incoming": "theo"},
            "Relève : le poste A passe de anne à theo, signé par les deux",
        ),
    ],
)
async def test_what_was_done_to_alarm_rules_is_in_words(
    bench: Bench, language: str, kind: EntryKind, payload: dict[str, object], words: str
) -> None:
    entry = JournalEntry(
        seq=1,
        at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        kind=kind,
        version=1,
        actor="anne",
        asset_id=None,
        payload=payload,
    )
    assert entry_text(entry, bench.stores.assets, bench.stores.catalogue, Translations(language)) == (
        set_in_french(words) if language == "fr" else words
    )


async def test_what_no_console_knows_yet_is_shown_and_never_hidden(bench: Bench) -> None:
    entry = JournalEntry(
        seq=1,
        at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        kind=EntryKind.ALARM_RULE,
        version=9,
        actor="anne",
        asset_id=None,
        payload={"event": "of a later version", "before": 7, "name": "x"},
    )
    shown = entry_text(entry, bench.stores.assets, bench.stores.catalogue, Translations("en"))
    assert "of a later version" in shown
