"""When a seat is in a flood of alarms, and what backend and console make of it: figures of EEMUA 191 and ISA-18.2."""

import enum

import msgspec

from contract.alarms import Alarm
from contract.assets import Label

FLOOD_BEGINS = 10  # more new cards than this within the window: a flood
FLOOD_ENDS = 5  # fewer than this: over
FLOOD_WINDOW_S = 600.0
FOLD_HOLD_S = 3.0  # what a supply may explain is held this long before it is shown
FLOOD_HOLD_S = 15.0  # the same in a flood
FOLD_SHARE = 0.8  # of what an asset feeds: when this share is down the asset is to blame
STRAYS_MOST = 20  # more unfolded alarms of one kind than this in a flood: one group of strays
FIRST_OUT_MOST = 10  # members that a group keeps by their own time
FLOOD_SOUND_EVERY_S = 10.0
SUPPLIED_LOST = "suppliedLost"  # derived: most of what an asset feeds is down, and it has no sign of its own


def in_flood(count: int, was: bool) -> bool:
    """Whether `count` new cards in the last ten minutes are a flood, given whether it was one."""
    return count >= FLOOD_ENDS if was else count > FLOOD_BEGINS


class GroupMember(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm behind a card. `rank`: its place among the first out, 1 is the first; None when it is not of them."""

    alarm: Alarm
    rank: int | None = None
    happened_at: float | None = None  # by its device's clock where that is believed, else when it was received; Unix s
    has_unreliable_time: bool = False  # its device's clock is off: `happened_at` is when it was received


class GroupPage(msgspec.Struct, frozen=True, kw_only=True):
    """Members of a card, those that were first out first. `next` is the cursor of the following page."""

    items: tuple[GroupMember, ...]
    total: int
    next: str | None = None


class AlarmAccounting(msgspec.Struct, frozen=True, kw_only=True):
    """Where each received alarm is: `received` = `shown` + `folded` + `inhibited` + `set_aside` + `held`, always.

    These count alarms that stand now; `repeats` what came again meanwhile, and `derived` the cards that we made
    ourselves, which no device sent and which stand beside the sum.
    """

    received: int
    shown: int
    folded: int
    inhibited: int
    set_aside: int  # shelved or out of service
    held: int  # waits a few seconds for what may explain it
    repeats: int
    derived: int
    strays: int  # of the shown: in groups of strays
    is_flood: bool
    new_cards: int  # within the last ten minutes
    is_whole: bool  # the sum holds


class InhibitionScope(enum.StrEnum):
    """Whose alarms a state inhibits."""

    SAME_ASSET = "same_asset"
    FED_BY_IT = "fed_by_it"  # what hangs on it by power or network, however far below
    PART_OF_IT = "part_of_it"  # what has it as its parent: the doors of a building
    COMMUNE = "commune"  # everything of the target class in its commune


class InhibitionRule(msgspec.Struct, frozen=True, kw_only=True):
    """While a state holds at an asset of `source_class`, alarms of `kinds` in its scope are suppressed by design.

    The state: an alarm of `source_kind` is active, or `source_point` says `source_value`; one of the two. An unknown
    state changes nothing. What never waits cannot be inhibited.
    """

    name: str
    reason: Label
    source_class: str
    target_class: str
    kinds: tuple[str, ...]
    scope: InhibitionScope
    source_kind: str = ""
    source_point: str = ""
    source_value: bool | str = True
    is_enabled: bool = True


class InhibitionRules(msgspec.Struct, frozen=True, kw_only=True):
    """All rules, by name."""

    items: tuple[InhibitionRule, ...]
