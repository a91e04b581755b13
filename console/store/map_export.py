"""What an exported map says, gathered from the stores. No Qt."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from console.kit.clock import Clock
from console.kit.exporting import ExportFailed
from console.kit.formats import number_text, zone_name
from console.kit.ports import AlarmBook, AssetLookup, Catalogue, StateLookup
from console.store.alarm_order import is_set_aside, urgency, wants_acknowledgement
from console.store.last_place import LastPlace
from console.store.wording import alarm_text, class_text
from contract.alarms import Alarm, Priority
from contract.assets import Asset
from contract.stream import Visual
from exported_maps.values import (
    MAX_ALARMS,
    MAX_ASSETS,
    MAX_CONES,
    Area,
    AssetKind,
    Bounds,
    Choropleth,
    ExportedAlarm,
    ExportedAsset,
    ExportedCone,
    ExportedLines,
    ExportedMap,
    LineKind,
    Shape,
)
from widgets.texts import Texts

_GLYPHS: Final = {
    "streetlight": "dot",
    "lighting_cabinet": "cabinet",
    "camera": "camera",
    "junction": "junction",
    "building": "building",
    "car_park": "car_park",
    "parking_bay": "dot",
    "vehicle": "vehicle",
    "message_sign": "sign",
    "bollard": "bollard",
    "network_switch": "network",
}


class GroundKind(Protocol):
    """A kind of ground layer: its value is street, outline or label."""

    @property
    def value(self) -> str: ...


class Ground(Protocol):
    """Lines under the map, as the map widget is given them."""

    @property
    def kind(self) -> GroundKind: ...
    @property
    def lon(self) -> npt.NDArray[np.float64]: ...
    @property
    def lat(self) -> npt.NDArray[np.float64]: ...
    @property
    def offsets(self) -> npt.NDArray[np.int64]: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def weights(self) -> npt.NDArray[np.float64] | None: ...
    @property
    def attribution(self) -> str: ...


class PlaceLookup(Protocol):
    """Where mobile assets were last heard of."""

    def place_of(self, asset_id: int) -> LastPlace | None:
        """None when it never was heard of."""
        ...


class Shown(NamedTuple):
    """What is to be exported: assets by id (and how many there are in all), the ground, and where the map looks."""

    asset_ids: Sequence[int]
    total: int
    ground: Sequence[Ground] = ()
    bounds: Bounds | None = None


class NoAlarms:
    """An AlarmBook for a moment of which only states are known."""

    def standing(self) -> Sequence[Alarm]:
        """None that could be told."""
        return ()

    def get(self, alarm_id: int) -> Alarm | None:
        """Not known."""
        del alarm_id
        return None

    def of_asset(self, asset_id: int) -> Sequence[Alarm]:
        """Not known."""
        del asset_id
        return ()

    def unacknowledged_counts(self) -> Mapping[Priority, int]:
        """Not known."""
        return {}


class MapExport:
    """Turns what a map shows, or what was chosen on it, into the values of an exported map."""

    def __init__(
        self,
        assets: AssetLookup,
        states: StateLookup,
        alarms: AlarmBook,
        catalogue: Catalogue,
        tr: Texts,
        clock: Clock,
        zone: dt.tzinfo | None = None,
        places: PlaceLookup | None = None,
    ) -> None:
        """`zone` is this machine's own unless given; without `places` all stand where the register has them."""
        self._places = places
        self._assets, self._states, self._alarms = assets, states, alarms
        self._catalogue, self._tr, self._clock, self._zone = catalogue, tr, clock, zone

    def view(self, shown: Shown, author: str, title: str = "") -> ExportedMap:
        """ "Export this view". Raises ExportFailed where there are too many assets for one file."""
        return self._map(Shape.VIEW, shown, author, title or self._tr("exporting.view_title"))

    def report(self, shown: Shown, author: str, title: str = "", *, with_communes: bool = False) -> ExportedMap:
        """ "Report of this selection": all fields, and faults by commune where asked. Raises ExportFailed."""
        if not shown.asset_ids:
            raise ExportFailed(self._tr("exported_map.empty_selection"))
        return self._map(
            Shape.REPORT, shown, author, title or self._tr("exporting.report_title"), with_communes=with_communes
        )

    def _map(self, shape: Shape, shown: Shown, author: str, title: str, *, with_communes: bool = False) -> ExportedMap:
        if max(shown.total, len(shown.asset_ids)) > MAX_ASSETS:
            count = self._number(max(shown.total, len(shown.asset_ids)))
            raise ExportFailed(self._tr("exported_map.too_many_assets", count=count, limit=self._number(MAX_ASSETS)))
        at = self._clock().astimezone(self._zone)
        found = [asset for asset_id in shown.asset_ids if (asset := self._assets.get(asset_id)) is not None]
        assets = [asset for asset in found if asset.line is None]
        codes = sorted({asset.class_ for asset in assets})
        alarms = self._standing({asset.id for asset in assets})
        waiting = {alarm.asset_id for alarm in alarms if wants_acknowledgement(alarm)}
        is_report = shape is Shape.REPORT
        offset = at.utcoffset() or dt.timedelta()
        return ExportedMap(
            shape=shape,
            language=self._tr.language,
            title=title,
            author=author,
            made_at=at,
            utc_offset_minutes=int(offset.total_seconds() // 60),
            zone=zone_name(at, self._zone),
            bounds=None if is_report else shown.bounds,
            kinds=tuple(
                AssetKind(class_text(self._catalogue, code, self._tr), _GLYPHS.get(code, "other")) for code in codes
            ),
            assets=tuple(self._line(asset, codes, waiting, is_report=is_report) for asset in assets),
            extra_columns=self._columns() if is_report else (),
            cones=_cones(assets),
            lines=tuple(_lines(layer) for layer in shown.ground if layer.kind.value in {"street", "outline"}),
            alarms=tuple(self._alarm(alarm) for alarm in alarms[:MAX_ALARMS]),
            choropleth=self._choropleth(assets) if with_communes else None,
            attribution=tuple(dict.fromkeys(layer.attribution for layer in shown.ground if layer.attribution)),
        )

    def _line(self, asset: Asset, codes: list[str], waiting: set[int], *, is_report: bool) -> ExportedAsset:
        commune = self._catalogue.communes.get(asset.commune)
        class_ = self._catalogue.classes.get(asset.class_)
        is_mobile = class_ is not None and class_.is_mobile
        place = self._places.place_of(asset.id) if is_mobile and self._places is not None else None
        return ExportedAsset(
            id=asset.id,
            code=asset.code,
            kind=codes.index(asset.class_),
            state=self._states.visual_of(asset.id),
            is_unacknowledged=asset.id in waiting,
            lon=asset.lon if place is None else place.lon,
            lat=asset.lat if place is None else place.lat,
            is_mobile=is_mobile,
            heading_deg=None if place is None else place.heading_deg,
            position_age_s=None if place is None else place.age_s,
            is_position_older=place is not None and place.is_older,
            name=asset.name,
            commune=asset.commune if commune is None else commune.name,
            street=asset.street,
            level_percent=self._states.level_of(asset.id),
            extra=self._fields(asset) if is_report else (),
        )

    def _columns(self) -> tuple[str, ...]:
        keys = ("number", "status", "supply", "network", "serial", "commissioned")
        return tuple(self._tr(f"exporting.{key}") for key in keys)

    def _fields(self, asset: Asset) -> tuple[str, ...]:
        return (
            "" if asset.number is None else str(asset.number),
            self._tr(f"status.{asset.status.value}"),
            self._code_of(asset.supply_parent),
            self._code_of(asset.network_parent),
            asset.serial,
            "" if asset.commissioned is None else asset.commissioned.isoformat(),
        )

    def _code_of(self, asset_id: int | None) -> str:
        found = None if asset_id is None else self._assets.get(asset_id)
        return "" if found is None else found.code

    def _standing(self, asset_ids: set[int]) -> list[Alarm]:
        mine = [alarm for alarm in self._alarms.standing() if alarm.asset_id in asset_ids and not is_set_aside(alarm)]
        return sorted(mine, key=urgency)

    def _alarm(self, alarm: Alarm) -> ExportedAlarm:
        return ExportedAlarm(
            priority=alarm.priority,
            asset=" ".join(part for part in (alarm.asset_code, alarm.asset_name) if part),
            text=alarm_text(self._catalogue, alarm, self._tr),
            raised_at=alarm.raised_at,
            is_active=alarm.is_active,
            is_acknowledged=not wants_acknowledgement(alarm),
        )

    def _choropleth(self, assets: Iterable[Asset]) -> Choropleth:
        """Assets in fault or alarm by commune; a commune of which nothing was chosen has no figure."""
        there: Counter[str] = Counter()
        wrong: Counter[str] = Counter()
        for asset in assets:
            there[asset.commune] += 1
            wrong[asset.commune] += self._states.visual_of(asset.id) >= Visual.FAULT
        areas = tuple(
            Area(name=commune.name, value=float(wrong[code]) if there[code] else None, rings=commune.outline)
            for code, commune in self._catalogue.communes.items()
        )
        return Choropleth(title=self._tr("exporting.by_commune"), areas=areas)

    def _number(self, count: int) -> str:
        return number_text(count, self._tr.language)


def _cones(assets: Iterable[Asset]) -> tuple[ExportedCone, ...]:
    """Fields of view of the cameras of which they are known."""
    cones = [
        ExportedCone(asset.lon, asset.lat, asset.azimuth_deg or 0.0, asset.fov_deg or 360.0, asset.range_m)
        for asset in assets
        if asset.class_ == "camera" and asset.range_m is not None
    ]
    return tuple(cones[:MAX_CONES])


def _lines(layer: Ground) -> ExportedLines:
    return ExportedLines(
        kind=LineKind(layer.kind.value),
        lon=layer.lon.astype("<f8").tobytes(),
        lat=layer.lat.astype("<f8").tobytes(),
        offsets=layer.offsets.astype("<i8").tobytes(),
        names=layer.names,
        weights=b"" if layer.weights is None else layer.weights.astype("<f8").tobytes(),
    )
