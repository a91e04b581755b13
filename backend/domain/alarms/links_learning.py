"""Which feeder an asset may hang on, from failures that began and ended together. It proposes; a person decides.

An outage of a feeder speaks for a link when the asset failed and came back with it: less the more feeders failed at
that moment, and not at all in a flood, where much fails together by chance. It speaks against a link when the asset
stayed up. A failure of the asset alone speaks against every link, at half the weight: devices fail by themselves too.
"""

import bisect
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from contract.assets import FeedKind

_DAY_S: Final = 86_400.0
_OCCASION_S: Final = 6 * 3600.0  # a night of flapping around midnight is one occasion
_ALONE_WEIGHT: Final = 0.5
_DOUBT: Final = 0.5  # of one who saw nothing against it yet
_NO_PAUSE: Final = 256


class Failure(NamedTuple):
    """An asset failed, in seconds of UTC; `end` is None while it lasts. `nature`: what a feeder failed to give."""

    asset_id: int
    start: float
    end: float | None
    nature: FeedKind | None = None  # None: either


class LearningRules(NamedTuple):
    """How near in time is together, and how much is enough."""

    start_within_s: float = 10.0
    end_within_s: float = 30.0
    least_days: int = 2
    least_confidence: float = 0.7
    least_lead: float = 0.1  # over the next best feeder: less is a tie, and a tie is not proposed
    most_beside: int = 100  # failures at that moment which nothing known explains: more is a flood
    most_rivals: int = 3  # other feeders that failed at that moment: more is a flood


class Wish(NamedTuple):
    """An asset that should have a feeder of a kind and has none; any of `feeders` may be it."""

    asset_id: int
    kind: FeedKind


class Proposal(NamedTuple):
    """A feeder that the failures suggest, with everything for and against it."""

    wish: Wish
    feeder: int
    support: int
    day_count: int
    confidence: float
    together: Sequence[float]  # when they failed together
    stayed_up: Sequence[float]  # when the feeder failed and the asset did not
    failed_alone: int


class _Outage(NamedTuple):
    failure: Failure
    weight: float
    down: Mapping[int, Failure]  # who began to fail with it


def propose(
    failures: Iterable[Failure],
    wishes: Collection[Wish],
    feeders: Collection[int],
    *,
    fed_by: Callable[[int, FeedKind], int | None],
    is_barred: Callable[[Wish, int], bool],
    rules: LearningRules | None = None,
    step_done: Callable[[int, int], None] | None = None,
) -> Sequence[Proposal]:
    """The links that stand out, surest first. `is_barred`: rejected before, or it would close a circle.

    `step_done(done, total)` is called now and then, and may raise to stop.
    """
    used = rules or LearningRules()
    history = _History(failures)
    found: list[Proposal] = []
    for kind in FeedKind:
        wanting = {wish.asset_id: wish for wish in wishes if wish.kind is kind}
        if wanting:
            told = _Comparison(history, kind, set(feeders), fed_by, used, step_done)
            found.extend(told.proposals(wanting, is_barred))
    found.sort(key=lambda one: (-one.confidence, -one.support, one.wish.asset_id, one.wish.kind))
    return found


class _History:
    """Failures by time and by asset; what overlaps of one asset is one failure."""

    def __init__(self, failures: Iterable[Failure]) -> None:
        of_asset: dict[int, list[Failure]] = defaultdict(list)
        for failure in sorted(failures, key=lambda one: one.start):
            mine = of_asset[failure.asset_id]
            if mine and (mine[-1].end is None or failure.start <= mine[-1].end):
                mine[-1] = _merged(mine[-1], failure)
            else:
                mine.append(failure)
        self.of_asset = of_asset
        self.by_start = sorted((one for mine in of_asset.values() for one in mine), key=lambda one: one.start)
        self._starts = [one.start for one in self.by_start]

    def beginning(self, since: float, until: float) -> Sequence[Failure]:
        """Those that began between two moments."""
        return self.by_start[bisect.bisect_left(self._starts, since) : bisect.bisect_right(self._starts, until)]

    def was_down(self, asset_id: int, at: float) -> bool:
        """Whether an asset was in a failure at a moment."""
        mine = self.of_asset.get(asset_id, ())
        index = bisect.bisect_right(mine, at, key=lambda one: one.start) - 1
        return index >= 0 and ((end := mine[index].end) is None or end >= at)


class _Comparison:
    """All outages of feeders of one kind against the assets that look for a feeder of it."""

    def __init__(
        self,
        history: _History,
        kind: FeedKind,
        feeders: Collection[int],
        fed_by: Callable[[int, FeedKind], int | None],
        rules: LearningRules,
        step_done: Callable[[int, int], None] | None,
    ) -> None:
        self._history = history
        self._kind = kind
        self._rules = rules
        self._fed_by = fed_by
        self._feeders = feeders
        self._outages: dict[int, list[_Outage]] = defaultdict(list)
        self._floods: dict[int, bool] = {}  # by moments as long as "together" is
        mine = [one for one in history.by_start if one.asset_id in feeders and one.nature in {kind, None}]
        for index, failure in enumerate(mine):
            if step_done is not None and index % _NO_PAUSE == 0:
                step_done(index, len(mine))
            outage = self._weighed(failure)
            if outage is not None:
                self._outages[failure.asset_id].append(outage)

    def proposals(self, wanting: Mapping[int, Wish], is_barred: Callable[[Wish, int], bool]) -> Iterable[Proposal]:
        """One for each asset for which one feeder stands out."""
        candidates: dict[int, set[int]] = defaultdict(set)
        for feeder, outages in self._outages.items():
            for outage in outages:
                for asset_id in outage.down:
                    if asset_id in wanting and asset_id != feeder:
                        candidates[asset_id].add(feeder)
        for asset_id, feeders in candidates.items():
            wish = wanting[asset_id]
            judged = sorted((self._judged(wish, feeder) for feeder in sorted(feeders)), key=lambda one: -one.confidence)
            best = judged[0]
            lead = best.confidence - (judged[1].confidence if len(judged) > 1 else 0.0)
            if (
                best.day_count >= self._rules.least_days
                and best.confidence >= self._rules.least_confidence
                and lead >= self._rules.least_lead
                and not is_barred(wish, best.feeder)
            ):
                yield best

    def _judged(self, wish: Wish, feeder: int) -> Proposal:
        together: list[float] = []
        stayed_up: list[float] = []
        shared: set[float] = set()
        weight = 0.0
        for outage in self._outages[feeder]:
            start = outage.failure.start
            mine = outage.down.get(wish.asset_id)
            if mine is not None and self._ends_together(mine, outage.failure):
                together.append(start)
                shared.add(mine.start)
                weight += outage.weight
            elif not self._history.was_down(wish.asset_id, start):
                stayed_up.append(start)
        alone = sum(
            one.start not in shared and not self._is_in_flood(one) for one in self._history.of_asset[wish.asset_id]
        )
        against = len(stayed_up) + _ALONE_WEIGHT * alone
        confidence = weight / (weight + against + _DOUBT) if weight else 0.0
        return Proposal(wish, feeder, len(together), _day_count(together), confidence, together, stayed_up, alone)

    def _weighed(self, failure: Failure) -> _Outage | None:
        """An outage and who began to fail with it; None in a flood, which tells nothing."""
        down = self._down_with(failure)
        if len(beside := self._beside(failure.asset_id, down)) > self._rules.most_beside:
            return None
        rivals = sum(one.asset_id in self._feeders and self._ends_together(one, failure) for one in beside)
        return None if rivals > self._rules.most_rivals else _Outage(failure, 1.0 / (1 + rivals), down)

    def _is_in_flood(self, failure: Failure) -> bool:
        moment = int(failure.start // self._rules.start_within_s)
        known = self._floods.get(moment)
        if known is None:
            down = self._beginning_about((moment + 0.5) * self._rules.start_within_s)
            known = len(down) > self._rules.most_beside
            known = known and len(self._beside(None, down)) > self._rules.most_beside
            self._floods[moment] = known
        return known

    def _down_with(self, failure: Failure) -> dict[int, Failure]:
        down = self._beginning_about(failure.start)
        del down[failure.asset_id]
        return down

    def _beginning_about(self, moment: float) -> dict[int, Failure]:
        near = self._rules.start_within_s
        return {one.asset_id: one for one in self._history.beginning(moment - near, moment + near)}

    def _beside(self, asset_id: int | None, down: Mapping[int, Failure]) -> Sequence[Failure]:
        """Who failed at the same moment, and no feeder that is known explains it."""
        found: list[Failure] = []
        for other, failure in down.items():
            above = self._fed_by(other, self._kind)
            if above is None or (above not in down and above != asset_id):
                found.append(failure)
        return found

    def _ends_together(self, one: Failure, other: Failure) -> bool:
        if one.end is None or other.end is None:
            return False  # not over yet: it tells nothing so far
        return abs(one.end - other.end) <= self._rules.end_within_s


def _merged(one: Failure, other: Failure) -> Failure:
    end = None if one.end is None or other.end is None else max(one.end, other.end)
    power = FeedKind.POWER in {one.nature, other.nature}  # who lost its supply does not answer either
    return Failure(one.asset_id, one.start, end, FeedKind.POWER if power else one.nature or other.nature)


def _day_count(moments: Sequence[float]) -> int:
    """On how many days, hours apart from one another."""
    count, last, days = 0, float("-inf"), set[int]()
    for moment in sorted(moments):
        day = int(moment // _DAY_S)
        if moment - last >= _OCCASION_S and day not in days:
            count += 1
            days.add(day)
            last = moment
    return count
