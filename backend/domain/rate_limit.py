"""A limit on how often somebody may ask: a bucket that fills at a steady rate and holds so much."""

import msgspec


class RateLimit(msgspec.Struct, frozen=True):
    """`burst` at once, then `a_second`."""

    a_second: float
    burst: float


class Bucket(msgspec.Struct, frozen=True):
    """What is left, as of a monotonic moment."""

    left: float
    at: float


def take(bucket: Bucket | None, limit: RateLimit, now: float, cost: float = 1.0) -> tuple[Bucket, float]:
    """One request: the bucket after it, and how long to wait; 0: it may go on. What must wait costs nothing.

    `cost`: how many requests it counts for; a full bucket has room for any.
    """
    if bucket is None:
        bucket = Bucket(limit.burst, now)
    left = min(limit.burst, bucket.left + max(0.0, now - bucket.at) * limit.a_second)
    cost = min(cost, limit.burst)
    if left >= cost:
        return Bucket(left - cost, now), 0.0
    return Bucket(left, now), (cost - left) / limit.a_second
