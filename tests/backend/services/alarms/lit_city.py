"""The reference city behind the real intake and desk: 34,000 lights, their cabinets, switches and one core."""

import random
import time
from collections.abc import Callable, Iterable, Sequence

from backend.devkit.clock import ManualClock
from backend.domain.asset_classes import standard_asset_classes
from backend.ports import Storage
from contract.alarms import Alarm, Annunciation, Priority
from contract.assets import AlarmRule, AlarmWhen, Asset, AssetClass, Label, PointSpec
from contract.points import PointKind, Reading
from tests.backend.domain.alarms import lit_city as model
from tests.backend.feeds import RecordingFeed
from tests.backend.joined_services import JoinedServices

PANEL = 400_000
INTRUSION = "intrusion"
_WORDS = Label(fr="Intrusion", en="Intrusion")
_PANEL_CLASS = AssetClass(
    code="alarm_panel",
    label=Label(fr="Centrale d'alarme", en="Alarm panel"),
    icon="mdi6.shield",
    service="security",
    points=(
        PointSpec(
            name=INTRUSION,
            label=_WORDS,
            kind=PointKind.BOOLEAN,
            alarms=(
                AlarmRule(
                    kind=INTRUSION,
                    when=AlarmWhen.IS_TRUE,
                    priority=Priority.P1,
                    label=_WORDS,
                    guidance=_WORDS,
                    never_waits=True,
                    is_explained_by_supply=True,  # a mistake in the table must not hide it
                ),
            ),
        ),
    ),
)


class _HeardFeed(RecordingFeed):
    told: Callable[[Alarm], None] | None = None

    def alarm_changed(self, alarm: Alarm) -> None:
        super().alarm_changed(alarm)
        if self.told is not None:
            self.told(alarm)


class LitCity:
    """Lights fall silent when the test says; time is the test's."""

    def __init__(self, storage: Storage, clock: ManualClock) -> None:
        self.clock = clock
        self.storage = storage
        self.feed = _HeardFeed()
        self.load_s = 0.0
        self._build()

    def _build(self) -> None:
        classes = {**standard_asset_classes(), _PANEL_CLASS.code: _PANEL_CLASS}
        self._joined = JoinedServices(self.storage, self.feed, self.clock, classes=classes)
        self.register, self.intake = self._joined.register, self._joined.intake
        self.desk = self._joined.alarms

    async def start(self) -> None:
        """Everything of the register was heard."""
        await self.register.load()
        if not len(self.register):
            await self.register.apply(_assets(), "system", note="the reference city")
        await self._joined.alarm_services.load()
        self.sink = self.intake.own_sink([asset.id for asset in self.register.all()])
        await self.answers(range(model.LIGHTS))

    async def stop(self) -> None:
        """End what runs."""
        await self._joined.close()

    async def restart(self) -> None:
        """Killed, and back on the same storage five seconds later; devices are as they were."""
        await self.stop()
        self.clock.pass_time(5)
        self._build()
        await self.register.load()
        started = time.perf_counter()
        await self._joined.alarm_services.load()
        self.load_s = time.perf_counter() - started
        self.sink = self.intake.own_sink([asset.id for asset in self.register.all()])

    def hear(self, told: Callable[[Alarm], None]) -> None:
        """Tell this one too of each alarm as consoles hear of it."""
        self.feed.told = told

    async def answers(self, numbers: Iterable[int]) -> None:
        """Assets of the model answer."""
        self.sink.assets_reachable([number + 1 for number in numbers])
        await self.intake.take_all()

    async def falls_silent(self, numbers: Iterable[int]) -> None:
        """Assets of the model answer no more."""
        self.sink.assets_unreachable([number + 1 for number in numbers], "no answer")
        await self.intake.take_all()

    async def tells(self, number: int, point: str, value: bool) -> None:
        """A device reports."""
        self.sink.report([Reading(number + 1, point, value)])
        await self.intake.take_all()

    async def lose_over_ten_seconds(self, numbers: Iterable[int], seed: int = 5) -> None:
        """They fall silent one after the other, at random."""
        lights, chance = list(numbers), random.Random(seed)
        chance.shuffle(lights)
        for step in range(40):
            await self.falls_silent(lights[step::40])
            await self.pass_time(0.25)

    async def pass_time(self, seconds: float) -> None:
        """Time goes by, looked at four times a second."""
        for _ in range(max(1, int(seconds * 4))):
            self.clock.pass_time(min(seconds, 0.25))
            await self.intake.look()

    def cards(self) -> list[Alarm]:
        """What an operator sees, members of groups of strays too."""
        shown = (alarm for alarm in self.desk.standing() if not alarm.is_suppressed)
        return [alarm for alarm in shown if alarm.annunciation is not Annunciation.NORM]

    def roots(self) -> set[int]:
        """The model's numbers of the assets with a card."""
        return {alarm.asset_id - 1 for alarm in self.cards()}

    def lines(self) -> Sequence[str]:
        """Lines of the list: a group of strays is one."""
        return sorted({alarm.stray_group or f"{alarm.kind} {alarm.asset_id - 1}" for alarm in self.cards()})


def _assets() -> list[Asset]:
    above = model.feeders()
    numbers = [*above, model.CORE]
    assets = [_asset(number, _class(number), above.get(number)) for number in numbers]
    return [*assets, _asset(PANEL, "alarm_panel", model.CABINET)]


def _class(number: int) -> str:
    if number < model.CABINET:
        return "streetlight"
    return "lighting_cabinet" if number < model.SWITCH else "network_switch"


def _asset(number: int, class_: str, above: int | None) -> Asset:
    return Asset(
        id=number + 1,
        code=f"{class_}-{number}",
        class_=class_,
        lon=5.04,
        lat=47.32,
        commune="21231",
        supply_parent=None if above is None else above + 1,
    )
