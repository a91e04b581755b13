"""TALQ logger configurations and log reports as values: how a gateway tells us what happens."""

import datetime as dt

import msgspec

from backend.integrations.talq_lighting.protocol.values import Attribute, Command, ResourceReference, State, Talq


class Selection(Talq, frozen=True, kw_only=True):
    """Which devices a logger covers; only an empty black list means all of them."""

    white_list: tuple[ResourceReference, ...] | None = None
    black_list: tuple[ResourceReference, ...] | None = None


class EventSelection(Talq, frozen=True, kw_only=True):
    """Which events a logger covers; only an empty black list means all of them."""

    white_list: tuple[str, ...] | None = None
    black_list: tuple[str, ...] | None = None


class LoggedAttribute(Talq, frozen=True, kw_only=True):
    """An attribute to log, and the change in percent below which it is not worth it."""

    name: str
    on_change_threshold: int | None = None


class LoggedFunction(Talq, frozen=True, kw_only=True):
    """Attributes of one function, by its id or its type."""

    function_id: str | None = None
    function_type: str | None = None
    attributes: tuple[LoggedAttribute, ...] | None = None


class LoggedContent(Talq, frozen=True, kw_only=True):
    """What to log."""

    function: LoggedFunction
    attribute_scope: str | None = None


class SamplingProfile(Talq, frozen=True, kw_only=True):
    """When to sample: from a time on, every `sampling_period` ("PT15M")."""

    sampling_start_time: dt.datetime
    sampling_period: str | None = None
    sampling_end_time: dt.datetime | None = None


class RecordingMode(Talq, frozen=True, kw_only=True):
    """PeriodicRecordingMode, EventRecordingMode or VendorRecordingMode."""

    type: str
    content: tuple[LoggedContent, ...] | None = None
    sampling_profiles: tuple[SamplingProfile, ...] | None = None
    source_events: EventSelection | None = None


class ReportingMode(Talq, frozen=True, kw_only=True):
    """ImmediateReportingMode (after `delay` seconds) or ScheduledReportingMode."""

    type: str
    delay: int | None = None
    times: tuple[str, ...] | None = None
    number_of_retries: int | None = None


class LoggerConfig(Talq, frozen=True, kw_only=True):
    """A subscription: what a gateway records for us and when it reports it."""

    address: str
    owner_cms: str = msgspec.field(name="ownerCMS")
    source_addresses: Selection | None = None
    recording_mode: RecordingMode | None = None
    reporting_mode: ReportingMode | None = None


class AttributeLogData(Talq, frozen=True, kw_only=True, tag_field="type", tag="AttributeLogData"):
    """A sampled attribute."""

    src_address: str
    timestamp: dt.datetime | None = None
    attribute_name: str
    attribute_value: Attribute


class EventAttribute(Talq, frozen=True, kw_only=True):
    """An attribute logged together with an event."""

    value: Attribute
    src_address: str | None = None
    tag: str | None = None


class EventLogData(Talq, frozen=True, kw_only=True, tag_field="type", tag="EventLogData"):
    """An event began (True), ended (False) or, with no flag, just happened."""

    src_address: str
    timestamp: dt.datetime | None = None
    event_type: str
    start_end_flag: bool | None = None
    attributes: tuple[EventAttribute, ...] | None = None


class StateChangeEventLogData(Talq, frozen=True, kw_only=True, tag_field="type", tag="StateChangeEventLogData"):
    """A lamp changed its light because of `command`; `state` is what it really gives, if that differs."""

    src_address: str
    timestamp: dt.datetime | None = None
    event_type: str
    command: Command
    state: State | None = None


LogData = AttributeLogData | EventLogData | StateChangeEventLogData


class LogEntry(Talq, frozen=True, kw_only=True):
    """One thing a logger recorded; `cms_ref_id` names the command that caused it."""

    cms_ref_id: str | None = None
    data: LogData | None = None


class LogReport(Talq, frozen=True, kw_only=True):
    """What a logger recorded since its last report."""

    address: str | None = None
    entries: tuple[LogEntry, ...] = msgspec.field(default_factory=tuple)
