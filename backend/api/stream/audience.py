"""Who follows what: consoles by topic and by watched asset, filtered by their rights."""

import asyncio
from collections.abc import Callable, Collection, Iterable

import msgspec

from backend.api.sight import Sight
from backend.api.stream.sources import Sources
from backend.api.stream.subscriber import Subscriber
from backend.api.walls import frame_without_persons, is_wall, names_nobody, without_persons
from backend.domain.rights_place import RightsPlace
from contract.assets import Asset
from contract.rights import Level
from contract.stream import ServerMessage, Subscribe, Topic

_encoder = msgspec.msgpack.Encoder()


class Audience:
    """The consoles on the stream."""

    def __init__(self, sources: Sources, dropped: Callable[[str], None] = lambda _: None) -> None:
        """`dropped` hears for whom values piled up and gave way to a snapshot."""
        self._dropped = dropped
        self._sources = sources
        self._members: dict[Subscriber, asyncio.Event] = {}
        self._followers: dict[Topic, set[Subscriber]] = {}
        self._watchers: dict[int, set[Subscriber]] = {}

    def join(self, subscriber: Subscriber) -> asyncio.Event:
        """Register a console; the event is set when frames wait for it."""
        self._members[subscriber] = asyncio.Event()
        return self._members[subscriber]

    def leave(self, subscriber: Subscriber) -> None:
        """Forget a console."""
        self.follow(subscriber, frozenset())
        self.watch(subscriber, ())
        self._members.pop(subscriber, None)

    def members(self) -> list[Subscriber]:
        """Every console now on the stream."""
        return list(self._members)

    def names(self) -> set[str]:
        """The accounts that have a console on the stream."""
        return {member.session.user.name for member in self._members}

    def followers(self, topic: Topic) -> Collection[Subscriber]:
        """Who follows a topic."""
        return self._followers.get(topic, ())

    def watchers(self, asset_id: int) -> Collection[Subscriber]:
        """Who watches an asset closely, as far as rights still allow."""
        watching = self._watchers.get(asset_id)
        if not watching:
            return ()
        asset = self._sources.register.get(asset_id)
        return () if asset is None else [member for member in watching if self.sight(member).may_see(asset)]

    def is_watched(self, asset_id: int) -> bool:
        """Whether anybody watches it: asked for every reading, so it must cost nothing."""
        return asset_id in self._watchers

    def sight(self, subscriber: Subscriber) -> Sight:
        """What its user may do where, now."""
        return Sight(subscriber.user, self._sources.register.classes, self._sources.clock)

    def may_follow_links(self, subscriber: Subscriber) -> bool:
        """Connections belong to no commune: they are for who may operate everywhere."""
        return self.sight(subscriber).has_everywhere(Level.OPERATE)

    def may_see(self, subscriber: Subscriber, asset: Asset) -> bool:
        """Whether its user may know of this asset."""
        return self.sight(subscriber).may_see(asset)

    def granted(self, subscriber: Subscriber) -> frozenset[Topic]:
        """Of the topics wanted, those its rights grant: rights grant whole topics, a viewport only selects."""
        wanted = subscriber.wanted
        if wanted is None:
            return frozenset()
        sight = self.sight(subscriber)
        places = [
            place
            for place in self._sources.register.places()
            if (wanted.communes is None or place.commune in wanted.communes)
            and (wanted.classes is None or place.class_ in wanted.classes)
            and sight.may_follow(place)
            and self._is_in_view(wanted, place)
        ]
        return frozenset(Topic(kind, *place) for kind in wanted.kinds for place in places)

    def follow(self, subscriber: Subscriber, topics: frozenset[Topic]) -> None:
        """Replace what a console follows."""
        for topic in subscriber.topics - topics:
            followers = self._followers[topic]
            followers.discard(subscriber)
            if not followers:
                del self._followers[topic]
        subscriber.forget(subscriber.topics - topics)
        for topic in topics - subscriber.topics:
            self._followers.setdefault(topic, set()).add(subscriber)
        subscriber.topics = topics

    def watch(self, subscriber: Subscriber, asset_ids: Iterable[int]) -> None:
        """Replace what a console watches closely."""
        for asset_id in subscriber.watched:
            watching = self._watchers[asset_id]
            watching.discard(subscriber)
            if not watching:
                del self._watchers[asset_id]
        subscriber.watched = frozenset(asset_ids)
        for asset_id in subscriber.watched:
            self._watchers.setdefault(asset_id, set()).add(subscriber)

    def offer(self, subscriber: Subscriber, topic: Topic | None, frame: bytes) -> None:
        """Queue a frame for one console and wake its sender."""
        if not subscriber.offer(topic, _as_seen(subscriber, topic, frame)):
            self._dropped(subscriber.session.user.name)
        self._wake(subscriber)

    def offer_snapshot(self, subscriber: Subscriber, topic: Topic, frame: bytes) -> None:
        """Queue a topic's snapshot for one console."""
        subscriber.offer_snapshot(topic, _as_seen(subscriber, topic, frame))
        self._wake(subscriber)

    def send(self, subscriber: Subscriber, message: ServerMessage) -> None:
        """Queue a message for one console."""
        told = without_persons(message) if is_wall(subscriber.user) else message
        if told is not None:
            self.offer(subscriber, None, _encoder.encode(told))

    def _wake(self, subscriber: Subscriber) -> None:
        event = self._members.get(subscriber)
        if event is not None:
            event.set()

    def _is_in_view(self, wanted: Subscribe, place: RightsPlace) -> bool:
        if wanted.viewport is None:
            return True
        west, south, east, north = wanted.viewport
        return any(
            west <= asset.lon <= east and south <= asset.lat <= north
            for asset in self._sources.register.of_place(place)
        )


def _as_seen(subscriber: Subscriber, topic: Topic | None, frame: bytes) -> bytes:
    if topic is None or names_nobody(topic) or not is_wall(subscriber.user):
        return frame
    return frame_without_persons(frame)
