"""One topic as the hub keeps it: its sequence, its digest, what waits for the next window."""

from typing import Any

import msgspec

from backend.api.stream.sources import Sources
from contract.alarms import Alarm
from contract.assets import Asset
from contract.claims import Claim
from contract.digests import TopicDigest
from contract.points import PointValue
from contract.stream import AlarmsBody, AssetsBody, Body, Changes, ClaimsBody, Snapshot, Topic, TopicKind, TopicState

_encoder = msgspec.msgpack.Encoder()


class TopicLog:
    """Numbered changes of one topic. Each frame is encoded once, whoever subscribes."""

    def __init__(self, topic: Topic, sources: Sources) -> None:
        self.topic = topic
        self._sources = sources
        self._seq = 0
        self._snapshot: bytes | None = None
        self._points: dict[tuple[int, str], PointValue] = {}
        self._states: dict[int, None] = {}
        self._places: dict[int, None] = {}
        self._assets: dict[int, Asset | None] = {}
        self._alarms: dict[int, Alarm] = {}
        self._claims: dict[str, Claim | None] = {}
        self._digest: TopicDigest | None = None  # reckoned when it is asked for

    @property
    def state(self) -> TopicState:
        """Where the topic stands, for heartbeats."""
        return TopicState(self.topic, self._seq, self._held().digest)

    @property
    def has_waiting(self) -> bool:
        """Whether a flush would give a frame."""
        return self._digest is not None and any(self._waiting)

    def begin_anew(self) -> None:
        """Assets went elsewhere: only a new snapshot tells what stays. All who follow must be owed one."""
        self._seq += 1
        self._snapshot = None
        self._digest = None

    def point(self, asset_id: int, point: str, value: PointValue) -> None:
        """The last value of a window wins."""
        self._points[asset_id, point] = value

    def asset_state(self, asset_id: int) -> None:
        """Read again at the flush."""
        self._states[asset_id] = None

    def asset_place(self, asset_id: int) -> None:
        """Where it is is read again at the flush."""
        self._places[asset_id] = None

    def asset(self, asset_id: int, asset: Asset | None) -> None:
        """None: removed."""
        self._assets[asset_id] = asset

    def alarm(self, alarm: Alarm) -> None:
        """Its newest version."""
        self._alarms[alarm.id] = alarm

    def claim(self, claim_id: str, claim: Claim | None) -> None:
        """None: released or expired."""
        self._claims[claim_id] = claim

    def flush(self) -> bytes | None:
        """The frame of what waited, None when nothing did."""
        if self._digest is None:  # nobody stands at a sequence yet: the snapshot will contain what waits
            for waiting in self._waiting:
                waiting.clear()
        if not self.has_waiting:
            return None
        digest = self._held()
        body = self._waiting_body(digest)
        digest.apply(body)
        self._seq += 1
        self._snapshot = None
        return _encoder.encode(Changes(self.topic, self._seq, body, digest.digest))

    def snapshot(self) -> bytes:
        """The whole topic as of its sequence; flush first. Encoded once until something changes."""
        if self._snapshot is None:
            digest = self._held()
            body = self._sources.whole(self.topic, digest)
            self._snapshot = _encoder.encode(Snapshot(self.topic, self._seq, body, digest.digest))
        return self._snapshot

    @property
    def _waiting(self) -> tuple[dict[Any, Any], ...]:
        return self._points, self._states, self._places, self._assets, self._alarms, self._claims

    def _held(self) -> TopicDigest:
        if self._digest is None:
            self._digest = TopicDigest()
            self._digest.apply(self._sources.whole(self.topic, self._digest))
        return self._digest

    def _waiting_body(self, digest: TopicDigest) -> Body:
        match self.topic.kind:
            case TopicKind.POINTS:
                waiting = [(asset_id, point, value) for (asset_id, point), value in self._points.items()]
                self._points.clear()
                return self._sources.points(waiting, digest)
            case TopicKind.STATES:
                ids, moved = list(self._states), list(self._places)
                self._states.clear()
                self._places.clear()
                return self._sources.states(ids, digest, moved)
            case TopicKind.ASSETS:
                assets, self._assets = self._assets, {}
                removed = tuple(asset_id for asset_id, asset in assets.items() if asset is None)
                return AssetsBody(tuple(asset for asset in assets.values() if asset is not None), removed)
            case TopicKind.ALARMS:
                alarms, self._alarms = self._alarms, {}
                return AlarmsBody(tuple(alarms.values()))
            case TopicKind.CLAIMS:
                claims, self._claims = self._claims, {}
                released = tuple(claim_id for claim_id, claim in claims.items() if claim is None)
                return ClaimsBody(tuple(claim for claim in claims.values() if claim is not None), released)
