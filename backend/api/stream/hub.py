"""The hub: services tell it what changed, it tells every console that follows. Implements `backend.ports.Feed`."""

import asyncio
from collections.abc import Iterable, Sequence

from backend.api.stream.audience import Audience
from backend.api.stream.hub_health import HubHealth
from backend.api.stream.sources import Sources
from backend.api.stream.subscriber import Subscriber
from backend.api.stream.topic_log import TopicLog
from backend.devkit.tasks import Tasks
from backend.services.sessions import KEY_SESSION
from contract.administration import HealthFigure
from contract.alarm_rules import ClassesChanged
from contract.alarm_work import AlarmConflict
from contract.alarms import Alarm
from contract.assets import Asset
from contract.claims import Claim
from contract.commands import Command
from contract.devices import LinkStatus
from contract.points import PointValue
from contract.stream import (
    CommandChanged,
    Heartbeat,
    LinksChanged,
    RightsChanged,
    SnapshotsDone,
    Subscribe,
    Topic,
    TopicKind,
    WatchedClaims,
    WatchedPoints,
)

WINDOW_S = 0.05
HEARTBEAT_S = 2.0
RIGHTS_SWEEP_S = 30.0  # rights with hours of the day change without anybody's act


class Hub:
    """Windows of 50 ms for values; alarms go out at the next turn of the loop."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._tasks = Tasks("stream")
        self._logs: dict[Topic, TopicLog] = {}
        self._dirty: dict[Topic, None] = {}
        self._dirty_watches: dict[int, None] = {}
        self._unpaid: dict[Subscriber, None] = {}
        self._flush_at: asyncio.TimerHandle | None = None
        self._flush_soon: asyncio.Handle | None = None
        self._has_point_logs = False
        self._due: float | None = None
        self.health = HubHealth(sources.clock)
        self.audience = Audience(sources, self.health.dropped)

    def start(self) -> None:
        """Begin to beat."""
        self._tasks.start(self._beat(), name="heartbeat")
        self._tasks.start(self._sweep_rights(), name="rights sweep")

    async def close(self) -> None:
        """Stop; the endpoint closes its sockets."""
        for handle in (self._flush_at, self._flush_soon):
            if handle is not None:
                handle.cancel()
        await self._tasks.close()

    # --- Feed: what services tell

    def assets_changed(self, assets: Sequence[Asset], removed: Sequence[Asset] = ()) -> None:
        """Assets added, changed or removed; those that passed to another topic are told by snapshots of both."""
        for asset in assets:
            for log in self._touched(TopicKind.ASSETS, asset):
                log.asset(asset.id, asset)
            for log in self._touched(TopicKind.STATES, asset):
                log.asset_state(asset.id)
        if removed:
            left = {asset.id for asset in removed}
            self._begin_anew([*removed, *(asset for asset in assets if asset.id in left)])
        topics = {self._sources.topic(TopicKind.ASSETS, asset) for asset in assets}
        if removed or not topics <= self._logs.keys():
            for subscriber in self.audience.members():
                self._filter(subscriber)  # a new topic may be one it wants

    def points_changed(self, changes: Sequence[tuple[int, str, PointValue]]) -> None:
        """(asset id, point, value)."""
        register = self._sources.register
        for asset_id, point, value in changes:
            if self.audience.is_watched(asset_id):
                self._dirty_watches[asset_id] = None
                self._schedule()
            if self._has_point_logs and (asset := register.get(asset_id)) is not None:
                for log in self._touched(TopicKind.POINTS, asset):
                    log.point(asset_id, point, value)

    def states_changed(self, asset_ids: Sequence[int]) -> None:
        """What the map shows of these assets changed."""
        for asset_id in asset_ids:
            if (asset := self._sources.register.get(asset_id)) is not None:
                for log in self._touched(TopicKind.STATES, asset):
                    log.asset_state(asset_id)

    def assets_moved(self, asset_ids: Sequence[int]) -> None:
        """Mobile assets are somewhere else than before."""
        for asset_id in asset_ids:
            if (asset := self._sources.register.get(asset_id)) is not None:
                for log in self._touched(TopicKind.STATES, asset):
                    log.asset_place(asset_id)

    def alarm_changed(self, alarm: Alarm) -> None:
        """Goes out at the next turn of the loop."""
        asset = self._sources.register.get(alarm.asset_id)
        log = None if asset is None else self._logs.get(self._sources.topic(TopicKind.ALARMS, asset))
        if log is None:
            return
        log.alarm(alarm)
        self._dirty[log.topic] = None
        if self._flush_soon is None:
            self._flush_soon = asyncio.get_running_loop().call_soon(self._flush_alarms)

    def claim_changed(self, claim: Claim, *, is_released: bool = False) -> None:
        """A claim was placed, changed, released or expired."""
        if (asset := self._sources.register.get(claim.asset_id)) is not None:
            for log in self._touched(TopicKind.CLAIMS, asset):
                log.claim(claim.id, None if is_released else claim)
        if self.audience.is_watched(claim.asset_id):
            self._dirty_watches[claim.asset_id] = None
            self._schedule()

    def command_changed(self, command: Command) -> None:
        """To whoever gave it, and to whoever watches its asset, as far as they may still see it."""
        asset = self._sources.register.get(command.asset_id)
        watching = self.audience.watchers(command.asset_id)
        for subscriber in self.audience.members():
            is_ours = subscriber.session.user.name == command.actor
            if subscriber in watching or (is_ours and asset is not None and self.audience.may_see(subscriber, asset)):
                self.audience.send(subscriber, CommandChanged(command))

    def link_changed(self, status: LinkStatus) -> None:
        """To those who may follow connections."""
        for subscriber in self.audience.members():
            if self.audience.may_follow_links(subscriber):
                self.audience.send(subscriber, LinksChanged((status,)))

    def rights_changed(self, user_name: str) -> None:
        """Filter somebody's streams anew, now; and those of machines: a key does no more than who answers for it."""
        for subscriber in self.audience.members():
            if subscriber.session.user.name == user_name or subscriber.session.id.startswith(KEY_SESSION):
                self._filter(subscriber, is_other=subscriber.has_other_grants())

    def classes_changed(self) -> None:
        """To every console: the classes are no secret to who is logged in."""
        for subscriber in self.audience.members():
            self.audience.send(subscriber, ClassesChanged())

    def alarm_conflict(self, user_name: str, conflict: AlarmConflict) -> None:
        """To every console of this user, as far as he may still see the asset."""
        asset = self._sources.register.get(conflict.alarm.asset_id)
        if asset is None:
            return
        for subscriber in self.audience.members():
            if subscriber.session.user.name == user_name and self.audience.may_see(subscriber, asset):
                self.audience.send(subscriber, conflict)

    # --- what consoles ask

    def subscribe(self, subscriber: Subscriber, wanted: Subscribe) -> None:
        """Replace what a console follows; snapshots of all of it are owed."""
        self.audience.follow(subscriber, frozenset())
        subscriber.wanted = wanted
        self._owe(subscriber, self.audience.granted(subscriber))
        subscriber.owes_done = True
        self.pay_snapshots(subscriber)

    def watch(self, subscriber: Subscriber, asset_ids: Iterable[int]) -> None:
        """Replace what a console watches closely; present values go out at once."""
        self.audience.watch(subscriber, asset_ids)
        for asset_id in subscriber.watched:
            if subscriber in self.audience.watchers(asset_id):
                self._send_watched(subscriber, asset_id)

    def resync(self, subscriber: Subscriber, topics: Iterable[Topic]) -> None:
        """A console missed something: these snapshots are owed."""
        again = subscriber.topics.intersection(topics)
        subscriber.forget(again)
        subscriber.owed.update(dict.fromkeys(again))
        self.pay_snapshots(subscriber)

    def pay_snapshots(self, subscriber: Subscriber) -> None:
        """Queue owed snapshots as long as there is room."""
        for topic in list(subscriber.owed):
            if not subscriber.has_room:
                return
            log = self._log(topic)
            self._flush(log)
            del subscriber.owed[topic]
            self.audience.offer_snapshot(subscriber, topic, log.snapshot())
        if subscriber.owes_done:
            subscriber.owes_done = False
            self.audience.send(subscriber, SnapshotsDone())

    def flush_window(self) -> None:
        """Send what has gathered; a window does so by itself WINDOW_S after the first change in it."""
        self._flush_at = None
        dirty, self._dirty = self._dirty, {}
        for topic in dirty:
            self._flush(self._logs[topic])
        unpaid, self._unpaid = self._unpaid, {}
        for subscriber in unpaid:
            self.pay_snapshots(subscriber)
        watched, self._dirty_watches = self._dirty_watches, {}
        for asset_id in watched:
            for subscriber in self.audience.watchers(asset_id):
                self._send_watched(subscriber, asset_id)

    def figures(self) -> Sequence[HealthFigure]:
        """How it does."""
        return self.health.figures(self.audience.members())

    # --- private

    def _flush_in_time(self) -> None:
        if self._due is not None:
            self.health.window_was_late(asyncio.get_running_loop().time() - self._due)
        self.flush_window()

    def _filter(self, subscriber: Subscriber, *, is_other: bool = False) -> None:
        """`is_other`: he is told that his rights are others also where no topic is taken from him."""
        granted = self.audience.granted(subscriber)
        revoked = subscriber.topics - granted
        if revoked:
            self.audience.follow(subscriber, subscriber.topics - revoked)
        if revoked or is_other:
            self.audience.send(subscriber, RightsChanged(tuple(revoked)))
        if granted - subscriber.topics:
            self._owe(subscriber, granted)
            self.pay_snapshots(subscriber)

    def _owe(self, subscriber: Subscriber, topics: frozenset[Topic]) -> None:
        subscriber.owed.update(dict.fromkeys(sorted(topics - subscriber.topics, key=_sending_order)))
        self.audience.follow(subscriber, topics)

    def _log(self, topic: Topic) -> TopicLog:
        log = self._logs.get(topic)
        if log is None:
            log = self._logs[topic] = TopicLog(topic, self._sources)
            self._has_point_logs |= topic.kind is TopicKind.POINTS
        return log

    def _touched(self, kind: TopicKind, asset: Asset) -> tuple[TopicLog, ...]:
        log = self._logs.get(self._sources.topic(kind, asset))
        if log is None:
            return ()
        self._dirty[log.topic] = None
        self._schedule()
        return (log,)

    def _begin_anew(self, assets: Iterable[Asset]) -> None:
        """Whoever follows the topics in which these assets lay or lie is owed snapshots, paid with the window."""
        for topic in {self._sources.topic(kind, asset): None for kind in TopicKind for asset in assets}:
            if topic in self._logs:
                self._logs[topic].begin_anew()
                self._dirty.pop(topic, None)
            for subscriber in self.audience.followers(topic):
                subscriber.forget(frozenset({topic}))
                subscriber.owed[topic] = None
                self._unpaid[subscriber] = None
                self._schedule()

    def _schedule(self) -> None:
        if self._flush_at is None:
            loop = asyncio.get_running_loop()
            self._due = loop.time() + WINDOW_S
            self._flush_at = loop.call_at(self._due, self._flush_in_time)

    def _flush_alarms(self) -> None:
        self._flush_soon = None
        for topic in [topic for topic in self._dirty if topic.kind is TopicKind.ALARMS]:
            del self._dirty[topic]
            self._flush(self._logs[topic])

    def _flush(self, log: TopicLog) -> None:
        frame = log.flush()
        if frame is not None:
            for subscriber in self.audience.followers(log.topic):
                self.audience.offer(subscriber, log.topic, frame)

    def _send_watched(self, subscriber: Subscriber, asset_id: int) -> None:
        points, claims = self._sources.watched(asset_id)
        self.audience.send(subscriber, WatchedPoints(asset_id, points))
        self.audience.send(subscriber, WatchedClaims(asset_id, claims))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            now = self._sources.clock.now()
            for subscriber in self.audience.members():
                settled = (topic for topic in subscriber.topics if topic not in subscriber.owed)
                states = tuple(self._log(topic).state for topic in settled)
                self.audience.send(subscriber, Heartbeat(now, states))

    async def _sweep_rights(self) -> None:
        while True:
            await asyncio.sleep(RIGHTS_SWEEP_S)
            for subscriber in self.audience.members():
                self._filter(subscriber)


def _sending_order(topic: Topic) -> tuple[int, str, str, str]:
    order = (TopicKind.ALARMS, TopicKind.ASSETS, TopicKind.STATES, TopicKind.CLAIMS, TopicKind.POINTS)
    return order.index(topic.kind), topic.commune, topic.class_, topic.service
