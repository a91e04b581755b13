"""Assets created, changed, moved and retired by people, each change one unit with its journal entry and way back."""

import asyncio
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.ports import Storage
from backend.services.editing.changes import MOST_TOLD, Edit, EditBook, EditedAsset, edited
from backend.services.editing.codes import next_code
from backend.services.editing.fields import LONGEST_CODE, Values, check_parent, checked_values, clean, with_values
from backend.services.import_files.commune_finder import CommuneFinder
from backend.services.refusals import EditConflict, EditRefused
from backend.services.register import Register, RegisterRefused, RegisterStale
from backend.services.said import Said, quoted, say
from contract.asset_editing import MOST_ASSETS_AT_ONCE, MOST_EDITS_UNDONE_AT_ONCE, AssetEdit, EditKind, NewAsset
from contract.assets import Asset, AssetStatus, Commune, FeedKind
from contract.rights import Level

May = Callable[[Level, Asset], bool]
LONGEST_REASON: Final = 500
UNSEEN: Final = "-"
"""Stands for the code of an asset that the asker may not see."""
_MOST_CODES: Final = 6
_ASSETS_A_TURN: Final = 200


class AssetEditor:
    """`may` asks for the right of whoever wants it; an asset that he may not see does not exist."""

    def __init__(self, storage: Storage, register: Register, clock: Clock) -> None:
        self.book = EditBook(storage)
        self._register = register
        self._clock = clock
        self._finder: tuple[Sequence[Commune], CommuneFinder] | None = None

    async def create(self, wanted: NewAsset, *, by: str, may: May) -> tuple[Asset, Edit]:
        """A new asset. Raises EditRefused."""
        _check_reason(wanted.reason)
        class_ = self._register.classes.get(wanted.class_)
        if class_ is None:
            raise EditRefused(say("edit_class", class_=wanted.class_[:40]))
        if class_.is_line:
            raise EditRefused(say("edit_line", class_=wanted.class_))
        values = self._placed(checked_values(wanted.fields, self._register))
        if "lon" not in values:
            raise EditRefused(say("edit_no_place"))
        code = clean("code", wanted.code) or next_code(self._register, wanted.class_, str(values.get("commune", "")))
        if len(code) > LONGEST_CODE:
            raise EditRefused(say("edit_code", count=LONGEST_CODE))
        if self._register.find(wanted.class_, code) is not None:
            raise EditRefused(say("edit_code_used", asset=code))
        bare = Asset(id=self._register.next_id(), code=code, class_=wanted.class_, lon=0, lat=0, service=class_.service)
        self._check_number(bare, values, may)
        check_parent(bare.id, values, self._register, lambda asset: may(Level.VIEW, asset))
        asset = with_values(bare, values)
        if not may(Level.MANAGE, asset):
            raise EditRefused(say("edit_may_not_there", class_=wanted.class_, commune=asset.commune or "-"))
        new = EditedAsset(asset.id, {}, {})
        edit = await self.commit([asset], [new], EditKind.CREATED, by, wanted.reason, {asset.id: 0})
        return self.asset(asset.id), edit

    async def change(self, asset_id: int, wanted: AssetEdit, *, by: str, may: May) -> tuple[Asset, Edit]:
        """Set fields of one asset. Raises EditRefused; EditConflict when it is not as it was seen."""
        _check_reason(wanted.reason)
        asset = self.asset(asset_id)
        if not may(Level.MANAGE, asset):
            raise EditRefused(say("edit_may_not", asset=asset.code))
        if asset.version != wanted.version:
            raise EditConflict(_stale([asset]))
        values = self._placed(checked_values(wanted.fields, self._register))
        self._check_number(asset, values, may)
        after = self.changed(asset, values, may, frozenset((asset_id,)))
        one = edited(asset, after)
        if not one.after:
            raise EditRefused(say("edit_nothing"))
        edit = await self.commit([after], [one], _kind_of(one), by, wanted.reason, {asset.id: asset.version})
        return self.asset(asset_id), edit

    def changed(self, asset: Asset, values: Values, may: May, retired: frozenset[int]) -> Asset:
        """The asset with these values; `retired` are those that may be retired with it. Raises EditRefused."""
        if asset.line is not None and "lon" in values:
            raise EditRefused(say("edit_line_place", asset=asset.code))
        check_parent(asset.id, values, self._register, lambda one: may(Level.VIEW, one))
        after = with_values(asset, values)
        self._check_leaving(asset, after, retired, may)
        if not may(Level.MANAGE, after):
            raise EditRefused(say("edit_may_not_there", class_=asset.class_, commune=after.commune or "-"))
        return after

    async def undo(self, edit_ids: Sequence[str], *, by: str, may: May, reason: str = "") -> Edit:
        """Take changes back together, newest first. Raises EditRefused; EditConflict when one was overtaken."""
        _check_reason(reason)
        if not 1 <= len(edit_ids) <= MOST_EDITS_UNDONE_AT_ONCE or len(set(edit_ids)) != len(edit_ids):
            raise EditRefused(say("edit_undo_count", count=MOST_EDITS_UNDONE_AT_ONCE))
        wanted = frozenset(edit_ids)
        if any(self.book.get(edit_id) is None for edit_id in wanted):
            raise EditRefused(say("edit_no_change"))
        undone = [edit for edit in self.book.newest_first() if edit.id in wanted]
        if any(edit.undone_by for edit in undone):
            raise EditConflict(say("edit_undone"))
        if sum(edit.asset_count for edit in undone) > MOST_ASSETS_AT_ONCE:
            raise EditRefused(say("edit_undo_size", count=MOST_ASSETS_AT_ONCE))
        back: dict[int, Asset] = {}
        for edit in undone:
            for number, one in enumerate(await self.book.assets_of(edit)):
                if number % _ASSETS_A_TURN == 0:
                    await asyncio.sleep(0)
                self._check_may(self.asset(one.asset_id), may)
                asset = back.get(one.asset_id) or self.asset(one.asset_id)
                back[one.asset_id] = _taken_back(asset, one, self.asset(one.asset_id).version)
        before = {asset_id: self.asset(asset_id) for asset_id in back}
        ones: list[EditedAsset] = []
        retired = frozenset(id_ for id_, asset in back.items() if asset.status is AssetStatus.RETIRED)
        for number, (asset_id, after) in enumerate(back.items()):
            if number % _ASSETS_A_TURN == 0:
                await asyncio.sleep(0)
            self._check_undone(before[asset_id], after, retired, may)
            ones.append(edited(before[asset_id], after))
        versions = {asset_id: asset.version for asset_id, asset in before.items()}
        return await self.commit(list(back.values()), ones, EditKind.UNDO, by, reason, versions, undoes=undone)

    async def commit(
        self,
        assets: Sequence[Asset],
        ones: Sequence[EditedAsset],
        kind: EditKind,
        by: str,
        reason: str,
        versions: Mapping[int, int] | None = None,
        *,
        undoes: Sequence[Edit] = (),
    ) -> Edit:
        """Keep a change that was checked. Raises EditRefused; EditConflict when an asset is at another version."""
        edit = Edit(
            id=str(uuid.uuid4()),
            at=self._clock.now(),
            by=by,
            kind=kind,
            reason=reason,
            asset_count=len(ones),
            asset_ids=b"".join(one.asset_id.to_bytes(4, "little") for one in ones),
            first=tuple(ones[:MOST_TOLD]),
            undoes=tuple(one.id for one in undoes),
        )
        kept = [*(msgspec.structs.replace(one, undone_by=edit.id) for one in undoes), edit]
        told: dict[str, object] = {"edit": edit.id, "edit_kind": kind.value}
        if undoes:
            told["undoes"] = list(edit.undoes)
        if kind is EditKind.BULK:
            told["fields"] = dict(ones[0].after)
        records = await self.book.records(kept, ones)
        try:
            await self._register.apply(
                assets,
                by,
                note=reason or f"by hand: {kind}",
                versions=versions,
                records=records,
                told=told,
            )
        except RegisterStale as error:
            raise EditConflict(_stale(error.assets)) from error
        except RegisterRefused as error:
            raise EditRefused(quoted(str(error))) from error
        self.book.take(kept)
        return edit

    def asset(self, asset_id: int) -> Asset:
        """One asset. Raises EditRefused."""
        found = self._register.get(asset_id)
        if found is None:
            raise EditRefused(say("edit_no_asset", asset=asset_id))
        return found

    def _placed(self, values: Values) -> Values:
        """With the commune in whose outline the place lies, when none is said."""
        lon, lat = values.get("lon"), values.get("lat")
        if not isinstance(lon, float | int) or not isinstance(lat, float | int) or "commune" in values:
            return values
        communes = self._register.communes()
        if self._finder is None or self._finder[0] != communes:
            self._finder = communes, CommuneFinder(communes)
        found = self._finder[1].find(lon, lat)
        return {**values, "commune": found} if found else values

    def _check_number(self, asset: Asset, values: Values, may: May) -> None:
        number = values.get("number")
        if number is None:
            return
        for one in self._register.all():
            is_same = one.number == number and one.class_ == asset.class_ and one.id != asset.id
            if is_same and one.status is not AssetStatus.RETIRED:
                raise EditRefused(say("edit_number_used", asset=_code_of(one, may), number=number))

    def _check_leaving(self, before: Asset, after: Asset, retired: frozenset[int], may: May) -> None:
        """What is retired feeds nothing that stays."""
        if after.status is not AssetStatus.RETIRED or before.status is AssetStatus.RETIRED:
            return
        fed = [child for kind in FeedKind for child in self._register.fed_children(before.id, kind)]
        staying = [child for child in dict.fromkeys(fed) if child not in retired and self._stands(child)]
        if staying:
            first = min((_code_of(self.asset(child), may) for child in staying), key=lambda code: code == UNSEEN)
            raise EditRefused(say("edit_still_feeds", asset=before.code, count=len(staying), first=first))

    def _check_may(self, asset: Asset, may: May) -> None:
        """What one may not see has no name, and a change of it alone does not exist."""
        if not may(Level.MANAGE, asset):
            raise EditRefused(say("edit_may_not", asset=_code_of(asset, may)))

    def _stands(self, asset_id: int) -> bool:
        found = self._register.get(asset_id)
        return found is not None and found.status is not AssetStatus.RETIRED

    def _check_undone(self, before: Asset, after: Asset, retired: frozenset[int], may: May) -> None:
        self._check_may(before, may)
        self._check_may(after, may)
        self._check_leaving(before, after, retired, may)
        if after.number != before.number:
            self._check_number(after, {"number": after.number}, may)
        if after.parent != before.parent:
            check_parent(after.id, {"parent": after.parent}, self._register, lambda one: may(Level.VIEW, one))


def _code_of(asset: Asset, may: May) -> str:
    return asset.code if may(Level.VIEW, asset) else UNSEEN


def _taken_back(asset: Asset, one: EditedAsset, version: int) -> Asset:
    """The asset before the change. Raises EditConflict where something of it is another by now."""
    if not one.after:
        if version != 1 or asset.status is AssetStatus.RETIRED:
            raise EditConflict(say("edit_created_since", asset=asset.code))
        return msgspec.structs.replace(asset, status=AssetStatus.RETIRED)
    for field, value in one.after.items():
        if msgspec.to_builtins(getattr(asset, field)) != value:
            raise EditConflict(say("edit_moved_on", field=field, asset=asset.code))
    return msgspec.convert({**msgspec.to_builtins(asset), **one.before}, Asset)


def _kind_of(one: EditedAsset) -> EditKind:
    if one.after.get("status") == AssetStatus.RETIRED.value:
        return EditKind.RETIRED
    return EditKind.MOVED if _is_move(one.after) else EditKind.CHANGED


def _is_move(fields: Iterable[str]) -> bool:
    return bool({"lon", "lat"} & set(fields)) and set(fields) <= {"lon", "lat", "commune", "street"}


def _check_reason(reason: str) -> None:
    if len(reason) > LONGEST_REASON:
        raise EditRefused(say("edit_reason", count=LONGEST_REASON))


def _stale(assets: Sequence[Asset]) -> Said:
    return say("edit_changed", assets=", ".join(asset.code for asset in assets[:_MOST_CODES]))
