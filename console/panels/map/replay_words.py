"""What a replay says. No Qt."""

import datetime as dt

from console.kit.formats import age
from console.kit.said_by_devices import told_text
from contract.replay import ReplayGap
from widgets.texts import Texts


def banner(at_ms: float, tr: Texts, *, is_known: bool, zone: dt.tzinfo | None = None) -> str:
    """What stands over the map: that it is not live, and which moment it shows."""
    at = _local(at_ms, zone)
    return tr("replay.banner" if is_known else "replay.banner_unknown", time=f"{at:%H:%M:%S}")


def moment(at_ms: float, now_ms: float, tr: Texts, zone: dt.tzinfo | None = None) -> str:
    """The moment with its day and zone, and how long ago it was."""
    at = _local(at_ms, zone)
    ago = age(max(0.0, (now_ms - at_ms) / 1000), tr)
    return tr("replay.moment", day=f"{at:%d/%m}", time=f"{at:%H:%M:%S}", zone=at.tzname() or "", ago=ago)


def condition(
    tr: Texts, *, gap: ReplayGap | None, is_loading: bool, trouble: str, zone: dt.tzinfo | None = None
) -> str:
    """What one should know of what is shown; nothing when all is known."""
    if is_loading:
        return tr("replay.loading")
    if gap is not None:
        since, until = _local(gap.since_ms, zone), _local(gap.until_ms, zone)
        return tr("replay.gap", since=f"{since:%H:%M:%S}", until=f"{until:%H:%M:%S}")
    return tr("replay.trouble", detail=told_text(trouble, tr)) if trouble else ""


def _local(at_ms: float, zone: dt.tzinfo | None) -> dt.datetime:
    return dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC).astimezone(zone)
