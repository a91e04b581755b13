"""What administrators work with, built and joined in one place; bootstrap gives the rest of the backend."""

from collections.abc import Callable, Sequence
from pathlib import Path

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.devkit.threads import Threads
from backend.ports import SecretVault, Storage
from backend.services.administration.backups import BackupDesk
from backend.services.administration.binding_files import BindingFiles
from backend.services.administration.binding_list import BindingList
from backend.services.administration.bindings import BindingDesk
from backend.services.administration.broker_account import BrokerAccount
from backend.services.administration.configuration import Configuration
from backend.services.administration.connections import ConnectionDesk
from backend.services.administration.health import Health, Queue
from backend.services.administration.keys import ApiKeys
from backend.services.administration.memory_watch import MemoryWatch
from backend.services.administration.preview import Reach
from backend.services.administration.refusals import Refusal, Refusals, door_figures
from backend.services.administration.roles import Roles
from backend.services.devices import Devices
from backend.services.feed_relay import FeedRelay
from backend.services.identity import Identity
from backend.services.intake import MOST_WAITING, Intake
from backend.services.live_state import LiveState
from backend.services.register import Register
from backend.services.supervisor import Supervisor


class Administration:
    """`load` before the API answers, `start` once it does, `close` before storage."""

    def __init__(
        self,
        storage: Storage,
        feed: FeedRelay,
        clock: Clock,
        register: Register,
        identity: Identity,
        devices: Devices,
        supervisor: Supervisor,
        intake: Intake,
        vault: SecretVault,
        live: LiveState,
        *,
        is_masked: Callable[[int], bool],
        data_dir: Path,
        version: str,
        backup_command: Sequence[str],
        troubles: Callable[[], Sequence[str]],
        counts: Callable[[], Sequence[tuple[str, str, float]]] = tuple,
        queues: Callable[[], Sequence[Queue]] = tuple,
    ) -> None:
        self._register = register
        self._intake = intake
        self._more_queues = queues
        self._more_counts = counts
        self.keys = ApiKeys(storage, feed, clock, identity.user)
        identity.machines_by(self.keys)
        self.roles = Roles(storage, clock, identity)
        turn = supervisor.turn
        self.connections = ConnectionDesk(storage, vault, devices, supervisor, intake, turn)
        self.bindings = BindingDesk(storage, register, devices, supervisor, intake, turn, is_masked)
        self.binding_files = BindingFiles(register, self.bindings)
        self.binding_list = BindingList(register, live, devices)
        self.bound_assets = devices.bound_assets
        self.broker_account = BrokerAccount(storage, vault, supervisor)
        self.configuration = Configuration(storage, self.roles, self.connections, supervisor)
        self.backups = BackupDesk(storage, clock, data_dir / "backups", backup_command)
        self.memory = MemoryWatch(storage)
        self.health = Health(clock, data_dir, version, self._queues, self._counts, troubles)
        self.refusals = Refusals(clock)
        self.health.ask_too(self.refusals.figures)
        self.health.ask_too(lambda: door_figures(supervisor.refused_at_doors))
        identity.tell_refused(lambda address: self.refusals.note(Refusal.PASSWORD, address))
        self._threads = Threads("rights preview")
        self._tasks = Tasks("administration")

    async def load(self) -> None:
        """What was kept, as it stood."""
        await self.keys.load()
        await self.roles.load()

    def start(self) -> None:
        """What runs by itself."""
        self._tasks.start(self.keys.run(), name="use of keys")
        self._tasks.start(self.health.run(), name="health")
        self._tasks.start(self.memory.run(), name="memory")

    async def close(self) -> None:
        """May be called twice."""
        await self._tasks.close()
        await self.backups.close()
        self.health.close()
        self.memory.close()
        self.binding_files.close()
        self._threads.close()

    async def reach(self) -> Reach:
        """The assets that there are, counted for a preview of rights: in a thread, there may be a million."""
        assets = list(self._register.all())
        classes = self._register.classes
        return await self._threads.run(lambda: Reach(assets, classes))

    def _queues(self) -> Sequence[Queue]:
        readings, unkept = self._intake.waiting
        own = (Queue("intake_waiting", readings, MOST_WAITING), Queue("storage_waiting", unkept, MOST_WAITING))
        return (*own, *self._more_queues())

    def _counts(self) -> Sequence[tuple[str, str, float]]:
        told = ("readings", "foreign", "conflated", "chatter", "readings lost", "entries lost")
        counted = [("intake", f"intake_{code.replace(' ', '_')}", float(self._intake.counts[code])) for code in told]
        return (*counted, ("city", "assets", float(len(self._register))), *self._more_counts())
