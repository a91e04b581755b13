"""The fleet's parts, joined."""

from backend.devkit.clock import Clock
from backend.devkit.device_token import device_name, device_token
from backend.devkit.tasks import Tasks
from backend.ports import SecretVault, Storage, Unit
from backend.services.feed_relay import FeedRelay
from backend.services.fleet.fleet import Fleet
from backend.services.fleet.positions import KEPT_DAYS, PositionFiles, Positions
from backend.services.live_state import LiveState
from backend.services.nearness import Nearness
from backend.services.reading_retention import ReadingRetention
from backend.services.register import Register
from contract.fleet import DeviceAccess
from contract.journal import EntryKind, NewEntry


class NoAccess(Exception):
    """No phone reports for this asset: the text says what is missing."""


class FleetServices:
    """Hears the feed from when it is made; `open` before the first report, `close` at the end."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        register: Register,
        live: LiveState,
        nearness: Nearness,
        feed: FeedRelay,
        vault: SecretVault,
        files: PositionFiles,
        kept_days: int = KEPT_DAYS,
    ) -> None:
        self._storage = storage
        self._vault = vault
        self.fleet = Fleet(register, live, nearness, clock)
        self.positions = Positions(files, register, clock, kept_days)
        self._retention = ReadingRetention(self.positions, storage, clock, kept_days, event="positions_forgotten")
        feed.hear(self.fleet)
        feed.hear(self.positions)

    def open(self) -> None:
        """Make what positions are kept in. Raises StorageError."""
        self.positions.open()

    async def close(self) -> None:
        """Write what waits; may be called twice."""
        await self.positions.close()

    def start(self, tasks: Tasks) -> None:
        """Look and forget until the tasks' owner closes."""
        tasks.start(self.fleet.run(), name="fleet")
        tasks.start(self._retention.run(), name="positions")

    async def looked_up(self, asset_id: int, by: str, what: dict[str, object]) -> None:
        """Before anybody is told where a vehicle was: that he asked is in the journal. Raises StorageError."""
        await self._storage.commit(
            Unit(entries=[NewEntry(kind=EntryKind.WHEREABOUTS, actor=by, asset_id=asset_id, payload=what)])
        )

    async def access(self, asset_id: int, by: str) -> DeviceAccess:
        """What its phone is given; who asked is in the journal. Raises NoAccess, StorageError."""
        if not self.fleet.has(asset_id):
            # Of what else there is, the secret of a connection is a password: nothing made of it is told.
            raise NoAccess("This is no vehicle.")
        bindings = await self._storage.bindings()
        bound = ((id_, one.address) for id_, mine in bindings.items() for one in mine if one.asset_id == asset_id)
        connection_id, address = next(bound, ("", ""))
        connections = {connection.id: connection for connection in await self._storage.connections()}
        connection = connections.get(connection_id)
        if connection is None:
            raise NoAccess("No connection is set up through which this vehicle reports.")
        try:
            token = device_token(self._vault.read(connection.secret_name), address)
        except (KeyError, ValueError):
            raise NoAccess("The connection through which it reports has no secret for tokens.") from None
        payload: dict[str, object] = {"event": "device_access_shown", "device": device_name(address)}
        await self._storage.commit(
            Unit(entries=[NewEntry(kind=EntryKind.SECURITY, actor=by, asset_id=asset_id, payload=payload)])
        )
        is_mqtt = connection.url.startswith("mqtt")
        root = connection.settings.get("owntracks_topic", "owntracks")
        return DeviceAccess(
            asset_id=asset_id,
            device=device_name(address),
            url=connection.url if is_mqtt else f"{connection.url}/{token}",
            token=token,
            topic=f"{root}/{device_name(address)}/{token}" if is_mqtt else "",
        )
