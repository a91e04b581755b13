"""What works beside the alarm desk, built and joined in one place; bootstrap gives the rest of the backend."""

from collections.abc import Callable

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.ports import Feed, Storage
from backend.services.alarms.bulk import AlarmActs
from backend.services.alarms.conflicts import Conflicts
from backend.services.alarms.desk import AlarmDesk, nothing_wanted
from backend.services.alarms.handover import Handovers
from backend.services.alarms.handover_report import ReportDrawing
from backend.services.alarms.health.figures import AlarmHealth
from backend.services.alarms.health.remedies import Remedies
from backend.services.alarms.health.rules import AssetRules
from backend.services.alarms.kept_past import KeptPast
from backend.services.alarms.presence import PresenceBook
from backend.services.alarms.recall import told_last
from backend.services.alarms.routing.book import Secrets
from backend.services.alarms.routing.routing import AlarmRouting
from backend.services.alarms.rule_book import RuleBook
from backend.services.alarms.seat_sounds import SeatSounds
from backend.services.alarms.trying import Trials
from backend.services.alarms.work import AlarmWork
from backend.services.approvals import Approvals
from backend.services.feed_relay import FeedRelay
from backend.services.identity import Identity
from backend.services.live_state import LiveState
from backend.services.register import Register
from backend.services.supply.supply import Supply
from contract.alarms import Alarm
from contract.points import Value


class AlarmServices:
    """`load` before anything is told, `start` once the backend answers, `close` before storage."""

    def __init__(
        self,
        storage: Storage,
        feed: Feed,
        clock: Clock,
        register: Register,
        live: LiveState,
        identity: Identity,
        approvals: Approvals,
        wanted: Callable[[int, str], Value] = nothing_wanted,
        *,
        vault: Secrets,
    ) -> None:
        self._identity = identity
        self._storage, self._register, self._live = storage, register, live
        self._approvals = approvals
        self._told = FeedRelay()
        self._told.attach(feed)
        self.desk = AlarmDesk(storage, self._told, clock, register, live, wanted)
        self.work = AlarmWork(storage, feed, clock, self.desk)
        self._told.hear(self.work)
        self.acts = AlarmActs(self.desk, self.work, Conflicts(feed, clock))
        self.seat_sounds = SeatSounds(storage)
        self.presence = PresenceBook(storage, clock, identity)
        self.drawing = ReportDrawing(storage, clock, register, self.desk, self.work)
        self.handovers = Handovers(storage, clock, register, self.drawing, self.work)
        self.routing = AlarmRouting(
            storage, clock, register, self.desk, self.presence, identity.user, vault, self._respond_within_s
        )
        self.desk.dress_by(self.routing.escalations.dress)
        self._told.hear(self.routing)
        self.supply = Supply(storage, clock, register, live, self.desk)
        self.rule_book = RuleBook(storage, self._told, clock, register, self.desk)
        self.trials = Trials(clock, self.desk.rules, KeptPast(storage, register, self.desk.rules, live.point))
        rules = AssetRules(self.desk.rules, self.rule_book)
        self.health = AlarmHealth(storage, clock, register, identity, rules.rule)
        self.remedies = Remedies(storage, clock, register, approvals, rules, self.desk)
        self._tasks = Tasks("alarm services")

    async def load(self) -> None:
        """What was kept, as it stood."""
        await self.rule_book.load()
        await self.desk.load()
        await self.work.load()
        await self.presence.load()
        await self.handovers.load()
        await self.routing.load()
        await self.supply.load()
        await self.health.load()

    async def recall(self) -> None:
        """Judge anew what devices said last, once claims are known."""
        told = await told_last(self._storage, self._register)
        self._live.recall((asset_id, point) for asset_id, point, value in told if value.value is not False)
        self.desk.recall(told)

    def start(self) -> None:
        """What runs by itself."""
        self._tasks.start(self.work.run(), name="alarm work")
        self._tasks.start(self.health.run(), name="alarm health")
        self._tasks.start(self.rule_book.run(), name="alarm rules")
        self.routing.start()

    async def close(self) -> None:
        """What waits is written; may be called twice."""
        await self._tasks.close()
        await self.trials.close()
        await self.health.close()
        await self.remedies.close()
        await self.routing.close()
        await self.supply.close()
        await self.desk.close()

    def _respond_within_s(self, alarm: Alarm) -> float | None:
        """The time to respond that the sheet of this kind of alarm says."""
        sheet = self.rule_book.sheet((alarm.class_, alarm.kind))
        return None if sheet is None else sheet.content.respond_within_s
