"""What the panel of alarm health shows: seats, periods, figures, trend, bad actors. No Qt."""

import datetime as dt
import enum
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from console.kit.ports import Catalogue, Client
from console.panels.alarm_health.words import HealthWords
from console.store.wording import class_text, role_text, rule_of
from contract.alarm_health import (
    WINDOW_S,
    BadActor,
    BadActors,
    HealthAnswer,
    HealthSeat,
    HealthWindow,
    Proposal,
    Proposals,
    RemedyApplied,
    RemedyRequest,
)
from widgets.alarm_health.values import TrendBar
from widgets.texts import Texts

ACT: Final = "alarm_remedy"
_DAY_S: Final = 86_400
_FINE_DAYS: Final = 7  # up to this the trend shows ten minutes a bar, beyond it a day
_MOST_PAGES: Final = 20


class Period(enum.StrEnum):
    """Which days."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"
    MONTH = "month"  # thirty days
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"


class Days(NamedTuple):
    """From a day to another, both included."""

    since: dt.date
    until: dt.date


class Course(NamedTuple):
    """A trend as it is drawn."""

    title: str
    bars: Sequence[TrendBar]
    span: tuple[float, float]
    width_s: float
    limit: float | None


class ActorLine(NamedTuple):
    """One bad actor in words."""

    alarm_id: int
    asset_id: int
    asset_code: str
    kind: str
    where: str
    what: str
    priority: int | None
    times: int
    share: str
    habits: str
    never_waits: bool


class HealthView(NamedTuple):
    """Everything of one seat and period."""

    seat: str
    days: Days
    answer: HealthAnswer
    actors: BadActors


class HealthPresenter:
    """Asks and puts into words."""

    def __init__(self, catalogue: Catalogue, client: Client, tr: Texts) -> None:
        self._catalogue = catalogue
        self._client = client
        self._tr = tr
        self.words = HealthWords(tr)

    async def seats(self) -> Sequence[HealthSeat]:
        """The seats one may ask about. Raises RequestFailed."""
        return (await self._client.health_seats()).items

    def seat_name(self, seat: str) -> str:
        """As it is called."""
        if not seat:
            return self._tr("health.city")
        return role_text(seat, self._tr)

    def days(self, period: Period, now: dt.datetime) -> Days:
        """The days of a period; the city's clock is that of the console."""
        today = now.astimezone().date()
        first = today.replace(day=1)
        before = first - dt.timedelta(days=1)
        return {
            Period.TODAY: Days(today, today),
            Period.YESTERDAY: Days(today - dt.timedelta(days=1), today - dt.timedelta(days=1)),
            Period.WEEK: Days(today - dt.timedelta(days=6), today),
            Period.MONTH: Days(today - dt.timedelta(days=29), today),
            Period.THIS_MONTH: Days(first, today),
            Period.LAST_MONTH: Days(before.replace(day=1), before),
        }[period]

    async def view(self, seat: str, days: Days) -> HealthView:
        """Figures, trend and bad actors. Raises RequestFailed."""
        answer = await self._client.alarm_health(seat, *days)
        return HealthView(seat, days, answer, await self._client.bad_actors(seat, *days))

    async def proposals(self, alarm_id: int, days: Days) -> Proposals:
        """What could be done about one source; of one day alone too little is known, so at least a week is tried."""
        since = min(days.since, days.until - dt.timedelta(days=6))
        return await self._client.remedy_proposals(alarm_id, since, days.until)

    async def applied(self, days: Days) -> Sequence[RemedyApplied]:
        """What was changed in these days. Raises RequestFailed."""
        found: list[RemedyApplied] = []
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            page = await self._client.remedies(cursor)
            found += [item for item in page.items if days.since <= item.at.astimezone().date() <= days.until]
            cursor = page.next
            if cursor is None:
                break
        return found

    async def apply(self, request: RemedyRequest, approval_id: str) -> RemedyApplied:
        """Do it, once somebody has approved it. Raises RequestFailed."""
        return await self._client.apply_remedy(msgspec.structs.replace(request, approval_id=approval_id))

    def payload(self, request: RemedyRequest) -> dict[str, object]:
        """What a second person agrees to."""
        payload: dict[str, object] = msgspec.to_builtins(request)
        payload.pop("approval_id")
        return payload

    def course(self, view: HealthView) -> Course:
        """The trend: ten minutes a bar, or a day where the period is long."""
        tr, figures = self._tr, view.answer.figures
        span = (figures.since.timestamp(), max(figures.until.timestamp(), figures.since.timestamp() + 3600))
        counts = {"count": figures.annunciated, "floods": figures.floods}
        if (view.days.until - view.days.since).days < _FINE_DAYS:
            bars = [TrendBar(w.at_s, (w.p1, w.p2, w.p3, w.p4), w.is_flood) for w in view.answer.trend]
            return Course(tr("health.trend", **counts), bars, span, WINDOW_S, 10.0)
        return Course(tr("health.trend.days", **counts), _by_day(view.answer.trend), span, _DAY_S, None)

    def state(self, view: HealthView) -> str:
        """What is so right now, and what is missing."""
        tr, figures, answer = self._tr, view.answer.figures, view.answer
        parts: list[str] = []
        if figures.stale is not None:
            parts.append(tr("health.now", count=figures.last_window))
            if figures.is_flood:
                parts.append(tr("health.now.flood"))
        if figures.answered_elsewhere:
            parts.append(tr("health.elsewhere", count=figures.answered_elsewhere))
        if answer.days and answer.days[0].day > view.days.since:
            parts.append(tr("health.known_since", day=f"{answer.days[0].day:%d/%m/%Y}"))
        if figures.is_partial:
            parts.append(tr("health.partial"))
        return " · ".join(parts)

    def actors(self, view: HealthView) -> Sequence[ActorLine]:
        """The worst sources, the worst first."""
        return [self._actor(item) for item in view.actors.items]

    def proposal_words(self, proposal: Proposal) -> tuple[str, str]:
        """What, and what it would have done."""
        return self.words.remedy(proposal.setting, proposal.was), self.words.test(proposal.test)

    def _actor(self, item: BadActor) -> ActorLine:
        tr = self._tr
        habits: list[str] = []
        if item.chatter_episodes:
            habits.append(tr("health.habit.chatters", count=item.chatter_episodes))
        if item.fleeting:
            habits.append(tr("health.habit.fleeting", count=item.fleeting))
        if item.never_waits:
            habits.append(tr("health.habit.never_waits"))
        rule = rule_of(self._catalogue, item.class_, item.kind)
        label = item.kind if rule is None else tr.label(rule.label)
        where = item.asset_name or f"{class_text(self._catalogue, item.class_, tr)} {item.asset_code}"
        return ActorLine(
            item.alarm_id,
            item.asset_id,
            item.asset_code,
            item.kind,
            where,
            label,
            item.priority,
            item.count,
            self.words.share(item.share),
            " · ".join(habits),
            item.never_waits,
        )

    def kind_words(self, item: RemedyApplied) -> str:
        """Where a remedy was applied."""
        return f"{item.asset_code} · {item.kind}"


def _by_day(windows: Sequence[HealthWindow]) -> Sequence[TrendBar]:
    days: dict[float, list[int]] = {}
    flooded: set[float] = set()
    for window in windows:
        local = dt.datetime.fromtimestamp(window.at_s, dt.UTC).astimezone()
        begin = local.replace(hour=0, minute=0, second=0).timestamp()
        row = days.setdefault(begin, [0, 0, 0, 0])
        for place, count in enumerate((window.p1, window.p2, window.p3, window.p4)):
            row[place] += count
        if window.is_flood:
            flooded.add(begin)
    return [TrendBar(at, (p1, p2, p3, p4), at in flooded) for at, (p1, p2, p3, p4) in sorted(days.items())]
