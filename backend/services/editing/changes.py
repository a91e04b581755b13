"""Changes of the register as they are kept: a head that is always at hand, and fields that are read when needed."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from backend.devkit.turns import in_turns
from backend.ports import KeptRecord, Storage
from contract.asset_editing import AssetDifference, EditKind, FieldChange
from contract.assets import Asset

KEPT: Final = "asset_edit"
FIELDS_KEPT: Final = "asset_edit_fields"
MOST_TOLD: Final = 50
_WHOLE: Final = ""  # the key of changes that are kept in one piece
_ASSETS_A_SLICE: Final = 500
_MOST_KEPT: Final = 500
_MOST_KEPT_ASSETS: Final = 250_000


class EditedAsset(msgspec.Struct, frozen=True, array_like=True):
    """What one asset was and became, by field of Asset, as JSON values; empty where it was created."""

    asset_id: int
    before: dict[str, object]
    after: dict[str, object]


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """One change. `first` are the first of its assets; the others are read when they are needed."""

    id: str
    at: dt.datetime
    by: str
    kind: EditKind
    reason: str
    asset_count: int
    asset_ids: bytes  # packed, four bytes each
    first: tuple[EditedAsset, ...]
    undone_by: str = ""
    undoes: tuple[str, ...] = ()

    def concerns(self, asset_id: int) -> bool:
        """Whether this asset was changed by it."""
        wanted = asset_id.to_bytes(4, "little")
        at = self.asset_ids.find(wanted)
        while at >= 0 and at % 4:
            at = self.asset_ids.find(wanted, at + 1)
        return at >= 0


class EditBook:
    """The last changes, oldest first; what is too old makes room."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._edits: dict[str, Edit] = {}

    async def load(self) -> None:
        """Changes that were kept."""
        kept = [msgspec.msgpack.decode(body, type=Edit) for body in (await self._storage.records(KEPT)).values()]
        self._edits = {edit.id: edit for edit in sorted(kept, key=lambda edit: edit.at)}

    def get(self, edit_id: str) -> Edit | None:
        """One of them."""
        return self._edits.get(edit_id)

    def newest_first(self) -> Iterator[Edit]:
        """All of them."""
        return reversed(self._edits.values())

    async def assets_of(self, edit: Edit) -> Sequence[EditedAsset]:
        """Every asset that the change touched."""
        if edit.asset_count == len(edit.first):
            return edit.first
        slices = await self._storage.records(f"{FIELDS_KEPT}/{edit.id}")
        assets: list[EditedAsset] = []
        async for piece in in_turns(sorted(slices), 1):
            for key in piece:
                assets += msgspec.msgpack.decode(slices[key], type=list[EditedAsset])
        return assets if len(assets) == edit.asset_count else edit.first

    async def records(self, edits: Sequence[Edit], assets: Sequence[EditedAsset]) -> Sequence[KeptRecord]:
        """What is to be committed for the newest (the last) of these, made of `assets`, and for older ones."""
        newest = edits[-1]
        records = [KeptRecord(KEPT, edit.id, msgspec.msgpack.encode(edit)) for edit in edits]
        if len(newest.first) < newest.asset_count:
            keys, kind = iter(_slices(newest)), f"{FIELDS_KEPT}/{newest.id}"
            pieces = in_turns(assets, _ASSETS_A_SLICE)
            records += [KeptRecord(kind, next(keys), msgspec.msgpack.encode(piece)) async for piece in pieces]
        for edit in self._too_old(newest):
            records.append(KeptRecord(KEPT, edit.id, None))
            records += [KeptRecord(f"{FIELDS_KEPT}/{edit.id}", key, None) for key in (_WHOLE, *_slices(edit))]
        return records

    def take(self, edits: Sequence[Edit]) -> None:
        """They are committed."""
        for edit in self._too_old(edits[-1]):
            self._edits.pop(edit.id, None)
        self._edits.update({edit.id: edit for edit in edits})

    def _too_old(self, coming: Edit) -> Sequence[Edit]:
        count, assets, old = 1, coming.asset_count, list[Edit]()
        for edit in reversed(self._edits.values()):
            count, assets = count + 1, assets + edit.asset_count
            if count > _MOST_KEPT or assets > _MOST_KEPT_ASSETS:
                old.append(edit)
        return old


def _slices(edit: Edit) -> Sequence[str]:
    """The keys under which its assets are kept, in their order."""
    return [f"{start:06}" for start in range(0, edit.asset_count, _ASSETS_A_SLICE)]


def edited(before: Asset, after: Asset) -> EditedAsset:
    """Which fields differ, feeders and version apart."""
    old: dict[str, object] = {}
    new: dict[str, object] = {}
    for field in msgspec.structs.fields(Asset):
        if field.name == "version":
            continue
        was, now = getattr(before, field.name), getattr(after, field.name)
        if was != now:
            old[field.name] = msgspec.to_builtins(was)
            new[field.name] = msgspec.to_builtins(now)
    return EditedAsset(before.id, old, new)


def difference(asset: Asset, one: EditedAsset) -> AssetDifference:
    """What changed on an asset, field by field; of its own fields key by key."""
    changes: list[FieldChange] = []
    for field in one.after:
        was, now = one.before.get(field), one.after[field]
        if field == "extra":
            changes += _extra_changes(was, now)
        else:
            changes.append(FieldChange(field=field, before=was, after=now))
    return AssetDifference(
        asset_id=asset.id, class_=asset.class_, code=asset.code, name=asset.name, changes=tuple(changes)
    )


def _extra_changes(was: object, now: object) -> Sequence[FieldChange]:
    before: Mapping[str, object] = msgspec.convert(was or {}, dict[str, object])
    after: Mapping[str, object] = msgspec.convert(now or {}, dict[str, object])
    return [
        FieldChange(field=f"extra.{key}", before=before.get(key), after=after.get(key))
        for key in dict.fromkeys([*before, *after])
        if before.get(key) != after.get(key)
    ]
