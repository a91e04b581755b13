"""The devices behind one connection as administrators see them: who is bound, how it does, who waits to be bound."""

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from backend.services.administration.refusal import AdministrationRefused
from backend.services.devices import Devices
from backend.services.live_state import LiveState
from backend.services.register import Register
from contract.assets import Asset
from contract.bindings import BindingPage, BoundDevice, ConnectionName, DeviceStanding

_ORDER: Final = tuple(DeviceStanding)
_A_TURN: Final = 500


class BindingList:
    """Reads what runs; changes nothing."""

    def __init__(self, register: Register, live: LiveState, devices: Devices) -> None:
        self._register = register
        self._live = live
        self._devices = devices

    async def page(
        self,
        connection_id: str,
        *,
        search: str,
        standing: str,
        start: int,
        limit: int,
        sees: Callable[[Asset], bool],
        may_bind: bool,
    ) -> BindingPage:
        """Those that nobody has bound first, then those that do not answer. Raises AdministrationRefused."""
        if self._devices.connection(connection_id) is None:
            raise AdministrationRefused("connection_unknown", connection=connection_id[:80])
        # Who may not bind here is not told either what else is within reach of the connection.
        seen: Sequence[BoundDevice] = self._seen(connection_id) if may_bind else ()
        bound, hidden = await self._bound(connection_id, sees)
        wanted = search.strip().casefold()
        found = [
            one
            for one in (*seen, *bound)
            if (not standing or one.standing.value == standing) and (not wanted or wanted in _searched(one))
        ]
        found.sort(key=lambda one: (_ORDER.index(one.standing), one.code, one.address))
        manifest = self._devices.manifest_of(connection_id)
        rest = start + limit
        return BindingPage(
            connection_id=connection_id,
            items=tuple(self._told(one) for one in found[start:rest]),
            next=str(rest) if rest < len(found) else None,
            total=len(found),
            bound=len(bound),
            seen=len(seen),
            hidden=hidden,
            can_tell=self._devices.can_tell_unbound(connection_id),
            may_bind=may_bind,
            classes=() if manifest is None else manifest.classes,
            address_fr="" if manifest is None else manifest.address.hint_fr,
            address_en="" if manifest is None else manifest.address.hint_en,
            may_be_empty=manifest is not None and manifest.address.may_be_empty,
        )

    def names(self, sees: Callable[[Asset], bool], *, sees_all: bool) -> Sequence[ConnectionName]:
        """The connections behind which an asset that is seen answers; with `sees_all` those behind which none does."""
        found: list[ConnectionName] = []
        for link in self._devices.links():
            connection = self._devices.connection(link.connection_id)
            assets = sum(
                asset is not None and sees(asset)
                for asset in map(self._register.get, self._devices.bound_assets(link.connection_id))
            )
            if connection is None or not (assets or sees_all):
                continue
            manifest = self._devices.manifest_of(connection.id)
            found.append(
                ConnectionName(
                    id=connection.id,
                    integration=connection.integration,
                    title_fr="" if manifest is None else manifest.title_fr,
                    title_en="" if manifest is None else manifest.title_en,
                    state=link.state,
                    assets=assets,
                )
            )
        return found

    def _seen(self, connection_id: str) -> Sequence[BoundDevice]:
        return [
            BoundDevice(
                address=device.address,
                standing=DeviceStanding.SEEN,
                device=device.name,
                kind=device.kind,
                messages=device.messages,
                last_heard=device.last_heard,
            )
            for device in self._devices.unbound(connection_id)
        ]

    async def _bound(self, connection_id: str, sees: Callable[[Asset], bool]) -> tuple[Sequence[BoundDevice], int]:
        bound: list[BoundDevice] = []
        hidden = 0
        for number, binding in enumerate(self._devices.bindings(connection_id)):
            if number % _A_TURN == _A_TURN - 1:
                await asyncio.sleep(0)
            asset = self._register.get(binding.asset_id)
            if asset is None or not sees(asset):
                hidden += 1
                continue
            silence = self._live.silence(asset.id)
            standing = DeviceStanding.ANSWERS if self._live.is_heard(asset.id) else DeviceStanding.NEVER
            bound.append(
                BoundDevice(
                    address=binding.address,
                    standing=standing if silence is None else DeviceStanding.SILENT,
                    asset_id=asset.id,
                    code=asset.code,
                    name=asset.name or asset.street,
                    class_=asset.class_,
                    commune=asset.commune,
                    reason="" if silence is None else silence.reason,
                )
            )
        return bound, hidden

    def _told(self, one: BoundDevice) -> BoundDevice:
        """With when it was last heard: looked up for those that are shown only."""
        if one.asset_id is None:
            return one
        heard = [value.received_time for value in self._live.points_of(one.asset_id).values()]
        return msgspec.structs.replace(one, last_heard=_latest(heard))


def _latest(moments: Sequence[dt.datetime | None]) -> dt.datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _searched(one: BoundDevice) -> str:
    return " ".join((one.address, one.code, one.name, one.device, one.kind)).casefold()
