"""What deals with pictures, joined: who may view, what is recorded, what leaves as evidence."""

from pathlib import Path

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.ports import SecretVault, Storage
from backend.services.approvals import Approvals
from backend.services.devices import Devices
from backend.services.evidence.desk import Evidence
from backend.services.feed_relay import FeedRelay
from backend.services.footage.footage import Footage
from backend.services.identity import Identity
from backend.services.intake import Intake
from backend.services.live_state import LiveState
from backend.services.looking import Looking
from backend.services.media import MediaProcess
from backend.services.reasons import Reasons
from backend.services.register import Register
from backend.services.viewing.viewing import Viewing
from backend.storage.evidence_key import EvidenceKey


class Pictures:
    """Viewing first: footage and evidence pass through its gate."""

    def __init__(
        self,
        storage: Storage,
        feed: FeedRelay,
        clock: Clock,
        register: Register,
        live: LiveState,
        devices: Devices,
        reasons: Reasons,
        vault: SecretVault,
        identity: Identity,
        approvals: Approvals,
        media: MediaProcess,
        intake: Intake,
        looking: Looking,
        *,
        secrets_dir: Path,
        evidence_dir: Path,
        maker: str,
        allows_sound: bool,
    ) -> None:
        self.viewing = Viewing(
            storage,
            clock,
            register,
            live,
            devices,
            reasons,
            vault,
            identity,
            approvals,
            media,
            allows_sound=allows_sound,
        )
        media.listen(self.viewing.hear)
        feed.watch(self.viewing)
        streams = self.viewing.streams
        self.footage = Footage(storage, clock, register, live, devices, intake, media, streams, looking.is_ptz)
        feed.hear(self.footage.happenings)
        self.evidence = Evidence(
            storage,
            clock,
            register,
            identity.user,
            approvals,
            self.viewing.gate,
            self.footage.seals.get,
            media,
            EvidenceKey(secrets_dir),
            evidence_dir,
            maker,
        )
        media.listen(self.evidence.hear)

    async def load(self) -> None:
        """What was kept. Raises StorageError."""
        await self.viewing.open()
        await self.footage.load()
        await self.evidence.load()

    def start(self, tasks: Tasks) -> None:
        """What runs by itself."""
        self.footage.start()
        tasks.start(self.evidence.run(), name="evidence")
        tasks.start(self.viewing.run(), name="viewing")

    async def close(self) -> None:
        """After footage and the server are closed; may be called twice."""
        await self.evidence.close()
        await self.viewing.close()
