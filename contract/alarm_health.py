"""How well the alarm system serves those who watch: figures of EEMUA 191 and ISA-18.2 clause 16, and what to mend.

A *seat* is a role: its alarms are those of the assets that people of this role may operate, and an alarm that several
roles may operate counts at each of their seats. The seat "" is the whole city, where each alarm counts once.
Days are days of the city's own clock; windows are ten minutes, from full ten minutes to full ten minutes.
"""

import datetime as dt
import enum

import msgspec

WINDOW_S = 600
GOOD_RATE = 1.0  # annunciated in ten minutes, at most, on average
TOP_SHARE = 0.2  # of all annunciations: more than this from ten sources are bad actors
SPLIT_TARGET = (0.01, 0.05, 0.15, 0.80)  # P1 (less than), P2 (about), P3, P4; tolerances are in `SPLIT_MOST`
SPLIT_MOST = (0.01, 0.10, 0.25, 1.0)  # more than this share of a priority is too much
MOST_DAYS = 400  # that are kept


class HealthSeat(msgspec.Struct, frozen=True, kw_only=True):
    """A seat that one may ask about."""

    name: str
    people: int
    is_own: bool = False


class HealthSeats(msgspec.Struct, frozen=True, kw_only=True):
    """All of them, the whole city first where one may see it."""

    items: tuple[HealthSeat, ...]
    next: str | None = None
    total: int = 0


class AnswerTime(msgspec.Struct, frozen=True, kw_only=True):
    """How long alarms of a priority waited for their acknowledgement; None where nothing was acknowledged."""

    priority: int
    count: int
    p50_s: float | None = None
    p95_s: float | None = None


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept from being shown, and since when."""

    how: str  # "shelved", "suppressed", "out_of_service"
    count: int
    oldest_since: dt.datetime | None = None
    over_a_day: int = 0


class HealthWindow(msgspec.Struct, frozen=True, array_like=True):
    """Ten minutes in which something came: Unix seconds of their begin, and how many by priority."""

    at_s: int
    p1: int
    p2: int
    p3: int
    p4: int
    is_flood: bool


class HealthDay(msgspec.Struct, frozen=True, kw_only=True):
    """One day in the trend."""

    day: dt.date
    annunciated: int
    per_window: float  # on average in ten minutes
    peak: int
    over_share: float  # of its windows: more than ten
    flood_windows: int
    top_share: float
    chattering: int
    fleeting: int
    stale: int | None = None  # at its end; None where that was not kept
    p95_s: float | None = None


class HealthFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a seat over some days. Shares are of 1; `top_share` is of the ten worst sources."""

    seat: str
    since: dt.datetime
    until: dt.datetime
    windows: int  # ten-minute windows that the period has, begun ones included
    annunciated: int
    per_window: float
    peak: int
    peak_at: dt.datetime | None
    over_windows: int  # windows with more than ten
    over_share: float
    floods: int
    flood_windows: int
    top_share: float
    sources: int
    chattering: int  # sources that came three times a minute or more
    chatter_episodes: int
    fleeting: int
    priorities: tuple[int, int, int, int]
    answers: tuple[AnswerTime, ...]  # answered by people of this seat
    answered_elsewhere: int  # alarms of this seat that people of other roles acknowledged
    stale: int | None = None  # now, or None for a period that is over
    set_aside: tuple[SetAside, ...] = ()
    last_window: int = 0  # in the ten minutes that run now
    is_flood: bool = False  # now
    is_partial: bool = False  # a storm had more sources than are counted one by one


class HealthAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """GET /alarm-health. `progress`: how much of the journal has been read, 1 when all: figures are of what was."""

    figures: HealthFigures
    trend: tuple[HealthWindow, ...]
    days: tuple[HealthDay, ...]
    progress: float = 1.0


class Remedy(enum.StrEnum):
    """What may be done about a source of too many alarms."""

    ON_DELAY = "on_delay"
    OFF_DELAY = "off_delay"
    DEAD_BAND = "dead_band"
    COUNT = "count"  # only when it comes so often within a time
    PRIORITY = "priority"  # a lower one
    SHELVE = "shelve"


class RemedySetting(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A remedy with its value: seconds, the point's unit, times in `window_s`, a priority, or hours on the shelf."""

    remedy: Remedy
    value: float
    window_s: float = 0.0


class BackTest(msgspec.Struct, frozen=True, kw_only=True):
    """What a remedy would have done to a source in the past: it came `came` times, `removed` would not have been.

    `hidden` of the removed mattered: see docs/alarm-health.md. `delayed_s`: how much later the others would have come.
    """

    since: dt.datetime
    until: dt.datetime
    came: int
    removed: int
    hidden: int
    mattered: int  # of those that came
    delayed_s: float = 0.0
    lowered: int = 0  # would have come with a lower priority
    is_from_samples: bool = False  # the point's own values were tried, not only when its alarm came and went


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A remedy and what it would have done; `was`: the setting now, None where there is none."""

    setting: RemedySetting
    test: BackTest
    was: float | None = None
    is_best: bool = False


class BadActor(msgspec.Struct, frozen=True, kw_only=True):
    """One source of alarms: one kind of alarm of one asset."""

    alarm_id: int
    asset_id: int
    asset_code: str
    asset_name: str
    class_: str = msgspec.field(name="class")
    kind: str
    count: int
    share: float
    chatter_episodes: int
    fleeting: int
    priority: int | None = None
    never_waits: bool = False  # intrusion, fire, panic: nothing is proposed that would hold it back


class BadActors(msgspec.Struct, frozen=True, kw_only=True):
    """GET /alarm-health/bad-actors: the ten worst sources that one may see; `unseen` of the ten are others."""

    items: tuple[BadActor, ...]
    share: float
    unseen: int = 0
    progress: float = 1.0


class Proposals(msgspec.Struct, frozen=True, kw_only=True):
    """GET /alarm-health/bad-actors/{alarm_id}: what could be done about it, the best first."""

    alarm_id: int
    items: tuple[Proposal, ...]
    is_cut: bool = False  # the source came so often that only its last alarms were tried


class RemedyRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /alarm-health/remedies. `approval_id`: an approval of act "alarm_remedy" whose payload is this without it.

    `asset_code` and `kind` say in words what `alarm_id` is, for who agrees; refused where they are another's.
    """

    alarm_id: int
    asset_code: str
    kind: str
    setting: RemedySetting
    reason: str
    approval_id: str = ""


class RemedyApplied(msgspec.Struct, frozen=True, kw_only=True):
    """What was changed, by whom and when."""

    at: dt.datetime
    alarm_id: int
    asset_id: int
    asset_code: str
    kind: str
    setting: RemedySetting
    by: str
    approved_by: str
    reason: str
    test: BackTest | None = None


class RemediesApplied(msgspec.Struct, frozen=True, kw_only=True):
    """GET /alarm-health/remedies: what was changed on assets one may see, newest first."""

    items: tuple[RemedyApplied, ...]
    next: str | None = None
    total: int = 0
