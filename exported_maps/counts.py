"""What is counted of the assets: figures in short, and classes by states."""

from collections import Counter

from contract.stream import Visual
from exported_maps.plain_text import plain
from exported_maps.values import ExportedMap
from exported_maps.wording import Words

WORST_FIRST = tuple(sorted(Visual, reverse=True))


def figures(wanted: ExportedMap, words: Words) -> list[tuple[int, str]]:
    """The few numbers that say how it stands."""
    states = [asset.state for asset in wanted.assets]
    return [
        (len(states), words("in_total")),
        (sum(state >= Visual.ALARM_P4 for state in states), words("in_alarm")),
        (sum(asset.is_unacknowledged for asset in wanted.assets), words("in_waiting")),
        (sum(state is Visual.FAULT for state in states), words("in_fault")),
        (sum(state in {Visual.STALE, Visual.UNKNOWN} for state in states), words("silent")),
    ]


def states_present(wanted: ExportedMap) -> list[Visual]:
    """Worst first; a calm selection has its calm state."""
    present = {asset.state for asset in wanted.assets} | {Visual.NORMAL}
    return [visual for visual in WORST_FIRST if visual in present]


def by_class(wanted: ExportedMap, states: list[Visual]) -> tuple[list[tuple[str, list[int]]], list[int]]:
    """A line per class that is there (its count in each state, then in all), and the line of totals."""
    counted = Counter((asset.kind, asset.state) for asset in wanted.assets)
    lines: list[tuple[str, list[int]]] = []
    for number, kind in enumerate(wanted.kinds):
        numbers = [counted[number, state] for state in states]
        if any(numbers):
            lines.append((plain(kind.label, 80), [*numbers, sum(numbers)]))
    lines.sort(key=lambda line: (-line[1][-1], line[0]))
    totals = [sum(column) for column in zip(*(numbers for _label, numbers in lines), strict=True)]
    return lines, totals or [0] * (len(states) + 1)
