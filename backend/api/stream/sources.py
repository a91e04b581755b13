"""Bodies of topics, read from the services: the whole for a snapshot, a part for changes."""

import array
from collections.abc import Iterable, Sequence

from backend.devkit.clock import Clock
from backend.domain.rights_place import RightsPlace, service_of
from backend.services.alarms.desk import AlarmDesk
from backend.services.claim_book import ClaimBook
from backend.services.live_state import LiveState
from backend.services.register import Register
from contract.assets import Asset
from contract.claims import Claim
from contract.digests import TopicDigest, text_key
from contract.points import PointValue
from contract.stream import AlarmsBody, AssetsBody, Body, ClaimsBody, PointRow, PointsBody, StatesBody, Topic, TopicKind


class Sources:
    """Where the hub reads what it sends."""

    def __init__(self, clock: Clock, register: Register, live: LiveState, alarms: AlarmDesk, claims: ClaimBook) -> None:
        self.clock = clock
        self.register = register
        self._live = live
        self._alarms = alarms
        self._claims = claims

    def topic(self, kind: TopicKind, asset: Asset) -> Topic:
        """The topic that tells of this asset."""
        return Topic(kind, asset.commune, asset.class_, service_of(asset, self.register.classes))

    def whole(self, topic: Topic, digest: TopicDigest) -> Body:
        """Everything a topic holds; versions are those of `digest`, 1 where it holds none yet."""
        assets = self.register.of_place(RightsPlace(topic.commune, topic.class_, topic.service))
        match topic.kind:
            case TopicKind.ASSETS:
                return AssetsBody(tuple(assets))
            case TopicKind.STATES:
                ids = [asset.id for asset in assets]
                return self.states(ids, digest, ids if self._is_mobile(topic.class_) else (), step=0)
            case TopicKind.POINTS:
                changes = (
                    (asset.id, point, value)
                    for asset in assets
                    for point, value in self._live.points_of(asset.id).items()
                )
                return self.points(changes, digest, step=0)
            case TopicKind.ALARMS:
                return AlarmsBody(tuple(alarm for asset in assets for alarm in self._alarms.of_asset(asset.id)))
            case TopicKind.CLAIMS:
                return ClaimsBody(tuple(claim for asset in assets for claim in self._claims.of_asset(asset.id)))

    def watched(self, asset_id: int) -> tuple[dict[str, PointValue], tuple[Claim, ...]]:
        """Points and claims of one asset."""
        return self._live.points_of(asset_id), tuple(self._claims.of_asset(asset_id))

    def states(
        self, asset_ids: Sequence[int], digest: TopicDigest, moved: Sequence[int] = (), step: int = 1
    ) -> StatesBody:
        """Map columns of these assets, each `step` versions on, and where those of `moved` are whose place is known.

        Places have no version: a topic's sequence tells when one was missed.
        """
        visuals, levels = self._live.visuals(asset_ids)
        versions = array.array("I", (max(1, digest.version_of(asset_id) + step) for asset_id in asset_ids))
        ids = array.array("I", asset_ids).tobytes()
        if not moved:
            return StatesBody(ids=ids, visuals=visuals, levels=levels, versions=versions.tobytes())
        places = self._live.places.columns(moved)
        return StatesBody(
            ids=ids,
            visuals=visuals,
            levels=levels,
            versions=versions.tobytes(),
            move_ids=places.ids.tobytes(),
            move_lon=places.lon.tobytes(),
            move_lat=places.lat.tobytes(),
            move_heading=places.heading_deg.tobytes(),
        )

    def points(self, changes: Iterable[tuple[int, str, PointValue]], digest: TopicDigest, step: int = 1) -> PointsBody:
        """Rows of these point values, each `step` versions on."""
        return PointsBody(
            tuple(
                PointRow(
                    asset_id,
                    point,
                    value.value,
                    value.quality,
                    None if value.device_time is None else round(value.device_time.timestamp() * 1000),
                    None if value.received_time is None else round(value.received_time.timestamp() * 1000),
                    max(1, digest.version_of((asset_id << 32) | text_key(point)) + step),
                )
                for asset_id, point, value in changes
            )
        )

    def _is_mobile(self, class_: str) -> bool:
        known = self.register.classes.get(class_)
        return known is not None and known.is_mobile
