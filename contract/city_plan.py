"""What a demo or exercise city announces: its register and how to reach its devices."""

import msgspec

from contract.assets import Asset, Commune
from contract.devices import Connection


class PlannedBinding(msgspec.Struct, frozen=True, array_like=True):
    """The asset (class, code) answers at `address` behind `connection_id`."""

    connection_id: str
    class_: str
    code: str
    address: str


class PlannedAddress(msgspec.Struct, frozen=True, array_like=True):
    """A house: 12 bis, Rue de la Liberté, in the commune of this INSEE code."""

    commune: str
    postcode: str
    street: str
    number: int
    suffix: str
    lon: float
    lat: float


class CityPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A city in one value. Asset ids, parents and supply parents refer to ids within the plan."""

    name: str
    seed: int
    scale: float
    communes: tuple[Commune, ...]
    assets: tuple[Asset, ...]
    connections: tuple[Connection, ...]
    bindings: tuple[PlannedBinding, ...]
    addresses: tuple[PlannedAddress, ...] = ()
    secrets: dict[str, str] = {}  # secret_name -> "user:password" of the simulated devices only


class CityReady(msgspec.Struct, frozen=True, kw_only=True):
    """The one line of JSON a city prints on standard output once its devices listen."""

    plan_path: str
    control_url: str  # loopback HTTP: make a cabinet lose its supply, give it back (demo and tests only)
