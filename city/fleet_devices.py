"""The phones in the city's vehicles: they drive, report, lose their signal and find it again."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import aiohttp
import numpy as np

from backend.devkit.clock import Clock
from backend.devkit.device_token import device_token
from backend.devkit.free_port import free_port
from backend.integrations.osmand_vehicles.simulator import Fix, OwnTracksUplink, SimulatedPhone, Style
from city.drivers import AT_DEPOT, Driver
from city.geography import Geography
from city.projection import to_degrees, to_metres
from city.roads import Roads
from contract.assets import Asset
from contract.city_plan import PlannedBinding
from contract.devices import Connection

INTEGRATION: Final = "osmand_vehicles"
CONNECTION: Final = "fleet"
OWNTRACKS: Final = "fleet-owntracks"
_WITH_OWNTRACKS: Final = "Fourgonnette espaces verts"  # the crews of the parks have phones of their own
_STEP_S: Final = 1.0
_MOVING_S, _STOPPED_S, _RESTING_S = 8.0, 45.0, 150.0
_SIGNAL_LOST_S: Final = 1_500.0  # mean of one vehicle between two dead spots
_DEAD_SPOT_S: Final = (20.0, 240.0)
_SENT_AT_ONCE: Final = 6
_OLD_TRACKERS: Final = 4  # one in so many sends a request a fix
_RETRY_S: Final = 15.0
_ERROR_M: Final = 2.0


class CityVehicle:
    """A driver with a phone. The register's code is the device's name."""

    def __init__(self, driver: Driver, secret: str, seed: int) -> None:
        self.driver = driver
        code = driver.asset.code
        style: Style = "query" if (driver.asset.number or 0) % _OLD_TRACKERS == 0 else "json"
        if driver.asset.name.startswith(_WITH_OWNTRACKS):
            style = "owntracks"
        self.publishes = style == "owntracks"
        self.phone = SimulatedPhone(code, device_token(secret, code), style)
        self._chances = np.random.default_rng([seed, 62, driver.asset.id])
        self._due_s = float(self._chances.uniform(0.0, _MOVING_S))
        self._was_moving: bool = False
        self._until_dead_spot_s = float(self._chances.exponential(_SIGNAL_LOST_S))
        self._dead_spot_s = 0.0
        self._is_held = False
        self._retry_s = 0.0
        self._battery_percent = float(self._chances.uniform(45.0, 100.0))

    def lose_signal(self) -> None:
        """Until `regain_signal`."""
        self._is_held, self.phone.has_signal = True, False

    def regain_signal(self) -> None:
        """What was kept is sent."""
        self._is_held, self.phone.has_signal = False, True

    def advance(self, seconds: float, clock: Clock, *, is_calm: bool) -> bool:
        """So much time passes; whether the phone has something to send."""
        driver = self.driver
        driver.advance(seconds)
        self._live_with_signal(seconds, is_calm=is_calm)
        self._due_s -= seconds
        self._retry_s -= seconds
        if self._due_s > 0.0 and driver.is_moving == self._was_moving:
            return self._tries_again()
        self._was_moving = driver.is_moving
        self._due_s = _MOVING_S if driver.is_moving else _STOPPED_S if driver.status != AT_DEPOT else _RESTING_S
        self._battery_percent = max(8.0, self._battery_percent - 0.01)
        error = self._chances.normal(0.0, _ERROR_M / 2, 2) if driver.is_moving else np.zeros(2)
        lon, lat = to_degrees(np.array([[driver.x + error[0], driver.y + error[1]]]))[0].tolist()
        self.phone.note(
            Fix(
                lon=lon,
                lat=lat,
                at=clock.now(),
                speed_kmh=round(driver.speed_m_s * 3.6, 1),
                heading_deg=round(driver.heading_deg, 1),
                accuracy_m=float(round(4 + abs(error[0]), 1)),
                battery_percent=round(self._battery_percent),
                status=driver.status,
            )
        )
        return True

    def _tries_again(self) -> bool:
        """What could not be sent is tried again after a while, as phones do."""
        if not self.phone.kept or self._retry_s > 0.0:
            return False
        self._retry_s = _RETRY_S
        return True

    def _live_with_signal(self, seconds: float, *, is_calm: bool) -> None:
        if self._is_held:
            return
        if not self.phone.has_signal:
            self._dead_spot_s -= seconds
            self.phone.has_signal = self._dead_spot_s <= 0.0
            return
        self._until_dead_spot_s -= seconds
        if self._until_dead_spot_s <= 0.0:
            self._until_dead_spot_s = float(self._chances.exponential(_SIGNAL_LOST_S))
            if not is_calm and self.driver.is_moving:
                self._dead_spot_s = float(self._chances.uniform(*_DEAD_SPOT_S))
                self.phone.has_signal = False


class CityBroker(NamedTuple):
    """The MQTT broker that the city has already: its port, its account, and the name of that account's secret."""

    port: int
    user: str
    password: str
    secret_name: str


class FleetDevices:
    """All vehicles by their codes; `run` until cancelled. `broker`: asked once the city's broker listens."""

    def __init__(
        self,
        assets: Sequence[Asset],
        geography: Geography,
        seed: int,
        clock: Clock,
        broker: Callable[[], CityBroker] | None = None,
    ) -> None:
        self._clock = clock
        self._broker = broker
        self._uplink = OwnTracksUplink()
        self.secret = hashlib.sha256(f"beffroi demo fleet {seed}".encode()).hexdigest()
        self.is_calm = True
        roads = Roads(geography)
        self.by_code: dict[str, CityVehicle] = {}
        for asset in assets:
            home = to_metres(asset.lon, asset.lat)
            driver = Driver(asset, home, roads.nearest(*home), roads, seed)
            self.by_code[asset.code] = CityVehicle(driver, self.secret, seed)
        self._url = ""

    def connections(self) -> list[Connection]:
        """Where the backend shall listen for them; the phones are told the same."""
        self._url = f"http://127.0.0.1:{free_port()}"
        if not self.by_code:
            return []
        area = {"area": "4.7,47.1,5.4,47.6"}
        made = [
            Connection(id=CONNECTION, integration=INTEGRATION, url=self._url, settings=area, secret_name=CONNECTION)
        ]
        if self._broker is not None:
            broker = self._broker()
            made.append(
                Connection(
                    id=OWNTRACKS,
                    integration=INTEGRATION,
                    url=f"mqtt://127.0.0.1:{broker.port}",
                    settings={**area, "broker_secret": broker.secret_name},
                    secret_name=CONNECTION,
                )
            )
        return made

    def bindings(self) -> list[PlannedBinding]:
        """Each vehicle by its code."""
        return [
            PlannedBinding(
                OWNTRACKS if self._uses_broker(vehicle) else CONNECTION, vehicle.driver.asset.class_, code, code
            )
            for code, vehicle in self.by_code.items()
        ]

    def secrets(self) -> dict[str, str]:
        """The secret of the tokens."""
        return {CONNECTION: self.secret}

    async def run(self) -> None:
        """Drive and report."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._drive(), name="drive")
            if self._broker is not None:
                broker = self._broker()
                group.create_task(self._uplink.run(broker.port, broker.user, broker.password), name="uplink")

    def _uses_broker(self, vehicle: CityVehicle) -> bool:
        return vehicle.publishes and self._broker is not None

    async def _drive(self) -> None:
        gate = asyncio.Semaphore(_SENT_AT_ONCE)
        connector = aiohttp.TCPConnector(limit=_SENT_AT_ONCE)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:

            async def send(vehicle: CityVehicle) -> None:
                async with gate:
                    if self._uses_broker(vehicle):
                        await vehicle.phone.publish(self._uplink)
                    else:
                        await vehicle.phone.send(session, self._url)

            while True:
                began = self._clock.monotonic()
                due = [one for one in self.by_code.values() if one.advance(_STEP_S, self._clock, is_calm=self.is_calm)]
                await asyncio.gather(*(send(vehicle) for vehicle in due))
                await asyncio.sleep(max(0.05, _STEP_S - (self._clock.monotonic() - began)))

    def state(self, code: str) -> dict[str, object]:
        """Where a vehicle truly is. Raises KeyError."""
        vehicle = self.by_code[code]
        driver = vehicle.driver
        lon, lat = to_degrees(np.array([[driver.x, driver.y]]))[0].tolist()
        return {
            "lon": lon,
            "lat": lat,
            "speed_kmh": driver.speed_m_s * 3.6,
            "heading_deg": driver.heading_deg,
            "status": driver.status,
            "has_signal": vehicle.phone.has_signal,
            "kept": vehicle.phone.kept,
        }
