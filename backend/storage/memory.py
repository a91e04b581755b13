"""Storage that forgets: the twin of the real one, for tests. Same answers, nothing on disk."""

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from backend.devkit.clock import Clock
from backend.domain.addresses import AddressStreet, AddressUpdate, HouseNumber
from backend.ports import JournalFault, JournalQuery, StorageError, StoredToken, StoredUser, Unit
from backend.storage.chain import ChainHead, ChainWalk, PersonalPart, Row, append, draft, entry_of
from backend.storage.stamps import stamp
from backend.storage.thinning import thin
from backend.storage.writes import ENDED_STATES
from contract.api import Approval, PointSample, Workspace
from contract.assets import Asset, AssetChange, Commune
from contract.claims import Claim
from contract.commands import Command
from contract.devices import Binding, Connection
from contract.journal import JournalEntry, NewEntry
from contract.points import PointValue


class MemoryStorage:
    """Implements `backend.ports.Storage`. `fail_next` makes the next commit fail, as a full disk would."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rows: list[Row] = []
        self._personal: dict[int, str] = {}
        self._head = ChainHead()
        self._assets: dict[int, Asset] = {}
        self._asset_ids: dict[tuple[str, str], int] = {}
        self._changes: list[AssetChange] = []
        self._communes: dict[str, Commune] = {}
        self._streets: dict[int, AddressStreet] = {}
        self._numbers: dict[tuple[int, int, str], HouseNumber] = {}
        self._connections: dict[str, Connection] = {}
        self._bindings: dict[str, list[Binding]] = {}
        self._alarm_states: dict[int, tuple[int, int, str, bytes]] = {}
        self._claims: dict[str, Claim] = {}
        self._commands: dict[str, Command] = {}
        self._users: dict[str, StoredUser] = {}
        self._tokens: dict[str, StoredToken] = {}
        self._approvals: dict[str, Approval] = {}
        self._workspaces: dict[tuple[str, str], Workspace] = {}
        self._secrets: dict[str, str] = {}
        self._readings: dict[tuple[int, str], list[PointSample]] = {}
        self._records: dict[tuple[str, str], bytes] = {}
        self.fail_next: str = ""

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def commit(self, unit: Unit) -> Sequence[JournalEntry]:
        """Apply the unit at once."""
        if self.fail_next:
            reason, self.fail_next = self.fail_next, ""
            raise StorageError(reason)
        keys = {(asset.class_, asset.code): asset.id for asset in unit.replaced_assets}
        for key, asset_id in keys.items():
            if self._asset_ids.get(key, asset_id) != asset_id:
                raise StorageError(f"two assets of class {key[0]} would have the code {key[1]}; nothing was kept")
        entries = self._append(unit.entries)
        self._asset_ids.update(keys)
        self._assets.update({asset.id: asset for asset in unit.replaced_assets})
        self._changes.extend(unit.asset_changes)
        self._communes.update({commune.code: commune for commune in unit.communes})
        if unit.addresses is not None:
            self._take_addresses(unit.addresses)
        self._claims.update({claim.id: claim for claim in unit.claims})
        self._commands.update({command.id: command for command in unit.commands})
        for claim_id in unit.released_claims:
            self._claims.pop(claim_id, None)
        for state in unit.alarm_states:
            if state[3]:
                self._alarm_states[state[0]] = state
            else:
                self._alarm_states.pop(state[0], None)
        self._connections.update({connection.id: connection for connection in unit.connections})
        self._bindings.update({connection_id: list(items) for connection_id, items in unit.bindings.items()})
        for connection_id in unit.removed_connections:
            self._connections.pop(connection_id, None)
            self._bindings.pop(connection_id, None)
        for record in unit.records:
            if record.body is None:
                self._records.pop((record.kind, record.key), None)
            else:
                self._records[record.kind, record.key] = record.body
        return entries

    async def assets(self) -> Sequence[Asset]:
        """All assets, by id."""
        return [self._assets[asset_id] for asset_id in sorted(self._assets)]

    async def asset_changes(self, asset_id: int, limit: int = 50) -> Sequence[AssetChange]:
        """An asset's history, newest first."""
        return [change for change in reversed(self._changes) if change.asset_id == asset_id][:limit]

    async def communes(self) -> Sequence[Commune]:
        """All communes, by code."""
        return [self._communes[code] for code in sorted(self._communes)]

    async def address_streets(self) -> Sequence[AddressStreet]:
        """The streets of the address base, by id."""
        return [self._streets[street] for street in sorted(self._streets)]

    async def house_numbers(self, street_ids: Sequence[int], number: int) -> Sequence[HouseNumber]:
        """This number, with and without suffixes, in these streets."""
        found = [item for item in self._numbers.values() if item.street_id in street_ids and item.number == number]
        return sorted(found, key=lambda item: item.suffix)

    def _take_addresses(self, update: AddressUpdate) -> None:
        gone = set(update.removed_streets)
        self._streets = {id_: item for id_, item in self._streets.items() if id_ not in gone}
        self._numbers = {key: item for key, item in self._numbers.items() if item.street_id not in gone}
        self._streets.update({item.id: item for item in update.streets})
        self._numbers.update({(item.street_id, item.number, item.suffix): item for item in update.numbers})

    async def connections(self) -> Sequence[Connection]:
        """All device connections, by id."""
        return [self._connections[connection_id] for connection_id in sorted(self._connections)]

    async def bindings(self) -> Mapping[str, Sequence[Binding]]:
        """Bindings by connection id."""
        return {connection_id: list(items) for connection_id, items in self._bindings.items()}

    async def records(self, kind: str) -> Mapping[str, bytes]:
        """What is kept of this kind, by key."""
        return {key: body for (of_kind, key), body in sorted(self._records.items()) if of_kind == kind}

    async def alarm_states(self) -> Sequence[tuple[int, int, str, bytes]]:
        """States of the alarms that are not at rest."""
        return list(self._alarm_states.values())

    async def claims(self) -> Sequence[Claim]:
        """Claims not released."""
        return list(self._claims.values())

    async def open_commands(self) -> Sequence[Command]:
        """Commands that had not ended."""
        return [command for command in self._commands.values() if command.state not in ENDED_STATES]

    async def command(self, command_id: str) -> Command | None:
        """One command."""
        return self._commands.get(command_id)

    async def commands(self, asset_id: int | None, before: str | None, limit: int) -> Sequence[Command]:
        """Newest first; `before` is a command id."""
        cursor = self._commands.get(before) if before is not None else None
        if before is not None and cursor is None:
            return []
        found = [
            command
            for command in self._commands.values()
            if (asset_id is None or command.asset_id == asset_id)
            and (cursor is None or _place(command) < _place(cursor))
        ]
        return sorted(found, key=_place, reverse=True)[:limit]

    async def journal(self, query: JournalQuery) -> Sequence[JournalEntry]:
        """Entries, newest first; oldest first after a seq."""
        rows = reversed(self._rows) if query.after is None else iter(self._rows)
        found = (
            entry_of(row)
            for row in rows
            if _matches(row, query)
            and (query.before is None or row.seq < query.before)
            and (query.after is None or row.seq > query.after)
        )
        return [entry for entry, _ in zip(found, range(query.limit), strict=False)]

    async def journal_count(self, query: JournalQuery) -> int:
        """How many entries the query has in all."""
        return sum(1 for row in self._rows if _matches(row, query))

    async def verify_journal(self) -> JournalFault | None:
        """Walk the chain."""
        return ChainWalk({}).check((row, self._personal.get(row.seq)) for row in self._rows)

    async def personal_of(self, seq: int) -> Mapping[str, str]:
        """The personal part of an entry; empty when there is none or it was erased."""
        text = self._personal.get(seq)
        return {} if text is None else msgspec.json.decode(text, type=PersonalPart).fields

    async def erase_personal(self, seq: int) -> None:
        """Forget an entry's personal part; the chain stays whole."""
        self._personal.pop(seq, None)

    async def users(self) -> Sequence[StoredUser]:
        """All accounts, by name."""
        return [self._users[name] for name in sorted(self._users)]

    async def save_user(self, user: StoredUser, entry: NewEntry) -> None:
        """Add or replace an account, journalled."""
        self._append([entry])
        self._users[user.user.name] = user

    async def save_token(self, token: StoredToken) -> None:
        """Keep a refresh token."""
        self._tokens[token.token_hash] = token

    async def take_token(self, token_hash: str) -> StoredToken | None:
        """Mark a refresh token used and return it as it was before."""
        token = self._tokens.get(token_hash)
        if token is not None:
            self._tokens[token_hash] = msgspec.structs.replace(token, is_used=True)
        return token

    async def revoke_family(self, family: str) -> None:
        """No token of this family is good any more."""
        for token in list(self._tokens.values()):
            if token.family == family:
                self._tokens[token.token_hash] = msgspec.structs.replace(token, is_used=True)

    async def revoke_tokens_of(self, user_name: str) -> None:
        """No token of this account is good any more."""
        for token in list(self._tokens.values()):
            if token.user_name == user_name:
                self._tokens[token.token_hash] = msgspec.structs.replace(token, is_used=True)

    async def save_approval(self, approval: Approval, entry: NewEntry) -> None:
        """Add or replace an approval, journalled."""
        self._append([entry])
        self._approvals[approval.id] = approval

    async def approvals(self) -> Sequence[Approval]:
        """Approvals not yet used or expired."""
        now = self._clock.now()
        return [item for item in self._approvals.values() if not item.is_used and item.expires_at > now]

    async def workspaces(self, user_name: str) -> Sequence[Workspace]:
        """One's workspaces, by name."""
        return [item for (owner, _), item in sorted(self._workspaces.items()) if owner == user_name]

    async def save_workspace(self, user_name: str, workspace: Workspace) -> None:
        """Add or replace by name."""
        kept = msgspec.structs.replace(workspace, updated_at=self._clock.now())
        self._workspaces[user_name, workspace.name] = kept

    async def delete_workspace(self, user_name: str, name: str) -> None:
        """Forget one; no error when there is none."""
        self._workspaces.pop((user_name, name), None)

    async def secrets(self) -> Mapping[str, str]:
        """Ciphertexts by secret name."""
        return dict(self._secrets)

    async def save_secret(self, name: str, ciphertext: str) -> None:
        """Keep a ciphertext."""
        self._secrets[name] = ciphertext

    async def keep_readings(self, readings: Sequence[tuple[int, str, PointValue]]) -> None:
        """Remember readings."""
        for asset_id, point, value in readings:
            at = value.received_time or self._clock.now()
            self._readings.setdefault((asset_id, point), []).append(PointSample(at, value.value, int(value.quality)))

    async def readings(
        self, asset_id: int, point: str, since: dt.datetime, until: dt.datetime, limit: int
    ) -> Sequence[PointSample]:
        """Kept readings, oldest first, thinned evenly."""
        kept = [item for item in self._readings.get((asset_id, point), []) if since <= item.at < until]
        return thin(sorted(kept, key=lambda item: item.at), limit)

    def _append(self, entries: Sequence[NewEntry]) -> list[JournalEntry]:
        drafts = [draft(entry) for entry in entries]
        rows, self._head = append(self._head, drafts, self._clock.now())
        self._rows.extend(rows)
        for row, item in zip(rows, drafts, strict=True):
            if item.personal:
                self._personal[row.seq] = item.personal
        return [entry_of(row) for row in rows]


def _place(command: Command) -> tuple[str, str]:
    return stamp(command.requested_at), command.id


def _matches(row: Row, query: JournalQuery) -> bool:
    return (
        (query.since is None or row.at >= stamp(query.since))
        and (query.until is None or row.at < stamp(query.until))
        and (query.asset_id is None or row.asset_id == query.asset_id)
        and (query.actor is None or row.actor == query.actor)
        and (query.kinds is None or row.kind in {kind.value for kind in query.kinds})
    )
