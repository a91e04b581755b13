"""Stock-takes opened, marked by hand or by scanning, closed, deleted; each act in the journal."""

import math
import uuid
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import unquote

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.ports import KeptRecord, Storage, Unit
from backend.services.import_files import cells
from backend.services.import_files.cells import CellRefused
from backend.services.import_files.commune_finder import CommuneFinder
from backend.services.refusals import StockTakeRefused
from backend.services.register import Register
from backend.services.said import say
from backend.services.serial import Serial
from backend.services.stock_takes.campaign import Campaign, Head, Seen
from contract.assets import Asset, AssetStatus, Commune
from contract.journal import EntryKind, NewEntry
from contract.rights import Level
from contract.stock_take import (
    LABEL_PREFIX,
    MOST_ASSETS,
    MOST_MARKS_AT_ONCE,
    MarkRequest,
    ScanRequest,
    StockMark,
    StockTakeRequest,
)

May = Callable[[Level, Asset], bool]
KEPT: Final = "stock_take"
MARKS_KEPT: Final = "stock_take_marks"
_MOST_CAMPAIGNS: Final = 200
_MOST_CORNERS: Final = 500
_MOST_STRAYS: Final = 500
_LONGEST_NAME: Final = 80
_LONGEST_CODE: Final = 200
_LONGEST_NOTE: Final = 500
_MOST_TOLD: Final = 50


class StockTakes:
    """Whoever asks marks only what he may operate, and sees only what he may see."""

    def __init__(self, storage: Storage, register: Register, clock: Clock) -> None:
        self._storage = storage
        self._register = register
        self._clock = clock
        self._campaigns: dict[str, Campaign] = {}
        self._tasks = Tasks("stock-takes")
        self._in_turn = Serial(self._tasks, "stock-take")

    async def load(self) -> None:
        """What was kept."""
        found: list[Campaign] = []
        for body in (await self._storage.records(KEPT)).values():
            head = msgspec.msgpack.decode(body, type=Head)
            kept = (await self._storage.records(f"{MARKS_KEPT}/{head.id}")).values()
            marks = [msgspec.msgpack.decode(mark, type=Seen) for mark in kept]
            found.append(Campaign(head, {seen.asset_id: seen for seen in marks}))
        self._campaigns = {one.head.id: one for one in sorted(found, key=lambda one: one.head.opened_at)}

    async def close(self) -> None:
        """End what runs; may be called twice."""
        await self._tasks.close()

    def all(self) -> Sequence[Campaign]:
        """Newest first."""
        return list(reversed(self._campaigns.values()))

    def get(self, take_id: str) -> Campaign:
        """One of them. Raises StockTakeRefused."""
        found = self._campaigns.get(take_id)
        if found is None:
            raise StockTakeRefused(say("stock_none"))
        return found

    async def open(self, wanted: StockTakeRequest, *, by: str, may: May) -> Campaign:
        """Begin one with the assets that stand in the zone now. Raises StockTakeRefused."""
        name = _clean(wanted.name)
        if not 1 <= len(name) <= _LONGEST_NAME:
            raise StockTakeRefused(say("stock_name", count=_LONGEST_NAME))
        assets = self._in_zone(wanted, may)
        if not assets:
            raise StockTakeRefused(say("stock_empty"))
        if len(assets) > MOST_ASSETS:
            raise StockTakeRefused(say("stock_many", found=len(assets), count=MOST_ASSETS))
        head = Head(
            id=str(uuid.uuid4()),
            name=name,
            zone=wanted.zone,
            ring=wanted.ring,
            opened_by=by,
            opened_at=self._clock.now(),
            asset_ids=tuple(asset.id for asset in assets),
        )
        return await self._in_turn.run(lambda: self._begin(head, by))

    async def mark(self, take_id: str, wanted: MarkRequest, *, by: str, may: May) -> Campaign:
        """What was seen of these, all or none. Raises StockTakeRefused."""
        return await self._in_turn.run(lambda: self._mark(take_id, wanted, by, may))

    async def scan(self, take_id: str, wanted: ScanRequest, *, by: str, may: May) -> tuple[Campaign, Asset | None]:
        """The asset of this code is found; a code that nobody knows is kept as a stray. Raises StockTakeRefused."""
        return await self._in_turn.run(lambda: self._scan(take_id, wanted, by, may))

    async def finish(self, take_id: str, *, by: str, may: May) -> Campaign:
        """No more marks; what nobody looked for stays unknown. Raises StockTakeRefused."""
        return await self._in_turn.run(lambda: self._finish(take_id, by, may))

    async def delete(self, take_id: str, *, by: str, may: May) -> None:
        """Forget one that is closed; the journal remembers it. Raises StockTakeRefused."""
        await self._in_turn.run(lambda: self._delete(take_id, by, may))

    async def _begin(self, head: Head, by: str) -> Campaign:
        if len(self._campaigns) >= _MOST_CAMPAIGNS:
            raise StockTakeRefused(say("stock_campaigns", count=_MOST_CAMPAIGNS))
        return await self._keep(Campaign(head, {}), "opened", by, {"count": len(head.asset_ids)})

    async def _mark(self, take_id: str, wanted: MarkRequest, by: str, may: May) -> Campaign:
        campaign = self._open(take_id)
        _check_note(wanted.note)
        ids = tuple(dict.fromkeys(wanted.asset_ids))
        if not 1 <= len(ids) <= MOST_MARKS_AT_ONCE:
            raise StockTakeRefused(say("stock_marks", count=MOST_MARKS_AT_ONCE))
        assets = [self._asset(asset_id, may) for asset_id in ids]
        for asset in assets:
            if not campaign.lists(asset.id) and asset.id not in campaign.marks:
                raise StockTakeRefused(say("stock_asset", asset=asset.code))
        await self._see(campaign, assets, wanted.mark, by, wanted.note)
        return campaign

    async def _scan(self, take_id: str, wanted: ScanRequest, by: str, may: May) -> tuple[Campaign, Asset | None]:
        campaign = self._open(take_id)
        _check_note(wanted.note)
        code = _clean(wanted.code)
        if not 1 <= len(code) <= _LONGEST_CODE:
            raise StockTakeRefused(say("stock_code", count=_LONGEST_CODE))
        asset = self._of_code(code, campaign, may)
        if asset is not None:
            await self._see(campaign, [self._asset(asset.id, may)], StockMark.FOUND, by, wanted.note)
            return campaign, asset
        if code not in campaign.head.strays:
            if len(campaign.head.strays) >= _MOST_STRAYS:
                raise StockTakeRefused(say("stock_strays", count=_MOST_STRAYS))
            head = msgspec.structs.replace(campaign.head, strays=(*campaign.head.strays, code))
            campaign = await self._keep(Campaign(head, campaign.marks), "stray", by, {"code": code})
        return campaign, None

    async def _finish(self, take_id: str, by: str, may: May) -> Campaign:
        campaign = self._open(take_id)
        self._check_all(campaign, may)
        head = msgspec.structs.replace(campaign.head, closed_by=by, closed_at=self._clock.now())
        told = campaign.told(self._register, lambda _: True)
        counts = {"found": told.found_count, "not_found": told.not_found_count, "unknown": told.unknown_count}
        figures: dict[str, object] = {**counts, "extra": told.extra_count, "strays": list(head.strays)}
        return await self._keep(Campaign(head, campaign.marks), "closed", by, figures)

    async def _delete(self, take_id: str, by: str, may: May) -> None:
        campaign = self.get(take_id)
        if campaign.head.closed_at is None:
            raise StockTakeRefused(say("stock_open"))
        self._check_all(campaign, may)
        kind = f"{MARKS_KEPT}/{take_id}"
        records = [KeptRecord(kind, str(asset_id), None) for asset_id in campaign.marks]
        entry = _entry(campaign.head, "deleted", by, {})
        await self._storage.commit(Unit(entries=[entry], records=[*records, KeptRecord(KEPT, take_id, None)]))
        self._campaigns.pop(take_id, None)

    async def _see(self, campaign: Campaign, assets: Sequence[Asset], mark: StockMark, by: str, note: str) -> None:
        now = self._clock.now()
        seen = [Seen(asset_id=asset.id, mark=mark, by=by, at=now, note=note) for asset in assets]
        kind = f"{MARKS_KEPT}/{campaign.head.id}"
        records = [KeptRecord(kind, str(one.asset_id), msgspec.msgpack.encode(one)) for one in seen]
        told: dict[str, object] = {"mark": mark.value, "count": len(assets), "note": note}
        told["codes"] = [asset.code for asset in assets[:_MOST_TOLD]]
        only = assets[0].id if len(assets) == 1 else None
        entry = _entry(campaign.head, "marked", by, told, only)
        await self._storage.commit(Unit(entries=[entry], records=records))
        campaign.marks.update({one.asset_id: one for one in seen})

    async def _keep(self, campaign: Campaign, act: str, by: str, told: dict[str, object]) -> Campaign:
        record = KeptRecord(KEPT, campaign.head.id, msgspec.msgpack.encode(campaign.head))
        await self._storage.commit(Unit(entries=[_entry(campaign.head, act, by, told)], records=[record]))
        self._campaigns[campaign.head.id] = campaign
        return campaign

    def _open(self, take_id: str) -> Campaign:
        campaign = self.get(take_id)
        if campaign.head.closed_at is not None:
            raise StockTakeRefused(say("stock_closed"))
        return campaign

    def _asset(self, asset_id: int, may: May) -> Asset:
        asset = self._register.get(asset_id)
        if asset is None or not may(Level.VIEW, asset):
            raise StockTakeRefused(say("stock_asset", asset=asset_id))
        if not may(Level.OPERATE, asset):
            raise StockTakeRefused(say("stock_may_not", asset=asset.code))
        return asset

    def _check_all(self, campaign: Campaign, may: May) -> None:
        """Only who may operate all of it ends or deletes it."""
        for asset_id in campaign.head.asset_ids:
            asset = self._register.get(asset_id)
            if asset is not None and not may(Level.OPERATE, asset):
                raise StockTakeRefused(say("stock_may_not", asset=asset.code if may(Level.VIEW, asset) else "-"))

    def _in_zone(self, wanted: StockTakeRequest, may: May) -> Sequence[Asset]:
        found = self._register.chosen(wanted.zone, may_see=lambda asset: may(Level.OPERATE, asset))
        is_inside, chosen = _inside(wanted.ring), frozenset(wanted.asset_ids)
        return [
            asset
            for asset in found
            if asset.line is None
            and (not chosen or asset.id in chosen)
            and (wanted.zone.status is not None or asset.status is not AssetStatus.RETIRED)
            and is_inside(asset)
        ]

    def _of_code(self, code: str, campaign: Campaign, may: May) -> Asset | None:
        text = unquote(code.removeprefix(LABEL_PREFIX)) if code.startswith(LABEL_PREFIX) else code
        class_, colon, rest = text.partition(":")
        if colon and class_ in self._register.classes:
            found = self._register.find(class_, rest)
            return found if found is not None and may(Level.VIEW, found) else None
        among = [self._register.find(one, text) for one in self._register.classes]
        seen = [asset for asset in among if asset is not None and may(Level.VIEW, asset)]
        listed = [asset for asset in seen if campaign.lists(asset.id)]
        chosen = listed or seen
        if len(chosen) > 1:
            classes = ", ".join(asset.class_ for asset in chosen)
            raise StockTakeRefused(say("stock_which", label=text[:60], classes=classes))
        return chosen[0] if chosen else None


def _entry(head: Head, act: str, by: str, told: dict[str, object], asset_id: int | None = None) -> NewEntry:
    payload: dict[str, object] = {"act": act, "stock_take": head.id, "name": head.name, **told}
    return NewEntry(kind=EntryKind.STOCK_TAKE, actor=by, asset_id=asset_id, payload=payload)


def _inside(ring: Sequence[tuple[float, float]]) -> Callable[[Asset], bool]:
    if not ring:
        return lambda _: True
    on_earth = all(math.isfinite(lon + lat) and abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in ring)
    if not 3 <= len(ring) <= _MOST_CORNERS or not on_earth:
        raise StockTakeRefused(say("stock_ring", count=_MOST_CORNERS))
    finder = CommuneFinder([Commune(code="zone", name="", lon=0, lat=0, outline=(tuple(ring),))])
    return lambda asset: bool(finder.find(asset.lon, asset.lat))


def _clean(text: str) -> str:
    try:
        return cells.clean_text(text)
    except CellRefused:
        return ""


def _check_note(note: str) -> None:
    if len(note) > _LONGEST_NOTE:
        raise StockTakeRefused(say("stock_note", count=_LONGEST_NOTE))
