"""A figure of the system's health, and from where on it is to be watched."""

import datetime as dt

from contract.administration import HealthFigure


def figure(
    group: str,
    code: str,
    value: float | None,
    unit: str = "",
    *,
    watch: float | None = None,
    bad: float | None = None,
    is_low_bad: bool = False,
    who: str = "",
    of: str = "",
    last_at: dt.datetime | None = None,
) -> HealthFigure:
    """Judged by its limits; without them it only tells. `who`: whom it is about; `of`: which connection."""
    state = "ok"
    if value is not None and watch is not None and bad is not None:
        sign = -1.0 if is_low_bad else 1.0
        state = "bad" if value * sign >= bad * sign else "watch" if value * sign >= watch * sign else "ok"
    rounded = None if value is None else round(value, 1)
    return HealthFigure(
        group=group, code=code, value=rounded, unit=unit, state=state, limit=bad, who=who, of=of, last_at=last_at
    )
