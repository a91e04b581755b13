"""Changes of the register by hand, documents and stock-takes in the journal, in words. No Qt."""

from collections.abc import Mapping
from typing import Final, cast

from contract.asset_editing import EditKind
from contract.journal import EntryKind
from contract.stock_take import StockMark
from widgets.texts import Texts

KINDS: Final = frozenset({EntryKind.ASSET, EntryKind.DOCUMENT, EntryKind.STOCK_TAKE})
_EDITS: Final = frozenset(kind.value for kind in EditKind)
_DOCUMENT_ACTS: Final = frozenset({"added", "removed", "restored", "deleted"})
_STOCK_ACTS: Final = frozenset({"opened", "marked", "stray", "closed", "deleted"})
_MARKS: Final = frozenset(mark.value for mark in StockMark)
_MOST_CODES: Final = 3


def asset_edit_text(kind: EntryKind, payload: Mapping[str, object], tr: Texts) -> str:
    """What was done by hand; empty when the entry tells of something else."""
    if kind is EntryKind.DOCUMENT and _text(payload, "act") in _DOCUMENT_ACTS:
        parts = (tr(f"asset_file.journal.{_text(payload, 'act')}"), _text(payload, "name"), _text(payload, "note"))
        return _joined(*parts)
    if kind is EntryKind.STOCK_TAKE and _text(payload, "act") in _STOCK_ACTS:
        return _stock(payload, tr)
    if kind is EntryKind.ASSET and _text(payload, "edit_kind") in _EDITS:
        words = tr(f"asset_file.kind.{_text(payload, 'edit_kind')}")
        note = _text(payload, "note")
        return _joined(words, _codes(payload, tr), "" if note.startswith("by hand: ") else note)
    if kind is EntryKind.ASSET and _text(payload, "commune"):
        return tr("communes.journal", name=_text(payload, "name"), until=_text(payload, "valid_to") or "-")
    return ""


def _stock(payload: Mapping[str, object], tr: Texts) -> str:
    act, name = _text(payload, "act"), _text(payload, "name")
    words = tr(f"stock_take.journal.{act}")
    if act == "marked" and _text(payload, "mark") in _MARKS:
        words = tr(f"stock_take.mark.{_text(payload, 'mark')}")
        return _joined(name, words, _codes(payload, tr), _text(payload, "note"))
    return _joined(name, words, _text(payload, "code"))


def _codes(payload: Mapping[str, object], tr: Texts) -> str:
    found = payload.get("codes")
    named = [one for one in cast("list[object]", found) if isinstance(one, str)] if isinstance(found, list) else []
    codes = ", ".join(one.rpartition(" ")[2] for one in named[:_MOST_CODES])
    count = payload.get("count")
    more = count - _MOST_CODES if isinstance(count, int) else 0
    return tr("asset_file.and_more", codes=codes, count=more) if more > 0 else codes


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _text(payload: Mapping[str, object], name: str) -> str:
    value = payload.get(name)
    return value if isinstance(value, str) else ""
