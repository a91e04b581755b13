"""What is known of each sensor: what it last said, when it was last heard, and which ones nobody has bound."""

import datetime as dt
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from backend.devkit.clock import Clock
from backend.devkit.errors import ProtocolError
from backend.devkit.strangers import Strangers
from backend.integrations.chirpstack_mqtt.protocol import DeviceInfo, dev_eui
from contract.devices import Binding, UnknownDevice
from contract.points import Reading

_SEEN_IDS: Final = 4


class Sensor:
    """One bound sensor."""

    def __init__(self, asset_id: int, eui: str, decoder: str) -> None:
        self.asset_id = asset_id
        self.eui = eui
        self.decoder = decoder  # as its binding says; "" leaves it to its profile
        self.application = ""
        self.profile = ""
        self.silent_after_s: float | None = None
        self.heard_s: float | None = None  # monotonic
        self.newest: dt.datetime | None = None
        self.is_silent = False
        self.last: dict[str, Reading] = {}
        self._seen: deque[str] = deque(maxlen=_SEEN_IDS)

    def is_repeated(self, deduplication_id: str) -> bool:
        """Whether the broker delivers this event once more; remembers it otherwise."""
        if deduplication_id and deduplication_id in self._seen:
            return True
        self._seen.append(deduplication_id)
        return False


class Sensors:
    """All sensors of one connection, by EUI."""

    def __init__(self, connection_id: str, bindings: Iterable[Binding], clock: Clock) -> None:
        self._clock = clock
        self._strangers = Strangers(connection_id, clock)
        self.by_eui: dict[str, Sensor] = {}
        self.by_asset: dict[int, Sensor] = {}
        self.misbound: dict[int, str] = {}
        for binding in bindings:
            self._bind(binding)

    def get(self, eui: str) -> Sensor | None:
        """The sensor with this EUI; None when nobody has bound it."""
        return self.by_eui.get(eui)

    def heard_unknown(self, eui: str, info: DeviceInfo) -> None:
        """A device that no asset is bound to spoke. The one heard longest ago makes room."""
        self._strangers.heard(eui, info.device_name, info.device_profile_name)

    def unknown(self) -> Sequence[UnknownDevice]:
        """The last heard first."""
        return self._strangers.listed()

    def went_silent(self) -> Mapping[float, Sequence[Sensor]]:
        """Sensors that have now said nothing for too long, by how long that is; told once."""
        now = self._clock.monotonic()
        silent: dict[float, list[Sensor]] = {}
        for sensor in self.by_eui.values():
            bound_s, heard_s = sensor.silent_after_s, sensor.heard_s
            if sensor.is_silent or bound_s is None or heard_s is None or now - heard_s <= bound_s:
                continue
            sensor.is_silent = True
            silent.setdefault(bound_s, []).append(sensor)
        return silent

    def could_not_hear(self, seconds: float) -> None:
        """The link was down for so long: nobody's silence counts."""
        for sensor in self.by_eui.values():
            if sensor.heard_s is not None:
                sensor.heard_s += seconds

    def _bind(self, binding: Binding) -> None:
        """An address is an EUI, or EUI;decoder=NAME."""
        address, _, option = binding.address.partition(";")
        try:
            eui = dev_eui(address)
        except ProtocolError as error:
            self.misbound[binding.asset_id] = str(error)
            return
        sensor = Sensor(binding.asset_id, eui, option.removeprefix("decoder=").strip())
        self.by_eui[eui] = sensor
        self.by_asset[binding.asset_id] = sensor
