"""A gateway whose 2,000 lamps report their time: `python -m bench.lit_street PORT` answers TALQ and reports for ever.

Each report's value is the monotonic clock at which it was made: all processes of a machine share that clock.
"""

import asyncio
import math
import sys
import time
import uuid

from aiohttp import web

from backend.devkit.clock import SystemClock
from backend.integrations.talq_lighting.protocol.values import State
from backend.integrations.talq_lighting.simulator import CabinetSite, LampSite, SimulatedGateway, gateway_routes
from bench.pulse import PULSE_LEVELS, PULSE_S, READINGS_PER_S
from contract.assets import Asset, Commune
from contract.city_plan import CityPlan, PlannedBinding
from contract.devices import Connection

COMMUNES, LAMPS_EACH = 4, 500
BATCH = 50
_NEVER_S = 1e7
_CONNECTION = "gw-bench"


def plan(port: int, beside: CityPlan | None = None) -> CityPlan:
    """The street as a register and one connection, in a city if one is given; the gateway is on a loopback port."""
    city = beside or CityPlan(name="", seed=0, scale=0, communes=(), assets=(), connections=(), bindings=())
    first = max((asset.id for asset in city.assets), default=0) + 1
    communes = tuple(Commune(code=f"9900{i}", name=f"Bench {i}", lon=5.0 + i / 100, lat=47.3) for i in range(COMMUNES))
    assets: list[Asset] = []
    for commune in communes:
        cabinet = Asset(
            id=first + len(assets),
            code=f"C{commune.code}",
            class_="lighting_cabinet",
            lon=commune.lon,
            lat=commune.lat,
            commune=commune.code,
        )
        assets.append(cabinet)
        assets.extend(
            Asset(
                id=cabinet.id + number,
                code=f"L{commune.code}-{number:04}",
                class_="streetlight",
                lon=commune.lon + number * 1e-5,
                supply_parent=cabinet.id,
                lat=commune.lat,
                commune=commune.code,
            )
            for number in range(1, LAMPS_EACH + 1)
        )
    gateway = Connection(
        id=_CONNECTION,
        integration="talq_lighting",
        url=f"http://127.0.0.1:{port}/gw",
        settings={"gateway_address": _address("gateway")},
    )
    bindings = tuple(PlannedBinding(_CONNECTION, asset.class_, asset.code, _address(asset.code)) for asset in assets)
    return CityPlan(
        name="bench street",
        seed=0,
        scale=0,
        communes=(*city.communes, *communes),
        assets=(*city.assets, *assets),
        connections=(gateway,),
        bindings=bindings,
    )


def gateway(port: int) -> SimulatedGateway:
    """The gateway of that plan."""
    assets = plan(port).assets
    cabinets = {
        asset.id: CabinetSite(address=_address(asset.code), lon=asset.lon, lat=asset.lat)
        for asset in assets
        if asset.class_ == "lighting_cabinet"
    }
    lamps = [
        LampSite(
            address=_address(asset.code),
            lon=asset.lon,
            lat=asset.lat,
            cabinet_address=cabinets[asset.supply_parent].address,
        )
        for asset in assets
        if asset.supply_parent is not None
    ]
    simulated = SimulatedGateway(
        _address("gateway"),
        "bench",
        lamps,
        list(cabinets.values()),
        clock=SystemClock(),
        report_every_s=_NEVER_S,  # true hours would be taken for very old reports
    )
    simulated.own_uri = f"http://127.0.0.1:{port}/gw"
    return simulated


async def live(port: int) -> None:
    """Answer and report until cancelled."""
    simulated = gateway(port)
    application = web.Application(client_max_size=32 * 1024 * 1024)
    application.add_routes(gateway_routes(simulated, "/gw"))
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    async with asyncio.TaskGroup() as group:
        group.create_task(simulated.run(), name="gateway")
        group.create_task(_report(simulated), name="reports")
        group.create_task(_pulse(simulated), name="pulse")


async def _report(simulated: SimulatedGateway) -> None:
    lamps = [lamp.address for lamp in simulated.inventory.lamps]
    due, at = time.monotonic(), 0
    while True:
        due += BATCH / READINGS_PER_S
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        for lamp in lamps[at : at + BATCH]:
            simulated.lie(lamp, "operatingHours", time.monotonic())
        at = (at + BATCH) % len(lamps)


async def _pulse(simulated: SimulatedGateway) -> None:
    """Report number n is made at n * PULSE_S of the monotonic clock."""
    lamp = simulated.inventory.lamps[0].address
    number = math.ceil(time.monotonic() / PULSE_S)
    while True:
        await asyncio.sleep(max(0.0, number * PULSE_S - time.monotonic()))
        simulated.lie(lamp, "actualLightState", State(name="LevelState", value=number % PULSE_LEVELS))
        number += 1


def _address(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"beffroi:bench:{name}"))


if __name__ == "__main__":
    asyncio.run(live(int(sys.argv[1])))
