"""What presenters see of the rest: stores and the backend, as Protocols without Qt."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol

from console.kit.administration_ports import AdministrationCalls
from console.kit.alarm_filter_ports import AlarmFilterCalls
from console.kit.alarm_ports import AlarmCalls
from console.kit.asset_document_ports import AssetDocumentCalls
from console.kit.asset_edit_ports import AssetEditCalls
from console.kit.commune_ports import CommuneCalls
from console.kit.evidence_ports import EvidenceCalls
from console.kit.exchange_ports import ExchangeCalls
from console.kit.fleet_ports import FleetCalls
from console.kit.footage_ports import FootageCalls
from console.kit.handover_ports import HandoverCalls
from console.kit.health_ports import HealthCalls
from console.kit.logbook_ports import LogbookCalls
from console.kit.onboarding_ports import OnboardingCalls
from console.kit.own_setting_ports import OwnSettingCalls
from console.kit.parking_ports import ParkingCalls
from console.kit.register_view_ports import RegisterViewCalls
from console.kit.routing_ports import RoutingCalls
from console.kit.rule_ports import RuleCalls
from console.kit.seat_holding_ports import SeatHoldingCalls
from console.kit.seat_ports import SeatCalls
from console.kit.stock_take_ports import StockTakeCalls
from console.kit.supply_ports import SupplyCalls
from console.kit.viewing_ports import ViewingCalls
from console.kit.workspace_ports import WorkspaceCalls
from contract.alarms import Alarm, Priority
from contract.api import (
    AssetDetail,
    ClaimOutcome,
    ClaimRequest,
    CommandPage,
    CommandRequest,
    JournalPage,
    NearbyCameras,
    PointColumn,
    Trend,
)
from contract.assets import Asset, AssetClass, Commune
from contract.base_maps import BaseMap, VectorFeatures
from contract.claims import Claim, Explanation
from contract.commands import Command
from contract.named_content import NamedContent, NamedContentList
from contract.places import LookOutcome, LookRequest, NearbyAssets, PlaceHits
from contract.points import PointValue
from contract.replay import ReplayAlarm, ReplayFrames, ReplaySpan
from contract.stream import Visual


class AssetLookup(Protocol):
    """The register as this console may see it."""

    @property
    def count(self) -> int:
        """How many assets are held."""
        ...

    def get(self, asset_id: int) -> Asset | None:
        """One asset."""
        ...

    def search(self, text: str, class_: str | None = None, limit: int = 500) -> tuple[Sequence[Asset], int]:
        """Assets whose code, name, number, street or serial hold every word of `text`; and how many in all."""
        ...

    def supplied_by(self, asset_id: int) -> Sequence[Asset]:
        """What hangs directly on this asset's supply."""
        ...

    def camera_of_number(self, number: int) -> Asset | None:
        """The camera people call by this number."""
        ...


class Catalogue(Protocol):
    """Asset classes and communes."""

    @property
    def classes(self) -> Mapping[str, AssetClass]:
        """Classes by code."""
        ...

    @property
    def communes(self) -> Mapping[str, Commune]:
        """Communes by code."""
        ...


class StateLookup(Protocol):
    """What the map shows of each asset."""

    def visual_of(self, asset_id: int) -> Visual:
        """The worst thing to say of an asset; UNKNOWN when nothing was heard."""
        ...

    def level_of(self, asset_id: int) -> int | None:
        """Level in percent."""
        ...


class AlarmBook(Protocol):
    """The alarms that stand."""

    def standing(self) -> Sequence[Alarm]:
        """Every alarm that is not at rest."""
        ...

    def get(self, alarm_id: int) -> Alarm | None:
        """One alarm."""
        ...

    def of_asset(self, asset_id: int) -> Sequence[Alarm]:
        """The alarms of one asset, worst first."""
        ...

    def unacknowledged_counts(self) -> Mapping[Priority, int]:
        """How many wait for an acknowledgement, by priority."""
        ...


class Watched(Protocol):
    """Points, claims and commands of the selected asset."""

    def points(self, asset_id: int) -> Mapping[str, PointValue]:
        """Its points by name."""
        ...

    def claims(self, asset_id: int) -> Sequence[Claim]:
        """Its claims."""
        ...

    def commands(self, asset_id: int) -> Sequence[Command]:
        """Its commands, newest first."""
        ...

    def command(self, command_id: str) -> Command | None:
        """One command, of this asset or given by oneself to others."""
        ...


class Client(
    AdministrationCalls,
    HandoverCalls,
    HealthCalls,
    LogbookCalls,
    AlarmCalls,
    AlarmFilterCalls,
    AssetDocumentCalls,
    AssetEditCalls,
    CommuneCalls,
    StockTakeCalls,
    ViewingCalls,
    WorkspaceCalls,
    FleetCalls,
    FootageCalls,
    EvidenceCalls,
    ExchangeCalls,
    OnboardingCalls,
    OwnSettingCalls,
    ParkingCalls,
    RoutingCalls,
    RegisterViewCalls,
    RuleCalls,
    SeatCalls,
    SeatHoldingCalls,
    SupplyCalls,
    Protocol,
):
    """The backend's API. Everything raises RequestRefused, BackendSilent or LoginEnded of console.kit.errors."""

    async def asset(self, asset_id: int) -> AssetDetail: ...
    async def trend(self, asset_id: int, point: str, *, since: dt.datetime, until: dt.datetime) -> Trend: ...
    async def place_claim(self, request: ClaimRequest) -> ClaimOutcome: ...
    async def release_claim(self, claim_id: str, reason: str) -> Claim: ...
    async def explain(self, asset_id: int, property_: str) -> Explanation: ...
    async def submit(self, request: CommandRequest) -> Command: ...
    async def commands(self, asset_id: int, limit: int = 20) -> CommandPage: ...
    async def journal(
        self, *, asset_id: int | None = None, actor: str | None = None, cursor: str | None = None, limit: int = 100
    ) -> JournalPage: ...
    async def nearest_cameras(self, lon: float, lat: float, count: int = 4) -> NearbyCameras: ...
    async def places(self, text: str, *, near: tuple[float, float] | None = None, limit: int = 20) -> PlaceHits: ...
    async def nearest_assets(self, class_: str, lon: float, lat: float, count: int = 5) -> NearbyAssets: ...
    async def look(self, request: LookRequest) -> LookOutcome: ...
    async def point_column(self, class_: str, point: str) -> PointColumn: ...
    async def base_maps(self) -> tuple[BaseMap, ...]: ...
    async def base_map_tile(self, base_map: str, z: int, x: int, y: int) -> bytes | None: ...
    async def base_map_features(self, base_map: str) -> tuple[VectorFeatures, ...]: ...
    async def replay_span(self) -> ReplaySpan: ...
    async def replay_frames(self, since: dt.datetime, until: dt.datetime, step_s: int = 1) -> ReplayFrames: ...
    async def replay_alarm(self, at: dt.datetime, *, is_back: bool) -> ReplayAlarm | None: ...
    async def wall_layouts(self) -> NamedContentList: ...
    async def keep_wall_layout(self, layout: NamedContent) -> None: ...
    async def delete_wall_layout(self, name: str) -> None: ...
    def watch(self, asset_ids: tuple[int, ...]) -> None: ...
