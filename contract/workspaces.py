"""Workspaces that a team has in common. A team is everybody of one role; contents are the console's own JSON."""

import datetime as dt

import msgspec


class SharedWorkspace(msgspec.Struct, frozen=True, kw_only=True):
    """A colleague's workspace, as he keeps it now."""

    owner: str
    name: str
    content: str
    updated_at: dt.datetime | None = None


class GoldenWorkspace(msgspec.Struct, frozen=True, kw_only=True):
    """A team's locked default: given at start, kept by nobody under that name.

    With hours it is the default of these local minutes of the day only; they may cross midnight.
    `set_by`, `updated_at` are the backend's to say.
    """

    team: str
    name: str
    content: str
    from_minute: int | None = None
    to_minute: int | None = None
    set_by: str = ""
    updated_at: dt.datetime | None = None


class TeamWorkspaces(msgspec.Struct, frozen=True, kw_only=True):
    """What one's team has in common. `may_set_golden`: whether the asker decides on locked defaults."""

    team: str
    shared: tuple[SharedWorkspace, ...] = ()
    golden: tuple[GoldenWorkspace, ...] = ()
    may_set_golden: bool = False
    teams: tuple[str, ...] = ()  # teams there are, for who decides; else one's own


class SeatRelease(msgspec.Struct, frozen=True, kw_only=True):
    """Who lets people out of a kiosk, and his password."""

    user: str
    password: str


class SeatReleased(msgspec.Struct, frozen=True, kw_only=True):
    """Who did."""

    user: str
    display_name: str
