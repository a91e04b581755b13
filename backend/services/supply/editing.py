"""Feeders given, changed and taken away by people, as one unit with its journal entry and its way back."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.ports import KeptRecord, Storage
from backend.services.refusals import SupplyConflict, SupplyRefused
from backend.services.register import Register, RegisterRefused, RegisterStale
from backend.services.said import Said, quoted, say
from contract.assets import Asset, AssetStatus, FeedKind
from contract.supply import MOST_LINKS_AT_ONCE, FeedLink, FeedSource

KEPT: Final = "feed_change"
LONGEST_REASON: Final = 500
_MOST_CHANGES: Final = 200
_MOST_KEPT_LINKS: Final = 100_000
_MOST_TOLD: Final = 50
_MOST_IN_CHAIN: Final = 6
_FIELDS: Final = {FeedKind.POWER: "supply_parent", FeedKind.NETWORK: "network_parent"}


class Link(msgspec.Struct, frozen=True, array_like=True):
    """What one link was and became."""

    asset_id: int
    kind: FeedKind
    before: int | None
    after: int | None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change as it is kept."""

    id: str
    at: dt.datetime
    by: str
    source: FeedSource
    reason: str
    links: tuple[Link, ...]
    undone_by: str = ""
    undoes: str = ""


class FeedEditor:
    """Whoever calls has asked for the rights. The last changes can be undone, each as a whole."""

    def __init__(self, storage: Storage, register: Register, clock: Clock) -> None:
        self._storage = storage
        self._register = register
        self._clock = clock
        self._changes: dict[str, Change] = {}  # oldest first

    async def load(self) -> None:
        """Changes that were kept."""
        kept = [msgspec.msgpack.decode(body, type=Change) for body in (await self._storage.records(KEPT)).values()]
        self._changes = {change.id: change for change in sorted(kept, key=lambda change: change.at)}

    def changes(self) -> Sequence[Change]:
        """The last changes, newest first."""
        return list(reversed(self._changes.values()))

    def change(self, change_id: str) -> Change:
        """One change. Raises SupplyRefused."""
        found = self._changes.get(change_id)
        if found is None:
            raise SupplyRefused(say("supply_no_change"))
        return found

    async def set_feeders(
        self, links: Sequence[FeedLink], *, by: str, reason: str, source: FeedSource = FeedSource.HAND
    ) -> Change:
        """Give these assets their feeders, all or none. Raises SupplyRefused; SupplyConflict when one is stale."""
        if not 1 <= len(links) <= MOST_LINKS_AT_ONCE:
            raise SupplyRefused(say("supply_count", count=MOST_LINKS_AT_ONCE))
        if len(reason) > LONGEST_REASON:
            raise SupplyRefused(say("supply_reason", count=LONGEST_REASON))
        versions: dict[int, int] = {}
        wanted: dict[FeedKind, dict[int, int | None]] = {kind: {} for kind in FeedKind}
        for link in links:
            asset = self._asset(link.asset_id)
            if link.asset_id in wanted[link.kind] or versions.setdefault(asset.id, link.version) != link.version:
                raise SupplyRefused(say("supply_twice", asset=asset.code))
            wanted[link.kind][asset.id] = link.feeder
        changed = [
            Link(id_, kind, before, feeder)
            for kind, feeders in wanted.items()
            for id_, feeder in feeders.items()
            if (before := self._register.fed_by(id_, kind)) != feeder
        ]
        if stale := [asset for id_, seen in versions.items() if (asset := self._asset(id_)).version != seen]:
            raise SupplyConflict(_stale(stale))
        if not changed:
            raise SupplyRefused(say("supply_nothing"))
        if refused := self.why_not(changed):
            raise SupplyRefused(refused)
        return await self._commit(changed, versions, by, reason, source)

    async def undo(self, change_id: str, *, by: str) -> Change:
        """Take a change back as a whole. Raises SupplyRefused; SupplyConflict when a link was changed since."""
        change = self.change(change_id)
        if change.undone_by:
            raise SupplyConflict(say("supply_undone"))
        for link in change.links:
            if self._register.fed_by(link.asset_id, link.kind) != link.after:
                raise SupplyConflict(say("supply_moved_on", asset=self._asset(link.asset_id).code))
        back = [Link(link.asset_id, link.kind, link.after, link.before) for link in change.links]
        versions = {link.asset_id: self._asset(link.asset_id).version for link in change.links}
        if circle := self._circle(back):
            raise SupplyConflict(circle)
        return await self._commit(back, versions, by, change.reason, FeedSource.UNDO, undoes=change)

    def why_not(self, links: Iterable[Link]) -> Said | None:
        """Why these links cannot be, in words; None when they can."""
        changed = list(links)
        for link in changed:
            if refused := self.why_not_feeder(link.asset_id, link.kind, link.after):
                return refused
        return self._circle(changed)

    def why_not_feeder(self, asset_id: int, kind: FeedKind, feeder_id: int | None) -> Said | None:
        """Why this one cannot feed that one, circles apart; None when it can."""
        if feeder_id is None:
            return None
        feeder = self._register.get(feeder_id)
        if feeder is None:
            return say("supply_no_asset", asset=feeder_id)
        if feeder.id == asset_id:
            return say("supply_itself", asset=feeder.code)
        if feeder.status is AssetStatus.RETIRED:
            return say("supply_retired", feeder=feeder.code)
        class_ = self._register.classes[feeder.class_]
        if kind is FeedKind.POWER and not class_.feeds:
            return say("supply_cannot_feed", feeder=feeder.code, kind=feeder.class_)
        if kind is FeedKind.NETWORK and (class_.is_line or class_.is_mobile):
            return say("supply_no_network", feeder=feeder.code, kind=feeder.class_)
        return None

    def code_of(self, asset_id: int | None) -> str:
        """How people call an asset; its number when it is gone."""
        found = None if asset_id is None else self._register.get(asset_id)
        return found.code if found is not None else "" if asset_id is None else str(asset_id)

    def _circle(self, links: Iterable[Link]) -> Said | None:
        by_kind: dict[FeedKind, dict[int, int | None]] = {kind: {} for kind in FeedKind}
        for link in links:
            by_kind[link.kind][link.asset_id] = link.after
        for kind, feeders in by_kind.items():
            circle = self._register.circle(feeders, kind)
            if circle:
                codes = [self.code_of(id_) for id_ in circle]
                shown = codes if len(codes) <= _MOST_IN_CHAIN else [*codes[: _MOST_IN_CHAIN - 1], "...", codes[-1]]
                return say("supply_circle", chain=" \N{LEFTWARDS ARROW} ".join([*shown, codes[0]]))
        return None

    async def _commit(
        self,
        links: Sequence[Link],
        versions: Mapping[int, int],
        by: str,
        reason: str,
        source: FeedSource,
        undoes: Change | None = None,
    ) -> Change:
        change = Change(
            id=str(uuid.uuid4()),
            at=self._clock.now(),
            by=by,
            source=source,
            reason=reason,
            links=tuple(links),
            undoes="" if undoes is None else undoes.id,
        )
        kept = [change]
        if undoes is not None:
            kept.insert(0, msgspec.structs.replace(undoes, undone_by=change.id))
        forgotten = self._too_old(len(links))
        records = [KeptRecord(KEPT, one.id, msgspec.msgpack.encode(one)) for one in kept]
        records += [KeptRecord(KEPT, id_, None) for id_ in forgotten]
        fields: dict[int, dict[str, int | None]] = {}
        for link in links:
            fields.setdefault(link.asset_id, {})[_FIELDS[link.kind]] = link.after
        assets = [msgspec.structs.replace(self._asset(id_), **changed) for id_, changed in fields.items()]
        try:
            await self._register.apply(
                assets,
                by,
                note=reason or f"supply: {source}",
                versions={id_: versions[id_] for id_ in fields},
                records=records,
                told={"supply_change": change.id, "source": source.value, "feeds": self._told(links)},
            )
        except RegisterStale as error:
            raise SupplyConflict(_stale(error.assets)) from error
        except RegisterRefused as error:
            raise SupplyRefused(quoted(str(error))) from error
        self._changes.update({one.id: one for one in kept})
        for id_ in forgotten:
            self._changes.pop(id_, None)
        return change

    def _too_old(self, coming_links: int) -> Sequence[str]:
        """Which changes make room for one more."""
        count, links, old = 1, coming_links, list[str]()
        for change in reversed(self._changes.values()):
            count, links = count + 1, links + len(change.links)
            if count > _MOST_CHANGES or links > _MOST_KEPT_LINKS:
                old.append(change.id)
        return old

    def _told(self, links: Sequence[Link]) -> list[object]:
        return [
            {"code": self.code_of(one.asset_id), "kind": one.kind.value, "from": self.code_of(one.before)}
            | {"to": self.code_of(one.after)}
            for one in links[:_MOST_TOLD]
        ]

    def _asset(self, asset_id: int) -> Asset:
        found = self._register.get(asset_id)
        if found is None:
            raise SupplyRefused(say("supply_no_asset", asset=asset_id))
        return found


def _stale(assets: Sequence[Asset]) -> Said:
    return say("supply_changed", assets=", ".join(asset.code for asset in assets[:_MOST_IN_CHAIN]))
