"""Which connection answers for which asset, how it does, and what it can be told."""

from collections.abc import Iterable, Mapping, Sequence

from backend.devkit.adapter import Adapter, ListeningAdapter, ListingAdapter
from backend.devkit.manifest import AddressForm, Manifest
from backend.services.said import Said, say
from contract.assets import Asset
from contract.devices import Binding, Connection, LinkState, LinkStatus, UnknownDevice


class Devices:
    """Filled by the supervisor; read by those who command."""

    def __init__(self) -> None:
        self._connections: dict[str, Connection] = {}
        self._bound: dict[str, tuple[int, ...]] = {}
        self._bindings: dict[str, tuple[Binding, ...]] = {}
        self._connection_of: dict[int, str] = {}
        self._adapters: dict[str, Adapter] = {}
        self._manifests: dict[str, Manifest] = {}
        self._links: dict[str, LinkStatus] = {}
        self._heard: dict[str, Sequence[UnknownDevice]] = {}  # strangers that an adapter knew when it ended

    def take(
        self,
        manifests: Mapping[str, Manifest],
        connections: Iterable[Connection],
        bindings: Mapping[str, Sequence[Binding]],
    ) -> None:
        """Replace what is known of connections; adapters come as they are started."""
        self._manifests = dict(manifests)
        self._connections = {connection.id: connection for connection in connections}
        self._bindings = {id_: tuple(bindings.get(id_, ())) for id_ in self._connections}
        self._bound = {id_: tuple(one.asset_id for one in bound) for id_, bound in self._bindings.items()}
        self._connection_of = {asset: id_ for id_, assets in self._bound.items() for asset in assets}
        self._links = {id_: status for id_, status in self._links.items() if id_ in self._connections}
        self._adapters = {id_: adapter for id_, adapter in self._adapters.items() if id_ in self._connections}
        self._heard = {id_: heard for id_, heard in self._heard.items() if id_ in self._connections}

    def set_adapter(self, connection_id: str, adapter: Adapter | None) -> None:
        """This adapter drives the connection from now on; None: none does."""
        if adapter is None:
            # Who was heard is known still when an adapter starts anew: a sensor may be silent for an hour.
            self._heard[connection_id] = self.strangers(connection_id)
            self._adapters.pop(connection_id, None)
        else:
            self._adapters[connection_id] = adapter

    def set_link(self, status: LinkStatus) -> None:
        """How a connection does."""
        self._links[status.connection_id] = status

    def links(self) -> Sequence[LinkStatus]:
        """Every connection, by id."""
        return [self.link(connection_id) for connection_id in sorted(self._connections)]

    def link(self, connection_id: str) -> LinkStatus:
        """How one connection does."""
        known = self._links.get(connection_id)
        if known is not None:
            return known
        connection = self._connections.get(connection_id)
        state = LinkState.PAUSED if connection is not None and connection.is_paused else LinkState.CONNECTING
        return LinkStatus(connection_id=connection_id, state=state)

    def bound_assets(self, connection_id: str) -> Sequence[int]:
        """The assets that answer behind a connection."""
        return self._bound.get(connection_id, ())

    def bindings(self, connection_id: str) -> Sequence[Binding]:
        """Which asset answers where behind a connection."""
        return self._bindings.get(connection_id, ())

    def manifest_of(self, connection_id: str) -> Manifest | None:
        """What the connection's integration says of itself; None where it is not installed."""
        connection = self._connections.get(connection_id)
        return None if connection is None else self._manifests.get(connection.integration)

    def strangers(self, connection_id: str) -> Sequence[UnknownDevice]:
        """Devices that speak over a connection and that no asset is bound to, the last heard first."""
        adapter: object = self._adapters.get(connection_id)
        now = adapter.unknown_devices() if isinstance(adapter, ListeningAdapter) else ()
        before = self._heard.get(connection_id, ())
        if not now and not before:
            return ()
        form = self._address_form(connection_id)
        passed = {form.device(binding.address) for binding in self.bindings(connection_id)}
        passed |= {form.device(device.address) for device in now}
        return [*now, *(device for device in before if form.device(device.address) not in passed)]

    def can_tell_unbound(self, connection_id: str) -> bool:
        """Whether the connection's adapter knows devices that no asset is bound to."""
        adapter: object = self._adapters.get(connection_id)
        return isinstance(adapter, (ListeningAdapter, ListingAdapter)) or bool(self._heard.get(connection_id))

    def unbound(self, connection_id: str) -> Sequence[UnknownDevice]:
        """The same, and those that the connection's gateway lists."""
        adapter: object = self._adapters.get(connection_id)
        listed = adapter.unbound_devices() if isinstance(adapter, ListingAdapter) else ()
        return [*self.strangers(connection_id), *listed]

    def _address_form(self, connection_id: str) -> AddressForm:
        manifest = self.manifest_of(connection_id)
        return AddressForm() if manifest is None else manifest.address

    def connection_of(self, asset_id: int) -> str | None:
        """The connection behind which an asset answers."""
        return self._connection_of.get(asset_id)

    def connection(self, connection_id: str) -> Connection | None:
        """One connection."""
        return self._connections.get(connection_id)

    def adapter(self, connection_id: str) -> Adapter | None:
        """The adapter of a connection; None while it is paused or being restarted."""
        return self._adapters.get(connection_id)

    def adapter_of(self, asset_id: int) -> Adapter | None:
        """The adapter that answers for an asset."""
        connection_id = self._connection_of.get(asset_id)
        return None if connection_id is None else self._adapters.get(connection_id)

    def why_cannot(self, asset: Asset, name: str, *, is_claim: bool) -> Said | None:
        """Why an asset cannot be told this at all; None when it can."""
        connection_id = self._connection_of.get(asset.id)
        if connection_id is None:
            return say("register_only", asset=asset.code)
        manifest = self._manifests.get(self._connections[connection_id].integration)
        if manifest is None:
            return say("not_installed", integration=self._connections[connection_id].integration)
        for capability in manifest.capabilities:
            if capability.name == name and capability.is_claim == is_claim and asset.class_ in capability.classes:
                return None
        return say("cannot_be_told", asset=asset.code, what=repr(name[:40]), integration=manifest.name)
