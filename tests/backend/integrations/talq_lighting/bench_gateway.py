"""A simulated gateway, an adapter and a sink on one loopback bench."""

import asyncio
import datetime as dt
import uuid
from collections.abc import Sequence

from aiohttp import web
from aiohttp.typedefs import Middleware

from backend.devkit.adapter import DeviceCommand, IntegrationContext, Outcome
from backend.devkit.clock import Clock, SystemClock
from backend.devkit.tasks import Tasks
from backend.integrations.talq_lighting.adapter import TalqAdapter, TalqIntegration, create
from backend.integrations.talq_lighting.simulator import CabinetSite, LampSite, SimulatedGateway, gateway_routes
from contract.devices import Binding, Connection, LinkState
from contract.points import Value
from tests.conformance.recording_sink import RecordingSink
from tests.eventually import eventually

__all__ = ["CABINETS", "GATEWAY", "LAMPS", "Bench", "RecordingSink", "eventually"]

CABINETS = tuple(
    CabinetSite(address=str(uuid.UUID(int=0x200 + n)), lon=5.04, lat=47.32, name=f"AR-{n}") for n in range(2)
)
LAMPS = tuple(
    LampSite(address=str(uuid.UUID(int=0x300 + n)), lon=5.04, lat=47.32, cabinet_address=CABINETS[n % 2].address)
    for n in range(8)
)
GATEWAY = str(uuid.UUID(int=0x100))


class Bench:
    """Everything between a street lamp and the backend, in one process over loopback HTTP."""

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        lamps: Sequence[LampSite] = LAMPS,
        middlewares: Sequence[Middleware] = (),
    ) -> None:
        self.clock = clock or SystemClock()
        self.lamps = lamps
        self._middlewares = middlewares
        self.gateway = SimulatedGateway(
            GATEWAY, "Dijon", lamps, CABINETS, clock=self.clock, tick_s=0.05, notice_after_s=0.1
        )
        self.sink = RecordingSink()
        context = IntegrationContext(clock=self.clock, settings={}, read_secret=lambda name: name)
        self.integration: TalqIntegration = create(context, middlewares=middlewares)
        self.adapter: TalqAdapter | None = None
        self.url = ""
        self._tasks = Tasks("bench")
        self._adapter_task: asyncio.Task[None] | None = None
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def start(self, *, run_adapter: bool = True, **settings: str) -> None:
        await self.open_gateway()
        self._tasks.start(self.gateway.run(), name="gateway")
        await self.integration.start()
        self.make_adapter(**settings)
        if run_adapter:
            self.run_adapter()

    def make_adapter(self, **settings: str) -> TalqAdapter:
        connection = Connection(
            id="talq-dijon",
            integration="talq_lighting",
            url=self.url,
            settings={
                "gateway_address": GATEWAY,
                "poll_s": "0.2",
                "verify_s": "0.5",
                "retry_first_s": "0.1",
                "retry_longest_s": "0.2",
                **settings,
            },
        )
        sites: list[LampSite | CabinetSite] = [*self.lamps, *CABINETS]
        bindings = [Binding(asset_id=number + 1, address=site.address) for number, site in enumerate(sites)]
        bindings.append(Binding(asset_id=len(sites) + 1, address=GATEWAY))
        adapter = self.integration.adapter(connection, bindings, self.sink)
        assert isinstance(adapter, TalqAdapter)
        self.adapter = adapter
        return adapter

    def run_adapter(self) -> None:
        assert self.adapter is not None
        self._adapter_task = self._tasks.start(self.adapter.run(), name="adapter")

    async def open_gateway(self) -> None:
        application = web.Application(client_max_size=1 << 26, middlewares=self._middlewares)
        application.add_routes(gateway_routes(self.gateway, "/dijon"))
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self._port).start()
        self._runner = runner
        self._port = int(runner.addresses[0][1])
        self.url = f"http://127.0.0.1:{self._port}/dijon"
        self.gateway.own_uri = self.url

    async def shut_gateway(self) -> None:
        """The gateway's machine is switched off."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def close(self) -> None:
        self.gateway.speak_again()
        await self._tasks.close()
        await self.gateway.close()
        await self.shut_gateway()
        await self.integration.close()

    async def up(self) -> None:
        await eventually(lambda: self.sink.state is LinkState.UP)

    def lamp(self, number: int) -> int:
        """The asset of a lamp; even numbers hang on cabinet 0."""
        return number + 1

    def cabinet(self, number: int) -> int:
        return len(self.lamps) + number + 1

    async def dim(self, lamps: Sequence[int], level: Value, **more: object) -> Sequence[Outcome]:
        assert self.adapter is not None
        expires_at = more.get("expires_at")
        assert expires_at is None or isinstance(expires_at, dt.datetime)
        return await self.adapter.execute(
            DeviceCommand(
                id=str(more.get("id") or uuid.uuid4()),
                asset_ids=tuple(self.lamp(number) for number in lamps),
                action="set",
                property="level_percent",
                value=level,
                expires_at=expires_at,
            )
        )
