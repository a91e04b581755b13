"""The seams between services, storage, integrations and the API, as Protocols."""

import datetime as dt
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

import msgspec

from backend.domain.addresses import AddressStreet, AddressUpdate, HouseNumber
from contract.alarm_work import AlarmConflict
from contract.alarms import Alarm
from contract.api import Approval, PointSample, Workspace
from contract.assets import Asset, AssetChange, Commune
from contract.base_maps import BaseMap
from contract.claims import Claim
from contract.commands import Command
from contract.devices import Binding, Connection, LinkStatus
from contract.journal import EntryKind, JournalEntry, NewEntry
from contract.points import PointValue
from contract.rights import User


class KeptRecord(msgspec.Struct, frozen=True):
    """A small value that a service keeps by kind and key, in its own encoding; `body` None: forget it."""

    kind: str
    key: str
    body: bytes | None


class Unit(msgspec.Struct, kw_only=True):
    """What is committed together: all of it or nothing, one transaction.

    `alarm_states` holds (alarm id, asset id, kind, encoded domain state), an empty state meaning "at rest: forget it";
    `replaced_assets` are upserts by id.
    """

    entries: list[NewEntry] = msgspec.field(default_factory=list)
    alarm_states: list[tuple[int, int, str, bytes]] = msgspec.field(default_factory=list)
    claims: list[Claim] = msgspec.field(default_factory=list)
    released_claims: list[str] = msgspec.field(default_factory=list)
    commands: list[Command] = msgspec.field(default_factory=list)
    replaced_assets: list[Asset] = msgspec.field(default_factory=list)
    asset_changes: list[AssetChange] = msgspec.field(default_factory=list)
    communes: list[Commune] = msgspec.field(default_factory=list)
    addresses: AddressUpdate | None = None
    connections: list[Connection] = msgspec.field(default_factory=list)
    removed_connections: list[str] = msgspec.field(default_factory=list)
    bindings: dict[str, list[Binding]] = msgspec.field(default_factory=dict)  # replaces those of a connection
    records: list[KeptRecord] = msgspec.field(default_factory=list)  # in order: the last of a kind and key stands


class JournalQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries, newest first. `before` is a seq (exclusive): the cursor.

    With `after`, also a seq (exclusive), the page is the entries that follow it, oldest first.
    """

    since: dt.datetime | None = None
    until: dt.datetime | None = None
    asset_id: int | None = None
    actor: str | None = None
    kinds: tuple[EntryKind, ...] | None = None
    before: int | None = None
    after: int | None = None
    limit: int = 100


class JournalFault(msgspec.Struct, frozen=True, kw_only=True):
    """The first bad row of the journal, and what is wrong with it."""

    seq: int
    reason: str


class StoredUser(msgspec.Struct, frozen=True, kw_only=True):
    """An account with what only the backend may see."""

    user: User
    password_hash: str


class StoredToken(msgspec.Struct, frozen=True, kw_only=True):
    """A refresh token: only its SHA-256 is kept. All descendants of a login share `family`."""

    token_hash: str
    family: str
    user_name: str
    expires_at: dt.datetime
    is_used: bool = False


class Storage(Protocol):
    """Everything that is kept. Every write returns only once it is durable."""

    async def open(self) -> None:
        """Connect, migrate to the present schema, check integrity. Raises StorageError with what to do."""
        ...

    async def close(self) -> None:
        """Flush and disconnect; may be called twice."""
        ...

    async def commit(self, unit: Unit) -> Sequence[JournalEntry]:
        """Commit a unit; concurrent units share a transaction (group commit). Raises StorageError: nothing kept."""
        ...

    # --- the city model
    async def assets(self) -> Sequence[Asset]:
        """All assets, by id."""
        ...

    async def asset_changes(self, asset_id: int, limit: int = 50) -> Sequence[AssetChange]:
        """An asset's history, newest first."""
        ...

    async def communes(self) -> Sequence[Commune]:
        """All communes."""
        ...

    async def address_streets(self) -> Sequence[AddressStreet]:
        """The streets of the address base."""
        ...

    async def house_numbers(self, street_ids: Sequence[int], number: int) -> Sequence[HouseNumber]:
        """This number, with and without suffixes, in these streets."""
        ...

    async def connections(self) -> Sequence[Connection]:
        """All device connections."""
        ...

    async def bindings(self) -> Mapping[str, Sequence[Binding]]:
        """Bindings by connection id."""
        ...

    # --- what must survive a restart
    async def records(self, kind: str) -> Mapping[str, bytes]:
        """What is kept of this kind, by key, in order of the keys."""
        ...

    async def alarm_states(self) -> Sequence[tuple[int, int, str, bytes]]:
        """(alarm id, asset id, kind, encoded state) of every alarm that is not at rest."""
        ...

    async def claims(self) -> Sequence[Claim]:
        """Claims in force or expired while away."""
        ...

    async def open_commands(self) -> Sequence[Command]:
        """Commands that had not ended."""
        ...

    async def command(self, command_id: str) -> Command | None:
        """One command."""
        ...

    async def commands(self, asset_id: int | None, before: str | None, limit: int) -> Sequence[Command]:
        """Newest first; `before` is a command id."""
        ...

    # --- the journal
    async def journal(self, query: JournalQuery) -> Sequence[JournalEntry]:
        """Entries, newest first; oldest first after a seq."""
        ...

    async def journal_count(self, query: JournalQuery) -> int:
        """How many entries the query has in all, without its cursor and limit."""
        ...

    async def verify_journal(self) -> JournalFault | None:
        """Walk the chain and its checkpoints; None when whole."""
        ...

    async def personal_of(self, seq: int) -> Mapping[str, str]:
        """The personal part of an entry; empty when there is none or it was erased."""
        ...

    async def erase_personal(self, seq: int) -> None:
        """Forget an entry's personal part; the chain stays whole."""
        ...

    # --- secrets of devices, as ciphertext only
    async def secrets(self) -> Mapping[str, str]:
        """Ciphertexts by secret name."""
        ...

    async def save_secret(self, name: str, ciphertext: str) -> None:
        """Add or replace a ciphertext."""
        ...

    # --- accounts
    async def users(self) -> Sequence[StoredUser]:
        """All accounts."""
        ...

    async def save_user(self, user: StoredUser, entry: NewEntry) -> None:
        """Add or replace an account, journalled."""
        ...

    async def save_token(self, token: StoredToken) -> None:
        """Keep a refresh token."""
        ...

    async def take_token(self, token_hash: str) -> StoredToken | None:
        """Mark a refresh token used and return it as it was BEFORE; atomic."""
        ...

    async def revoke_family(self, family: str) -> None:
        """No token of this family is good any more."""
        ...

    async def revoke_tokens_of(self, user_name: str) -> None:
        """No token of this account is good any more."""
        ...

    async def save_approval(self, approval: Approval, entry: NewEntry) -> None:
        """Add or replace an approval, journalled."""
        ...

    async def approvals(self) -> Sequence[Approval]:
        """Approvals not yet used or expired."""
        ...

    async def workspaces(self, user_name: str) -> Sequence[Workspace]:
        """One's workspaces."""
        ...

    async def save_workspace(self, user_name: str, workspace: Workspace) -> None:
        """Add or replace by name."""
        ...

    async def delete_workspace(self, user_name: str, name: str) -> None:
        """Forget one; no error when there is none."""
        ...

    # --- readings
    async def keep_readings(self, readings: Sequence[tuple[int, str, PointValue]]) -> None:
        """Append to the dated readings files; batched, may lose the last second on kill -9."""
        ...

    async def readings(
        self, asset_id: int, point: str, since: dt.datetime, until: dt.datetime, limit: int
    ) -> Sequence[PointSample]:
        """Kept readings, oldest first, thinned evenly to `limit`."""
        ...


class SecretVault(Protocol):
    """The credentials of devices: encrypted in storage, in clear only here."""

    async def load(self) -> None:
        """Read the ciphertexts; raises StorageError when the key is missing or wrong."""
        ...

    async def store(self, name: str, secret: str) -> None:
        """Add or replace a secret."""
        ...

    def read(self, name: str) -> str:
        """The secret behind a name; raises KeyError when there is none."""
        ...

    def names(self) -> Sequence[str]:
        """The names of all secrets."""
        ...


class StorageError(Exception):
    """Storage refused or failed; the text says what happened and what to do."""


class Feed(Protocol):
    """Where services tell what changed; it reaches the consoles. Calls never block and never raise."""

    def assets_changed(self, assets: Sequence[Asset], removed: Sequence[Asset] = ()) -> None:
        """Assets added, changed or removed; one that passed to another commune, class or service is both."""
        ...

    def points_changed(self, changes: Sequence[tuple[int, str, PointValue]]) -> None:
        """(asset id, point, value)."""
        ...

    def states_changed(self, asset_ids: Sequence[int]) -> None:
        """What the map shows of these assets changed."""
        ...

    def assets_moved(self, asset_ids: Sequence[int]) -> None:
        """Mobile assets are somewhere else than before."""
        ...

    def alarm_changed(self, alarm: Alarm) -> None:
        """Goes out at once."""
        ...

    def claim_changed(self, claim: Claim, *, is_released: bool = False) -> None:
        """A claim was placed, changed, released or expired."""
        ...

    def command_changed(self, command: Command) -> None:
        """A command moved on."""
        ...

    def link_changed(self, status: LinkStatus) -> None:
        """A device connection went up or down."""
        ...

    def rights_changed(self, user_name: str) -> None:
        """Somebody's rights or account changed: filter his streams anew within a second."""
        ...

    def classes_changed(self) -> None:
        """Sheets or conditions of alarms are others: consoles read the classes again."""
        ...

    def alarm_conflict(self, user_name: str, conflict: AlarmConflict) -> None:
        """Another one wanted what this user had done, or took an alarm over from him."""
        ...


class Tile(msgspec.Struct, frozen=True):
    """One image of a raster base map."""

    content: bytes
    media_type: str


class BaseMapTrouble(Exception):
    """A base map cannot be read, or an act on it is refused. `code` is one of the texts of services, `args` fill it."""

    def __init__(self, code: str, **args: object) -> None:
        super().__init__(code, args)
        self.code = code
        self.args_said = {name: str(value).encode("utf-8", "replace").decode() for name, value in args.items()}


class NoSuchBaseMap(Exception):
    """There is no base map of this id, or none of the kind that was asked for."""


class BaseMapEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one base map since it was last told: `what` is added, changed or removed."""

    what: str
    id: str
    name: str
    source: str  # the file's name, or the server's


class BaseMapShelf(Protocol):
    """The base maps that the city has put there. What is broken is listed as such; nothing here raises OSError."""

    async def open(self) -> None:
        """Forget what a killed backend left behind; once, while no other backend has the data open."""
        ...

    async def all(self) -> Sequence[BaseMap]:
        """All of them as they are now, the lowest on the map first; `trouble` is left to be worded from its code."""
        ...

    async def tile(self, map_id: str, z: int, x: int, y: int) -> Tile | None:
        """One tile; None where the base map has none. Raises NoSuchBaseMap, BaseMapTrouble."""
        ...

    async def features(self, map_id: str) -> bytes:
        """MessagePack of a vector base map's features. Raises NoSuchBaseMap, BaseMapTrouble."""
        ...

    async def take_file(self, name: str, content: AsyncIterator[bytes]) -> BaseMap:
        """Keep a file that can be drawn, or replace the one of this name. Raises BaseMapTrouble: nothing is kept."""
        ...

    async def remove(self, map_id: str) -> None:
        """Delete its file, or forget its server. Raises NoSuchBaseMap, BaseMapTrouble."""
        ...

    async def untold(self) -> Sequence[BaseMapEvent]:
        """What changed since `told` was last called, over restarts too."""
        ...

    async def told(self, events: Sequence[BaseMapEvent]) -> None:
        """These are in the journal."""
        ...

    async def close(self) -> None:
        """End what runs; may be called twice."""
        ...
