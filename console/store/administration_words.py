"""Journal entries of administration in words: keys, connections, roles, backups, configuration."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

from console.kit.formats import moment_with_year
from console.kit.said_by_devices import told_text
from widgets.texts import THIN_SPACE, Texts

_FIELDS: Final = (
    "name",
    "connection",
    "integration",
    "reason",
    "role",
    "account",
    "file",
    "made_at",
    "seat",
    "url",
    "before",
    "after",
)


def administration_text(payload: Mapping[str, object], tr: Texts) -> str:
    """The entry in words; empty when it is about something else."""
    if "state" in payload and "connection" in payload:
        key = f"journal.link_became.{payload['state']}"
    elif "account" in payload and tr.has(f"journal.account.{payload.get('event')}"):
        key = f"journal.account.{payload['event']}"
    else:
        key = f"journal.administration.{payload.get('event')}"
    if not tr.has(key):
        return ""
    values = {field: _text(payload.get(field)) for field in _FIELDS}
    values["made_at"] = _moment(values["made_at"])
    if "state" in payload or _text(payload.get("event")).startswith("backup_"):
        values["reason"] = told_text(values["reason"], tr)  # a machine gave it; what a person wrote stays as it is
    return tr(key, **values).rstrip(f"; :{THIN_SPACE}")


def _moment(stamp: str) -> str:
    try:
        return moment_with_year(dt.datetime.fromisoformat(stamp))
    except ValueError:
        return stamp


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
