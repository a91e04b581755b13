"""The register of the sample city changed by hand, without a wire."""

import datetime as dt
from typing import Final

import msgspec
from msgspec import UNSET

from console.kit.errors import RequestRefused
from contract.asset_editing import (
    AssetDifference,
    AssetEdit,
    AssetFields,
    BulkEdit,
    BulkField,
    BulkReport,
    BulkValue,
    EditDone,
    EditKind,
    EditList,
    EditSummary,
    FieldChange,
    NewAsset,
    UndoEdits,
)
from contract.assets import Asset, AssetChange

SEAL: Final = "5ea1"


class SampleAssetEdits:
    """console.kit.asset_edit_ports.AssetEditCalls; keeps what it was asked."""

    def __init__(self, now: dt.datetime, assets: dict[int, Asset]) -> None:
        self._edited_at = now
        self._edited = assets
        self.assets_created: list[NewAsset] = []
        self.assets_edited: list[tuple[int, AssetEdit]] = []
        self.bulk_edits: list[tuple[BulkEdit, str]] = []
        self.edits_undone: list[UndoEdits] = []
        self.edit_refusal: RequestRefused | None = None

    async def create_asset(self, wanted: NewAsset) -> EditDone:
        """Made with the next number."""
        self._refuse_edit()
        self.assets_created.append(wanted)
        bare = Asset(id=max(self._edited) + 1, code=wanted.code or "PL-9001", class_=wanted.class_, lon=0.0, lat=0.0)
        asset = _with(bare, wanted.fields)
        self._edited[asset.id] = asset
        return EditDone(asset=asset, edit=self._made_edit("made", EditKind.CREATED, wanted.reason, ()))

    async def edit_asset(self, asset_id: int, wanted: AssetEdit) -> EditDone:
        """Done as asked."""
        self._refuse_edit()
        self.assets_edited.append((asset_id, wanted))
        asset = msgspec.structs.replace(_with(self._edited[asset_id], wanted.fields), version=wanted.version + 1)
        self._edited[asset_id] = asset
        return EditDone(asset=asset, edit=self._made_edit("edited", EditKind.CHANGED, wanted.reason, ()))

    async def bulk_edit(self, wanted: BulkEdit, *, seal: str = "") -> BulkReport:
        """What would change, or that it did."""
        self._refuse_edit()
        self.bulk_edits.append((wanted, seal))
        count = len(wanted.ids)
        fields = [name for name in wanted.fields.__struct_fields__ if getattr(wanted.fields, name) is not UNSET]
        return BulkReport(
            is_done=bool(seal),
            seal=SEAL,
            asset_count=count,
            changed_count=max(count - 1, 0),
            unchanged_count=min(count, 1),
            refused_count=0,
            fields=tuple(
                BulkField(
                    field=name,
                    before=(BulkValue(value=None, count=count),),
                    other_count=0,
                    after=msgspec.to_builtins(getattr(wanted.fields, name)),
                    changed_count=max(count - 1, 0),
                )
                for name in fields
            ),
            changed=(),
            refused=(),
            edit=self._made_edit("bulk", EditKind.BULK, wanted.reason, ()) if seal else None,
        )

    def edited_history(self, asset: Asset) -> tuple[AssetChange, ...]:
        """The same changes as lines of the asset's history."""
        return tuple(
            AssetChange(
                asset_id=asset.id,
                at=edit.at,
                actor=edit.by,
                before={change.field: change.before for change in edit.assets[0].changes},
                after={change.field: change.after for change in edit.assets[0].changes},
                edit=edit.id,
            )
            for edit in self._edits_of(asset)
        )

    async def asset_edits(self, *, asset_id: int | None = None, by: str = "", limit: int = 50) -> EditList:
        """Three changes of a lamp; the oldest was taken back."""
        asset = self._edited.get(asset_id or 0) or next(iter(self._edited.values()))
        return EditList(items=self._edits_of(asset)[:limit] if not by else ())

    async def undo_edits(self, wanted: UndoEdits) -> EditSummary:
        """Done."""
        self._refuse_edit()
        self.edits_undone.append(wanted)
        return self._made_edit("undo", EditKind.UNDO, wanted.reason, ())

    def _refuse_edit(self) -> None:
        if self.edit_refusal is not None:
            raise self.edit_refusal

    def _edits_of(self, asset: Asset) -> tuple[EditSummary, ...]:
        moved = (
            FieldChange(field="lon", before=asset.lon - 0.0004, after=asset.lon),
            FieldChange(field="lat", before=asset.lat - 0.0001, after=asset.lat),
        )
        named = (FieldChange(field="street", before="", after=asset.street),)
        return (
            self._made_edit("e3", EditKind.MOVED, "relevé du 12 novembre", moved, asset, days=11),
            self._made_edit("e2", EditKind.BULK, "rues renommées", named, asset, days=40),
            self._made_edit("e1", EditKind.CHANGED, "", named, asset, days=41, undone_by="e0"),
        )

    def _made_edit(
        self,
        edit_id: str,
        kind: EditKind,
        reason: str,
        changes: tuple[FieldChange, ...],
        asset: Asset | None = None,
        *,
        days: int = 0,
        undone_by: str = "",
    ) -> EditSummary:
        shown = () if asset is None else (asset,)
        return EditSummary(
            id=edit_id,
            at=self._edited_at - dt.timedelta(days=days),
            by="m.lambert",
            kind=kind,
            reason=reason,
            asset_count=38 if kind is EditKind.BULK else 1,
            assets=tuple(
                AssetDifference(asset_id=one.id, class_=one.class_, code=one.code, name=one.name, changes=changes)
                for one in shown
            ),
            undone_by=undone_by,
            can_undo=not undone_by,
        )


def _with(asset: Asset, fields: AssetFields) -> Asset:
    given = {name: value for name in fields.__struct_fields__ if (value := getattr(fields, name)) is not UNSET}
    extra = given.pop("extra", {})
    kept = {key: text for key, text in {**asset.extra, **extra}.items() if text is not None}
    return msgspec.structs.replace(asset, **given, extra=kept)
