"""Listens to one gateway for the CMS server: announcements and log reports go to where they are known or told."""

from collections.abc import Iterable, Sequence
from typing import Final

from backend.devkit.adapter import Sink
from backend.devkit.clock import Clock
from backend.devkit.link import Link
from backend.integrations.talq_lighting.known_devices import KnownDevices
from backend.integrations.talq_lighting.protocol.logs import LoggerConfig, LogReport
from backend.integrations.talq_lighting.protocol.values import Device, DeviceClass, Group, Service
from backend.integrations.talq_lighting.reports import Reports
from contract.devices import LinkState

_NUDGE_EVERY_S: Final = 5.0


class GatewayEar:
    """A GatewayPeer. A gateway that speaks while its link is down is tried again without waiting."""

    def __init__(self, known: KnownDevices, reports: Reports, link: Link, clock: Clock, sink: Sink) -> None:
        self._known = known
        self._reports = reports
        self._link = link
        self._clock = clock
        self._sink = sink
        self._tried_at = clock.monotonic()
        self._loggers: dict[str, LoggerConfig] = {}
        self.is_introduced = False  # whether its devices are known

    async def kept(self) -> bool:
        """Wait until what it said is committed."""
        return await self._sink.kept()

    def tried(self) -> None:
        """The link is being tried now."""
        self._tried_at = self._clock.monotonic()

    def subscribed(self, config: LoggerConfig) -> None:
        """A logger was installed in the gateway."""
        self._loggers[config.address] = config

    def heard(self) -> None:
        """The gateway said something."""
        is_down = self._link.state is LinkState.DOWN
        if is_down and self._clock.monotonic() - self._tried_at > _NUDGE_EVERY_S:
            self._link.nudge()

    def announced_services(self, services: Sequence[Service]) -> None:
        """What it offers: we ask for it ourselves when we attach."""
        del services

    def announced_classes(self, classes: Sequence[DeviceClass]) -> None:
        """What its devices can do."""
        self._known.classes.update({class_.name: class_ for class_ in classes})

    def announced_devices(self, devices: Sequence[Device]) -> None:
        """New or wholly described devices."""
        self._known.learn(devices)
        self._reports.devices(devices)

    def changed_devices(self, devices: Sequence[Device]) -> None:
        """Changed attributes of known devices."""
        self._known.change(devices)
        self._reports.devices(devices)

    def removed_device(self, address: str) -> None:
        """A device is gone."""
        self._known.forget(address)

    def removed_class(self, name: str) -> None:
        """A class is gone."""
        self._known.classes.pop(name, None)

    def logged(self, report: LogReport) -> None:
        """What a logger recorded."""
        self._reports.log(report)

    def device(self, address: str) -> Device | None:
        """A device as we know it."""
        return self._known.get(address)

    def devices(self) -> Sequence[Device]:
        """All devices as we know them."""
        return self._known.all()

    def device_class(self, name: str) -> DeviceClass | None:
        """A class as we know it."""
        return self._known.classes.get(name)

    def groups(self) -> Iterable[Group]:
        """We command lamps one by one and give gateways no groups."""
        return ()

    def logger(self, address: str) -> LoggerConfig | None:
        """A subscription we made."""
        return self._loggers.get(address)
