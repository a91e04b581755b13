"""All stores of one console, and the door by which the stream enters them."""

import logging
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal

from console.kit.clock import Clock
from console.kit.ports import Client
from console.kit.task_bag import TaskBag
from console.kit.ticker import Ticker
from console.store.alarm_conflicts import AlarmConflictStore
from console.store.alarms import AlarmStore
from console.store.assets import AssetStore
from console.store.base_maps import BaseMapStore
from console.store.catalogue import CatalogueStore
from console.store.city_columns import CityColumns
from console.store.energy import EnergyStore
from console.store.fleet_wishes import FleetWishes
from console.store.flood import FloodStore
from console.store.link import LinkStage, LinkStore
from console.store.map_contents import MapContents, MapListing
from console.store.map_shelf import MapShelf
from console.store.moments import MomentsStore
from console.store.occasion import OccasionStore
from console.store.open_maps import OpenMaps
from console.store.open_walls import OpenWalls
from console.store.placing import PlacingStore
from console.store.register import RegisterStore
from console.store.register_wishes import RegisterWishes
from console.store.selection import SelectionStore
from console.store.sounds import SoundStore
from console.store.states import StateStore
from console.store.wall_shelf import WallShelf
from console.store.watched import WatchStore
from contract.alarm_rules import ClassesChanged
from contract.alarm_work import AlarmConflict
from contract.stream import (
    AlarmsBody,
    AssetsBody,
    Body,
    Changes,
    ClaimsBody,
    CommandChanged,
    Heartbeat,
    LinksChanged,
    PointsBody,
    Refused,
    RightsChanged,
    ServerMessage,
    Snapshot,
    SnapshotsDone,
    StatesBody,
    Topic,
    WatchedClaims,
    WatchedPoints,
    Welcome,
)

log = logging.getLogger(__name__)


class Stores(QObject):
    """Fed by messages in sequence; each store tells its panels once a tick."""

    rights_changed = Signal()  # of who holds the seat: what he may not see any more is gone from the stores

    def __init__(self, clock: Clock, monotonic: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.assets = AssetStore(self)
        self.states = StateStore(self, monotonic=monotonic)
        self.alarms = AlarmStore(self)
        self.alarm_conflicts = AlarmConflictStore(self)
        self.watched = WatchStore(self)
        self.catalogue = CatalogueStore(self)
        self.occasion = OccasionStore(self)
        self.selection = SelectionStore(self)
        self.moments = MomentsStore(self)
        self.register = RegisterStore(self.assets, self.states, monotonic, self)
        self.city = CityColumns(self.assets, self.catalogue, self.states, self)
        self.maps = OpenMaps(self)
        self.placing = PlacingStore(self)
        self.register_wishes = RegisterWishes(self)
        self.map_shelf = MapShelf(self)
        self.fleet = FleetWishes(self)
        self.walls = OpenWalls()
        self.wall_shelf = WallShelf(lambda: self.link.user, self)
        self.base_maps = BaseMapStore(clock, monotonic, self)
        self.energy = EnergyStore(self)
        self.contents = MapContents(self)
        self.link = LinkStore(clock, monotonic, self)
        self.flood = FloodStore(self.alarms, self.link.server_now, monotonic, self)
        self._of_others: frozenset[Topic] = frozenset()  # told to who held the seat before, and not yet to who holds it
        self.sounds = SoundStore(self.alarms, self.flood, monotonic, self)

    def tick_with(self, ticker: Ticker) -> None:
        """Flush at each tick: assets before their states, what is derived last."""
        for store in (
            self.assets,
            self.states,
            self.alarms,
            self.watched,
            self.base_maps,
            self.link,
            self.flood,
            self.sounds,
        ):
            ticker.add(store)

    def flush(self) -> None:
        """One tick by hand."""
        for store in (
            self.assets,
            self.states,
            self.alarms,
            self.watched,
            self.base_maps,
            self.link,
            self.flood,
            self.sounds,
        ):
            store.flush()

    async def meet(self, client: Client, tasks: TaskBag) -> None:
        """Somebody logged in: what is asked for, not streamed, comes from here."""
        self.sounds.meet()
        self.base_maps.ask(client)
        self.map_shelf.keep_with(client, tasks)
        await self.map_shelf.load(client)
        await self.wall_shelf.load(client)

    async def leave(self) -> None:
        """The login is over."""
        self.sounds.leave()
        self.flood.leave()
        await self.base_maps.leave()
        await self.energy.leave()

    def link_changed(self, state: str, detail: str) -> None:
        """The mirror's link came or went."""
        self.link.take_stage(LinkStage(str(state)), detail)

    def message(self, message: ServerMessage) -> None:
        """One message of the stream. One that makes no sense is logged and left out; the others go on."""
        try:
            self._take(message)
        except ValueError as error:
            log.error("a %s message made no sense: %s", type(message).__name__, error)

    def _take(self, message: ServerMessage) -> None:
        self.link.heard(message.server_time if isinstance(message, (Welcome, Heartbeat)) else None)
        match message:
            case Welcome():
                if self.link.server_id:
                    self.catalogue.outdated.emit()  # it may have changed while nobody told
                if message.user != self.link.user:
                    self._of_others = self.assets.topics | self.alarms.topics
                    self._forget_person()
                self.link.user, self.link.server_id = message.user, message.server_id
                self.link.catch_up(is_over=False)
                self.assets.begin_loading()
            case Snapshot():
                self._of_others -= {message.topic}
                self._take_body(message.topic, message.body, is_snapshot=True)
            case Changes():
                self._take_body(message.topic, message.body, is_snapshot=False)
            case SnapshotsDone():
                self._drop(self._of_others)
                self._of_others = frozenset()
                self.assets.end_loading()
                self.link.catch_up(is_over=True)
            case WatchedPoints():
                self.watched.take_points(message)
            case WatchedClaims():
                self.watched.take_claims(message)
            case CommandChanged():
                self.watched.take_command(message.command)
            case LinksChanged():
                self.link.take_device_links(message.links)
            case RightsChanged():
                self._drop(message.revoked)
                self.rights_changed.emit()
            case ClassesChanged():
                self.catalogue.outdated.emit()
            case AlarmConflict():
                self.alarm_conflicts.take(message)
            case Heartbeat() | Refused():
                pass

    def forget_unseen(self) -> None:
        """What is selected, chosen and listed of maps is so no more where this person may not see it."""
        selected = self.selection.asset_id
        if selected is not None and self.assets.get(selected) is None:
            self.selection.select(None)
        self.contents.choose(())
        self.contents.show_view(MapListing())

    def _forget_person(self) -> None:
        for store in (self.watched, self.alarm_conflicts, self.moments, self.register_wishes, self.placing):
            store.forget()
        self.fleet.show_way(0, ())
        self.link.forget_devices()

    def _drop(self, topics: Iterable[Topic]) -> None:
        for topic in topics:
            self.assets.drop(topic)
            self.alarms.drop(topic)

    def _take_body(self, topic: Topic, body: Body, *, is_snapshot: bool) -> None:
        match body:
            case AssetsBody():
                self.assets.apply(topic, body, is_snapshot=is_snapshot)
            case StatesBody():
                self.states.apply(body, is_snapshot=is_snapshot)
            case AlarmsBody():
                self.alarms.apply(topic, body, is_snapshot=is_snapshot)
            case PointsBody():
                self.watched.take_point_rows(body)
            case ClaimsBody():
                self.watched.take_claim_changes(body)
