"""The backend's API as panels see it: typed requests, errors in the console's own words."""

import datetime as dt
from collections.abc import Callable
from urllib.parse import quote

import msgspec

from backend_client import base_maps
from backend_client.mirror import Mirror
from backend_client.session import Session
from console.kit.errors import RequestFailed
from console.shell.administration_requests import AdministrationRequests
from console.shell.alarm_filter_requests import AlarmFilterRequests
from console.shell.alarm_requests import AlarmRequests
from console.shell.asking import asked
from console.shell.asset_document_requests import AssetDocumentRequests
from console.shell.asset_edit_requests import AssetEditRequests
from console.shell.commune_requests import CommuneRequests
from console.shell.evidence_requests import EvidenceRequests
from console.shell.exchange_requests import ExchangeRequests
from console.shell.fleet_requests import FleetRequests
from console.shell.footage_requests import FootageRequests
from console.shell.handover_requests import HandoverRequests
from console.shell.health_requests import HealthRequests
from console.shell.logbook_requests import LogbookRequests
from console.shell.onboarding_requests import OnboardingRequests
from console.shell.own_setting_requests import OwnSettingRequests
from console.shell.parking_requests import ParkingRequests
from console.shell.register_view_requests import RegisterViewRequests
from console.shell.routing_requests import RoutingRequests
from console.shell.rule_requests import RuleRequests
from console.shell.seat_holding_requests import SeatHoldingRequests
from console.shell.seat_requests import SeatRequests
from console.shell.stock_take_requests import StockTakeRequests
from console.shell.supply_requests import SupplyRequests
from console.shell.viewing_requests import ViewingRequests
from console.shell.workspace_requests import WorkspaceRequests
from contract.api import (
    AssetClassList,
    AssetDetail,
    ClaimOutcome,
    ClaimRequest,
    CommandPage,
    CommandRequest,
    CommuneList,
    JournalPage,
    NearbyCameras,
    PointColumn,
    ReasonRequest,
    Trend,
)
from contract.base_maps import BaseMap, VectorFeatures
from contract.claims import Claim, Explanation
from contract.commands import Command
from contract.named_content import NamedContent, NamedContentList
from contract.places import LookOutcome, LookRequest, NearbyAssets, PlaceHits
from contract.replay import ReplayAlarm, ReplayAlarmAnswer, ReplayFrames, ReplaySpan


class Requests(
    AdministrationRequests,
    HandoverRequests,
    HealthRequests,
    LogbookRequests,
    AlarmRequests,
    AlarmFilterRequests,
    AssetDocumentRequests,
    AssetEditRequests,
    CommuneRequests,
    StockTakeRequests,
    ViewingRequests,
    WorkspaceRequests,
    FleetRequests,
    FootageRequests,
    EvidenceRequests,
    ExchangeRequests,
    OnboardingRequests,
    OwnSettingRequests,
    ParkingRequests,
    SupplyRequests,
    SeatRequests,
    SeatHoldingRequests,
    RoutingRequests,
    RegisterViewRequests,
    RuleRequests,
):
    """console.kit.ports.Client on a backend_client Session; `mirror` is told what is watched."""

    def __init__(self, session: Session, mirror: Callable[[], Mirror | None]) -> None:
        super().__init__(session)
        self._mirror = mirror

    async def asset(self, asset_id: int) -> AssetDetail:
        """Everything a card shows first."""
        return await asked(self._session.get(f"/assets/{asset_id}", AssetDetail))

    async def trend(self, asset_id: int, point: str, *, since: dt.datetime, until: dt.datetime) -> Trend:
        """Readings of a point between two times."""
        query = {"point": point, "since": _time(since), "until": _time(until)}
        return await asked(self._session.get(f"/assets/{asset_id}/trend", Trend, query))

    async def place_claim(self, request: ClaimRequest) -> ClaimOutcome:
        """Say what a property should be."""
        return await asked(self._session.post_for("/claims", request, ClaimOutcome))

    async def release_claim(self, claim_id: str, reason: str) -> Claim:
        """Take a claim back."""
        return await asked(self._session.post_for(f"/claims/{claim_id}/release", ReasonRequest(reason=reason), Claim))

    async def explain(self, asset_id: int, property_: str) -> Explanation:
        """Why a property is in its state."""
        query = {"property": property_}
        return await asked(self._session.get(f"/assets/{asset_id}/explain", Explanation, query))

    async def submit(self, request: CommandRequest) -> Command:
        """Ask for a momentary act."""
        return await asked(self._session.post_for("/commands", request, Command))

    async def commands(self, asset_id: int, limit: int = 20) -> CommandPage:
        """The last commands of an asset."""
        return await asked(self._session.get("/commands", CommandPage, {"asset_id": asset_id, "limit": limit}))

    async def journal(
        self, *, asset_id: int | None = None, actor: str | None = None, cursor: str | None = None, limit: int = 100
    ) -> JournalPage:
        """What happened, newest first."""
        query = {"asset_id": asset_id, "actor": actor, "cursor": cursor, "limit": limit}
        return await asked(self._session.get("/journal", JournalPage, query))

    async def nearest_cameras(self, lon: float, lat: float, count: int = 4) -> NearbyCameras:
        """The cameras for a place, best first."""
        query = {"lon": lon, "lat": lat, "count": count}
        return await asked(self._session.get("/cameras/near", NearbyCameras, query))

    async def places(self, text: str, *, near: tuple[float, float] | None = None, limit: int = 20) -> PlaceHits:
        """Assets, streets, addresses and communes that answer a search; those near (lon, lat) first."""
        lon, lat = (None, None) if near is None else near
        query: dict[str, str | int | float | None] = {"text": text, "limit": limit, "lon": lon, "lat": lat}
        return await asked(self._session.get("/places", PlaceHits, query))

    async def nearest_assets(self, class_: str, lon: float, lat: float, count: int = 5) -> NearbyAssets:
        """The nearest assets of a class; what moves is where it last said that it is."""
        query: dict[str, str | int | float | None] = {"class": class_, "lon": lon, "lat": lat, "count": count}
        return await asked(self._session.get("/assets/near", NearbyAssets, query))

    async def look(self, request: LookRequest) -> LookOutcome:
        """Turn every camera that can to a place."""
        return await asked(self._session.post_for("/cameras/look", request, LookOutcome))

    async def point_column(self, class_: str, point: str) -> PointColumn:
        """The present numbers of one point of a class."""
        return await asked(self._session.get("/point-column", PointColumn, {"class": class_, "point": point}))

    async def base_maps(self) -> tuple[BaseMap, ...]:
        """All base maps, the lowest first."""
        return await asked(base_maps.base_maps(self._session))

    async def base_map_tile(self, base_map: str, z: int, x: int, y: int) -> bytes | None:
        """A tile's image, None where there is none."""
        return await asked(base_maps.tile(self._session, base_map, z, x, y))

    async def base_map_features(self, base_map: str) -> tuple[VectorFeatures, ...]:
        """The layers of a vector base map."""
        return await asked(base_maps.features(self._session, base_map))

    async def replay_span(self) -> ReplaySpan:
        """What of the map's past is kept."""
        return await asked(self._session.get("/replay/span", ReplaySpan))

    async def replay_frames(self, since: dt.datetime, until: dt.datetime, step_s: int = 1) -> ReplayFrames:
        """The map from one moment to another; that it was looked at is entered in the journal."""
        query: dict[str, str | int | float | None] = {"since": _time(since), "until": _time(until), "step_s": step_s}
        content = await asked(self._session.get_bytes("/replay/frames", query))
        try:
            return msgspec.msgpack.decode(content, type=ReplayFrames)
        except msgspec.MsgspecError as error:
            raise RequestFailed(str(error)) from error

    async def replay_alarm(self, at: dt.datetime, *, is_back: bool) -> ReplayAlarm | None:
        """The next alarm after a moment, or the last before it."""
        query = {"at": _time(at), "is_back": str(is_back).lower()}
        return (await asked(self._session.get("/replay/alarm", ReplayAlarmAnswer, query))).alarm

    async def wall_layouts(self) -> NamedContentList:
        """One's named camera walls, and those that are shared."""
        return await asked(self._session.get("/wall-layouts", NamedContentList))

    async def keep_wall_layout(self, layout: NamedContent) -> None:
        """Keep a camera wall under its name."""
        await asked(self._session.put(f"/wall-layouts/{quote(layout.name, safe='')}", layout))

    async def delete_wall_layout(self, name: str) -> None:
        """Forget a camera wall of one's own."""
        await asked(self._session.delete(f"/wall-layouts/{quote(name, safe='')}"))

    async def classes(self) -> AssetClassList:
        """All asset classes."""
        return await asked(self._session.get("/asset-classes", AssetClassList))

    async def communes(self) -> CommuneList:
        """All communes."""
        return await asked(self._session.get("/communes", CommuneList))

    def watch(self, asset_ids: tuple[int, ...]) -> None:
        """Points, claims and commands of these assets come as they change."""
        mirror = self._mirror()
        if mirror is not None:
            mirror.watch(asset_ids)


def _time(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
