"""A fleet that listens on a free port of this machine."""

from collections.abc import Mapping

from backend.devkit.adapter import IntegrationContext
from backend.devkit.clock import SystemClock
from backend.devkit.device_token import device_token
from backend.devkit.tasks import Tasks
from backend.integrations.osmand_vehicles.adapter import create
from contract.devices import Binding, Connection
from tests.conformance.recording_sink import RecordingSink

SECRET = "a secret of the fleet 7731"
DEVICES = ("VEH-1", "123456", "902064")


class ListeningFleet:
    """Asset 1 is VEH-1, and so on; `sink` keeps what was reported."""

    def __init__(
        self,
        url: str,
        settings: Mapping[str, str] | None = None,
        devices: tuple[str, ...] = DEVICES,
        secret: str = SECRET,
    ) -> None:
        self.url = url
        self.sink = RecordingSink()
        self._tasks = Tasks("fleet")
        secrets = {"fleet": secret, "broker": "beffroi:canary-81"}
        self.refused: list[tuple[str, str]] = []
        context = IntegrationContext(
            clock=SystemClock(),
            settings={},
            read_secret=secrets.__getitem__,
            refused=lambda door, address: self.refused.append((door, address)),
        )
        self._integration = create(context)
        connection = Connection(
            id="fleet", integration="osmand_vehicles", url=url, settings=dict(settings or {}), secret_name="fleet"
        )
        bindings = [Binding(asset_id=number, address=name) for number, name in enumerate(devices, start=1)]
        self.adapter = self._integration.adapter(connection, bindings, self.sink)

    async def __aenter__(self) -> "ListeningFleet":
        await self._integration.start()
        self._tasks.start(self.adapter.run(), name="adapter")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._tasks.close()
        await self._integration.close()


def token(device: str) -> str:
    """What the device shows."""
    return device_token(SECRET, device)
