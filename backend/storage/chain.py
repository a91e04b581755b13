"""The journal's chain: each row carries the SHA-256 of itself and of the row before."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from backend.ports import JournalFault, StorageError
from backend.storage.stamps import from_stamp, stamp
from contract.journal import EntryKind, JournalEntry, NewEntry

GENESIS = "0" * 64


class DraftRow(msgspec.Struct, frozen=True):
    """An entry in its canonical form, before it has a place in the chain."""

    kind: str
    version: int
    actor: str
    asset_id: int | None
    payload: str  # JSON with sorted keys
    personal: str  # JSON with its salt; empty when there is none
    personal_hash: str


class Row(msgspec.Struct, frozen=True):
    """A row of the journal as it is kept."""

    seq: int
    at: str
    kind: str
    version: int
    actor: str
    asset_id: int | None
    payload: str
    personal_hash: str
    hash: str


class ChainHead(msgspec.Struct, frozen=True):
    """The last row's place and hash."""

    seq: int = 0
    hash: str = GENESIS


class PersonalPart(msgspec.Struct, frozen=True):
    """The personal part of an entry, with the salt of its hash."""

    salt: str
    fields: dict[str, str]


def draft(entry: NewEntry) -> DraftRow:
    """An entry made ready. Raises StorageError when it holds what cannot be kept."""
    try:
        personal = _canonical_personal(entry)
        payload = msgspec.json.encode(entry.payload, order="sorted").decode()
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise StorageError(f"a journal entry holds what cannot be kept: {error}") from error
    return DraftRow(
        kind=str(entry.kind.value),
        version=entry.version,
        actor=entry.actor.replace("\x00", ""),
        asset_id=entry.asset_id,
        payload=payload,
        personal=personal,
        personal_hash=hash_personal(personal),
    )


def hash_personal(personal: str) -> str:
    """The hash that stands in the chain for a personal part; empty for none."""
    return hashlib.sha256(personal.encode()).hexdigest() if personal else ""


def append(head: ChainHead, drafts: Sequence[DraftRow], at: dt.datetime) -> tuple[list[Row], ChainHead]:
    """The rows that follow `head`, and the new head."""
    rows: list[Row] = []
    moment = stamp(at)
    for item in drafts:
        seq = head.seq + 1
        hash_ = _hash(
            head.hash, seq, moment, item.kind, item.version, item.actor, item.asset_id, item.payload, item.personal_hash
        )
        rows.append(
            Row(
                seq,
                moment,
                item.kind,
                item.version,
                item.actor,
                item.asset_id,
                item.payload,
                item.personal_hash,
                hash_,
            )
        )
        head = ChainHead(seq, hash_)
    return rows, head


def entry_of(row: Row) -> JournalEntry:
    """The entry that a row keeps."""
    return JournalEntry(
        seq=row.seq,
        at=from_stamp(row.at),
        kind=EntryKind(row.kind),
        version=row.version,
        actor=row.actor,
        asset_id=row.asset_id,
        payload=msgspec.json.decode(row.payload, type=dict[str, object]),
        hash=row.hash,
    )


class ChainWalk:
    """Walks rows in order of seq and stops at the first bad one."""

    def __init__(self, sealed: Mapping[int, str]) -> None:
        """`sealed` holds the hashes that signed checkpoints vouch for, by seq."""
        self._sealed = sealed
        self.head = ChainHead()

    def check(self, rows: Iterable[tuple[Row, str | None]]) -> JournalFault | None:
        """Check the next rows, each with its personal part (None: erased or never there)."""
        for row, personal in rows:
            expected = self.head.seq + 1
            if row.seq != expected:
                return JournalFault(seq=expected, reason=f"row {expected} is missing; the next one is {row.seq}")
            if personal is not None and hash_personal(personal) != row.personal_hash:
                return JournalFault(seq=row.seq, reason="its personal part was changed")
            hash_ = _hash(
                self.head.hash,
                row.seq,
                row.at,
                row.kind,
                row.version,
                row.actor,
                row.asset_id,
                row.payload,
                row.personal_hash,
            )
            if hash_ != row.hash:
                return JournalFault(seq=row.seq, reason="the row does not match its hash: it was changed or moved")
            if self._sealed.get(row.seq, hash_) != hash_:
                return JournalFault(seq=row.seq, reason="the row is not the one that the signed checkpoint vouches for")
            self.head = ChainHead(row.seq, hash_)
        return None

    def end(self) -> JournalFault | None:
        """After the last row: whether rows that a checkpoint vouches for are missing at the end."""
        last = max(self._sealed, default=0)
        if last > self.head.seq:
            missing = self.head.seq + 1
            return JournalFault(seq=missing, reason=f"the journal was cut: a checkpoint vouches for row {last}")
        return None


def _canonical_personal(entry: NewEntry) -> str:
    if entry.personal is None:
        return ""
    # Without a salt, a short secret such as an address could be guessed from its hash after erasure.
    salted = PersonalPart(salt=secrets.token_hex(16), fields=entry.personal)
    return msgspec.json.encode(salted, order="sorted").decode()


def _hash(
    previous: str,
    seq: int,
    at: str,
    kind: str,
    version: int,
    actor: str,
    asset_id: int | None,
    payload: str,
    personal_hash: str,
) -> str:
    fields = (previous, seq, at, kind, version, actor, asset_id, payload, personal_hash)
    return hashlib.sha256(msgspec.json.encode(fields)).hexdigest()
