"""A backend that answers from the sample city, at once and always the same."""

import datetime as dt
import math

import msgspec
import numpy as np

from contract.api import (
    AssetDetail,
    ClaimOutcome,
    ClaimRequest,
    CommandPage,
    CommandRequest,
    JournalPage,
    NearbyCamera,
    NearbyCameras,
    PointColumn,
    PointSample,
    Trend,
)
from contract.assets import Asset, AssetChange
from contract.base_maps import BaseMap, VectorFeatures
from contract.claims import Claim, Explanation, Rank
from contract.commands import Command, CommandState
from contract.journal import EntryKind, JournalEntry
from contract.named_content import NamedContent, NamedContentList
from contract.places import LookOutcome, LookRequest, NearbyAssets, PlaceHits
from contract.points import PointValue, Quality
from contract.replay import ReplayAlarm, ReplayFrames, ReplaySpan
from contract.seat_sounds import SoundReport
from tools.screenshots import sample_base_maps, sample_city, sample_places
from tools.screenshots.sample_administration import SampleAdministration
from tools.screenshots.sample_alarm_filters import SampleAlarmFilters
from tools.screenshots.sample_alarm_work import SampleAlarmWork
from tools.screenshots.sample_asset_edits import SampleAssetEdits
from tools.screenshots.sample_evidence import SampleEvidence
from tools.screenshots.sample_exchange import SampleExchange
from tools.screenshots.sample_fleet import SampleFleet
from tools.screenshots.sample_footage import SampleFootage
from tools.screenshots.sample_handover import SampleHandover
from tools.screenshots.sample_health import SampleHealth
from tools.screenshots.sample_logbook import SampleLogbook
from tools.screenshots.sample_onboarding import SampleOnboarding
from tools.screenshots.sample_own_settings import SampleOwnSettings
from tools.screenshots.sample_parking import SampleParking
from tools.screenshots.sample_register_views import SampleRegisterViews
from tools.screenshots.sample_replay import SamplePast
from tools.screenshots.sample_routing import SampleRouting
from tools.screenshots.sample_rules import SampleRules
from tools.screenshots.sample_seat import SampleSeat
from tools.screenshots.sample_stock import SampleStock
from tools.screenshots.sample_supply import SampleSupply
from tools.screenshots.sample_viewing import SampleViewing
from tools.screenshots.sample_workspaces import SampleWorkspaces


class SampleClient(
    SampleAdministration,
    SampleHandover,
    SampleHealth,
    SampleLogbook,
    SampleSeat,
    SampleAlarmWork,
    SampleAlarmFilters,
    SampleAssetEdits,
    SampleStock,
    SampleOwnSettings,
    SampleViewing,
    SampleFleet,
    SampleParking,
    SampleFootage,
    SampleEvidence,
    SampleExchange,
    SampleOnboarding,
    SampleSupply,
    SampleRouting,
    SampleRegisterViews,
    SampleRules,
    SampleWorkspaces,
):
    """console.kit.ports.Client without a wire; keeps what it was asked."""

    def __init__(self, now: dt.datetime = sample_city.NOW) -> None:
        SampleViewing.__init__(self, now)
        SampleFootage.__init__(self, now)
        SampleHandover.__init__(self, now)
        SampleHealth.__init__(self, now)
        SampleEvidence.__init__(self, now)
        SampleExchange.__init__(self, now)
        SampleOnboarding.__init__(self)
        SampleSupply.__init__(self)
        SampleRouting.__init__(self, now)
        SampleRegisterViews.__init__(self)
        SampleAdministration.__init__(self)
        SampleRules.__init__(self, now)
        SampleAlarmFilters.__init__(self)
        SampleWorkspaces.__init__(self)
        SampleOwnSettings.__init__(self)
        self.now = now
        self.assets = {asset.id: asset for asset in sample_city.assets()}
        SampleAssetEdits.__init__(self, now, self.assets)
        SampleStock.__init__(self, now, self.assets)
        SampleFleet.__init__(self, now, self.assets)
        SampleParking.__init__(self, now, self.assets)
        SampleAlarmWork.__init__(
            self, now, {alarm.id: alarm for alarm in sample_city.alarms(self.assets.values(), now)}
        )
        self.claims_placed: list[ClaimRequest] = []
        self.claims_released: list[tuple[str, str]] = []
        self.commands_sent: list[CommandRequest] = []
        self.looked: list[LookRequest] = []
        self.watched: tuple[int, ...] = ()
        self.sound_reports: list[SoundReport] = []
        self.kept_walls: dict[str, NamedContent] = {}
        self.past = SamplePast(now, self.assets.values())
        self.base_maps_held = sample_base_maps.base_maps()
        self.tiles_asked: list[tuple[str, int, int, int]] = []

    async def report_sound(self, report: SoundReport) -> None:
        """Keep it."""
        self.sound_reports.append(report)

    async def asset(self, asset_id: int) -> AssetDetail:
        """A card with a little history."""
        asset = self.assets[asset_id]
        change = AssetChange(
            asset_id=asset_id,
            at=self.now - dt.timedelta(days=40),
            actor="m.lambert",
            before={"street": ""},
            after={"street": asset.street},
        )
        history = (*self.edited_history(asset), change)
        return AssetDetail(
            asset=asset, points=self.points(asset), claims=self.claims(asset), alarms=(), history=history
        )

    async def trend(self, asset_id: int, point: str, *, since: dt.datetime, until: dt.datetime) -> Trend:
        """A night of light: on at dusk, dimmed, a gap, on again."""
        step = (until - since) / 96
        samples: list[PointSample] = []
        for number in range(97):
            at = since + step * number
            hour = (at.hour + at.minute / 60 + 1) % 24
            level = 0.0 if 8 < hour < 17 else 100.0 if hour > 17 and hour < 22 else 60.0
            quality = Quality.STALE if 40 < number < 46 else Quality.GOOD
            value = level if point == "level_percent" else level * 0.62 + 3 * math.sin(number)
            samples.append(PointSample(at, max(0.0, value), int(quality)))
        return Trend(asset_id=asset_id, point=point, samples=tuple(samples))

    async def place_claim(self, request: ClaimRequest) -> ClaimOutcome:
        """Accepted."""
        self._refuse()
        self.claims_placed.append(request)
        commands = tuple(
            Command(
                id=f"{request.id}.{asset_id}",
                asset_id=asset_id,
                action="set",
                arguments={request.property: request.value},
                actor="c.moreau",
                requested_at=self.now,
                deadline=self.now + dt.timedelta(seconds=30),
                state=CommandState.REQUESTED,
                changed_at=self.now,
                reason=request.reason,
            )
            for asset_id in request.asset_ids
        )
        return ClaimOutcome(claims=(), commands=commands)

    async def release_claim(self, claim_id: str, reason: str) -> Claim:
        """Released."""
        self._refuse()
        self.claims_released.append((claim_id, reason))
        return self.claims(next(iter(self.assets.values())))[0]

    async def explain(self, asset_id: int, property_: str) -> Explanation:
        """Nothing to add."""
        return Explanation(asset_id=asset_id, property=property_, claims=(), wanted=None, reported=None, is_obeyed=None)

    async def submit(self, request: CommandRequest) -> Command:
        """Accepted."""
        self._refuse()
        self.commands_sent.append(request)
        return Command(
            id=request.id,
            asset_id=request.asset_id,
            action=request.action,
            arguments=request.arguments,
            actor="c.moreau",
            requested_at=self.now,
            deadline=self.now,
            state=CommandState.SENT,
            changed_at=self.now,
        )

    async def commands(self, asset_id: int, limit: int = 20) -> CommandPage:
        """None."""
        del asset_id, limit
        return CommandPage(items=(), next=None, total=0)

    async def journal(
        self, *, asset_id: int | None = None, actor: str | None = None, cursor: str | None = None, limit: int = 100
    ) -> JournalPage:
        """The night so far."""
        del actor, cursor, limit
        by_code = {asset.code: asset.id for asset in self.assets.values()}
        lamp, cabinet, school = by_code["PL-004-12"], by_code["ARM-003"], by_code["B006"]
        claim = {"property": "level_percent", "value": 100, "reason": "armoire voisine sans courant"}
        rows: tuple[tuple[float, EntryKind, str, int | None, dict[str, object]], ...] = (
            (0.7, EntryKind.ALARM, "device:B006", school, {"alarm_kind": "fire", "to": "B"}),
            (
                1.1,
                EntryKind.COMMAND,
                "c.moreau",
                lamp,
                {"action": "set", "state": "VERIFIED", "arguments": {"property": "level_percent", "value": 100}},
            ),
            (1.2, EntryKind.CLAIM_PLACED, "c.moreau", lamp, {"claim": claim}),
            (1.9, EntryKind.VIEWING, "c.moreau", by_code["CAM-003"], {"act": "asked", "door": "live", "masks": 2}),
            (2.2, EntryKind.ALARM, "device:ARM-003", cabinet, {"alarm_kind": "supplyLoss", "to": "B"}),
            (31, EntryKind.ALARM, "m.lambert", by_code["ARM-021"], {"alarm_kind": "cabinetDoorOpen", "to": "C"}),
            (134, EntryKind.LOGIN, "c.moreau", None, {}),
            (135, EntryKind.LOGOUT, "m.lambert", None, {}),
        )
        items = [
            JournalEntry(
                seq=900 - number,
                at=self.now - dt.timedelta(minutes=minutes),
                kind=kind,
                version=1,
                actor=who,
                asset_id=what,
                payload=payload,
            )
            for number, (minutes, kind, who, what, payload) in enumerate(rows)
            if asset_id is None or what == asset_id
        ]
        return JournalPage(items=tuple(items), next=None, total=len(items))

    async def nearest_cameras(self, lon: float, lat: float, count: int = 4) -> NearbyCameras:
        """By distance."""
        cameras = [asset for asset in self.assets.values() if asset.class_ == "camera"]
        cameras.sort(key=lambda camera: math.hypot(camera.lon - lon, (camera.lat - lat) * 1.47))
        items = tuple(
            NearbyCamera(asset=camera, distance_m=50.0, sees_it=True, streams=True) for camera in cameras[:count]
        )
        return NearbyCameras(items=items, next=None, total=len(items))

    async def places(self, text: str, *, near: tuple[float, float] | None = None, limit: int = 20) -> PlaceHits:
        """Equipment and its streets."""
        self._refuse()
        return sample_places.places(self.assets.values(), text, near, limit)

    async def nearest_assets(self, class_: str, lon: float, lat: float, count: int = 5) -> NearbyAssets:
        """By distance."""
        self._refuse()
        return sample_places.nearest(self.assets.values(), class_, lon, lat, count)

    async def look(self, request: LookRequest) -> LookOutcome:
        """Two cameras turn, one cannot."""
        self._refuse()
        self.looked.append(request)
        return sample_places.look(self.assets.values(), request)

    async def point_column(self, class_: str, point: str) -> PointColumn:
        """Meters of the lights: some streets take more; those of the dark cabinet are not believed."""
        self._refuse()
        lights = [
            asset for asset in self.assets.values() if asset.class_ == class_ and not asset.code.startswith("PL-003-")
        ]
        taken = [900.0 + 40.0 * (int(asset.code[3:6]) % 17) for asset in lights] if point == "energy_kwh" else []
        ids = np.array([asset.id for asset in lights][: len(taken)], "<u4")
        return PointColumn(ids=ids.tobytes(), values=np.array(taken, "<f8").tobytes(), unit="kWh")

    async def base_maps(self) -> tuple[BaseMap, ...]:
        """Those of the sample city, unless a test has others."""
        self._refuse()
        return self.base_maps_held

    async def base_map_tile(self, base_map: str, z: int, x: int, y: int) -> bytes | None:
        """A painted tile; none west of the prime meridian."""
        self._refuse()
        self.tiles_asked.append((base_map, z, x, y))
        return sample_base_maps.tile(z, x, y) if x >= 1 << z >> 1 else None

    async def base_map_features(self, base_map: str) -> tuple[VectorFeatures, ...]:
        """Lines of tramway."""
        del base_map
        self._refuse()
        return sample_base_maps.features()

    async def replay_span(self) -> ReplaySpan:
        """Three hours with a gap."""
        self._refuse()
        return self.past.span()

    async def replay_frames(self, since: dt.datetime, until: dt.datetime, step_s: int = 1) -> ReplayFrames:
        """What it looked like."""
        self._refuse()
        return self.past.frames(since, until, step_s)

    async def replay_alarm(self, at: dt.datetime, *, is_back: bool) -> ReplayAlarm | None:
        """One of those of the span."""
        self._refuse()
        return self.past.alarm(at, is_back=is_back)

    async def wall_layouts(self) -> NamedContentList:
        """Those that were kept."""
        return NamedContentList(items=tuple(self.kept_walls.values()), total=len(self.kept_walls))

    async def keep_wall_layout(self, layout: NamedContent) -> None:
        """Keep one."""
        self._refuse()
        self.kept_walls[layout.name] = msgspec.structs.replace(layout, owner="operateur")

    async def delete_wall_layout(self, name: str) -> None:
        """Forget one."""
        self._refuse()
        self.kept_walls.pop(name, None)

    def watch(self, asset_ids: tuple[int, ...]) -> None:
        """Remember what is watched."""
        self.watched = asset_ids

    def points(self, asset: Asset) -> dict[str, PointValue]:
        """Readings that fit the class; those of the dark cabinet are old."""
        is_dark = asset.code.startswith("PL-003-")
        received = self.now - dt.timedelta(seconds=140 if is_dark else 12)
        quality = Quality.STALE if is_dark else Quality.GOOD
        if asset.class_ == "streetlight":
            values = {
                "level_percent": 60,
                "power_w": 37.4,
                "energy_kwh": 1284.6,
                "operating_hours": 21_430,
                "lampFailure": False,
            }
        elif asset.class_ == "lighting_cabinet":
            values = {"supplyLoss": asset.code == "ARM-003", "cabinetDoorOpen": False, "power_w": 1496.0}
        else:
            return {}
        return {name: PointValue(value, quality, received, received) for name, value in values.items()}

    def claims(self, asset: Asset) -> tuple[Claim, ...]:
        """An operator over the gateway's calendar."""
        return (
            Claim(
                id="c1",
                asset_id=asset.id,
                property="level_percent",
                value=100,
                rank=Rank.OPERATOR,
                owner="c.moreau",
                reason="armoire voisine sans courant",
                placed_at=self.now - dt.timedelta(minutes=1),
                expires_at=self.now + dt.timedelta(minutes=59),
            ),
            Claim(
                id="c2",
                asset_id=asset.id,
                property="level_percent",
                value=60,
                rank=Rank.CALENDAR,
                owner="TALQ GW-21231",
                reason="programme nuit-centre",
                placed_at=self.now - dt.timedelta(hours=5),
                is_read_only=True,
            ),
        )
