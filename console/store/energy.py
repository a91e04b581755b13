"""What the lights have taken, as their meters tell: asked for when a heat map wants it, not before."""

import logging
from collections.abc import Mapping
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, Signal

from console.kit.errors import RequestFailed
from console.kit.ports import Client
from console.kit.task_bag import TaskBag
from contract.api import PointColumn

log = logging.getLogger(__name__)
LIGHT: Final = "streetlight"
POINT: Final = "energy_kwh"


class EnergyStore(QObject):
    """Energy in kWh by light; lights that never told are not in it."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = TaskBag("energy")
        self.is_asking = False
        self._was_asked = False
        self.kwh: Mapping[int, float] = {}
        self.failure: RequestFailed | None = None

    def ask(self, client: Client) -> None:
        """Ask once; what comes is told by `changed`."""
        if not self._was_asked:
            self.ask_again(client)

    def ask_again(self, client: Client) -> None:
        """Meters go on: ask anew."""
        if not self.is_asking:
            self.is_asking = self._was_asked = True
            if self._tasks.start(self._ask(client), name="energy of the lights") is None:
                self.is_asking = False

    async def leave(self) -> None:
        """The login is over."""
        await self._tasks.close()
        self._tasks = TaskBag("energy")
        self.is_asking = self._was_asked = False
        self.kwh, self.failure = {}, None

    async def _ask(self, client: Client) -> None:
        try:
            column = await client.point_column(LIGHT, POINT)
            self.kwh, self.failure = _by_light(column), None
        except RequestFailed as failure:
            log.info("the energy of the lights could not be asked for: %s", failure)
            self.failure = failure
            self._was_asked = False
        finally:
            self.is_asking = False
        self.changed.emit()


def _by_light(column: PointColumn) -> Mapping[int, float]:
    """Raises RequestFailed where the columns do not fit one another."""
    try:
        ids, values = np.frombuffer(column.ids, "<u4"), np.frombuffer(column.values, "<f8")
        is_told = np.isfinite(values) & (values >= 0)
        return dict(zip(ids[is_told].tolist(), values[is_told].tolist(), strict=True))
    except (ValueError, IndexError) as error:
        raise RequestFailed(str(error)) from error
