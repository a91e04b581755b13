"""Takes over what a demo or exercise city announces: its register once, its connections at each start."""

from collections import defaultdict
from typing import Final

import msgspec

from backend.domain.address_streets import AddressStreets
from backend.domain.addresses import AddressUpdate
from backend.ports import KeptRecord, SecretVault, Storage, Unit
from backend.services.register import Register
from contract.city_plan import CityPlan
from contract.devices import Binding
from contract.journal import EntryKind, NewEntry

_KEPT: Final = "city"
_CONNECTIONS: Final = "connections"


class CityLoading:
    """Fills an empty register; a register that holds assets already keeps them.

    What an administrator bound, and connections that he added, stay as they are too.
    """

    def __init__(self, storage: Storage, register: Register, vault: SecretVault) -> None:
        self._storage = storage
        self._register = register
        self._vault = vault

    async def take(self, plan: CityPlan) -> None:
        """Make the city known; its devices listen elsewhere after each of its starts."""
        if len(self._register) == 0:
            await self._register.apply(plan.assets, "system", note=f"city {plan.name}", communes=plan.communes)
        if plan.addresses and not await self._storage.address_streets():
            await self._storage.commit(Unit(addresses=_addresses(plan)))
        known = set(self._vault.names())
        for name, secret in plan.secrets.items():
            if name not in known or self._vault.read(name) != secret:
                await self._vault.store(name, secret)
        bindings: dict[str, list[Binding]] = defaultdict(list)
        for planned in plan.bindings:
            asset = self._register.find(planned.class_, planned.code)
            if asset is not None:
                bindings[planned.connection_id].append(Binding(asset_id=asset.id, address=planned.address))
        wanted = {connection.id for connection in plan.connections}
        stored = {connection.id for connection in await self._storage.connections()}
        told = (await self._storage.records(_KEPT)).get(_CONNECTIONS)
        planned_before = stored if told is None else set(msgspec.msgpack.decode(told, type=list[str]))
        gone = sorted((planned_before & stored) - wanted)
        payload: dict[str, object] = {
            "event": "city_connected",
            "city": plan.name,
            "connections": len(plan.connections),
            "bindings": sum(len(bindings.get(connection_id, [])) for connection_id in wanted - stored),
        }
        await self._storage.commit(
            Unit(
                entries=[NewEntry(kind=EntryKind.SYSTEM, actor="system", payload=payload)],
                connections=list(plan.connections),
                removed_connections=gone,
                bindings={connection_id: bindings.get(connection_id, []) for connection_id in sorted(wanted - stored)},
                records=[KeptRecord(_KEPT, _CONNECTIONS, msgspec.msgpack.encode(sorted(wanted)))],
            )
        )


def _addresses(plan: CityPlan) -> AddressUpdate:
    names = {commune.code: commune.name for commune in plan.communes}
    gathered = AddressStreets()
    for house in plan.addresses:
        gathered.add(
            commune=house.commune,
            commune_name=names.get(house.commune, house.commune),
            postcode=house.postcode,
            street=house.street,
            number=house.number,
            suffix=house.suffix,
            lon=house.lon,
            lat=house.lat,
        )
    return AddressUpdate((), gathered.streets(), gathered.numbers())
