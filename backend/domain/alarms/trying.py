"""What a proposed rule would have told: the same conditions as live, run over what is kept of the past."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from msgspec.structs import replace

from backend.domain.alarms.conditions import Condition, Verdict, fire, observe
from backend.domain.alarms.motion import Motion, judge, next_look
from contract.assets import AlarmRule, AlarmWhen
from contract.points import PointValue, Quality, Value


class Sample(msgspec.Struct, frozen=True):
    """What was known at a time (seconds of one clock, such as a UTC timestamp) until the next sample.

    `value` None or a quality other than GOOD: not known. `is_enabled`: what the rule's enabling conditions came to.
    """

    at: float
    value: Value
    quality: Quality = Quality.GOOD
    is_enabled: bool | None = True
    wanted: Value = None


class Episode(msgspec.Struct, frozen=True):
    """The process was in alarm from `came_at` to `went_at`; None: it still is, or nothing says when it went."""

    came_at: float
    went_at: float | None = None


class Stretch(msgspec.Struct, frozen=True):
    """A time of which nothing is known: the rule can have said nothing there, and nothing is claimed of it."""

    since: float
    until: float


class Tried(msgspec.Struct, frozen=True):
    """The episodes a rule would have told, in order, and the stretches it was blind in."""

    onsets: tuple[Episode, ...] = ()
    unknown: tuple[Stretch, ...] = ()


def would_have(
    rule: AlarmRule, samples: Iterable[Sample], *, since: float | None = None, until: float | None = None
) -> Tried:
    """Which onsets this rule would have told for one asset.

    `samples` in order of time, and of one asset. `since` and `until` bound the period: time before the first sample
    is unknown, the last sample holds until `until`; without `until` delays that still ran at the end do not fire.
    Conditioning (limit, dead-band, delays, count, rate, stuck value, chatter hold, `never_waits`) is that of the live
    watch, by the same functions. An onset's `came_at` is when the alarm would have been told, delay included.
    """
    run = _Run(rule, since)
    for sample in samples:
        run.take(sample)
    return run.end(until)


def would_have_told(
    rule: AlarmRule, episodes: Sequence[Episode], *, was: AlarmRule | None = None, until: float | None = None
) -> Tried:
    """The same from what the journal tells of one alarm: its episodes, as told under the rule `was`.

    The delays of `was` are taken off first, so that those of `rule` are not added to them. Only what conditions time
    (delays, count) can be tried on episodes: limits, rates and enabling conditions need samples. Nor can they show
    what the old delays kept untold: a rule less strict than `was` may tell more than this says.
    """
    timed = replace(rule, when=AlarmWhen.IS_TRUE, enabled_by=())
    return would_have(timed, samples_of(episodes, was=was), until=until)


def samples_of(episodes: Sequence[Episode], *, was: AlarmRule | None = None) -> Iterator[Sample]:
    """Episodes as samples of a yes/no that is true while the process is in alarm, in order of time."""
    came_early = 0.0 if was is None or was.never_waits else was.hold_s
    went_early = 0.0 if was is None else was.clear_hold_s
    ended = float("-inf")
    for index, episode in enumerate(episodes):
        came_at = max(episode.came_at - came_early, ended)
        yield Sample(came_at, True)
        following = episodes[index + 1].came_at if index + 1 < len(episodes) else None
        went_at = episode.went_at if episode.went_at is not None else following
        if went_at is None:
            return
        ended = max(went_at - went_early, came_at)
        yield Sample(ended, False)


class _Run:
    """One rule over one asset's past."""

    def __init__(self, rule: AlarmRule, since: float | None) -> None:
        self._rule = rule
        self._condition = Condition()
        self._motion: Motion | None = None
        self._last: Sample | None = None
        self._now = since
        self._blind_since = since
        self._onsets: list[Episode] = []
        self._unknown: list[Stretch] = []

    def take(self, sample: Sample) -> None:
        """What came at the moment at which something is due comes first: a clear then still cancels."""
        at = sample.at if self._now is None else max(sample.at, self._now)
        self._pass_until(at, inclusive=False)
        self._now, self._last = at, sample
        is_blind = _is_blind(self._rule, sample)
        if is_blind and self._blind_since is None:
            self._blind_since = at
        elif not is_blind and self._blind_since is not None:
            self._see(at)
        self._judge(at)
        self._fire(at)

    def end(self, until: float | None) -> Tried:
        if until is not None:
            self._pass_until(until, inclusive=True)
            if self._blind_since is not None:
                self._see(until)
        return Tried(tuple(self._onsets), tuple(self._unknown))

    def _see(self, at: float) -> None:
        if self._blind_since is not None and at > self._blind_since:
            self._unknown.append(Stretch(self._blind_since, at))
        self._blind_since = None

    def _pass_until(self, until: float, *, inclusive: bool) -> None:
        while (due := self._next_due()) is not None and (due < until or (inclusive and due == until)):
            now = due if self._now is None else max(due, self._now)
            self._now = now
            self._judge(now)
            self._fire(now)

    def _next_due(self) -> float | None:
        look = next_look(self._rule, self._motion, self._condition.is_in_alarm)
        pending = self._condition.due_at if self._condition.pending is not None else None
        return min((due for due in (look, pending) if due is not None), default=None)

    def _judge(self, now: float) -> None:
        sample = self._last
        if sample is None:
            return
        value = PointValue(sample.value, sample.quality, None, None)
        was = self._condition.is_in_alarm
        self._motion, in_alarm = judge(
            self._rule, self._motion, value, was, now, is_enabled=sample.is_enabled, wanted=sample.wanted
        )
        self._condition = observe(self._rule, self._condition, in_alarm, now)

    def _fire(self, now: float) -> None:
        self._condition, verdict = fire(self._rule, self._condition, now)
        if verdict is Verdict.RAISE:
            self._onsets.append(Episode(now))
        elif verdict is Verdict.CLEAR and self._onsets:
            self._onsets[-1] = Episode(self._onsets[-1].came_at, now)


def _is_blind(rule: AlarmRule, sample: Sample) -> bool:
    if sample.is_enabled is None:
        return True
    if sample.is_enabled is False:
        return False
    if rule.when in {AlarmWhen.QUALITY_FAILED, AlarmWhen.COMMUNICATION_LOST}:
        return sample.quality is Quality.UNKNOWN
    return sample.quality is not Quality.GOOD or sample.value is None
