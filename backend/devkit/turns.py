"""Long work on the event loop in turns, so that others have theirs."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

T = TypeVar("T")


async def in_turns(items: Iterable[T], count: int) -> AsyncIterator[Sequence[T]]:
    """The items, so many at a time; others have their turn between two pieces. What fits into one piece is one turn."""
    rest = iter(items)
    piece = _next(rest, count)
    while piece:
        yield piece
        piece = _next(rest, count)
        if piece:
            await asyncio.sleep(0)


async def let_go(values: list[Any] | dict[Any, Any], count: int) -> None:
    """Empty it in turns: the end of a hundred thousand values at once is felt too."""
    while values:
        if isinstance(values, dict):
            for _ in range(min(count, len(values))):
                values.popitem()
        else:
            del values[-count:]
        if values:
            await asyncio.sleep(0)


def _next(rest: Iterator[T], count: int) -> list[T]:
    return list(islice(rest, count))
