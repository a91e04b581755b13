"""A part of the backend as an asset of the city: what ails it is an alarm as any other's."""

import logging
from collections.abc import Callable, Mapping
from typing import Final

from backend.devkit.adapter import Sink
from backend.ports import StorageError
from backend.services.register import Register, RegisterRefused, RegisterStale
from contract.assets import Asset
from contract.points import Reading, Value

log = logging.getLogger(__name__)
SinkOf = Callable[[tuple[int, ...]], Sink]
_TRIES: Final = 3


class OwnAsset:
    """Tells what it is told as points of one asset, the only one of its class. `why`: what the register is told."""

    def __init__(
        self, register: Register, class_: str, code: str, name: str, *, why: str, service: str = "control_room"
    ) -> None:
        self._register = register
        self._class = class_
        self._code = code
        self._name = name
        self._why = why
        self._service = service
        self._sink_of: SinkOf | None = None
        self._told: dict[str, Value] = {}
        self._told_of: int | None = None
        self._lack = ""  # why there is none, once it was logged
        self.points: dict[str, Value] = {}

    def report_by(self, sink_of: SinkOf) -> None:
        """Where to report on our own assets."""
        self._sink_of = sink_of

    async def ensure(self, near: Asset | None = None) -> None:
        """Have the asset. It stands where the register says, at first beside `near`, else the first one in it.

        May be called at every look: why there is none is logged once.
        """
        if self._standing() is not None:
            return
        near = near or next(iter(self._register.all()), None)
        if near is None:
            self._lacks(logging.WARNING, "the register is empty: nobody is alarmed by it")
            return
        try:
            await self._enter(near)
        except (RegisterRefused, StorageError) as error:
            self._lacks(logging.ERROR, f"it could not be entered in the register: {error}")
        else:
            self._lack = ""

    def tell(self, points: Mapping[str, Value]) -> None:
        """These are its points now; those that were told so already are not told again."""
        self.points |= points
        asset_id = self._standing()
        if asset_id is None or self._sink_of is None:
            return
        if asset_id != self._told_of:  # a new asset, or a new register: it knows nothing yet
            self._told_of, self._told = asset_id, {}
        fresh = {name: value for name, value in self.points.items() if self._told.get(name) != value}
        if fresh:
            self._told |= fresh
            self._sink_of((asset_id,)).report([Reading(asset_id, name, value) for name, value in fresh.items()])

    async def _enter(self, near: Asset) -> None:
        for tries_left in reversed(range(_TRIES)):
            asset = Asset(
                id=self._register.next_id(),
                code=self._code,
                class_=self._class,
                name=self._name,
                lon=near.lon,
                lat=near.lat,
                commune=near.commune,
                service=self._service,
            )
            try:
                # An import that is under way may take the number: what it brings is never written over.
                await self._register.apply([asset], "system", note=self._why, versions={asset.id: 0})
            except RegisterStale:
                if not tries_left:
                    raise
            else:
                return

    def _lacks(self, level: int, why: str) -> None:
        if why != self._lack:
            log.log(level, "%s: %s", self._code, why)
        self._lack = why

    def _standing(self) -> int | None:
        for topic in self._register.topics():
            if topic[1] == self._class:
                return self._register.of_topic(*topic)[0].id
        return None
