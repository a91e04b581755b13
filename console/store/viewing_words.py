"""The register of viewings, of masks and of heads in words; what it does not know is shown as it is."""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from contract.journal import EntryKind
from widgets.texts import Texts

KINDS: Final = frozenset({EntryKind.VIEWING, EntryKind.MASK, EntryKind.LEASE})
_DOORS: Final = frozenset({"live", "footage", "still"})
_ACTS: Final = frozenset(
    {"asked", "began", "ended", "refused", "taken", "purpose", "mask_lifted", "mask_came_back", "masks_changed"}
)
_LEASES: Final = frozenset({"taken", "taken_over", "ended"})


def viewing_text(kind: EntryKind, payload: Mapping[str, object], tr: Texts) -> str:
    """One line; empty for what is worded elsewhere."""
    act = _text(payload, "act")
    if kind is EntryKind.LEASE:
        if act not in _LEASES:
            return ""
        return tr(f"journal.head_{act}", who=_text(payload, "holder"), before=_text(payload, "before"))
    if act not in _ACTS:
        return ""
    if act == "masks_changed":
        after = payload.get("after")
        count = str(len(cast("Sequence[object]", after))) if isinstance(after, (list, tuple)) else "0"
        words = [tr("journal.masks_changed", count=count), _second(payload, tr), _text(payload, "reason")]
        return ", ".join(word for word in words if word)
    seconds = payload.get("seconds")
    words = [
        tr(f"journal.door_{_text(payload, 'door')}") if _text(payload, "door") in _DOORS else "",
        tr(f"journal.act_{act}", seconds=f"{seconds:.0f}" if isinstance(seconds, (int, float)) else ""),
        tr("journal.with_sound") if payload.get("sound") is True else "",
        tr("journal.is_masked") if payload.get("masks") else "",
        tr("journal.is_lifted") if payload.get("is_lifted") is True else "",
        tr("journal.is_routine") if act == "asked" and payload.get("is_routine") is True else "",
        *(_text(payload, name) for name in ("reason", "incident", "requisition", "detail")),
        _second(payload, tr),
    ]
    return ", ".join(word for word in words if word)


def _second(payload: Mapping[str, object], tr: Texts) -> str:
    who = _text(payload, "approved_by")
    return tr("journal.agreed_by", who=who) if who else ""


def _text(payload: Mapping[str, object], key: str) -> str:
    value = payload.get(key)
    return value if isinstance(value, str) else ""
