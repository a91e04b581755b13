"""Devices that speak over a connection and that no asset is bound to: listed, never made into assets."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from backend.devkit.clock import Clock
from contract.devices import UnknownDevice

_MOST: Final = 500
_LONGEST_NAME: Final = 80


class Strangers:
    """Those of one connection. The one heard longest ago makes room."""

    def __init__(self, connection_id: str, clock: Clock) -> None:
        self._connection_id = connection_id
        self._clock = clock
        self._heard: OrderedDict[str, UnknownDevice] = OrderedDict()

    def heard(self, address: str, name: str = "", kind: str = "") -> None:
        """One of them spoke."""
        now = self._clock.now()
        before = self._heard.pop(address, None)
        self._heard[address] = UnknownDevice(
            connection_id=self._connection_id,
            address=address,
            name=name[:_LONGEST_NAME],
            kind=kind[:_LONGEST_NAME],
            first_heard=now if before is None else before.first_heard,
            last_heard=now,
            messages=1 if before is None else before.messages + 1,
        )
        while len(self._heard) > _MOST:
            self._heard.popitem(last=False)

    def listed(self) -> Sequence[UnknownDevice]:
        """The last heard first."""
        return tuple(reversed(self._heard.values()))
