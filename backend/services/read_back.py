"""Devices asked for their present values, when what they do is in doubt."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence

from backend.devkit.errors import DeviceError
from backend.devkit.tasks import Tasks
from backend.services.devices import Devices

log = logging.getLogger(__name__)
_PAUSES_S = (1.0, 5.0, 15.0, 60.0)


class ReadBack:
    """Asks behind the caller's back, a few times where a connection is not there yet; answers come as reports."""

    def __init__(self, devices: Devices, tasks: Tasks) -> None:
        self._devices = devices
        self._tasks = tasks

    def ask(self, asset_ids: Iterable[int]) -> None:
        """Have these devices say what they do now."""
        wanted: dict[str, list[int]] = defaultdict(list)
        for asset_id in asset_ids:
            connection = self._devices.connection_of(asset_id)
            if connection is not None:
                wanted[connection].append(asset_id)
        for connection, members in wanted.items():
            self._tasks.start(self._ask(connection, members), name=f"read back {connection}")

    async def _ask(self, connection: str, asset_ids: Sequence[int]) -> None:
        for pause_s in _PAUSES_S:
            adapter = self._devices.adapter(connection)
            if adapter is not None:
                try:
                    await adapter.read_back(asset_ids)
                    return
                except DeviceError as error:
                    log.info("%s cannot be read back yet: %s", connection, error)
            await asyncio.sleep(pause_s)
