"""When the sun rises and sets, to about a minute: what an astronomical clock in a cabinet computes."""

import datetime as dt
import math

_J2000_DAY = dt.date(2000, 1, 1)
# The sun's upper limb on the horizon, with mean refraction.
_HORIZON_DEG = -0.833


def sun_times(day: dt.date, lon: float, lat: float) -> tuple[dt.datetime, dt.datetime] | None:
    """Sunrise and sunset of that day at that place in UTC; None in polar day or night."""
    days = (day - _J2000_DAY).days
    mean_noon = days - lon / 360.0
    anomaly = math.radians((357.5291 + 0.98560028 * mean_noon) % 360)
    centre = 1.9148 * math.sin(anomaly) + 0.02 * math.sin(2 * anomaly) + 0.0003 * math.sin(3 * anomaly)
    ecliptic = math.radians((math.degrees(anomaly) + centre + 180 + 102.9372) % 360)
    transit = mean_noon + 0.0053 * math.sin(anomaly) - 0.0069 * math.sin(2 * ecliptic)
    declination = math.asin(math.sin(ecliptic) * math.sin(math.radians(23.4397)))
    phi = math.radians(lat)
    cosine = (math.sin(math.radians(_HORIZON_DEG)) - math.sin(phi) * math.sin(declination)) / (
        math.cos(phi) * math.cos(declination)
    )
    if not -1 <= cosine <= 1:
        return None
    half_day = math.degrees(math.acos(cosine)) / 360
    return _moment(transit - half_day), _moment(transit + half_day)


def _moment(days_since_j2000: float) -> dt.datetime:
    noon = dt.datetime(2000, 1, 1, 12, tzinfo=dt.UTC)
    return noon + dt.timedelta(days=days_since_j2000)
