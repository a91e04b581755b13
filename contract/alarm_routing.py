"""Who is told of an alarm that nobody acknowledges: rules, rosters, channels, and the log of messages."""

import datetime as dt
import enum
from typing import Final

import msgspec

from contract.alarms import Priority
from contract.rights import Scope

RESPOND_S: Final = {Priority.P1: 120.0, Priority.P2: 600.0, Priority.P3: 3_600.0, Priority.P4: 8 * 3_600.0}
"""Time to respond where neither the alarm's sheet nor the settings say one, by priority."""


class ChannelKind(enum.StrEnum):
    """How a message travels."""

    MAIL = "mail"
    SMS = "sms"
    WEBHOOK = "webhook"


class MailSecurity(enum.StrEnum):
    """How the way to the mail server is kept secret. NONE is taken for a server on this machine only."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class MailServer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An SMTP server. With a `user`, the channel's secret is the password."""

    host: str
    port: int = 587
    security: MailSecurity = MailSecurity.STARTTLS
    user: str = ""
    sender: str


class HttpTarget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where an SMS gateway or a webhook listens: https, or http on this machine.

    SMS: `body` and the values of `headers` may hold {to}, {text}, {key} (the same at each try), and headers {secret};
    in JSON the texts are escaped, in a form they are percent-encoded. Webhooks have a body of their own
    (docs/alarm-messages.md), signed by HMAC-SHA256 with the channel's secret.
    """

    url: str
    content_type: str = "application/json"
    body: str = ""
    headers: dict[str, str] = {}


class ChannelState(enum.StrEnum):
    """How a channel fares."""

    OFF = "off"
    UNTRIED = "untried"
    WORKS = "works"
    DOWN = "down"


class ChannelSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way to reach people: `mail` for mail, `http` for SMS and webhooks. `ca_pem` is trusted besides the usual."""

    id: str
    name: str
    kind: ChannelKind
    is_active: bool = True
    mail: MailServer | None = None
    http: HttpTarget | None = None
    ca_pem: str = ""
    timeout_s: float = 20.0


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """A channel and how it fares. Its secret is never told, only whether there is one."""

    settings: ChannelSettings
    has_secret: bool
    state: ChannelState
    trouble: str = ""  # in English; code and arguments say it to consoles that speak otherwise
    trouble_code: str = ""
    trouble_args: dict[str, str] = {}
    since: dt.datetime | None = None
    waiting: int = 0


class ChannelList(msgspec.Struct, frozen=True, kw_only=True):
    """All channels, by name."""

    items: tuple[Channel, ...]
    total: int


class ChannelSecret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A password or key to keep in the vault; empty takes it away."""

    secret: str


class TestMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send a test there, in this language."""

    __test__ = False

    to: str = ""
    language: str = "fr"


class TestOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a test, and why."""

    __test__ = False

    outcome: "Outcome"
    detail: str = ""  # in English; code and arguments say it to consoles that speak otherwise
    detail_code: str = ""
    detail_args: dict[str, str] = {}


class Address(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where somebody is reached on a channel: a mail address, a telephone number; nothing for a webhook."""

    channel: str
    to: str = ""


class QuietHours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Local minutes of the day in which alarms of `from_priority` and below wait; may cross midnight."""

    from_minute: int
    to_minute: int
    from_priority: Priority = Priority.P3


class Contact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who can be told. The first address that works is used.

    With `user` (an account) its rights say what he may be told of; without, `scope` does. Of an alarm beyond that he
    is told that there is one of its priority, and nothing else.
    """

    id: str
    name: str
    user: str = ""
    scope: Scope = Scope()
    addresses: tuple[Address, ...] = ()
    language: str = "fr"
    most_an_hour: int = 12
    quiet: tuple[QuietHours, ...] = ()
    is_active: bool = True


class Shift(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is on call on these weekdays (0 = Monday) between these local minutes, in one week of `every_weeks`.

    Equal minutes are a whole day from then; a shift may cross midnight. `week` counts from the roster's first Monday.
    """

    contacts: tuple[str, ...]
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    from_minute: int = 0
    to_minute: int = 0
    every_weeks: int = 1
    week: int = 0


class RosterException(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From then until then others are on call, whatever the shifts say."""

    since: dt.datetime
    until: dt.datetime
    contacts: tuple[str, ...]
    reason: str = ""


class Roster(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is on call when. Weeks are counted from `first_monday`; hours are those of `time_zone`."""

    id: str
    name: str
    first_monday: dt.date
    time_zone: str = "Europe/Paris"
    shifts: tuple[Shift, ...] = ()
    exceptions: tuple[RosterException, ...] = ()


class TargetKind(enum.StrEnum):
    """Who a step of a rule tells."""

    SEATS = "seats"  # it rings again on every seat that may act on it
    ON_DUTY = "on_duty"  # contacts who are logged in and available, and may act on it
    ROSTER = "roster"  # who is on call by the roster `id`
    CONTACT = "contact"  # the contact `id`


class Target(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to tell."""

    kind: TargetKind
    id: str = ""


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is done when nobody has acknowledged so many seconds after the step before; None: the time to respond."""

    targets: tuple[Target, ...]
    after_s: float | None = None


class RoutingRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which alarms take these steps. None: all of them. The first rule that fits an alarm holds."""

    id: str
    name: str
    communes: tuple[str, ...] | None = None
    services: tuple[str, ...] | None = None
    classes: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    lowest_priority: Priority = Priority.P2
    from_minute: int | None = None
    to_minute: int | None = None
    steps: tuple[Step, ...] = ()
    tells_end: bool = True  # who was told is told when it is acknowledged or over
    is_active: bool = True


class RoutingPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All rules in order, and what holds for all: the last resort when steps end or nobody can be told.

    The seats always ring in the last resort, whatever `last_resort` says. `version` names the plan that was changed:
    a plan that somebody else changed meanwhile is refused.
    """

    rules: tuple[RoutingRule, ...] = ()
    last_resort: tuple[Target, ...] = ()
    respond_s: dict[str, float] = {}  # "1" to "4"; RESPOND_S where there is none
    call_back: str = ""  # the control room's telephone number, in every message
    version: int = 0


class Contacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All contacts and rosters; `version` as in a plan."""

    contacts: tuple[Contact, ...] = ()
    rosters: tuple[Roster, ...] = ()
    version: int = 0


class OnCallPeriod(msgspec.Struct, frozen=True, kw_only=True):
    """Who is on call by a roster in a period, by id and by name; nobody: a gap."""

    since: dt.datetime
    until: dt.datetime
    contacts: tuple[str, ...]
    names: tuple[str, ...]
    is_exception: bool = False


class OnCallRoster(msgspec.Struct, frozen=True, kw_only=True):
    """One roster over the time that was asked for."""

    id: str
    name: str
    time_zone: str
    periods: tuple[OnCallPeriod, ...]


class OnCall(msgspec.Struct, frozen=True, kw_only=True):
    """Who is on call, roster by roster."""

    at: dt.datetime
    items: tuple[OnCallRoster, ...]


class NoticeKind(enum.StrEnum):
    """Why somebody is told."""

    RAISED = "raised"
    ENDED = "ended"
    DIGEST = "digest"  # so many more
    TEST = "test"


class Outcome(enum.StrEnum):
    """What became of a message, or of a try of it."""

    PROMISED = "promised"
    SENDING = "sending"
    DELIVERED = "delivered"  # the next one on its way has taken it
    FAILED = "failed"  # tried again later
    REFUSED = "refused"  # this address will not do
    UNKNOWN = "unknown"  # the backend ended while it was sent: sent again under the same key
    GIVEN_UP = "given_up"
    NOT_NEEDED = "not_needed"  # acknowledged or over before it left
    HELD = "held"  # quiet hours or too many: counted in a digest
    NOBODY = "nobody"  # a step found nobody to tell
    RANG = "rang"  # the seats rang again


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the log. `seq` is the journal's."""

    seq: int
    at: dt.datetime
    outcome: Outcome
    kind: NoticeKind
    message_id: str = ""
    alarm_id: int | None = None
    asset_id: int | None = None
    level: int = 0
    contact: str = ""
    channel: str = ""
    tries: int = 0
    detail: str = ""  # in English; code and arguments say it to consoles that speak otherwise
    detail_code: str = ""
    detail_args: dict[str, str] = {}


class NoticePage(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first; `next` is the cursor of the following page."""

    items: tuple[Notice, ...]
    next: int | None
