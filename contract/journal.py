"""The journal: whatever happens is an entry, appended before it is confirmed to anyone."""

import datetime as dt
import enum

import msgspec


class EntryKind(enum.StrEnum):
    """Kinds of entries. Each carries a schema version; old versions stay readable."""

    ALARM = "alarm"  # every transition, and every refused event with its reason
    ALARM_WORK = "alarm_work"  # an alarm was commented, assigned, silenced; what two operators wanted at once
    ALARM_RULE = "alarm_rule"  # a rationalisation sheet, a condition, a suppression rule is another
    NOTICE = "notice"  # somebody was told of an alarm by mail, SMS or webhook, or could not be
    HANDOVER = "handover"  # a shift was handed over: the report, and who signed
    CLAIM_PLACED = "claim_placed"
    CLAIM_RELEASED = "claim_released"
    CLAIM_EXPIRED = "claim_expired"
    COMMAND = "command"
    LINK = "link"  # a device connection went up or down
    POINT = "point"  # a discrete change worth keeping (readings go to the readings files)
    ASSET = "asset"
    DOCUMENT = "document"  # a document or photo of an asset was added, removed, restored, deleted
    STOCK_TAKE = "stock_take"  # assets were looked for on the ground: found, not found
    IMPORT = "import"
    EXPORT = "export"  # assets left as a file: who took how many, in which format
    BASE_MAP = "base_map"  # a base map was added, changed or removed
    LOGIN = "login"
    LOGOUT = "logout"
    SECURITY = "security"
    USER = "user"
    APPROVAL = "approval"
    VIEWING = "viewing"  # somebody watches a camera: the register the law asks for
    FOOTAGE = "footage"  # recordings: planned, missing, destroyed (the proof), bookmarked
    SEAL = "seal"  # recordings taken out of the purge's reach, or given back to it: by whom and why
    MASK = "mask"  # the privacy masks of a camera are others
    WHEREABOUTS = "whereabouts"  # somebody looked up where a vehicle had been
    LEASE = "lease"  # who may move a camera's head
    WORKSPACE = "workspace"  # a team's locked default is another
    NOTE = "note"
    SYSTEM = "system"


class JournalEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. `actor` is a user name, or `system`, or `device:CODE`. `hash` chains the rows (SHA-256)."""

    seq: int
    at: dt.datetime
    kind: EntryKind
    version: int
    actor: str
    asset_id: int | None
    payload: dict[str, object]
    hash: str = ""


class NewEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry not yet appended. `personal` goes to a side table, so that erasing it leaves the chain whole."""

    kind: EntryKind
    actor: str
    payload: dict[str, object]
    asset_id: int | None = None
    version: int = 1
    personal: dict[str, str] | None = None
