"""What a backend knows of its city and does with its devices, built and joined in one place."""

from collections.abc import Callable, Mapping

from backend.devkit.clock import Clock
from backend.ports import Feed, Storage
from backend.services.alarms.joined import AlarmServices
from backend.services.alarms.routing.book import Secrets
from backend.services.approvals import Approvals
from backend.services.claim_book import ClaimBook
from backend.services.command_desk import CommandDesk, Fence
from backend.services.command_memory import CrashPoint, go_on
from backend.services.control_server import ControlServer
from backend.services.devices import Devices
from backend.services.identity import Identity
from backend.services.intake import Intake
from backend.services.live_state import LiveState
from backend.services.reasons import Reasons
from backend.services.register import Register
from contract.assets import AssetClass
from contract.points import Value


class CityServices:
    """One city, its accounts, alarms, claims and commands; nothing is loaded here.

    `is_blocked`: nothing is agreed now. `reached` may end a command anywhere (tests of crashes).
    """

    def __init__(
        self,
        storage: Storage,
        feed: Feed,
        clock: Clock,
        classes: Mapping[str, AssetClass],
        vault: Secrets,
        *,
        fence: Fence | None = None,
        is_blocked: Callable[[], bool] = lambda: False,
        reached: CrashPoint = go_on,
    ) -> None:
        self.register = Register(storage, feed, clock, classes)
        self.live = LiveState(self.register, feed, clock)
        self.identity = Identity(storage, feed, clock)
        self.approvals = Approvals(storage, clock, self.identity.user, is_blocked)
        known = (storage, feed, clock, self.register, self.live)
        self.alarm_services = AlarmServices(*known, self.identity, self.approvals, self._wanted, vault=vault)
        self.alarms = self.alarm_services.desk
        self.devices = Devices()
        self.reasons = Reasons(self.register, self.live, self.alarms, self.devices)
        self.commands = CommandDesk(*known, self.devices, self.reasons, reached, fence)
        self.claims = ClaimBook(*known, self.devices, self.commands, self.reasons)
        self.intake = Intake(*known, self.alarms, self.commands, self.claims, self.devices)
        self.alarm_services.routing.call_out.report_by(self.intake.own_sink)
        self.server = ControlServer(self.register, clock)
        self.server.report_by(self.intake.own_sink)
        self.identity.tell_misused(self.server.session_misused)

    async def close(self) -> None:
        """End what runs; may be called twice."""
        await self.commands.close()
        await self.claims.close()
        await self.alarm_services.close()

    def _wanted(self, asset_id: int, property_: str) -> Value:
        return self.claims.wanted(asset_id, property_)
