"""Which asset answers at which address behind a connection: listed, changed by hand or by file."""

import datetime as dt
import enum

import msgspec

from contract.devices import LinkState
from contract.supply import LineOutcome

MOST_BINDINGS_AT_ONCE = 5_000


class DeviceStanding(enum.StrEnum):
    """How a device behind a connection stands."""

    SEEN = "seen"  # it speaks, or its gateway lists it, and no asset is bound to it
    SILENT = "silent"
    NEVER = "never"  # bound, and not heard since the backend started
    ANSWERS = "answers"


class ConnectionName(msgspec.Struct, frozen=True, kw_only=True):
    """A connection to who binds devices behind it: no address, no setting, no reason. `assets`: those he configures."""

    id: str
    integration: str
    title_fr: str
    title_en: str
    state: LinkState
    assets: int


class ConnectionNames(msgspec.Struct, frozen=True, kw_only=True):
    """GET /connection-names: those behind which something answers that one configures, by id."""

    items: tuple[ConnectionName, ...]
    next: str | None
    total: int


class BoundDevice(msgspec.Struct, frozen=True, kw_only=True):
    """One address. `asset_id` None: no asset is bound to it, and `device`, `kind` are what its network calls it."""

    address: str
    standing: DeviceStanding
    asset_id: int | None = None
    code: str = ""
    name: str = ""
    class_: str = msgspec.field(name="class", default="")
    commune: str = ""
    device: str = ""
    kind: str = ""
    messages: int = 0
    last_heard: dt.datetime | None = None
    reason: str = ""  # why it does not answer


class BindingPage(msgspec.Struct, frozen=True, kw_only=True):
    """Devices behind one connection, those that nobody has bound first. `hidden`: bound to assets one may not see.

    `can_tell`: its adapter knows devices that nobody has bound. `address_fr`, `address_en`: what an address looks like.
    """

    connection_id: str
    items: tuple[BoundDevice, ...]
    next: str | None
    total: int
    bound: int
    seen: int
    hidden: int
    can_tell: bool
    may_bind: bool
    classes: tuple[str, ...]
    address_fr: str = ""
    address_en: str = ""
    may_be_empty: bool = False  # an empty address means the device's first


class BindingWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An asset that answered at `before` when it was looked at shall answer at `after`; None: at no address."""

    asset_id: int
    before: str | None
    after: str | None


class BindingsRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /connections/{connection_id}/bindings: all of it or nothing."""

    wishes: tuple[BindingWish, ...]
    reason: str = ""


class ChangedBinding(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one asset."""

    asset_id: int
    code: str
    before: str | None
    after: str | None


class BindingChange(msgspec.Struct, frozen=True, kw_only=True):
    """What was done; asked the other way round it is undone."""

    connection_id: str
    changes: tuple[ChangedBinding, ...]


class BindingLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a file; lines count from 1, without the heading. `said_code` is the error for other languages."""

    line: int
    outcome: LineOutcome
    asset: str
    before: str = ""
    after: str = ""
    said: str = ""
    said_code: str = ""
    said_args: dict[str, str] = {}


class BindingImport(msgspec.Struct, frozen=True, kw_only=True):
    """What a file did or would do. All or nothing. `seal` names what was looked at: send it to take the file."""

    file_name: str
    is_done: bool
    seal: str
    line_count: int
    added_count: int
    changed_count: int
    unchanged_count: int
    error_count: int
    lines: tuple[BindingLine, ...]  # errors first, then changes; the first thousand
    change: BindingChange | None = None
