"""Which asset is which device: bound, moved and taken off by hand or by file, and heard of at once."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from backend.devkit.manifest import AddressForm, Manifest
from backend.ports import Storage, Unit
from backend.services.administration.refusal import AdministrationRefused
from backend.services.devices import Devices
from backend.services.intake import Intake
from backend.services.integration_catalogue import IntegrationBroken
from backend.services.register import Register
from backend.services.supervisor import Supervisor
from contract.assets import Asset
from contract.bindings import MOST_BINDINGS_AT_ONCE, BindingChange, BindingWish, ChangedBinding
from contract.devices import Binding
from contract.journal import EntryKind, NewEntry

_LONGEST_SHOWN: Final = 80
Sees = Callable[[Asset], bool]


class Bound(msgspec.Struct, frozen=True):
    """What is bound behind one connection and, where else an asset is, behind which connection."""

    connection_id: str
    manifest: Manifest
    here: tuple[Binding, ...]
    elsewhere: Mapping[int, str]

    @property
    def form(self) -> AddressForm:
        """What an address looks like."""
        return self.manifest.address

    def addresses(self, asset_id: int) -> Sequence[str]:
        """Where an asset answers; mostly one place or none."""
        return [binding.address for binding in self.here if binding.asset_id == asset_id]


class BindingDesk:
    """Changes bindings under the same turn as connections; only the connection's own adapter starts anew."""

    def __init__(
        self,
        storage: Storage,
        register: Register,
        devices: Devices,
        supervisor: Supervisor,
        intake: Intake,
        turn: asyncio.Lock,
        is_masked: Callable[[int], bool],
    ) -> None:
        self._storage = storage
        self._register = register
        self._devices = devices
        self._supervisor = supervisor
        self._intake = intake
        self._turn = turn
        self._is_masked = is_masked

    async def change(
        self, connection_id: str, wishes: Sequence[BindingWish], *, sees: Sees, by: str, reason: str = ""
    ) -> BindingChange:
        """All wishes or none. Raises AdministrationRefused, StorageError."""
        if not 1 <= len(wishes) <= MOST_BINDINGS_AT_ONCE:
            raise AdministrationRefused("binding_count", count=MOST_BINDINGS_AT_ONCE)
        async with self._turn:
            bound = await self.bound(connection_id)
            wanted = [self.checked(bound, wish) for wish in wishes]
            after = self._applied(bound, wanted, sees)
            changes = [
                ChangedBinding(
                    asset_id=wish.asset_id, code=self._code(wish.asset_id), before=wish.before, after=wish.after
                )
                for wish in wanted
            ]
            entries = [_entry(connection_id, change, reason, by) for change in changes]
            await self._storage.commit(Unit(entries=entries, bindings={connection_id: after}))
            await self._rewire(connection_id, changes)
        return BindingChange(connection_id=connection_id, changes=tuple(changes))

    async def bound(self, connection_id: str) -> Bound:
        """As it is stored. Raises AdministrationRefused, StorageError."""
        connections = {connection.id: connection for connection in await self._storage.connections()}
        connection = connections.get(connection_id)
        if connection is None:
            raise AdministrationRefused("connection_unknown", connection=connection_id[:_LONGEST_SHOWN])
        manifest = self._supervisor.manifests().get(connection.integration)
        if manifest is None:
            raise AdministrationRefused("connection_integration", integration=connection.integration)
        stored = await self._storage.bindings()
        elsewhere = {
            one.asset_id: id_
            for id_, mine in stored.items()
            if id_ != connection_id and id_ in connections
            for one in mine
        }
        return Bound(connection_id, manifest, tuple(stored.get(connection_id, ())), elsewhere)

    def checked(self, bound: Bound, wish: BindingWish) -> BindingWish:
        """The wish with its address as it is kept. Raises AdministrationRefused when it cannot be done by itself."""
        asset = self._register.get(wish.asset_id)
        if asset is None:
            raise AdministrationRefused("binding_no_asset")
        addresses = bound.addresses(asset.id)
        is_as_seen = wish.before in addresses if wish.before is not None else not addresses
        if not is_as_seen:
            code = "binding_changed" if addresses else "binding_gone"
            raise AdministrationRefused(code, asset=asset.code, address=_shown(next(iter(addresses), "")))
        if wish.after is None:
            if wish.before is None:
                raise AdministrationRefused("binding_nothing", asset=asset.code)
            return wish
        if asset.class_ not in bound.manifest.classes:
            raise AdministrationRefused("binding_class", asset=asset.code, class_=asset.class_)
        if asset.id in bound.elsewhere:
            raise AdministrationRefused("binding_elsewhere", asset=asset.code, connection=bound.elsewhere[asset.id])
        kept = bound.form.spelled(wish.after)
        if kept is None:
            raise AdministrationRefused("binding_address", address=_shown(wish.after), integration=bound.manifest.name)
        if kept == wish.before:
            raise AdministrationRefused("binding_nothing", asset=asset.code)
        return msgspec.structs.replace(wish, after=kept)

    def _applied(self, bound: Bound, wishes: Sequence[BindingWish], sees: Sees) -> list[Binding]:
        """What is bound afterwards. Raises AdministrationRefused where an asset or a device would be in two places."""
        twice = _first_twice(wishes)
        if twice is not None:
            raise AdministrationRefused("binding_twice", asset=self._code(twice))
        self._check_masks(bound, wishes)
        left = {(wish.asset_id, wish.before) for wish in wishes}
        after = [one for one in bound.here if (one.asset_id, one.address) not in left]
        after += [Binding(asset_id=wish.asset_id, address=wish.after) for wish in wishes if wish.after is not None]
        holders: dict[str, int] = {}
        for one in after:
            device = bound.form.device(one.address)
            other = holders.setdefault(device, one.asset_id)
            if other != one.asset_id:
                raise self.taken(one.address, other, sees)
        return after

    def _check_masks(self, bound: Bound, wishes: Sequence[BindingWish]) -> None:
        """What one person may not uncover he may not see through another asset either. Raises AdministrationRefused."""
        masked = [one.asset_id for one in bound.here if self._is_masked(one.asset_id)]
        if not masked:
            return
        moved = next((wish.asset_id for wish in wishes if wish.before is not None and wish.asset_id in masked), None)
        if moved is not None:
            raise AdministrationRefused("binding_masked", asset=self._code(moved))
        # A video source has more names than one: only what the camera itself lists as free is surely another picture.
        free = {device.address for device in self._devices.unbound(bound.connection_id)}
        if any(wish.after is not None and wish.after not in free for wish in wishes):
            raise AdministrationRefused("binding_beside_masked", asset=self._code(masked[0]))

    def taken(self, address: str, holder: int, sees: Sees) -> AdministrationRefused:
        """Another asset answers there; which one is told to those who may see it."""
        asset = self._register.get(holder)
        if asset is None or not sees(asset):
            return AdministrationRefused("binding_taken_hidden", address=_shown(address))
        return AdministrationRefused("binding_taken", address=_shown(address), asset=asset.code)

    async def _rewire(self, connection_id: str, changes: Sequence[ChangedBinding]) -> None:
        """The connection's adapter hears of it; no other does. Raises AdministrationRefused."""
        # What the old device of a moved asset said is old before the new one speaks.
        self._intake.unbound([one.asset_id for one in changes if one.before is not None and one.after is not None])
        try:
            await self._supervisor.renew(connection_id)
        except IntegrationBroken as error:
            raise AdministrationRefused("connection_stored", reason=str(error)) from error
        finally:
            self._intake.unbound([one.asset_id for one in changes if one.after is None])

    def _code(self, asset_id: int) -> str:
        asset = self._register.get(asset_id)
        return "" if asset is None else asset.code


def _first_twice(wishes: Sequence[BindingWish]) -> int | None:
    seen: set[int] = set()
    for wish in wishes:
        if wish.asset_id in seen:
            return wish.asset_id
        seen.add(wish.asset_id)
    return None


def _entry(connection_id: str, change: ChangedBinding, reason: str, by: str) -> NewEntry:
    payload: dict[str, object] = {
        "event": "device_unbound"
        if change.after is None
        else "device_bound"
        if change.before is None
        else "device_moved",
        "connection": connection_id,
        "before": change.before or "",
        "after": change.after or "",
        "reason": reason,
    }
    return NewEntry(kind=EntryKind.LINK, actor=by, asset_id=change.asset_id, payload=payload)


def _shown(address: str) -> str:
    return "".join(character if character.isprintable() else "·" for character in address[:_LONGEST_SHOWN])
