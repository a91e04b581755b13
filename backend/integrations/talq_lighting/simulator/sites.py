"""Where the simulated lamps and cabinets stand."""

import msgspec


class CabinetSite(msgspec.Struct, frozen=True, kw_only=True):
    """A street lighting cabinet with its controller; `address` is its TALQ uuid."""

    address: str
    lon: float
    lat: float
    name: str = ""


class LampSite(msgspec.Struct, frozen=True, kw_only=True):
    """A lamp with its controller, fed by a cabinet; `address` is its TALQ uuid."""

    address: str
    lon: float
    lat: float
    cabinet_address: str
    rated_power_w: float = 60.0
    name: str = ""
