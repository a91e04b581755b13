"""Fewer samples of a long row, evenly spread."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def thin(samples: Sequence[T], limit: int) -> Sequence[T]:
    """At most `limit` samples, first and last kept."""
    if limit <= 0:
        return ()
    if len(samples) <= limit:
        return samples
    if limit == 1:
        return (samples[-1],)
    step = (len(samples) - 1) / (limit - 1)
    return [samples[round(index * step)] for index in range(limit)]
