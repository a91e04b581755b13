"""An asset's file: what it asks of the backend, and its history in words. No Qt."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from console.kit.formats import day_and_time
from console.kit.ports import AssetLookup, Catalogue, Client
from console.panels.asset_file.words import NOTHING, AssetFieldWords
from contract.asset_editing import AssetEdit, AssetFields, EditKind, EditSummary, NewAsset, UndoEdits
from contract.assets import Asset, AssetChange, AssetStatus
from widgets.texts import Texts


class Difference(NamedTuple):
    """One field of a change, in words."""

    field: str
    label: str
    before: str
    after: str


class HistoryRow(NamedTuple):
    """One change of the asset, in words. `edit` can be undone when `can_undo`."""

    edit: str
    when: str
    who: str
    what: str
    reason: str
    can_undo: bool
    differences: Sequence[Difference]


class AssetFilePresenter:
    """Everything about one asset at a time; the asset comes with each question."""

    def __init__(self, assets: AssetLookup, catalogue: Catalogue, client: Client, tr: Texts) -> None:
        self._assets = assets
        self._catalogue = catalogue
        self._client = client
        self._tr = tr
        self.words = AssetFieldWords(assets, catalogue, tr)

    def asset(self, asset_id: int | None) -> Asset | None:
        """The asset, when this console may see it."""
        return None if asset_id is None else self._assets.get(asset_id)

    def blank(self, class_: str, lon: float | None = None, lat: float | None = None) -> Asset:
        """What a form for a new asset starts from."""
        kind = self._catalogue.classes.get(class_)
        return Asset(
            id=0,
            code="",
            class_=class_,
            lon=0.0 if lon is None else lon,
            lat=0.0 if lat is None else lat,
            service="" if kind is None else kind.service,
        )

    def new_classes(self) -> Sequence[tuple[str, str]]:
        """Codes and names of what can be created by hand."""
        classes = [one for one in self._catalogue.classes.values() if not one.is_line]
        named = [(one.code, self.words.class_text(one.code)) for one in classes]
        return sorted(named, key=lambda one: one[1].casefold())

    def title(self, asset: Asset) -> str:
        """How people call it."""
        return asset.name or asset.code

    def subtitle(self, asset: Asset) -> str:
        """Kind, code, status."""
        return " · ".join((self.words.class_text(asset.class_), asset.code, self._tr(f"status.{asset.status.value}")))

    async def save(self, asset: Asset, fields: AssetFields, reason: str) -> Asset:
        """Set fields. Raises RequestFailed."""
        wanted = AssetEdit(version=asset.version, fields=fields, reason=reason)
        return (await self._client.edit_asset(asset.id, wanted)).asset

    async def create(self, class_: str, code: str, fields: AssetFields, reason: str) -> Asset:
        """A new asset. Raises RequestFailed."""
        wanted = NewAsset(class_=class_, code=code, fields=fields, reason=reason)
        return (await self._client.create_asset(wanted)).asset

    async def move(self, asset: Asset, lon: float, lat: float, reason: str = "") -> Asset:
        """Another place. Raises RequestFailed."""
        return await self.save(asset, AssetFields(lon=round(lon, 7), lat=round(lat, 7)), reason)

    async def set_status(self, asset: Asset, status: AssetStatus, reason: str) -> Asset:
        """Retire it, or take it back. Raises RequestFailed."""
        return await self.save(asset, AssetFields(status=status), reason)

    async def undo(self, edits: Sequence[str], reason: str = "") -> None:
        """Take changes back, all or none. Raises RequestFailed."""
        await self._client.undo_edits(UndoEdits(edits=tuple(edits), reason=reason))

    async def last_own(self, user: str) -> EditSummary | None:
        """The last change that this user made and that can be undone. Raises RequestFailed."""
        edits = (await self._client.asset_edits(by=user, limit=10)).items
        return next((edit for edit in edits if edit.can_undo and edit.kind is not EditKind.UNDO), None)

    def edit_text(self, edit: EditSummary) -> str:
        """A change in a few words."""
        codes = ", ".join(one.code for one in edit.assets[:3])
        if edit.asset_count > 3:
            codes = self._tr("asset_file.and_more", codes=codes, count=edit.asset_count - 3)
        return f"{self._tr(f'asset_file.kind.{edit.kind.value}')} · {codes}"

    async def history(self, asset: Asset, now: dt.datetime) -> Sequence[HistoryRow]:
        """Newest first. Raises RequestFailed."""
        detail = await self._client.asset(asset.id)
        edits = {edit.id: edit for edit in (await self._client.asset_edits(asset_id=asset.id, limit=100)).items}
        return [self._row(change, edits.get(change.edit), now) for change in detail.history]

    def between(self, rows: Sequence[HistoryRow]) -> Sequence[Difference]:
        """All that several changes (newest first) did together: what stood before the oldest, and after the newest."""
        first: dict[str, str] = {}
        last: dict[str, Difference] = {}
        for row in reversed(rows):
            for one in row.differences:
                first.setdefault(one.field, one.before)
                last[one.field] = one
        return [one._replace(before=first[field]) for field, one in last.items() if first[field] != one.after]

    def _row(self, change: AssetChange, edit: EditSummary | None, now: dt.datetime) -> HistoryRow:
        what = self._tr("asset_file.kind.created") if not change.before else self._tr("asset_file.kind.changed")
        if edit is not None:
            what = self._tr(f"asset_file.kind.{edit.kind.value}")
            if edit.asset_count > 1:
                what = self._tr("asset_file.kind_of_many", what=what, count=edit.asset_count)
            if edit.undone_by:
                what = self._tr("asset_file.kind_undone", what=what)
        note = str(change.after.get("note", "")) if not change.before else ""
        return HistoryRow(
            edit=change.edit,
            when=day_and_time(change.at, now),
            who=change.actor,
            what=what,
            reason=note if edit is None else edit.reason,
            can_undo=edit is not None and edit.can_undo,
            differences=self._differences(change.before, change.after),
        )

    def _differences(self, before: Mapping[str, object], after: Mapping[str, object]) -> Sequence[Difference]:
        found: list[Difference] = []
        for field in before:
            was, now = before.get(field), after.get(field)
            if field == "extra":
                found += self._extra_differences(was, now)
            elif field == "line":
                found.append(Difference(field, self.words.label(field), NOTHING, self._tr("asset_file.new_course")))
            else:
                texts = (self.words.value_text(field, was), self.words.value_text(field, now))
                found.append(Difference(field, self.words.label(field), *texts))
        return found

    def _extra_differences(self, before: object, after: object) -> Sequence[Difference]:
        was, now = (msgspec.convert(side or {}, dict[str, object]) for side in (before, after))
        return [
            Difference(f"extra.{key}", key, str(was.get(key, NOTHING)), str(now.get(key, NOTHING)))
            for key in dict.fromkeys([*was, *now])
            if was.get(key) != now.get(key)
        ]
