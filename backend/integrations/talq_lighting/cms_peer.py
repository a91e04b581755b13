"""Who listens to a gateway: what the server half of TALQ calls on the connection's own half."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from backend.integrations.talq_lighting.protocol.logs import LoggerConfig, LogReport
from backend.integrations.talq_lighting.protocol.values import Device, DeviceClass, Group, Service


class GatewayPeer(Protocol):
    """Listens to one gateway. Calls never block and never raise."""

    async def kept(self) -> bool:
        """Wait until what it said is committed; False when that is not possible now."""
        ...

    def heard(self) -> None:
        """The gateway said something, whatever it was."""
        ...

    @property
    def is_introduced(self) -> bool:
        """Whether its devices are known: before that nobody can say whose a report is."""
        ...

    def announced_services(self, services: Sequence[Service]) -> None:
        """What it offers."""
        ...

    def announced_classes(self, classes: Sequence[DeviceClass]) -> None:
        """What its devices can do; replaces classes of the same name."""
        ...

    def announced_devices(self, devices: Sequence[Device]) -> None:
        """New or wholly described devices."""
        ...

    def changed_devices(self, devices: Sequence[Device]) -> None:
        """Changed attributes of known devices."""
        ...

    def removed_device(self, address: str) -> None:
        """A device is gone."""
        ...

    def removed_class(self, name: str) -> None:
        """A class is gone."""
        ...

    def logged(self, report: LogReport) -> None:
        """What a logger recorded."""
        ...

    def device(self, address: str) -> Device | None:
        """A device as we know it."""
        ...

    def devices(self) -> Sequence[Device]:
        """All devices as we know them, always in the same order."""
        ...

    def device_class(self, name: str) -> DeviceClass | None:
        """A class as we know it."""
        ...

    def groups(self) -> Iterable[Group]:
        """The groups we gave the gateway."""
        ...

    def logger(self, address: str) -> LoggerConfig | None:
        """A subscription we made."""
        ...
