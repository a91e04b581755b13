"""The city's LoRaWAN network: a broker, bays that fill and empty, air that is measured."""

import asyncio
import datetime as dt
import zoneinfo
from collections.abc import Sequence
from typing import Final

import numpy as np

from backend.devkit.clock import Clock
from backend.devkit.mqtt.own_broker import OwnBroker
from backend.integrations.chirpstack_mqtt.simulator.events import SimulatedSensor
from backend.integrations.chirpstack_mqtt.simulator.frames import (
    AIR_PORT,
    BOSCH_PROFILE,
    HEARTBEAT_PORT,
    MILESIGHT_PROFILE,
    STATUS_PORT,
    air_frame,
    bay_frame,
    bay_heartbeat,
)
from backend.integrations.chirpstack_mqtt.simulator.network_server import SimulatedChirpStack
from city.addresses import dev_eui, network_password
from city.fleet_devices import CityBroker
from city.parking_hours import changes, share_taken
from contract.assets import Asset
from contract.city_plan import PlannedBinding
from contract.devices import Connection

INTEGRATION: Final = "chirpstack_mqtt"
CONNECTION: Final = "lorawan"
USER: Final = "city"
_STEP_S: Final = 2.0
_HEARTBEAT_S: Final = 120.0  # real sensors beat once a day: nobody waits that long in a demonstration
_SILENT_AFTER_S: Final = 600
_ZONE: Final = zoneinfo.ZoneInfo("Europe/Paris")
_DEAD_BAY, _LOW_BAY = 17, 16  # in each car park: the battery of this sensor is flat, that of the other soon will be


class CityBay:
    """One bay and its sensor."""

    def __init__(self, asset: Asset) -> None:
        self.asset = asset
        self.eui = dev_eui(asset.code)
        self.is_taken = False
        self.is_dead = asset.number == _DEAD_BAY
        self.is_held = False  # by a lever: nobody comes or goes by himself


class ParkingDevices:
    """All bays and environment sensors, on a broker of the city's own."""

    def __init__(self, assets: Sequence[Asset], seed: int, clock: Clock) -> None:
        self._clock = clock
        self.is_calm = True  # no battery runs low by itself
        self._chances = np.random.default_rng([seed, 63])
        self.bays = {asset.code: CityBay(asset) for asset in assets if asset.class_ == "parking_bay"}
        self._air = [asset for asset in assets if asset.class_ == "environment_sensor"]
        self._parks: dict[int, list[CityBay]] = {}
        for bay in self.bays.values():
            self._parks.setdefault(bay.asset.parent or 0, []).append(bay)
        self._password = network_password(seed)
        self._broker = OwnBroker(clock, passwords={USER: self._password}, trusted=(USER,))
        sensors = [
            *(
                SimulatedSensor(bay.eui, bay.asset.code, BOSCH_PROFILE, -80 - bay.asset.id % 35)
                for bay in self.bays.values()
            ),
            *(SimulatedSensor(dev_eui(asset.code), asset.code, MILESIGHT_PROFILE) for asset in self._air),
        ]
        # Somebody installed it and nobody entered it in the register: it is listed as unknown.
        self._stranger = SimulatedSensor(dev_eui("stranger"), "Capteur neuf", BOSCH_PROFILE)
        self.network = SimulatedChirpStack(clock, [*sensors, self._stranger], user=USER, password=self._password)
        for kind, bays in enumerate(self._parks.values()):
            share = share_taken(kind, self._hour())
            for bay in bays:
                bay.is_taken = bool(self._chances.random() < share)

    async def start(self) -> None:
        """The broker listens. Raises LinkDown."""
        await self._broker.listening()
        self.network.port = self._broker.port

    async def run(self) -> None:
        """Vehicles come and go, sensors beat, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.network.run(), name="network server")
            group.create_task(self._come_and_go(), name="vehicles that park")
            group.create_task(self._beat(), name="heartbeats of sensors")

    async def close(self) -> None:
        """End the broker."""
        await self._broker.close()

    def set_bay(self, code: str, *, is_taken: bool) -> None:
        """A vehicle comes or goes, and the bay stays so. Raises KeyError."""
        bay = self.bays[code]
        bay.is_held, bay.is_dead = True, False
        self._change(bay, is_taken=is_taken)

    def silence_bay(self, code: str) -> None:
        """Its battery is flat. Raises KeyError."""
        self.bays[code].is_dead = True

    def broker(self) -> CityBroker:
        """Others of the city may publish there too, once it listens."""
        return CityBroker(self._broker.port, USER, self._password, CONNECTION)

    def connections(self) -> list[Connection]:
        """One: the network server's broker."""
        return [
            Connection(
                id=CONNECTION,
                integration=INTEGRATION,
                url=f"mqtt://127.0.0.1:{self._broker.port}",
                settings={"silent_after_s": str(_SILENT_AFTER_S)},
                secret_name=CONNECTION,
            )
        ]

    def bindings(self) -> list[PlannedBinding]:
        """Each sensor by its EUI."""
        return [
            *(PlannedBinding(CONNECTION, "parking_bay", bay.asset.code, bay.eui) for bay in self.bays.values()),
            *(PlannedBinding(CONNECTION, "environment_sensor", a.code, dev_eui(a.code)) for a in self._air),
        ]

    def secrets(self) -> dict[str, str]:
        """The broker's account."""
        return {CONNECTION: f"{USER}:{self._password}"}

    def status(self) -> dict[str, int]:
        """Counts."""
        return {"bays": len(self.bays), "bays_taken": sum(bay.is_taken for bay in self.bays.values())}

    def _change(self, bay: CityBay, *, is_taken: bool) -> None:
        bay.is_taken = is_taken
        if not bay.is_dead:
            self.network.speaks(bay.eui, STATUS_PORT, bay_frame(is_occupied=is_taken))

    async def _come_and_go(self) -> None:
        while True:
            hour = self._hour()
            for kind, bays in enumerate(self._parks.values()):
                taken = [bay.is_taken for bay in bays]
                for index, is_taken in changes(taken, share_taken(kind, hour), _STEP_S, self._chances):
                    if not bays[index].is_held:
                        self._change(bays[index], is_taken=is_taken)
            await asyncio.sleep(_STEP_S)

    async def _beat(self) -> None:
        """All at once when somebody begins to listen, then each in its turn."""
        waiting: list[CityBay] = []
        pause_s = _HEARTBEAT_S / max(1, len(self.bays))
        while True:
            if self.network.new_listener.is_set():
                self.network.new_listener.clear()
                for bay in self.bays.values():
                    self._tell(bay)
                self._measure()
            if not waiting:
                waiting = list(self.bays.values())
                self._measure()
            if waiting:
                self._tell(waiting.pop())
            try:
                async with asyncio.timeout(min(pause_s, _HEARTBEAT_S)):
                    await self.network.new_listener.wait()
            except TimeoutError:
                continue

    def _tell(self, bay: CityBay) -> None:
        if bay.is_dead:
            return
        degrees = round(self._degrees())
        self.network.speaks(bay.eui, HEARTBEAT_PORT, bay_heartbeat(is_occupied=bay.is_taken, temperature_c=degrees))
        is_low = bay.asset.number == _LOW_BAY and not self.is_calm
        self.network.tells_battery(bay.eui, 9.0 if is_low else 60.0 + (bay.asset.id * 7) % 40)

    def _measure(self) -> None:
        hour = self._hour()
        self.network.speaks(self._stranger.dev_eui, STATUS_PORT, bay_frame(is_occupied=False))
        for asset in self._air:
            frame = air_frame(
                battery_percent=60 + asset.id % 35,
                temperature_c=self._degrees() + float(self._chances.normal(0.0, 0.4)),
                humidity_percent=min(99.0, max(20.0, 68.0 - 1.5 * self._degrees() + float(self._chances.normal(0, 2)))),
                co2_ppm=round(430 + 120 * share_taken(0, hour) + float(self._chances.normal(0.0, 8.0))),
                pressure_hpa=1014.0 + float(self._chances.normal(0.0, 0.3)),
            )
            self.network.speaks(dev_eui(asset.code), AIR_PORT, frame)

    def _hour(self) -> float:
        now = self._clock.now().astimezone(_ZONE)
        return now.hour + now.minute / 60

    def _degrees(self) -> float:
        """Cool at night, warm in the afternoon, by the time of the year."""
        now = self._clock.now().astimezone(_ZONE)
        year = np.cos((now - dt.datetime(now.year, 7, 20, tzinfo=_ZONE)).days / 365.25 * 2 * np.pi)
        day = np.cos((self._hour() - 15.0) / 24.0 * 2 * np.pi)
        return float(11.0 + 9.0 * year + 4.0 * day)
