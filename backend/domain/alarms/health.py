"""The figures of alarm health (EEMUA 191, ISA-18.2 clause 16) from what happened, as tallies that can be added up."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from backend.domain.alarms.health_log import Happening, OpenAlarm, What
from contract.alarm_flood import FLOOD_BEGINS, in_flood
from contract.alarm_health import WINDOW_S, AnswerTime, HealthDay, HealthFigures, HealthWindow, SetAside

TOP: Final = 10
MOST_SOURCES: Final = 20_000  # counted one by one in a tally; in a greater storm the rarest are forgotten
_FINE_S: Final = 600  # answers are kept to the second up to this, to the minute beyond
_WINDOW_MS: Final = WINDOW_S * 1000
_DAY_MS: Final = 86_400_000
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_HOW: Final = ("shelved", "suppressed", "out_of_service")
Four = tuple[int, int, int, int]
NONE: Final[Four] = (0, 0, 0, 0)


class Source(msgspec.Struct, frozen=True, array_like=True):
    """How often one alarm came, began to chatter and was fleeting."""

    asset_id: int
    kind: str
    priority: int  # the last it came with
    came: int = 0
    chattered: int = 0
    fleeting: int = 0


class Tally(msgspec.Struct, frozen=True):
    """What came to one seat. Windows are numbered from 1970; `answers` by priority and seconds."""

    windows: Mapping[int, Four] = {}
    sources: Mapping[int, Source] = {}
    answers: Mapping[int, Mapping[int, int]] = {}
    answered_elsewhere: int = 0
    is_partial: bool = False
    stale: int | None = None  # at the end of its day


def tally_of(
    happenings: Iterable[Happening], covers: Callable[[Happening], bool], is_own: Callable[[str], bool]
) -> Tally:
    """Count what happened on alarms that a seat `covers`; `is_own` says whether a person works at it."""
    windows: dict[int, list[int]] = {}
    sources: dict[int, Source] = {}
    answers: dict[int, Counter[int]] = {}
    elsewhere = 0
    for item in happenings:
        if not covers(item):
            continue
        match item.what:
            case What.CAME:
                windows.setdefault(item.at_ms // _WINDOW_MS, [0, 0, 0, 0])[item.priority - 1] += 1
                _count(sources, item, came=1)
            case What.CHATTERED:
                _count(sources, item, chattered=1)
            case What.FLEETING:
                _count(sources, item, fleeting=1)
            case What.ANSWERED if is_own(item.by):
                answers.setdefault(item.priority, Counter())[_kept_seconds(item.took_ms)] += 1
            case What.ANSWERED:
                elsewhere += 1
    counts = {window: (row[0], row[1], row[2], row[3]) for window, row in windows.items()}
    return Tally(counts, sources, answers, elsewhere)


def merged(tallies: Iterable[Tally]) -> Tally:
    """Their sum, the same however the log was cut. `stale` is the last one's."""
    windows: dict[int, Four] = {}
    sources: dict[int, Source] = {}
    answers: dict[int, Counter[int]] = {}
    elsewhere, is_partial, stale = 0, False, None
    for tally in tallies:
        for window, (p1, p2, p3, p4) in tally.windows.items():
            q1, q2, q3, q4 = windows.get(window, NONE)
            windows[window] = (p1 + q1, p2 + q2, p3 + q3, p4 + q4)
        for alarm, source in tally.sources.items():
            known = sources.get(alarm)
            sources[alarm] = source if known is None else _sum(known, source)
        for priority, times in tally.answers.items():
            answers.setdefault(priority, Counter()).update(times)
        elsewhere += tally.answered_elsewhere
        is_partial = is_partial or tally.is_partial
        stale = tally.stale
    if len(sources) > MOST_SOURCES:
        sources, is_partial = dict(worst(sources, MOST_SOURCES // 2)), True
    return Tally(windows, sources, answers, elsewhere, is_partial, stale)


def worst(sources: Mapping[int, Source], count: int = TOP) -> Sequence[tuple[int, Source]]:
    """The sources that came most often, the worst first; equals by asset and kind."""
    return sorted(sources.items(), key=lambda pair: (-pair[1].came, pair[1].asset_id, pair[1].kind))[:count]


def kept_small(tally: Tally, count: int) -> Tally:
    """With the worst sources only: what is kept of a day."""
    if len(tally.sources) <= count:
        return tally
    return msgspec.structs.replace(tally, sources=dict(worst(tally.sources, count)))


def figures(tally: Tally, seat: str, since: dt.datetime, until: dt.datetime) -> HealthFigures:
    """The figures of a period; `since` lies on a full window, the last window may only have begun."""
    counts = [sum(row) for row in tally.windows.values()]
    total = sum(counts)
    span = max(1, -(-(until - since) // dt.timedelta(seconds=WINDOW_S)))
    over = sum(1 for count in counts if count > FLOOD_BEGINS)
    floods, flood_windows = _floods(tally.windows)
    peak_at = max(tally.windows, key=lambda window: (sum(tally.windows[window]), -window), default=None)
    return HealthFigures(
        seat=seat,
        since=since,
        until=until,
        windows=span,
        annunciated=total,
        per_window=total / span,
        peak=max(counts, default=0),
        peak_at=None if peak_at is None else _EPOCH + dt.timedelta(seconds=peak_at * WINDOW_S),
        over_windows=over,
        over_share=over / span,
        floods=floods,
        flood_windows=len(flood_windows),
        top_share=top_share(tally),
        sources=sum(1 for source in tally.sources.values() if source.came),
        chattering=sum(1 for source in tally.sources.values() if source.chattered),
        chatter_episodes=sum(source.chattered for source in tally.sources.values()),
        fleeting=sum(source.fleeting for source in tally.sources.values()),
        priorities=_by_priority(tally.windows.values()),
        answers=tuple(_answer_time(priority, tally.answers.get(priority, {})) for priority in (1, 2, 3, 4)),
        answered_elsewhere=tally.answered_elsewhere,
        is_partial=tally.is_partial,
    )


def trend(tally: Tally) -> tuple[HealthWindow, ...]:
    """The windows in which something came, in order, those of floods marked."""
    _, flooded = _floods(tally.windows)
    return tuple(
        HealthWindow(window * WINDOW_S, *tally.windows[window], window in flooded) for window in sorted(tally.windows)
    )


def day_of(tally: Tally, day: dt.date, since: dt.datetime, until: dt.datetime) -> HealthDay:
    """A day's line in the trend."""
    found = figures(tally, "", since, until)
    answered: Counter[int] = Counter()
    for times in tally.answers.values():
        answered.update(times)
    return HealthDay(
        day=day,
        annunciated=found.annunciated,
        per_window=found.per_window,
        peak=found.peak,
        over_share=found.over_share,
        flood_windows=found.flood_windows,
        top_share=found.top_share,
        chattering=found.chattering,
        fleeting=found.fleeting,
        stale=tally.stale,
        p95_s=percentile(answered, 0.95),
    )


def top_share(tally: Tally) -> float:
    """Which share of all annunciations the ten worst sources made."""
    total = sum(sum(row) for row in tally.windows.values())
    return sum(source.came for _, source in worst(tally.sources)) / total if total else 0.0


def stale_count(alarms: Iterable[OpenAlarm], now_ms: int) -> int:
    """How many have stood in alarm for more than a day without having been set aside."""
    return sum(1 for item in alarms if item.stands_since_ms is not None and now_ms - item.stands_since_ms > _DAY_MS)


def set_aside(alarms: Iterable[OpenAlarm], now_ms: int) -> tuple[SetAside, ...]:
    """What is shelved, suppressed and out of service, with its age."""
    since: tuple[list[int], ...] = ([], [], [])
    for item in alarms:
        for place, at in zip(since, item.set_aside, strict=True):
            if at is not None:
                place.append(at)
    return tuple(
        SetAside(
            how=how,
            count=len(found),
            oldest_since=_EPOCH + dt.timedelta(milliseconds=min(found)) if found else None,
            over_a_day=sum(1 for at in found if now_ms - at > _DAY_MS),
        )
        for how, found in zip(_HOW, since, strict=True)
    )


def percentile(times: Mapping[int, int], share: float) -> float | None:
    """The least time that this share of answers did not exceed (nearest rank); None when there is no answer."""
    total = sum(times.values())
    if not total:
        return None
    wanted, passed = share * total, 0
    for seconds in sorted(times):
        passed += times[seconds]
        if passed >= wanted - 1e-9:
            return float(seconds)
    return None


def _answer_time(priority: int, times: Mapping[int, int]) -> AnswerTime:
    return AnswerTime(
        priority=priority, count=sum(times.values()), p50_s=percentile(times, 0.5), p95_s=percentile(times, 0.95)
    )


def _floods(windows: Mapping[int, Four]) -> tuple[int, frozenset[int]]:
    """How many floods there were, and which of these windows lie in one."""
    count, flooded, was, last = 0, set[int](), False, None
    for window in sorted(windows):
        if last is not None and window > last + 1:
            was = False  # ten quiet minutes
        last = window
        now = in_flood(sum(windows[window]), was)
        count += now and not was
        if now:
            flooded.add(window)
        was = now
    return count, frozenset(flooded)


def _by_priority(rows: Iterable[Four]) -> Four:
    sums = [0, 0, 0, 0]
    for row in rows:
        for place, value in enumerate(row):
            sums[place] += value
    return sums[0], sums[1], sums[2], sums[3]


def _count(
    sources: dict[int, Source], item: Happening, *, came: int = 0, chattered: int = 0, fleeting: int = 0
) -> None:
    more = Source(item.asset_id, item.kind, item.priority, came, chattered, fleeting)
    known = sources.get(item.alarm)
    sources[item.alarm] = more if known is None else _sum(known, more)


def _sum(one: Source, later: Source) -> Source:
    return Source(
        later.asset_id,
        later.kind,
        later.priority,
        one.came + later.came,
        one.chattered + later.chattered,
        one.fleeting + later.fleeting,
    )


def _kept_seconds(took_ms: int) -> int:
    seconds = (took_ms + 500) // 1000
    return seconds if seconds <= _FINE_S else (seconds + 30) // 60 * 60
