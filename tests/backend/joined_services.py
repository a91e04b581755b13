"""The services between storage and consoles, joined as `backend/bootstrap.py` joins them."""

from backend.devkit.clock import Clock
from backend.domain.asset_classes import standard_asset_classes
from backend.ports import Feed, Storage
from backend.services.alarm_desk import AlarmDesk
from backend.services.claim_book import ClaimBook
from backend.services.command_desk import CommandDesk, CrashPoint, Fence
from backend.services.devices import Devices
from backend.services.intake import Intake
from backend.services.live_state import LiveState
from backend.services.reasons import Reasons
from backend.services.register import Register


class JoinedServices:
    """What a backend knows of its city; no device, nobody who watches. `reached` may end a command anywhere."""

    def __init__(
        self, storage: Storage, feed: Feed, clock: Clock, reached: CrashPoint | None = None, fence: Fence | None = None
    ) -> None:
        self.register = Register(storage, feed, clock, standard_asset_classes())
        self.live = LiveState(self.register, feed, clock)
        self.alarms = AlarmDesk(storage, feed, clock, self.register, self.live)
        self.devices = Devices()
        self.reasons = Reasons(self.register, self.live, self.alarms, self.devices)
        common = (storage, feed, clock, self.register, self.live)
        self.commands = CommandDesk(*common, self.devices, self.reasons, reached or (lambda _: None), fence)
        self.claims = ClaimBook(*common, self.devices, self.commands, self.reasons)
        self.intake = Intake(*common, self.alarms, self.commands, self.claims, self.devices)

    async def close(self) -> None:
        """End what runs."""
        await self.commands.close()
        await self.claims.close()
        await self.alarms.close()
