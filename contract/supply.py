"""What feeds what: the tree, what it lacks, changes and their undoing, files, links learned from failures."""

import datetime as dt
import enum

import msgspec

from contract.assets import FeedKind
from contract.stream import Visual

MOST_LINKS_AT_ONCE = 20_000


class SupplyNode(msgspec.Struct, frozen=True, kw_only=True):
    """One asset in the tree of one kind. Counts are of what the asker may see."""

    asset_id: int
    code: str
    name: str
    class_: str = msgspec.field(name="class")
    commune: str
    feeder: int | None
    version: int  # name it when the feeder is changed
    child_count: int  # what hangs on it directly
    fed_count: int  # all that hangs on it
    down_count: int  # of these, how many have an alarm that stands
    is_down: bool  # as a feeder: it lost its supply or does not answer
    alarm_count: int  # its own standing alarms
    visual: Visual


class SupplyPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of nodes; `next` is the cursor."""

    items: tuple[SupplyNode, ...]
    next: str | None
    total: int


class MissingOfClass(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a class should have a feeder of this kind, and how many have none that is known."""

    class_: str = msgspec.field(name="class")
    kind: FeedKind
    total: int
    missing: int


class MissingFeeders(msgspec.Struct, frozen=True, kw_only=True):
    """Feeders nobody has told: listed, never guessed."""

    classes: tuple[MissingOfClass, ...]


class FeedLink(msgspec.Struct, frozen=True, kw_only=True):
    """One wish: this asset, seen at this version, hangs on `feeder`; None takes it off."""

    asset_id: int
    version: int
    kind: FeedKind
    feeder: int | None


class FeedRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Links that change together, all or none."""

    links: tuple[FeedLink, ...]
    reason: str = ""


class FeedSource(enum.StrEnum):
    """Where a change came from."""

    HAND = "hand"
    FILE = "file"
    LEARNED = "learned"  # proposed by the machine, confirmed by a person
    UNDO = "undo"


class ChangedLink(msgspec.Struct, frozen=True, kw_only=True):
    """What one link was and became, by number and by code."""

    asset_id: int
    code: str
    kind: FeedKind
    before: int | None
    after: int | None
    before_code: str = ""
    after_code: str = ""


class FeedChange(msgspec.Struct, frozen=True, kw_only=True):
    """One change of the tree; `links` are the first of them that the asker may see."""

    id: str
    at: dt.datetime
    by: str
    source: FeedSource
    reason: str
    link_count: int
    links: tuple[ChangedLink, ...]
    undone_by: str = ""  # the change that took it back
    undoes: str = ""  # the change that this one took back


class FeedChanges(msgspec.Struct, frozen=True, kw_only=True):
    """The last changes, newest first."""

    items: tuple[FeedChange, ...]


class LineOutcome(enum.StrEnum):
    """What a line of a file does."""

    ADDED = "added"  # it had no feeder
    CHANGED = "changed"  # it had another, or loses the one it had
    UNCHANGED = "unchanged"
    ERROR = "error"


class SupplyLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a file; lines count from 1, without the heading. `said_code` is the error for other languages."""

    line: int
    outcome: LineOutcome
    child: str
    kind: FeedKind | None = None
    before: str = ""
    after: str = ""
    said: str = ""
    said_code: str = ""
    said_args: dict[str, str] = {}


class SupplyImport(msgspec.Struct, frozen=True, kw_only=True):
    """What a file did or would do. All or nothing. `seal` names what was looked at: send it to take the file."""

    file_name: str
    is_done: bool
    seal: str
    line_count: int
    added_count: int
    changed_count: int
    unchanged_count: int
    error_count: int
    lines: tuple[SupplyLine, ...]  # errors first, then changes; the first thousand
    change: FeedChange | None = None  # what was done, which can be undone


class LinkProposal(msgspec.Struct, frozen=True, kw_only=True):
    """A feeder that past failures suggest. Nothing comes of it until a person confirms."""

    asset_id: int
    version: int
    kind: FeedKind
    feeder: int
    support: int  # outages of the feeder in which the asset failed and came back with it
    day_count: int
    confidence: float  # 0 to 1: how far the counter-examples leave it standing
    stayed_up: int  # counter-examples: the feeder failed and the asset did not
    failed_alone: int  # counter-examples: the asset failed and the feeder did not
    together_at: tuple[dt.datetime, ...]  # evidence: when; the last of them
    stayed_up_at: tuple[dt.datetime, ...] = ()


class LearningState(enum.StrEnum):
    """How far a search for links is."""

    IDLE = "idle"  # none was made since the backend started
    READING = "reading"
    COMPARING = "comparing"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Learning(msgspec.Struct, frozen=True, kw_only=True):
    """The last search, and what it proposes of what the asker may manage."""

    state: LearningState
    progress: float = 0.0  # 0 to 1
    days: int = 0
    failure_count: int = 0  # failures that were compared
    started_at: dt.datetime | None = None
    started_by: str = ""
    detail: str = ""
    rejected_count: int = 0
    proposals: tuple[LinkProposal, ...] = ()


class LearnRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many days of the journal to look at."""

    days: int = 90


class ProposalPick(msgspec.Struct, frozen=True, kw_only=True):
    """One proposal, as it was shown."""

    asset_id: int
    version: int
    kind: FeedKind
    feeder: int


class ProposalAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person says to proposals: they are confirmed together or rejected for good."""

    picks: tuple[ProposalPick, ...]
    reason: str = ""
