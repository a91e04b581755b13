"""What feeds what, of one kind (power or network): parents, children, and loops found before they are made."""

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

_DEEPEST: Final = 32
_FEEDERS_A_TURN: Final = 5_000
_ASSETS_A_TURN: Final = 2_000


class FeedTree:
    """Each asset hangs on at most one feeder. A loop that is there all the same is cut by every question."""

    def __init__(self) -> None:
        self._parents: dict[int, int] = {}
        self._children: dict[int, dict[int, None]] = {}

    def clear(self) -> None:
        """Forget everything."""
        self._parents.clear()
        self._children.clear()

    def hang(self, child: int, parent: int | None) -> None:
        """Hang an asset on its feeder; None takes it off."""
        before = self._parents.pop(child, None)
        if before is not None:
            siblings = self._children[before]
            del siblings[child]
            if not siblings:
                del self._children[before]
        if parent is not None:
            self._parents[child] = parent
            self._children.setdefault(parent, {})[child] = None

    def parent(self, child: int) -> int | None:
        """What feeds this asset directly; None when that is not known."""
        return self._parents.get(child)

    def children(self, parent: int) -> Sequence[int]:
        """What this asset feeds directly."""
        return tuple(self._children.get(parent, ()))

    def ancestors(self, child: int) -> Sequence[int]:
        """What feeds this asset, nearest first."""
        found: list[int] = []
        parent = self._parents.get(child)
        while parent is not None and parent != child and parent not in found and len(found) < _DEEPEST:
            found.append(parent)
            parent = self._parents.get(parent)
        return found

    def descendants(self, parent: int) -> Iterator[int]:
        """Everything that hangs on this asset, near before far."""
        waiting, seen = deque([parent]), {parent}
        while waiting:
            for child in self._children.get(waiting.popleft(), ()):
                if child not in seen:
                    seen.add(child)
                    waiting.append(child)
                    yield child

    async def copied(self) -> "FeedTree":
        """Another one that stands alike, made in turns; nothing may be hung meanwhile."""
        copy = FeedTree()
        copy._parents = self._parents.copy()
        for number, (parent, children) in enumerate(self._children.items()):
            if number % _FEEDERS_A_TURN == 0:
                await asyncio.sleep(0)
            copy._children[parent] = children.copy()
        return copy

    def loop_made_by(self, changes: Mapping[int, int | None]) -> Sequence[int]:
        """The first loop that these new feeders (child -> parent) would close, each fed by the next; empty when none.

        A loop that is there already and holds none of the changed assets does not count.
        """
        good: set[int] = set()
        for start in changes:
            if loop := self._loop_above(start, changes, good):
                return loop
        return ()

    async def loop_made_by_many(self, changes: Mapping[int, int | None]) -> Sequence[int]:
        """The same, found in turns; nothing may be hung meanwhile."""
        good: set[int] = set()
        for number, start in enumerate(changes, 1):
            if loop := self._loop_above(start, changes, good):
                return loop
            if number % _ASSETS_A_TURN == 0:
                await asyncio.sleep(0)
        return ()

    def _loop_above(self, start: int, changes: Mapping[int, int | None], good: set[int]) -> Sequence[int]:
        """The loop on the way up from here; `good` are those that are known to be on none, and grows."""
        path: dict[int, None] = {}
        here: int | None = start
        while here is not None and here not in good and here not in path:
            path[here] = None
            here = changes[here] if here in changes else self._parents.get(here)
        if here is not None and here in path:
            steps = list(path)
            loop = steps[steps.index(here) :]
            if not changes.keys().isdisjoint(loop):
                return loop
        good.update(path)
        return ()
