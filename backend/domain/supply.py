"""Faults explained by what feeds an asset."""

from collections.abc import Callable, Sequence

SUPPLY_LOSS = "supplyLoss"


def explained_by(ancestors: Sequence[int], is_down: Callable[[int], bool]) -> int | None:
    """The nearest supply ancestor that is itself down; None when every one of them is well."""
    return next((ancestor for ancestor in ancestors if is_down(ancestor)), None)
