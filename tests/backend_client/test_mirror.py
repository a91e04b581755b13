"""A mirror holds what the backend holds, whatever the wire loses."""

import datetime as dt
import random
from collections.abc import Sequence

import pytest

from backend_client.mirror import Mirror, MirrorState
from backend_client.session import Session
from contract.digests import TopicDigest
from contract.points import Quality
from contract.stream import (
    Changes,
    ClientMessage,
    Heartbeat,
    PointRow,
    PointsBody,
    ResyncRequest,
    RightsChanged,
    ServerMessage,
    Snapshot,
    Subscribe,
    Topic,
    TopicKind,
    TopicState,
)

TOPIC = Topic(TopicKind.POINTS, "21231", "streetlight")


class Seen:
    """What the console was told."""

    def __init__(self) -> None:
        self.values: dict[int, object] = {}
        self.links: list[MirrorState] = []

    def message(self, message: ServerMessage) -> None:
        if isinstance(message, Snapshot):
            self.values.clear()
        if isinstance(message, (Snapshot, Changes)) and isinstance(message.body, PointsBody):
            self.values |= {row.asset_id: row.value for row in message.body.rows}

    def link_changed(self, state: MirrorState, detail: str) -> None:
        self.links.append(state)


class Told:
    """A backend's side of one topic."""

    def __init__(self) -> None:
        self.values: dict[int, int] = {}
        self.versions: dict[int, int] = {}
        self.seq = 0
        self.digest = TopicDigest()

    def snapshot(self) -> Snapshot:
        return Snapshot(TOPIC, self.seq, self._body(sorted(self.values)), self.digest.digest)

    def change(self, asset_id: int, value: int) -> Changes:
        self.values[asset_id] = value
        self.versions[asset_id] = self.versions.get(asset_id, 0) + 1
        self.seq += 1
        body = self._body([asset_id])
        self.digest.apply(body)
        return Changes(TOPIC, self.seq, body, self.digest.digest)

    def heartbeat(self) -> Heartbeat:
        return Heartbeat(dt.datetime(2026, 3, 1, tzinfo=dt.UTC), (TopicState(TOPIC, self.seq, self.digest.digest),))

    def _body(self, ids: Sequence[int]) -> PointsBody:
        return PointsBody(
            tuple(PointRow(i, "level_percent", self.values[i], Quality.GOOD, None, None, self.versions[i]) for i in ids)
        )


@pytest.fixture
async def seen() -> Seen:
    return Seen()


class UnpluggedMirror(Mirror):
    """A mirror whose requests are kept instead of sent."""

    def __init__(self, seen: Seen) -> None:
        super().__init__(Session("http://127.0.0.1:1"), seen, Subscribe(kinds=(TopicKind.POINTS,)))
        self.asked: list[ClientMessage] = []

    def _send(self, message: ClientMessage) -> None:
        self.asked.append(message)


@pytest.fixture
async def mirror(seen: Seen) -> UnpluggedMirror:
    return UnpluggedMirror(seen)


@pytest.mark.parametrize("seed", range(20))
async def test_whatever_is_lost_the_mirror_ends_equal(mirror: UnpluggedMirror, seen: Seen, seed: int) -> None:
    chance = random.Random(seed)
    told = Told()
    mirror.take(told.snapshot())
    for _ in range(300):
        change = told.change(chance.randrange(20), chance.randrange(100))
        if chance.random() > 0.05:
            mirror.take(change)
        if chance.random() < 0.05:
            mirror.take(told.heartbeat())
        while mirror.asked:
            request = mirror.asked.pop()
            assert isinstance(request, ResyncRequest)
            mirror.take(told.snapshot())
    mirror.take(told.heartbeat())
    if mirror.asked:
        mirror.take(told.snapshot())
    assert seen.values == told.values
    assert mirror.resync_count > 0


async def test_a_silent_corruption_is_found_by_the_digest(mirror: UnpluggedMirror, seen: Seen) -> None:
    told = Told()
    mirror.take(told.snapshot())
    honest = told.change(1, 50)
    stale_row = PointRow(1, "level_percent", 49, Quality.GOOD, None, None, 7)
    mirror.take(Changes(TOPIC, honest.seq, PointsBody((stale_row,)), honest.digest))
    mirror.take(told.heartbeat())
    assert mirror.resync_count == 1


async def test_a_revoked_topic_is_no_longer_followed(mirror: UnpluggedMirror, seen: Seen) -> None:
    told = Told()
    mirror.take(told.snapshot())
    mirror.take(RightsChanged((TOPIC,)))
    mirror.take(told.change(1, 50))
    assert seen.values == {}
    assert mirror.resync_count == 0
