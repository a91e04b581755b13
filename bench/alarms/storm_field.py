"""Ten gateways whose lamps and cabinets fail as they are told: `python -m bench.alarms.storm_field PORT CABINETS`.

A line on standard input is what happens next: "storm SECONDS SEED" half of the cabinets lose their mains while as many
lamps of the others break, "calm" it goes no further, "mend" what storms broke is well, "door" a cabinet is opened,
"lamps CABINET COUNT" so many of its lamps break, "truth" wait for the storm's end. Each is answered by what is wrong.
"""

import asyncio
import random
import sys
import time
import uuid
from collections.abc import Iterator, Sequence

import msgspec
from aiohttp import web

from backend.devkit.clock import SystemClock
from backend.integrations.talq_lighting.simulator import CabinetSite, LampSite, SimulatedGateway, gateway_routes
from contract.assets import Asset, Commune
from contract.city_plan import CityPlan, PlannedBinding
from contract.devices import Connection

GATEWAYS, LAMPS_A_CABINET = 10, 40
DOOR = "cabinetDoorOpen"
_NEVER_S = 1e7
_COMMUNE = Commune(code="99001", name="Bench", lon=5.0, lat=47.3)


class Truth(msgspec.Struct, frozen=True):
    """(code, kind) of everything that is wrong. `at`: the monotonic clock when it was told."""

    wrong: tuple[tuple[str, str], ...]
    at: float


def cabinet_code(number: int) -> str:
    """The code of a cabinet."""
    return f"C99-{number:04}"


def lamp_codes(cabinet: int) -> Sequence[str]:
    """The codes of its lamps."""
    return [f"L99-{cabinet:04}-{lamp:02}" for lamp in range(LAMPS_A_CABINET)]


def is_spared(cabinet: int) -> bool:
    """Whether storms leave it alone."""
    return cabinet < GATEWAYS


def plan(port: int, cabinets: int) -> CityPlan:
    """The register and its gateways, which listen on a loopback port."""
    assets: list[Asset] = []
    bindings: list[PlannedBinding] = []
    for number in range(cabinets):
        gateway = f"gw-{number % GATEWAYS}"
        lon, lat = _COMMUNE.lon + number % 25 * 2e-3, _COMMUNE.lat + number // 25 * 2e-3
        cabinet = Asset(
            id=1 + number * (LAMPS_A_CABINET + 1),
            code=cabinet_code(number),
            class_="lighting_cabinet",
            lon=lon,
            lat=lat,
            commune=_COMMUNE.code,
        )
        assets.append(cabinet)
        assets += [
            Asset(
                id=cabinet.id + 1 + lamp,
                code=code,
                class_="streetlight",
                lon=lon + lamp * 3e-5,
                lat=lat,
                commune=_COMMUNE.code,
                supply_parent=cabinet.id,
            )
            for lamp, code in enumerate(lamp_codes(number))
        ]
        bindings += [
            PlannedBinding(gateway, asset.class_, asset.code, address(asset.code))
            for asset in assets[-LAMPS_A_CABINET - 1 :]
        ]
    connections = tuple(
        Connection(
            id=f"gw-{number}",
            integration="talq_lighting",
            url=f"http://127.0.0.1:{port}/gw-{number}",
            settings={"gateway_address": address(f"gw-{number}")},
        )
        for number in range(GATEWAYS)
    )
    return CityPlan(
        name="bench storm",
        seed=0,
        scale=0,
        communes=(_COMMUNE,),
        assets=tuple(assets),
        connections=connections,
        bindings=tuple(bindings),
    )


def address(name: str) -> str:
    """A TALQ address."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"beffroi:bench:{name}"))


class Field:
    """The gateways, and what is wrong with what they know."""

    def __init__(self, port: int, cabinets: int) -> None:
        self._port = port
        self._cabinets = range(cabinets)
        self._gateways = [_gateway(port, number, cabinets) for number in range(GATEWAYS)]
        self._wrong: dict[tuple[str, str], None] = {}

    async def live(self) -> None:
        """Answer and report until cancelled."""
        application = web.Application(client_max_size=32 * 1024 * 1024)
        for number, gateway in enumerate(self._gateways):
            application.add_routes(gateway_routes(gateway, f"/gw-{number}"))
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self._port).start()
        async with asyncio.TaskGroup() as group:
            for gateway in self._gateways:
                group.create_task(gateway.run(), name=gateway.name)

    def truth(self) -> Truth:
        """What is wrong now."""
        return Truth(tuple(self._wrong), time.monotonic())

    async def storm(self, seconds: float, seed: int) -> None:
        """One fault of every lamp that is not spared, spread over so many seconds."""
        chance = random.Random(seed)
        struck = [cabinet for cabinet in self._cabinets if not is_spared(cabinet)]
        chance.shuffle(struck)
        dark, broken = struck[: len(struck) // 2], struck[len(struck) // 2 :]
        faults = [(cabinet, code) for cabinet in broken for code in lamp_codes(cabinet)]
        faults += [(cabinet, "") for cabinet in dark]
        chance.shuffle(faults)
        begun = time.monotonic()
        for number, (cabinet, code) in enumerate(faults):
            await asyncio.sleep(max(0.0, begun + number * seconds / len(faults) - time.monotonic()))
            if code:
                self.break_lamp(cabinet, code)
            else:
                self.cut(cabinet)

    def break_lamp(self, cabinet: int, code: str) -> None:
        """Its lamp fails."""
        self._of(cabinet).fail_lamp(address(code), "lampFailure")
        self._wrong[code, "lampFailure"] = None

    def cut(self, cabinet: int) -> None:
        """No mains: its lamps stop answering."""
        self._of(cabinet).lose_supply(address(cabinet_code(cabinet)))
        self._wrong[cabinet_code(cabinet), "supplyLoss"] = None
        self._wrong.update(dict.fromkeys((code, "communicationFailure") for code in lamp_codes(cabinet)))

    def open_door(self) -> None:
        """Of a cabinet that storms spare."""
        self._of(0).open_cabinet_door(address(cabinet_code(0)))
        self._wrong[cabinet_code(0), DOOR] = None

    def mend(self) -> None:
        """All is well but what storms spare."""
        for code, kind in tuple(self._wrong):
            cabinet = int(code.split("-")[1])
            if is_spared(cabinet):
                continue
            if kind == "lampFailure":
                self._of(cabinet).mend_lamp(address(code))
            elif kind == "supplyLoss":
                self._of(cabinet).restore_supply(address(code))
            del self._wrong[code, kind]

    def _of(self, cabinet: int) -> SimulatedGateway:
        return self._gateways[cabinet % GATEWAYS]


def _gateway(port: int, number: int, cabinets: int) -> SimulatedGateway:
    own = range(number, cabinets, GATEWAYS)
    lamps = [
        LampSite(address=address(code), lon=5.0, lat=47.3, cabinet_address=address(cabinet_code(cabinet)))
        for cabinet in own
        for code in lamp_codes(cabinet)
    ]
    sites = [CabinetSite(address=address(cabinet_code(cabinet)), lon=5.0, lat=47.3) for cabinet in own]
    name = f"gw-{number}"
    made = SimulatedGateway(address(name), name, lamps, sites, clock=SystemClock(), report_every_s=_NEVER_S)
    made.own_uri = f"http://127.0.0.1:{port}/{name}"
    return made


async def serve(port: int, cabinets: int) -> None:
    """Do what the lines say until there are no more."""
    field = Field(port, cabinets)
    living = asyncio.get_running_loop().create_task(field.live(), name="field")
    storms: set[asyncio.Task[None]] = set()
    while line := await asyncio.to_thread(sys.stdin.readline):
        match line.split():
            case ["storm", seconds, seed]:
                storms.add(asyncio.get_running_loop().create_task(field.storm(float(seconds), int(seed))))
            case ["door"]:
                field.open_door()
            case ["lamps", cabinet, count]:
                for code in lamp_codes(int(cabinet))[: int(count)]:
                    field.break_lamp(int(cabinet), code)
            case ["calm"]:
                for storm in storms:
                    storm.cancel()
                storms.clear()
            case ["mend"]:
                field.mend()
            case _:
                await asyncio.gather(*storms, return_exceptions=True)
        print(msgspec.json.encode(field.truth()).decode(), flush=True)
    living.cancel()


def faults_of(wrong: Sequence[tuple[str, str]]) -> Iterator[tuple[int, str]]:
    """(asset id, kind) of what is wrong, as that plan numbers assets."""
    for code, kind in wrong:
        parts = code.split("-")
        yield 1 + int(parts[1]) * (LAMPS_A_CABINET + 1) + (1 + int(parts[2]) if len(parts) > 2 else 0), kind


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
