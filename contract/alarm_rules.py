"""Alarm types as an engineer keeps them: sheets, changed conditions, the priority matrix, and trials on the past."""

import datetime as dt
import enum
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from contract.alarms import Priority
from contract.assets import AlarmRule, EnablingCondition, Label

LONGEST_SHEET_TEXT: Final = 2000
LONGEST_REASON: Final = 500
LONGEST_OWNER: Final = 80
MOST_DISPLAYS: Final = 10
MOST_ENABLING: Final = 8
LONGEST_HOLD_S: Final = 86_400.0
LONGEST_SPAN_S: Final = 7 * 86_400.0
MOST_COUNT: Final = 100
LONGEST_TRIAL: Final = dt.timedelta(days=31)
MOST_TRIAL_ASSETS: Final = 2000


class Consequence(enum.IntEnum):
    """What happens when nobody acts: the rows of the matrix."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    SEVERE = 4


CONSEQUENCES: Final = tuple(Consequence)


class PriorityMatrix(msgspec.Struct, frozen=True, kw_only=True):
    """Priority by consequence and time to respond.

    `within_s` are the columns' upper bounds, falling; the last column is what is more urgent than the last of them.
    `priorities` has a row a consequence, LOW first, each one longer than `within_s`.
    """

    within_s: tuple[float, ...]
    priorities: tuple[tuple[Priority, ...], ...]
    version: int = 0
    by: str = ""
    at: dt.datetime | None = None
    reason: str = ""


class MatrixChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new matrix; `version` is the one it was made from."""

    within_s: tuple[float, ...]
    priorities: tuple[tuple[Priority, ...], ...]
    version: int
    reason: str


class SheetContent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What was agreed on one kind of alarm. Empty texts: nothing was said yet, the class's own guidance stands."""

    cause: Label = Label("", "")
    effect: Label = Label("", "")  # what happens when nobody acts
    response: Label = Label("", "")
    guidance: Label = Label("", "")
    consequence: Consequence | None = None
    respond_within_s: float | None = None
    owner: str = ""
    review_on: dt.date | None = None
    displays: tuple[str, ...] = ()


class AlarmSheet(msgspec.Struct, frozen=True, kw_only=True):
    """The rationalisation sheet of (class, kind), as it stands."""

    class_: str = msgspec.field(name="class")
    kind: str
    content: SheetContent
    version: int
    by: str
    at: dt.datetime
    reason: str = ""


class SheetChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sheet's new content; `version` is the one it was made from, 0 when there was none."""

    content: SheetContent
    version: int
    reason: str


class RulePatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The fields of an AlarmRule that are other; what is left out is inherited."""

    priority: Priority | UnsetType = UNSET
    limit: float | UnsetType = UNSET
    dead_band: float | UnsetType = UNSET
    hold_s: float | UnsetType = UNSET
    clear_hold_s: float | UnsetType = UNSET
    over_s: float | UnsetType = UNSET
    count: int | UnsetType = UNSET
    count_window_s: float | UnsetType = UNSET
    enabled_by: tuple[EnablingCondition, ...] | UnsetType = UNSET
    is_latching: bool | UnsetType = UNSET
    needs_acknowledgement: bool | UnsetType = UNSET


class RuleOverride(msgspec.Struct, frozen=True, kw_only=True):
    """A changed condition: of a whole class (`asset_id` None), or of an asset and what hangs below it."""

    class_: str = msgspec.field(name="class")
    kind: str
    asset_id: int | None
    patch: RulePatch
    reason: str
    by: str
    at: dt.datetime
    until: dt.datetime | None = None
    version: int = 1


class OverrideChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Place or replace an override; `version` is the one it replaces, 0 when there was none."""

    patch: RulePatch
    reason: str
    version: int
    asset_id: int | None = None
    until: dt.datetime | None = None


class OverrideRemoval(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take an override away: what it changed is inherited again."""

    reason: str
    asset_id: int | None = None


class RuleSource(enum.StrEnum):
    """Where a field of a rule in force comes from."""

    CLASS = "class"
    SHEET = "sheet"
    OVERRIDE = "override"


class RuleStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a rule's trace, the weakest first: these fields come from there."""

    source: RuleSource
    fields: tuple[str, ...]
    asset_id: int | None = None
    asset_code: str = ""
    by: str = ""
    until: dt.datetime | None = None
    reason: str = ""
    consequence: Consequence | None = None  # of a sheet: the row of the matrix,
    respond_within_s: float | None = None  # and what chose its column


class RuleInForce(msgspec.Struct, frozen=True, kw_only=True):
    """The rule that holds for an asset (or for a class), and why."""

    rule: AlarmRule
    trace: tuple[RuleStep, ...]


class AlarmType(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of alarm of a class: a line of the engineer's list."""

    class_: str = msgspec.field(name="class")
    kind: str
    point: str  # empty: of the asset's link
    rule: AlarmRule  # in force for the class as a whole
    unit: str = ""
    overrides: int = 0
    has_sheet: bool = False
    owner: str = ""
    review_on: dt.date | None = None
    is_review_overdue: bool = False
    undecided: int = 0  # assets where an enabling condition is not known: nothing is raised there
    may_edit: bool = False


class AlarmTypeList(msgspec.Struct, frozen=True, kw_only=True):
    """All alarm types of the classes one may see."""

    items: tuple[AlarmType, ...]
    total: int


class OverrideSeen(msgspec.Struct, frozen=True, kw_only=True):
    """An override with its place in the tree: how many steps up its asset has one that it refines."""

    override: RuleOverride
    asset_code: str = ""
    asset_name: str = ""
    asset_class: str = ""
    depth: int = 0
    reaches: int = 0  # assets of the alarm's class that it changes


class AlarmTypeDetail(msgspec.Struct, frozen=True, kw_only=True):
    """All that is kept on one alarm type."""

    type: AlarmType
    in_force: RuleInForce
    standard: AlarmRule  # as the class came
    sheet: AlarmSheet | None
    overrides: tuple[OverrideSeen, ...]
    undecided: tuple[int, ...] = ()


class AssetRules(msgspec.Struct, frozen=True, kw_only=True):
    """The rules in force on one asset."""

    asset_id: int
    items: tuple[RuleInForce, ...]


class RuleEvent(enum.StrEnum):
    """What was done to an alarm type."""

    SHEET = "sheet"
    OVERRIDE_PLACED = "override_placed"
    OVERRIDE_REMOVED = "override_removed"
    OVERRIDE_EXPIRED = "override_expired"
    MATRIX = "matrix"


class RuleChange(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an alarm type's history, from the journal. `before` and `after` hold what changed."""

    seq: int
    at: dt.datetime
    actor: str
    event: RuleEvent
    version: int
    asset_id: int | None
    reason: str
    before: dict[str, object]
    after: dict[str, object]


class RuleHistory(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first. `is_cut`: there is more in the journal."""

    items: tuple[RuleChange, ...]
    is_cut: bool = False


class TrialState(enum.StrEnum):
    """How far a trial is."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class TrialBasis(enum.StrEnum):
    """On what a trial was run: kept values, or (for links and qualities, which are not kept) the alarm's episodes."""

    VALUES = "values"
    EPISODES = "episodes"


class TrialRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What would have been told from `since` to `until`, had this patch been in force on this asset or class?"""

    class_: str = msgspec.field(name="class")
    kind: str
    patch: RulePatch
    since: dt.datetime
    until: dt.datetime
    asset_id: int | None = None


class TrialOnset(msgspec.Struct, frozen=True, kw_only=True):
    """One time that the alarm would have been told; `is_new`: it was not told then."""

    asset_id: int
    at: dt.datetime
    cleared_at: dt.datetime | None = None
    is_new: bool = False


class TrialAsset(msgspec.Struct, frozen=True, kw_only=True):
    """What a trial says of one asset."""

    asset_id: int
    asset_code: str
    would: int
    did: int
    unknown_s: float


class TrialResult(msgspec.Struct, frozen=True, kw_only=True):
    """`would` and `did` are how often it would have been told, and was. Of those: kept, removed, new."""

    would: int
    did: int
    kept: int
    removed: int
    new: int
    asset_count: int
    unknown_share: float  # of all time of all assets: nothing is claimed of it
    basis: TrialBasis
    would_bins: tuple[int, ...] = ()  # the period in equal parts
    did_bins: tuple[int, ...] = ()
    unknown_bins: tuple[float, ...] = ()  # share unknown of each part
    assets: tuple[TrialAsset, ...] = ()  # the most talkative
    onsets: tuple[TrialOnset, ...] = ()  # the first of them
    is_thinned: bool = False  # more was kept than a trial reads: short peaks may be missing
    left_out: int = 0  # assets beyond what one trial takes


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A trial on its way, or done."""

    id: str
    request: TrialRequest
    state: TrialState
    done: int
    total: int
    started_at: dt.datetime
    result: TrialResult | None = None
    trouble: str = ""


class ClassesChanged(msgspec.Struct, frozen=True, tag="classes_changed"):
    """Sheets or conditions are others: read the asset classes again."""
