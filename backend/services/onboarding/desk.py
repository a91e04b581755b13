"""Lists of cameras under way: tried some at a time, then added together; forgotten after an hour."""

import asyncio
import logging
import uuid
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from backend.devkit.adapter import CameraFinder
from backend.devkit.clock import Clock
from backend.devkit.errors import DeviceError
from backend.devkit.tasks import Tasks
from backend.ports import SecretVault, Storage, StorageError, Unit
from backend.services.import_files.assets import AssetMaker
from backend.services.import_files.commune_finder import CommuneFinder
from backend.services.import_files.rows import FileRefused, SourceTable
from backend.services.integration_catalogue import IntegrationBroken
from backend.services.onboarding.candidates import CAMERA, Candidate, candidates_of, candidates_of_file
from backend.services.onboarding.trials import INTEGRATION, StreamProber, connection_of, row_of, try_camera
from backend.services.register import Register, RegisterRefused
from backend.services.supervisor import Supervisor
from contract.devices import Binding, Connection
from contract.imports import ImportOptions
from contract.journal import EntryKind, NewEntry
from contract.onboarding import CameraToAdd, FoundCamera, Onboarding, OnboardingRow

log = logging.getLogger(__name__)

AT_ONCE: Final = 16
_KEPT_S: Final = 3600.0
_MOST_LISTS: Final = 8
_MOST_TOLD: Final = 50


class OnboardingRefused(Exception):
    """Why not; the text may be shown."""


class CameraOnboarding:
    """Passwords are held in memory while a list is tried, and go to the vault when it is accepted; nowhere else."""

    def __init__(
        self,
        storage: Storage,
        register: Register,
        vault: SecretVault,
        supervisor: Supervisor,
        prober: StreamProber,
        clock: Clock,
    ) -> None:
        self._storage = storage
        self._register = register
        self._vault = vault
        self._supervisor = supervisor
        self._prober = prober
        self._clock = clock
        self._tasks = Tasks("camera onboarding")
        self._lists: dict[str, _List] = {}

    async def discover(self, wait_s: float) -> Sequence[FoundCamera]:
        """Ask the network. Raises OnboardingRefused."""
        finder = await self._finder()
        known = {connection.url.rstrip("/") for connection in await self._storage.connections()}
        try:
            found = await finder.discover(wait_s)
        except DeviceError as error:
            raise OnboardingRefused(f"the network cannot be searched: {error}") from error
        return [msgspec.structs.replace(one, is_known=one.url.rstrip("/") in known) for one in found]

    async def begin(self, given: bytes | Sequence[CameraToAdd], *, by: str) -> Onboarding:
        """Take a list, a CSV file or what a person entered, and try each camera. Raises OnboardingRefused."""
        self._forget_old()
        if len(self._lists) >= _MOST_LISTS:
            raise OnboardingRefused("too many lists are under way: cancel one first")
        try:
            if isinstance(given, bytes):
                candidates = candidates_of_file(given, self._maker)
            else:
                candidates = candidates_of(given, self._maker)
        except FileRefused as error:
            raise OnboardingRefused(str(error)) from error
        begun = _List(candidates, by, self._clock.monotonic())
        self._lists[begun.id] = begun
        begun.task = self._tasks.start(self._try_all(begun), name=f"list {begun.id}")
        return begun.told()

    def of(self, list_id: str, *, by: str) -> Onboarding:
        """How far a list is. Raises OnboardingRefused."""
        return self._list(list_id, by).told()

    def cancel(self, list_id: str, *, by: str) -> Onboarding:
        """Try no more of it; what was tried stays told, and may still be added. Raises OnboardingRefused."""
        found = self._list(list_id, by)
        if found.state == "trying":
            found.task.cancel()
            found.state = "cancelled"
        return found.told()

    async def accept(self, list_id: str, *, includes_failed: bool, by: str) -> Onboarding:
        """Add what was tried with success: assets, secrets, connections; then connect. Raises OnboardingRefused."""
        found = self._list(list_id, by)
        if found.state not in {"tried", "cancelled"}:
            raise OnboardingRefused("this list is still being tried, or was added already")
        wanted = {"ok", "failed"} if includes_failed else {"ok"}
        chosen = [one for one in found.candidates if one.asset is not None and found.rows[one.row].state in wanted]
        if not chosen:
            raise OnboardingRefused("no camera of this list can be added: none was tried with success")
        found.state = "adding"
        try:
            async with self._supervisor.turn:
                taken = await self._taken(chosen)
                await self._add([one for one in chosen if one.row not in taken], by)
        except (RegisterRefused, StorageError, IntegrationBroken) as error:
            found.state = "tried"
            raise OnboardingRefused(f"nothing more was added: {error}") from error
        for one in chosen:
            state, detail = ("failed", taken[one.row]) if one.row in taken else ("added", found.rows[one.row].detail)
            found.rows[one.row] = msgspec.structs.replace(found.rows[one.row], state=state, detail=detail)
        found.state = "added"
        return found.told()

    async def close(self) -> None:
        """Try no more."""
        await self._tasks.close()
        self._lists.clear()

    async def _taken(self, chosen: Sequence[Candidate]) -> Mapping[int, str]:
        """Rows whose camera is another's by now, and why: somebody else may have added it since the list was tried."""
        stored = {connection.id: connection for connection in await self._storage.connections()}
        devices: dict[tuple[str, str], str] = {}
        bound: set[int] = set()
        for id_, bindings in (await self._storage.bindings()).items():
            bound.update(binding.asset_id for binding in bindings)
            if id_ in stored and stored[id_].integration == INTEGRATION:
                devices |= {_device(stored[id_].url, binding.address): id_ for binding in bindings}
        taken: dict[int, str] = {}
        for one in chosen:
            asset, connection = self._register.find(CAMERA, one.code), connection_of(one)
            holder = devices.setdefault(_device(one.url, one.source), connection.id)
            if connection.id in stored or (asset is not None and asset.id in bound):
                taken[one.row] = f"{one.code} is connected already: change its connection under devices and gateways"
            elif holder != connection.id:
                taken[one.row] = f"this camera answers behind {holder} already"
        return taken

    async def _add(self, chosen: Sequence[Candidate], by: str) -> None:
        if not chosen:
            return
        assets = [one.asset for one in chosen if one.asset is not None]
        for one in chosen:
            if one.credentials:
                await self._vault.store(connection_of(one).secret_name, one.credentials)
        await self._register.apply(assets, by, note="cameras added")
        connections: list[Connection] = []
        bindings: dict[str, list[Binding]] = {}
        for one in chosen:
            asset = self._register.find(CAMERA, one.code)
            if asset is not None:
                connection = connection_of(one)
                connections.append(connection)
                bindings[connection.id] = [Binding(asset_id=asset.id, address=one.source)]
        codes: list[object] = [one.code for one in chosen[:_MOST_TOLD]]
        payload: dict[str, object] = {"event": "cameras_added", "count": len(connections), "codes": codes}
        entry = NewEntry(kind=EntryKind.IMPORT, actor=by, payload=payload)
        await self._storage.commit(Unit(entries=[entry], connections=connections, bindings=bindings))
        await self._supervisor.add(connections, bindings)

    async def _try_all(self, begun: "_List") -> None:
        turns = asyncio.Semaphore(AT_ONCE)
        try:
            finder = await self._finder()
        except OnboardingRefused as error:
            begun.fail(str(error))
            return

        async def one(candidate: Candidate) -> None:
            async with turns:
                row = begun.rows[candidate.row]
                begun.rows[candidate.row] = msgspec.structs.replace(row, state="trying")
                begun.rows[candidate.row] = await try_camera(candidate, finder, self._prober)

        async with asyncio.TaskGroup() as group:
            for candidate in begun.candidates:
                if not candidate.refusal:
                    group.create_task(one(candidate))
        begun.state = "tried"

    async def _finder(self) -> CameraFinder:
        try:
            integration = await self._supervisor.integration(INTEGRATION)
        except IntegrationBroken as error:
            raise OnboardingRefused(str(error)) from error
        if not isinstance(integration, CameraFinder):
            raise OnboardingRefused(f"the integration {INTEGRATION} cannot search for cameras")
        return integration

    def _maker(self, columns: dict[str, str], table: SourceTable) -> AssetMaker:
        return AssetMaker(
            self._register.classes[CAMERA],
            ImportOptions(class_=CAMERA),
            columns,
            table,
            find=self._register.find,
            find_commune=CommuneFinder(self._register.communes()).find,
            next_id=self._register.next_id(),
        )

    def _list(self, list_id: str, by: str) -> "_List":
        found = self._lists.get(list_id)
        if found is None or found.by != by:
            raise OnboardingRefused("there is no such list: it was forgotten after an hour, or is another person's")
        return found

    def _forget_old(self) -> None:
        now = self._clock.monotonic()
        for one in list(self._lists.values()):
            if now - one.begun_at > _KEPT_S and one.state not in {"trying", "adding"}:
                del self._lists[one.id]


def _device(url: str, source: str) -> tuple[str, str]:
    """Two rows that come to the same are one camera."""
    return url.strip().rstrip("/").casefold(), source.strip()


class _List:
    """One list while it is under way."""

    def __init__(self, candidates: Sequence[Candidate], by: str, begun_at: float) -> None:
        self.id = uuid.uuid4().hex
        self.by = by
        self.begun_at = begun_at
        self.candidates = candidates
        self.rows: dict[int, OnboardingRow] = {one.row: row_of(one) for one in candidates}
        self.state = "trying"
        self.detail = ""
        self.task: asyncio.Task[None]

    def fail(self, detail: str) -> None:
        """Nothing of it could be tried."""
        self.state, self.detail = "tried", detail

    def told(self) -> Onboarding:
        """As the API answers it."""
        done = sum(row.state not in {"waiting", "trying"} for row in self.rows.values())
        return Onboarding(
            id=self.id,
            state=self.state,
            rows=tuple(self.rows.values()),
            done=done,
            total=len(self.rows),
            detail=self.detail,
        )
