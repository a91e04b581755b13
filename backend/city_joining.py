"""The demo city's devices taken over each time they listen: known, connected to anew, its cameras recorded."""

import asyncio
import logging
from pathlib import Path

import msgspec

from backend.ports import SecretVault, Storage, StorageError
from backend.services.city_loading import CityLoading
from backend.services.demo_past import DemoPast
from backend.services.editing.joined import AssetWork
from backend.services.footage.footage import Footage
from backend.services.gazetteer.gazetteer import Gazetteer
from backend.services.register import Register
from backend.services.supervisor import Supervisor
from contract.city_plan import CityPlan, CityReady
from contract.footage import RecordingMode, RecordingPlan

log = logging.getLogger(__name__)


class CityJoining:
    """What the backend does when its city is ready."""

    def __init__(
        self,
        storage: Storage,
        register: Register,
        vault: SecretVault,
        gazetteer: Gazetteer,
        supervisor: Supervisor,
        footage: Footage,
        work: AssetWork | None,
    ) -> None:
        """`work`: where what people wrote before is kept; None for a city in which nothing has happened yet."""
        self._loading = CityLoading(storage, register, vault)
        self._gazetteer = gazetteer
        self._supervisor = supervisor
        self._footage = footage
        self._past = None if work is None else DemoPast(storage, register, work)

    async def take(self, ready: CityReady) -> None:
        """The devices of the city listen: know it, connect to it anew, and say where its levers are."""
        levers = Path(ready.plan_path).with_name("ready.json")
        await asyncio.to_thread(levers.write_bytes, msgspec.json.encode(ready))
        content = await asyncio.to_thread(Path(ready.plan_path).read_bytes)
        plan = await asyncio.to_thread(msgspec.msgpack.decode, content, type=CityPlan)
        try:
            await self._loading.take(plan)
            await self._gazetteer.load()
        except StorageError as error:
            log.error("the city could not be kept: %s", error)
            return
        await self._supervisor.reload()
        await self._footage.record_unplanned(RecordingPlan(mode=RecordingMode.CONTINUOUS, stream="sub"))
        if self._past is not None:
            await self._past.write()
