"""The same fields on many assets: shown first, then taken as it was shown or not at all."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec

from backend.devkit.turns import in_turns, let_go
from backend.services.editing.changes import Edit, EditedAsset, difference, edited
from backend.services.editing.editor import LONGEST_REASON, AssetEditor, May
from backend.services.editing.fields import Values, checked_values
from backend.services.refusals import EditConflict, EditRefused
from backend.services.register import Register
from backend.services.said import Said, say
from contract.asset_editing import (
    BULK_FIELDS,
    MOST_ASSETS_AT_ONCE,
    BulkEdit,
    BulkField,
    BulkRefusal,
    BulkReport,
    BulkValue,
    EditKind,
)
from contract.assets import Asset
from contract.rights import Level

MOST_TOLD: Final = 200
_MOST_VALUES: Final = 10
_ASSETS_A_TURN: Final = 200
_BULK: Final = frozenset({*BULK_FIELDS, "extra"})


class BulkEditing:
    """Assets that one may not manage are left out and told; those that one may not see are not there."""

    def __init__(self, register: Register, editor: AssetEditor) -> None:
        self._register = register
        self._editor = editor

    async def run(self, wanted: BulkEdit, *, by: str, may: May, seal: str = "") -> tuple[BulkReport, Edit | None]:
        """Say what would change; with the seal of what was said, do it. Raises EditRefused, EditConflict."""
        if len(wanted.reason) > LONGEST_REASON:
            raise EditRefused(say("edit_reason", count=LONGEST_REASON))
        values = checked_values(wanted.fields, self._register)
        if alone := [field for field in values if field not in _BULK]:
            raise EditRefused(say("edit_not_bulk", field=alone[0]))
        reading = _Reading(values)
        assets = await self._chosen(wanted, may)
        managed: set[int] = set()
        async for piece in in_turns(assets, _ASSETS_A_TURN):
            managed.update(asset.id for asset in piece if may(Level.MANAGE, asset))
        retired = frozenset(managed)
        async for piece in in_turns(assets, _ASSETS_A_TURN):
            for asset in piece:
                self._read(reading, asset, may, retired)
        report = await reading.report(len(assets))
        if not seal:
            await let_go(reading.changed, _ASSETS_A_TURN)
            return report, None
        if report.seal != seal:
            raise EditConflict(say("edit_bulk_seal"))
        if not reading.changed:
            raise EditRefused(say("edit_nothing"))
        versions = {asset.id: asset.version for asset, _, _ in reading.changed}
        edit = await self._editor.commit(
            [after for _, after, _ in reading.changed],
            [one for _, _, one in reading.changed],
            EditKind.BULK,
            by,
            wanted.reason,
            versions,
        )
        await let_go(reading.changed, _ASSETS_A_TURN)
        return msgspec.structs.replace(report, is_done=True), edit

    def _read(self, reading: "_Reading", asset: Asset, may: May, retired: frozenset[int]) -> None:
        if not may(Level.MANAGE, asset):
            reading.refuse(asset, say("edit_may_not", asset=asset.code))
            return
        try:
            reading.take(asset, self._editor.changed(asset, reading.values, may, retired))
        except EditRefused as error:
            reading.refuse(asset, error.said)

    async def _chosen(self, wanted: BulkEdit, may: May) -> Sequence[Asset]:
        if bool(wanted.ids) == (wanted.filter is not None):
            raise EditRefused(say("edit_bulk_which"))
        if wanted.filter is None:
            if len(wanted.ids) > MOST_ASSETS_AT_ONCE:
                raise EditRefused(say("edit_bulk_count", count=MOST_ASSETS_AT_ONCE))
            found: list[Asset] = []
            async for piece in in_turns(dict.fromkeys(wanted.ids), _ASSETS_A_TURN):
                for asset_id in piece:
                    asset = self._editor.asset(asset_id)
                    if not may(Level.VIEW, asset):
                        raise EditRefused(say("edit_no_asset", asset=asset.id))
                    found.append(asset)
            return found
        found = list(self._register.chosen(wanted.filter, may_see=lambda asset: may(Level.VIEW, asset)))
        if not found:
            raise EditRefused(say("edit_bulk_none"))
        if len(found) > MOST_ASSETS_AT_ONCE:
            raise EditRefused(say("edit_bulk_count", count=MOST_ASSETS_AT_ONCE))
        return found


class _Reading:
    """What was found so far."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.changed: list[tuple[Asset, Asset, EditedAsset]] = []
        self._unchanged_count = 0
        self._refused: list[BulkRefusal] = []
        self._refused_count = 0
        self._fields = [name for name in values if name != "extra"]
        self._keys = list(msgspec.convert(values.get("extra", {}), dict[str, object]))
        self._before: dict[str, Counter[str]] = {name: Counter() for name in self._names()}
        self._changed_counts: Counter[str] = Counter()

    def take(self, before: Asset, after: Asset) -> None:
        """One asset, as it is and as it will be."""
        for name in self._fields:
            self._count(name, getattr(before, name), getattr(after, name))
        for key in self._keys:
            self._count(f"extra.{key}", before.extra.get(key), after.extra.get(key))
        one = edited(before, after)
        if one.after:
            self.changed.append((before, after, one))
        else:
            self._unchanged_count += 1

    def refuse(self, asset: Asset, said: Said) -> None:
        """One asset is left out."""
        self._refused_count += 1
        if len(self._refused) < MOST_TOLD:
            self._refused.append(
                BulkRefusal(
                    asset_id=asset.id, code=asset.code, said=said.text, said_code=said.code, said_args=dict(said.args)
                )
            )

    async def report(self, asset_count: int) -> BulkReport:
        """All of it, under its seal."""
        return BulkReport(
            is_done=False,
            seal=await self._seal(),
            asset_count=asset_count,
            changed_count=len(self.changed),
            unchanged_count=self._unchanged_count,
            refused_count=self._refused_count,
            fields=tuple(self._field(name) for name in self._names()),
            changed=tuple(difference(before, one) for before, _, one in self.changed[:MOST_TOLD]),
            refused=tuple(self._refused),
        )

    def _names(self) -> Sequence[str]:
        return [*self._fields, *(f"extra.{key}" for key in self._keys)]

    def _count(self, name: str, before: object, after: object) -> None:
        self._before[name][json.dumps(msgspec.to_builtins(before))] += 1
        if before != after:
            self._changed_counts[name] += 1

    def _field(self, name: str) -> BulkField:
        counts = self._before[name]
        first = counts.most_common(_MOST_VALUES)
        extra = msgspec.convert(self.values.get("extra", {}), dict[str, object])
        after = extra[name.removeprefix("extra.")] if name.startswith("extra.") else self.values[name]
        return BulkField(
            field=name,
            before=tuple(BulkValue(value=json.loads(text), count=count) for text, count in first),
            other_count=counts.total() - sum(count for _, count in first),
            after=msgspec.to_builtins(after),
            changed_count=self._changed_counts[name],
        )

    async def _seal(self) -> str:
        """Other fields, other assets or another register under them have another seal."""
        said = [msgspec.to_builtins(dict(self.values)), self._unchanged_count, self._refused_count]
        digest = hashlib.sha256(msgspec.json.encode(said))
        async for piece in in_turns(self.changed, _ASSETS_A_TURN):
            digest.update(msgspec.json.encode([(before.id, before.version) for before, _, _ in piece]))
        return digest.hexdigest()[:32]
