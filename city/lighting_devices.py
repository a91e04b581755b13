"""The city's lighting gateways, one a commune, and the levers for its lamps and cabinets by their codes."""

from collections.abc import Sequence

from aiohttp import web

from backend.devkit.clock import Clock
from backend.integrations.talq_lighting.simulator import CabinetSite, LampSite, SimulatedGateway, gateway_routes
from city.addresses import talq_address
from city.lighting_register import LitCommune
from contract.city_plan import PlannedBinding
from contract.devices import Connection

INTEGRATION = "talq_lighting"


class LightingDevices:
    """All gateways. Lamps and cabinets are named by their register codes; an unknown code raises KeyError."""

    def __init__(self, communes: Sequence[LitCommune], clock: Clock) -> None:
        self._communes = communes
        self.gateways = {lit.commune.code: _gateway(lit, clock) for lit in communes}
        self.cabinet_codes = [group.cabinet.code for lit in communes for group in lit.groups]
        self.lamp_codes = [lamp.code for lit in communes for group in lit.groups for lamp in group.lamps]
        self._behind = {
            asset.code: self.gateways[lit.commune.code]
            for lit in communes
            for group in lit.groups
            for asset in (group.cabinet, *group.lamps)
        }

    def gateway_of(self, code: str) -> SimulatedGateway:
        """The gateway behind which the lamp or cabinet answers."""
        return self._behind[code]

    def routes(self) -> list[web.RouteDef]:
        """HTTP routes: a commune's gateway is at /gw/INSEE."""
        return [route for code, gateway in self.gateways.items() for route in gateway_routes(gateway, f"/gw/{code}")]

    def tell_own_uris(self, base_url: str) -> None:
        """Once the listener's port is known."""
        for code, gateway in self.gateways.items():
            gateway.own_uri = f"{base_url}/gw/{code}"

    def connections(self, base_url: str) -> list[Connection]:
        """One connection a gateway."""
        return [
            Connection(
                id=f"gw-{code}",
                integration=INTEGRATION,
                url=f"{base_url}/gw/{code}",
                settings={"gateway_address": gateway.address},
            )
            for code, gateway in self.gateways.items()
        ]

    def bindings(self) -> list[PlannedBinding]:
        """Gateways, cabinets and lamps, each at its TALQ address."""
        return [
            PlannedBinding(f"gw-{lit.commune.code}", asset.class_, asset.code, talq_address(asset.code))
            for lit in self._communes
            for asset in (
                lit.gateway,
                *(asset for group in lit.groups for asset in (group.cabinet, *group.lamps)),
            )
        ]

    def lamp_state(self, code: str) -> dict[str, object]:
        """What the lamp really does, whatever anybody was told."""
        gateway, index = self._lamp(code)
        field = gateway.field
        has_supply = bool(field.cabinet_has_supply[field.cabinet[index]])
        return {
            "code": code,
            "level_percent": int(field.level[index]) if has_supply else 0,
            "program_percent": int(field.program_level[index]),
            "has_supply": has_supply,
            "power_w": round(field.power_of(index), 1),
            "faults": sorted(gateway.lamp_events.get(index, ())),
        }

    def is_dark_outside(self) -> bool:
        """As the lamps see it: most of the first commune's programs want light."""
        levels = next(iter(self.gateways.values())).field.program_level
        return len(levels) > 0 and float((levels > 0).mean()) > 0.5

    def status(self) -> dict[str, int]:
        """Counts over all gateways."""
        fields = [gateway.field for gateway in self.gateways.values()]
        return {
            "gateways": len(fields),
            "silent_gateways": sum(gateway.is_silent for gateway in self.gateways.values()),
            "lamps": sum(field.count for field in fields),
            "lamps_lit": sum(int(((field.level > 0) & field.has_supply()).sum()) for field in fields),
            "lamps_failed": sum(int(field.has_failed.sum()) for field in fields),
            "cabinets": sum(len(field.cabinet_has_supply) for field in fields),
            "cabinets_without_supply": sum(int((~field.cabinet_has_supply).sum()) for field in fields),
        }

    def _lamp(self, code: str) -> tuple[SimulatedGateway, int]:
        gateway = self._behind[code]
        return gateway, gateway.inventory.lamp_at[talq_address(code)]


def _gateway(lit: LitCommune, clock: Clock) -> SimulatedGateway:
    cabinets = [
        CabinetSite(
            address=talq_address(group.cabinet.code),
            lon=group.cabinet.lon,
            lat=group.cabinet.lat,
            name=group.cabinet.code,
        )
        for group in lit.groups
    ]
    lamps = [
        LampSite(
            address=talq_address(lamp.code),
            lon=lamp.lon,
            lat=lamp.lat,
            cabinet_address=cabinet.address,
            rated_power_w=float(lamp.extra["rated_power_w"]),
            name=lamp.code,
        )
        for group, cabinet in zip(lit.groups, cabinets, strict=True)
        for lamp in group.lamps
    ]
    return SimulatedGateway(talq_address(lit.gateway.code), lit.gateway.name, lamps, cabinets, clock=clock)
