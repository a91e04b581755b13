"""What could be done about an alarm that comes too often, tried on what its own past was. See docs/alarm-health.md."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from msgspec.structs import replace

from backend.domain.alarms.health_log import Transition
from backend.domain.alarms.trying import Episode, Sample, Tried, would_have, would_have_told
from contract.alarm_health import BackTest, Proposal, Remedy, RemedySetting
from contract.alarms import Priority, ShownState
from contract.assets import AlarmRule, AlarmWhen

ACTED_WITHIN_S: Final = 600.0  # an act this soon after an alarm came is taken for an answer to it
LASTING_S: Final = 300.0  # what stood for so long was a fault that somebody should have seen
ON_DELAYS_S: Final = (5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0)
OFF_DELAYS_S: Final = (10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
COUNTS: Final = ((2, 300.0), (3, 600.0), (3, 1800.0), (5, 3600.0))
DEAD_BAND_SHARES: Final = (0.01, 0.02, 0.05, 0.1)  # of the limit
SHELF_HOURS: Final = 8.0
_ROUNDING_S: Final = 1.0
_LIMITS: Final = frozenset({AlarmWhen.ABOVE, AlarmWhen.BELOW})


class Occurrence(NamedTuple):
    """The alarm stood from `came_at` to `went_at` (None: it still does). Seconds since 1970."""

    came_at: float
    went_at: float | None
    priority: int
    was_annunciated: bool
    has_mattered: bool


class Past(NamedTuple):
    """What is known of one alarm between two times, under the rule `was`. `samples`: its point's values, if kept."""

    was: AlarmRule
    since: float
    until: float
    occurrences: Sequence[Occurrence]
    samples: Sequence[Sample] = ()


def occurrences(transitions: Iterable[Transition], acts: Sequence[float], until: float) -> list[Occurrence]:
    """When one alarm stood, from its transitions in order; `acts`: when people acted on its asset, in order.

    It mattered when people acted on the asset while it stood or within ten minutes of its coming, when it grew worse,
    when it was P1, when the asset was taken out of service for it, or when it stood for five minutes.
    """
    found: list[Occurrence] = []
    came_at: float | None = None
    priority, is_annunciated, has_mattered = 4, False, False
    for item in transitions:
        at = item.at_ms / 1000
        if item.event == "raise" and came_at is None:
            came_at, priority, is_annunciated, has_mattered = at, item.priority, False, False
        if came_at is None:
            continue
        if item.event == "raise" and item.priority < priority:
            has_mattered, priority = True, item.priority
        is_annunciated = is_annunciated or item.after == ShownState.B_UNACK.value
        has_mattered = has_mattered or item.event == "take_out_of_service"
        if item.event == "clear":
            found.append(_occurrence(came_at, at, priority, is_annunciated, has_mattered, acts, at))
            came_at = None
    if came_at is not None:
        found.append(_occurrence(came_at, None, priority, is_annunciated, has_mattered, acts, until))
    return found


def proposals(past: Past) -> list[Proposal]:
    """For each kind of remedy the setting that removes most and hides nothing that mattered; the best first.

    What never waits (intrusion, fire, panic) is never held back: nothing is proposed for it.
    """
    if past.was.never_waits:
        return []
    found = [best for settings in _candidates(past) if (best := _best_of(past, settings)) is not None]
    found.sort(key=lambda item: (item.test.hidden, -item.test.removed, -item.test.lowered))
    if found and found[0].test.removed and not found[0].test.hidden:
        found[0] = replace(found[0], is_best=True)
    return found


def changed(rule: AlarmRule, setting: RemedySetting) -> AlarmRule:
    """The rule with a remedy applied; shelving changes no rule."""
    match setting.remedy:
        case Remedy.ON_DELAY:
            return replace(rule, hold_s=setting.value)
        case Remedy.OFF_DELAY:
            return replace(rule, clear_hold_s=setting.value)
        case Remedy.DEAD_BAND:
            return replace(rule, dead_band=setting.value)
        case Remedy.COUNT:
            return replace(rule, count=int(setting.value), count_window_s=setting.window_s)
        case Remedy.PRIORITY:
            return replace(rule, priority=Priority(int(setting.value)))
        case Remedy.SHELVE:
            return rule


def back_test(past: Past, setting: RemedySetting) -> BackTest:
    """What a remedy would have done to this past."""
    came = [item for item in past.occurrences if item.was_annunciated]
    test = BackTest(
        since=_time(past.since),
        until=_time(past.until),
        came=len(came),
        removed=0,
        hidden=0,
        mattered=sum(1 for item in came if item.has_mattered),
    )
    if setting.remedy is Remedy.PRIORITY:
        return replace(test, lowered=sum(1 for item in came if item.priority < setting.value))
    if setting.remedy is Remedy.SHELVE:
        since = past.until - setting.value * 3600
        away = [item for item in came if item.came_at >= since]
        return replace(test, removed=len(away), hidden=sum(1 for item in away if item.has_mattered))
    tried = _try(past, changed(past.was, setting))
    return _compared(test, came, tried, is_from_samples=setting.remedy is Remedy.DEAD_BAND)


def was_before(rule: AlarmRule, remedy: Remedy) -> float | None:
    """The setting that a remedy would change."""
    match remedy:
        case Remedy.ON_DELAY:
            return rule.hold_s
        case Remedy.OFF_DELAY:
            return rule.clear_hold_s
        case Remedy.DEAD_BAND:
            return rule.dead_band
        case Remedy.COUNT:
            return float(rule.count)
        case Remedy.PRIORITY:
            return float(rule.priority)
        case Remedy.SHELVE:
            return None


def _candidates(past: Past) -> Iterator[list[RemedySetting]]:
    rule = past.was
    longer = [delay for delay in ON_DELAYS_S if delay > rule.hold_s]
    yield [RemedySetting(remedy=Remedy.ON_DELAY, value=delay) for delay in longer]
    longer = [delay for delay in OFF_DELAYS_S if delay > rule.clear_hold_s]
    yield [RemedySetting(remedy=Remedy.OFF_DELAY, value=delay) for delay in longer]
    if rule.when in _LIMITS and rule.limit and past.samples:
        wider = [band for share in DEAD_BAND_SHARES if (band := abs(rule.limit) * share) > rule.dead_band]
        yield [RemedySetting(remedy=Remedy.DEAD_BAND, value=round(band, 3)) for band in wider]
    if rule.count <= 1 and rule.priority is not Priority.P1:
        yield [RemedySetting(remedy=Remedy.COUNT, value=count, window_s=window) for count, window in COUNTS]
    if Priority.P1 < rule.priority < Priority.P4:
        yield [RemedySetting(remedy=Remedy.PRIORITY, value=float(rule.priority + 1))]
    if rule.priority is not Priority.P1:
        yield [RemedySetting(remedy=Remedy.SHELVE, value=SHELF_HOURS)]


def _best_of(past: Past, settings: Sequence[RemedySetting]) -> Proposal | None:
    """The mildest of those that hide least and remove most; None when none of them would have changed anything."""
    best: Proposal | None = None
    for setting in settings:
        test = back_test(past, setting)
        if not test.removed and not test.lowered:
            continue
        if best is None or (test.hidden, -test.removed) < (best.test.hidden, -best.test.removed):
            best = Proposal(setting=setting, test=test, was=was_before(past.was, setting.remedy))
    return best


def _try(past: Past, rule: AlarmRule) -> Tried:
    if past.samples and rule.dead_band != past.was.dead_band:
        return would_have(rule, past.samples, since=past.since, until=past.until)
    episodes = [Episode(item.came_at, item.went_at) for item in past.occurrences]
    return would_have_told(rule, episodes, was=past.was, until=past.until)


def _compared(test: BackTest, came: Sequence[Occurrence], tried: Tried, *, is_from_samples: bool) -> BackTest:
    """Each occurrence is told where an onset lies in it, and seen where an alarm of the remedy stood during it.

    Where the values are not known nothing is claimed: what came there counts as told.
    """
    removed, hidden, delayed_s = 0, 0, 0.0
    first = 0
    onsets = tried.onsets
    ends = [float("inf") if onset.went_at is None else onset.went_at for onset in onsets]
    for item in came:
        end = float("inf") if item.went_at is None else item.went_at
        while first < len(onsets) and ends[first] < item.came_at - _ROUNDING_S:
            first += 1
        told_at, is_seen = None, False
        for onset in onsets[first:]:
            if onset.came_at > end + _ROUNDING_S:
                break
            is_seen = True
            if onset.came_at >= item.came_at - _ROUNDING_S:
                told_at = onset.came_at
                break
        if told_at is not None:
            delayed_s = max(delayed_s, told_at - item.came_at)
        elif not any(stretch.since <= item.came_at <= stretch.until for stretch in tried.unknown):
            removed += 1
            hidden += item.has_mattered and not is_seen
    return replace(test, removed=removed, hidden=hidden, delayed_s=round(delayed_s, 1), is_from_samples=is_from_samples)


def _occurrence(
    came_at: float,
    went_at: float | None,
    priority: int,
    was_annunciated: bool,
    has_mattered: bool,
    acts: Sequence[float],
    end: float,
) -> Occurrence:
    until = max(end, came_at + ACTED_WITHIN_S)
    matters = (
        has_mattered
        or priority == Priority.P1
        or end - came_at >= LASTING_S
        or bisect_right(acts, until) > bisect_left(acts, came_at)
    )
    return Occurrence(came_at, went_at, priority, was_annunciated, matters)


def _time(at: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(at, dt.UTC)
