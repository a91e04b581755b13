"""Which workspace belongs to a time of day, and with which one somebody starts. Values only."""

from collections.abc import Collection, Sequence

import msgspec

from console.shell.default_workspaces import default_for
from console.shell.workspace_shelf import Entry

MINUTES_A_DAY = 24 * 60
LONGEST_PLAN = 24


class FromThen(msgspec.Struct, frozen=True):
    """From this local minute of the day on, until the next line: this workspace."""

    minute: int
    key: str


class Habits(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one person wants of workspaces, at whichever machine. `start`: opened after login, whatever else."""

    start: str = ""
    plan: tuple[FromThen, ...] = ()


def read_habits(text: str) -> Habits:
    """What was kept; none where it cannot be read."""
    try:
        habits = msgspec.json.decode(text, type=Habits)
    except msgspec.MsgspecError:
        return Habits()
    plan = tuple(line for line in habits.plan if 0 <= line.minute < MINUTES_A_DAY)
    return msgspec.structs.replace(habits, plan=plan[:LONGEST_PLAN])


def write_habits(habits: Habits) -> str:
    """As text."""
    return msgspec.json.encode(habits).decode()


def with_line(habits: Habits, minute: int, key: str) -> Habits:
    """From that minute on this workspace, in place of what began at that minute."""
    others = [line for line in habits.plan if line.minute != minute and line.key != key]
    plan = sorted([*others, FromThen(minute, key)], key=lambda line: line.minute)
    return msgspec.structs.replace(habits, plan=tuple(plan))


def without(habits: Habits, key: str) -> Habits:
    """The plan without this workspace."""
    return msgspec.structs.replace(habits, plan=tuple(line for line in habits.plan if line.key != key))


def planned(plan: Sequence[FromThen], minute: int) -> str:
    """The workspace of one's own plan at a minute; the last line of the day goes on after midnight."""
    if not plan:
        return ""
    lines = sorted(plan, key=lambda line: line.minute)
    return next((line.key for line in reversed(lines) if line.minute <= minute), lines[-1].key)


def due(habits: Habits, golden: Sequence[Entry], keys: Collection[str], minute: int, screen_count: int) -> str:
    """The workspace that this time of day asks for: by one's own plan, else the team's; "" when none does."""
    own = planned(habits.plan, minute)
    if own in keys:
        return own
    return _fitting([entry for entry in golden if _is_in_hours(entry, minute)], screen_count)


def starts_with(
    habits: Habits,
    golden: Sequence[Entry],
    keys: Collection[str],
    *,
    asked: str,
    last: str,
    role: str,
    minute: int,
    screen_count: int,
) -> str:
    """The workspace after login: asked for, wanted always, due now, the team's golden one, the last, the role's."""
    all_day = [entry for entry in golden if entry.from_minute is None]
    wanted = (
        asked,
        habits.start,
        due(habits, golden, keys, minute, screen_count),
        _fitting(all_day, screen_count),
        last,
    )
    return next((key for key in wanted if key and key in keys), default_for(role, screen_count))


def _is_in_hours(entry: Entry, minute: int) -> bool:
    start, end = entry.from_minute, entry.to_minute
    if start is None or end is None:
        return False
    return start <= minute < end if start < end else minute >= start or minute < end


def _fitting(entries: Sequence[Entry], screen_count: int) -> str:
    """The one that fills the screens there are, else the largest that fits, else the smallest."""
    if not entries:
        return ""
    sizes = {entry.key: len(entry.layout.screens) for entry in entries}
    fitting = {key: size for key, size in sizes.items() if size <= screen_count}
    return max(fitting, key=fitting.__getitem__) if fitting else min(sizes, key=sizes.__getitem__)
