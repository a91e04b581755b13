"""The devices behind a gateway of the sample city: bound, silent, seen; without a wire."""

import datetime as dt

import msgspec

from console.kit.errors import RequestRefused
from contract.bindings import (
    BindingChange,
    BindingImport,
    BindingLine,
    BindingPage,
    BindingWish,
    BoundDevice,
    ChangedBinding,
    ConnectionName,
    ConnectionNames,
    DeviceStanding,
)
from contract.devices import LinkState
from contract.supply import LineOutcome
from tools.screenshots.sample_city import NOW


class SampleBindings:
    """Part of console.kit.administration_ports.AdministrationCalls; keeps what it was asked."""

    binding_refusal: RequestRefused | None = None
    may_bind = True

    def __init__(self) -> None:
        self.kept_devices = {one.address: one for one in _devices()}
        self.binding_wishes: list[tuple[BindingWish, ...]] = []
        self.binding_files: list[tuple[str, bytes, str]] = []

    async def connection_names(self, search: str = "", cursor: str | None = None) -> ConnectionNames:
        found = tuple(one for one in _NAMES if search.casefold() in one.id)
        return ConnectionNames(items=found, next=cursor, total=len(found))

    async def device_bindings(
        self, connection_id: str, search: str = "", standing: str = "", cursor: str | None = None
    ) -> BindingPage:
        wanted = search.casefold()
        found = [
            one
            for one in self.kept_devices.values()
            if wanted in f"{one.address} {one.code} {one.name} {one.device} {one.kind}".casefold()
            and standing in ("", one.standing.value)
        ]
        seen = sum(one.asset_id is None for one in self.kept_devices.values())
        return BindingPage(
            connection_id=connection_id,
            items=tuple(found),
            next=cursor,
            total=len(found),
            bound=len(self.kept_devices) - seen,
            seen=seen,
            hidden=2,
            can_tell=True,
            may_bind=self.may_bind,
            classes=("streetlight", "lighting_cabinet"),
            address_fr="adresse TALQ de l’appareil, un UUID",
            address_en="the device's TALQ address, a UUID",
        )

    async def change_bindings(self, connection_id: str, wishes: tuple[BindingWish, ...], reason: str) -> BindingChange:
        if self.binding_refusal is not None:
            raise self.binding_refusal
        self.binding_wishes.append(wishes)
        codes = {one.asset_id: one.code for one in self.kept_devices.values() if one.asset_id is not None}
        for wish in wishes:
            if wish.before is not None:
                before = self.kept_devices[wish.before]
                self.kept_devices[wish.before] = BoundDevice(
                    address=before.address, standing=DeviceStanding.SEEN, device=before.device, last_heard=NOW
                )
        for wish in wishes:
            if wish.after is not None:
                self.kept_devices[wish.after] = BoundDevice(
                    address=wish.after,
                    standing=DeviceStanding.NEVER,
                    asset_id=wish.asset_id,
                    code=codes.get(wish.asset_id, f"PL-{wish.asset_id}"),
                    reason=reason,
                )
        changes = tuple(
            ChangedBinding(
                asset_id=wish.asset_id,
                code=codes.get(wish.asset_id, f"PL-{wish.asset_id}"),
                before=wish.before,
                after=wish.after,
            )
            for wish in wishes
        )
        return BindingChange(connection_id=connection_id, changes=changes)

    async def import_bindings(self, connection_id: str, name: str, content: bytes, *, seal: str = "") -> BindingImport:
        self.binding_files.append((name, content, seal))
        lines = [
            BindingLine(
                line=3,
                outcome=LineOutcome.ERROR,
                asset="PL-000-O9",
                said="there is no asset PL-000-O9 among: streetlight",
                said_code="binding_no_code",
                said_args={"asset": "PL-000-O9", "classes": "streetlight"},
            ),
            BindingLine(line=2, outcome=LineOutcome.CHANGED, asset="PL-000-01", before=_address(1), after=_address(31)),
            BindingLine(line=1, outcome=LineOutcome.ADDED, asset="PL-000-02", after=_address(30)),
        ]
        if b"O9" not in content:
            del lines[0]
        report = BindingImport(
            file_name=name,
            is_done=bool(seal),
            seal="seal",
            line_count=len(lines),
            added_count=1,
            changed_count=1,
            unchanged_count=0,
            error_count=len(lines) - 2,
            lines=tuple(lines),
        )
        if not seal:
            return report
        change = await self.change_bindings(
            connection_id, (BindingWish(asset_id=5, before=None, after=_address(30)),), name
        )
        return msgspec.structs.replace(report, change=change)


def _address(number: int) -> str:
    return f"5c1d8b0e-7a44-5b1f-9d0c-{number:012x}"


def _devices() -> list[BoundDevice]:
    seen = [
        BoundDevice(
            address=_address(number),
            standing=DeviceStanding.SEEN,
            device=f"OLC {number}",
            kind="Philips LLC7900",
            last_heard=NOW - dt.timedelta(minutes=number - 27),
        )
        for number in (30, 31)
    ]
    silent = BoundDevice(
        address=_address(1),
        standing=DeviceStanding.SILENT,
        asset_id=4,
        code="PL-000-01",
        name="rue de la Liberté",
        class_="streetlight",
        commune="21231",
        last_heard=NOW - dt.timedelta(hours=5),
        reason="not answering since 21:12 CET",
    )
    answering = [
        BoundDevice(
            address=_address(number),
            standing=DeviceStanding.ANSWERS,
            asset_id=3 + number,
            code=f"PL-000-{number:02d}",
            class_="streetlight",
            commune="21231",
            last_heard=NOW - dt.timedelta(seconds=40 * number + 5),
        )
        for number in (0, 3, 4, 5, 6)
    ]
    return [*seen, silent, *answering]


_NAMES = tuple(
    ConnectionName(id=id_, integration=kind, title_fr=fr, title_en=en, state=state, assets=assets)
    for id_, kind, fr, en, state, assets in (
        ("parking 21231", "chirpstack_mqtt", "Capteurs LoRaWAN", "LoRaWAN sensors", LinkState.DOWN, 214),
        ("talq 21231", "talq_lighting", "Éclairage TALQ", "TALQ lighting", LinkState.UP, 14_880),
    )
)
