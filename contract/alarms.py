"""Alarms as they are seen: ISA-18.2 states, priorities and the record of one alarm."""

import datetime as dt
import enum

import msgspec


class Priority(enum.IntEnum):
    """P1 is the highest."""

    P1 = 1
    P2 = 2
    P3 = 3
    P4 = 4


class Annunciation(enum.StrEnum):
    """The annunciation region of an alarm (ISA-18.2-2016 / IEC 62682)."""

    NORM = "NORM"
    UNACK = "UNACK"
    ACKED = "ACKED"
    RTNUN = "RTNUN"
    LTCH_U = "LTCH_U"
    LTCH_A = "LTCH_A"


class ShownState(enum.StrEnum):
    """The ISA letter shown: OOSRV > DSUPR > SHLVD > annunciation."""

    A_NORM = "A"
    B_UNACK = "B"
    C_ACKED = "C"
    D_RTNUN = "D"
    E_SHLVD = "E"
    F_DSUPR = "F"
    G_OOSRV = "G"
    LTCH_U = "LU"
    LTCH_A = "LA"


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm (asset, kind) as the backend holds it. An acknowledgement names the `occurrence` it is for."""

    id: int
    asset_id: int
    kind: str
    priority: Priority
    shown: ShownState
    annunciation: Annunciation
    is_active: bool  # the process is in alarm
    is_shelved: bool = False
    is_suppressed: bool = False
    is_out_of_service: bool = False
    occurrence: int = 0
    repeat_count: int = 0
    is_chattering: bool = False  # comes and goes three times a minute or more: held until it is quiet
    shelving_proposed_min: int = 0  # it chatters: an operator is asked to shelve it for so long
    raised_at: dt.datetime | None = None
    changed_at: dt.datetime | None = None
    acknowledged_by: str = ""
    acknowledged_at: dt.datetime | None = None
    shelved_until: dt.datetime | None = None
    suppressed_by: str = ""  # the rule, and the alarm that explains this one
    folded_into: int | None = None  # the alarm that explains this one: its card stands for it
    folded_count: int = 0  # how many this one explains
    stray_group: str = ""  # in a flood: one key for many unexplained alarms of a kind
    assigned_to: str = ""  # the user who takes care of it
    comment_count: int = 0
    set_aside_by: str = ""  # who shelved it or took it out of service
    set_aside_reason: str = ""  # and why: in words, or the work order
    escalation_level: int = 0  # steps of its routing rule that were taken since nobody acknowledged it
    escalated_to: tuple[str, ...] = ()  # whom the last step told: names of rosters and contacts
    rings: int = 0  # second ring: each time it grows, every seat that may act on it sounds it anew, silenced or not
    commune: str = ""
    class_: str = msgspec.field(name="class", default="")
    asset_code: str = ""
    asset_name: str = ""
    lon: float | None = None
    lat: float | None = None
    version: int = 1
