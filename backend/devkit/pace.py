"""How often each of many may speak: a bucket for each, and no more buckets than there is room for."""

from collections import OrderedDict
from typing import Final

from backend.domain.rate_limit import Bucket, RateLimit, take

MOST_BUCKETS: Final = 10_000


class Pace:
    """`burst` at once, then `a_second`, for each name. Of more than `most`, who spoke longest ago is forgotten."""

    def __init__(self, *, a_second: float, burst: float, most: int = MOST_BUCKETS) -> None:
        self._limit = RateLimit(a_second=a_second, burst=burst)
        self._most = most
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._buckets)

    def wait_s(self, name: str, now: float, limit: RateLimit | None = None, cost: float = 1.0) -> float:
        """How long this one must wait before he may speak, as of a monotonic moment; 0: he has spoken.

        `limit`: where this one has another than the rest. `cost`: what he says counts for so many.
        """
        bucket, wait_s = take(self._buckets.get(name), limit or self._limit, now, cost)
        self._buckets[name] = bucket
        self._buckets.move_to_end(name)
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return wait_s
