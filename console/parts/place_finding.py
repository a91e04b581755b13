"""From what is typed to places: coordinates, a camera's number, equipment, streets, addresses, communes. No Qt."""

import enum
import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from console.kit.errors import BackendSilent, RequestFailed, RequestRefused
from console.kit.failures import failure_text
from console.kit.ports import AssetLookup, Catalogue, Client
from console.parts.place_text import typed_place
from contract.assets import Asset
from contract.places import PlaceHit, PlaceHits, PlaceKind
from widgets.texts import Texts

LONGEST_QUERY: Final = 200
_SHORTEST_ASKED: Final = 2  # letters; one alone would list half the city
_MOST_ASKED: Final = 30
_BUSY: Final = frozenset({429, 500, 502, 503, 504})
_CAMERA_NUMBER: Final = re.compile(r"(?:cam(?:[ée]ra)?\s?[-n°#]*\s?)?0*(\d{1,6})", re.IGNORECASE)


class FoundKind(enum.StrEnum):
    """What was found, in the order in which kinds are shown when they answer equally well."""

    PLACE = "place"
    ASSET = "asset"
    ADDRESS = "address"
    STREET = "street"
    COMMUNE = "commune"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list: where to go, and what to select there. `note` warns in words: no such number."""

    kind: FoundKind
    label: str
    detail: str
    lon: float
    lat: float
    asset_id: int | None = None
    bounds: tuple[float, float, float, float] | None = None
    distance_m: float | None = None
    note: str = ""


class FoundGroup(msgspec.Struct, frozen=True):
    """The lines of one kind under their heading."""

    kind: FoundKind
    title: str
    items: tuple[Found, ...]


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one query. `trouble` says in words why it may be incomplete; `more` how many are not listed.

    `may_come`: the same query may be answered whole a little later, as when the backend still makes its index.
    """

    text: str
    groups: tuple[FoundGroup, ...] = ()
    more: int = 0
    trouble: str = ""
    may_come: bool = False

    @property
    def best(self) -> Found | None:
        """Where Enter goes."""
        return self.groups[0].items[0] if self.groups else None

    @property
    def items(self) -> tuple[Found, ...]:
        """Every line, in the order in which it is shown."""
        return tuple(item for group in self.groups for item in group.items)


class Finding:
    """Asks the backend and adds what the console knows itself; only the newest query is answered."""

    def __init__(self, client: Client, assets: AssetLookup, catalogue: Catalogue, tr: Texts) -> None:
        self._client = client
        self._assets = assets
        self._catalogue = catalogue
        self._tr = tr
        self._query = 0

    async def find(self, text: str, near: tuple[float, float] | None = None) -> Findings | None:
        """What answers `text`, near (lon, lat) first; None when another query was asked meanwhile."""
        self._query += 1
        mine = self._query
        wanted = " ".join("".join(c if c.isprintable() else " " for c in text[:LONGEST_QUERY]).split())
        own = self._own(wanted)
        if len(wanted) < _SHORTEST_ASKED and not wanted.isdigit():
            return self._grouped(wanted, own, PlaceHits(items=()), "")
        if own and own[0].kind is FoundKind.PLACE:
            return self._grouped(wanted, own, PlaceHits(items=()), "")
        trouble, may_come = "", False
        try:
            hits = await self._client.places(wanted, near=near, limit=_MOST_ASKED)
        except RequestFailed as error:
            hits, trouble, may_come = self._from_register(wanted), self._trouble(error), _may_pass(error)
        if mine != self._query:
            return None
        return msgspec.structs.replace(self._grouped(wanted, own, hits, trouble), may_come=may_come)

    def forget(self) -> None:
        """The field was emptied: what is still asked is not wanted any more."""
        self._query += 1

    def _own(self, text: str) -> list[Found]:
        place = typed_place(text)
        if place is not None:
            return [self._of_place(*place)]
        number = _CAMERA_NUMBER.fullmatch(text)
        camera = None if number is None else self._assets.camera_of_number(int(number[1]))
        return [] if camera is None else [self._of_asset(camera)]

    def _of_place(self, lon: float, lat: float) -> Found:
        label = self._tr("places.coordinates", lat=f"{lat:.6f}", lon=f"{lon:.6f}")
        return Found(kind=FoundKind.PLACE, label=label, detail="", lon=lon, lat=lat)

    def _of_asset(self, asset: Asset) -> Found:
        label = asset.code if not asset.name else f"{asset.code} · {asset.name}"
        detail = self._asset_detail(asset.class_, asset.commune)
        return Found(kind=FoundKind.ASSET, label=label, detail=detail, lon=asset.lon, lat=asset.lat, asset_id=asset.id)

    def _of_hit(self, hit: PlaceHit) -> Found:
        asset = None if hit.asset_id is None else self._assets.get(hit.asset_id)
        if asset is not None and hit.kind is PlaceKind.ASSET:
            return msgspec.structs.replace(self._of_asset(asset), distance_m=hit.distance_m)
        detail = self._asset_detail(hit.class_, hit.commune) if hit.kind is PlaceKind.ASSET else hit.detail
        note = ""
        if not hit.is_exact:
            is_street = hit.kind is PlaceKind.STREET
            note = self._tr("places.no_such_number" if is_street else "places.other_number")
        return Found(
            kind=FoundKind(hit.kind.value),
            label=hit.label,
            detail=detail or hit.detail,
            lon=hit.lon,
            lat=hit.lat,
            asset_id=hit.asset_id,
            bounds=hit.bounds,
            distance_m=hit.distance_m,
            note=note,
        )

    def _asset_detail(self, class_: str, commune: str) -> str:
        kind = self._catalogue.classes.get(class_)
        town = self._catalogue.communes.get(commune)
        words = (class_ if kind is None else self._tr.label(kind.label), commune if town is None else town.name)
        return " · ".join(word for word in words if word)

    def _from_register(self, text: str) -> PlaceHits:
        """What the console itself holds, while nobody answers."""
        assets, total = self._assets.search(text, limit=_MOST_ASKED)
        items = tuple(
            PlaceHit(
                kind=PlaceKind.ASSET, label=a.code, detail="", lon=a.lon, lat=a.lat, asset_id=a.id, class_=a.class_
            )
            for a in assets
        )
        return PlaceHits(items=items, total=total)

    def _trouble(self, error: RequestFailed) -> str:
        return self._tr("places.only_equipment", reason=failure_text(error, self._tr))

    def _grouped(self, text: str, own: Sequence[Found], hits: PlaceHits, trouble: str) -> Findings:
        known = {item.asset_id for item in own if item.asset_id is not None}
        found = [*own, *(self._of_hit(hit) for hit in hits.items if hit.asset_id is None or hit.asset_id not in known)]
        more = max(0, hits.total - len(hits.items))
        return Findings(text=text, groups=tuple(self._groups(found)), more=more, trouble=trouble)

    def _groups(self, found: Iterable[Found]) -> Iterable[FoundGroup]:
        """The kind whose best answer came first stands first."""
        by_kind: dict[FoundKind, list[Found]] = {}
        for item in found:
            by_kind.setdefault(item.kind, []).append(item)
        for kind, items in by_kind.items():
            yield FoundGroup(kind, self._tr(f"places.{kind.value}"), tuple(items))


def _may_pass(error: RequestFailed) -> bool:
    """Whether nobody answered in time, or whoever answered was too busy: not a refusal."""
    return isinstance(error, BackendSilent) or (isinstance(error, RequestRefused) and error.status in _BUSY)
