"""The services between storage and consoles, joined as a backend joins them."""

from collections.abc import Mapping

from backend.devkit.clock import Clock
from backend.domain.asset_classes import standard_asset_classes
from backend.ports import Feed, Storage
from backend.services.command_desk import Fence
from backend.services.command_memory import CrashPoint, go_on
from backend.services.joined import CityServices
from contract.assets import AssetClass


class JoinedServices(CityServices):
    """What a backend knows of its city; no device, nobody who watches. `reached` may end a command anywhere."""

    def __init__(
        self,
        storage: Storage,
        feed: Feed,
        clock: Clock,
        reached: CrashPoint = go_on,
        fence: Fence | None = None,
        classes: Mapping[str, AssetClass] | None = None,
    ) -> None:
        super().__init__(
            storage,
            feed,
            clock,
            classes or standard_asset_classes(),
            SecretsInMemory(),
            fence=fence,
            reached=reached,
        )


class SecretsInMemory:
    """Passwords and keys of channels, for as long as the test."""

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}

    async def store(self, name: str, secret: str) -> None:
        """Add or replace a secret."""
        self._secrets[name] = secret

    def read(self, name: str) -> str:
        """The secret behind a name; raises KeyError when there is none."""
        return self._secrets[name]
