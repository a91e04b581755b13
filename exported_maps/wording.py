"""The words of exported files, from the console's own translations."""

import datetime as dt
import tomllib
from functools import cache
from importlib import resources
from typing import Final, cast

from contract.alarms import Priority
from contract.stream import Visual

LANGUAGES: Final = ("fr", "en")
_SECTION: Final = "exported_map"


class Words:
    """Texts, numbers and times in one language; an unknown language speaks English."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "en"
        tables = _tables(self.language)
        self._texts = tables[_SECTION]
        self._states = tables["visual"]
        self._ages = tables["age"]

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its {placeholders} filled. Raises KeyError where there is none."""
        return self._texts[key].format(**values)

    def state(self, visual: Visual) -> str:
        """A state as the live map calls it."""
        return self._states[visual.name.lower()]

    def state_of_asset(self, visual: Visual, *, is_unacknowledged: bool) -> str:
        """The state of one asset, and whether its alarm still waits for somebody."""
        return self("unacknowledged", state=self.state(visual)) if is_unacknowledged else self.state(visual)

    def priority(self, priority: Priority) -> str:
        """P1 to P4."""
        return f"P{int(priority)}"

    def number(self, value: float, decimals: int = 0) -> str:
        """A number as a reader of the language writes it."""
        text = f"{value:,.{decimals}f}"
        return text.replace(",", "\u202f").replace(".", ",") if self.language == "fr" else text

    def time(self, at: dt.datetime | None, zone: dt.tzinfo | None) -> str:
        """Day and time in the file's zone, a dash where it is not known."""
        if at is None:
            return "—"
        return at.astimezone(zone).strftime("%d/%m/%Y %H:%M:%S" if self.language == "fr" else "%Y-%m-%d %H:%M:%S")

    def age(self, seconds: float) -> str:
        """How long, in the largest unit that says enough."""
        whole = max(0, int(seconds))
        if whole < 60:
            return self._ages["seconds"].format(count=whole)
        if whole < 3_600:
            return self._ages["minutes"].format(count=whole // 60)
        if whole < 86_400:
            return self._ages["hours"].format(hours=whole // 3_600, minutes=f"{whole % 3_600 // 60:02d}")
        return self._ages["days"].format(count=whole // 86_400)

    def made_at(self, at: dt.datetime, zone: dt.tzinfo, name: str) -> str:
        """When the file was made, with the zone's name and its distance from UTC."""
        offset = at.astimezone(zone).strftime("%z")
        utc = f"UTC{offset[:3]}:{offset[3:5]}"
        return f"{self.time(at, zone)} {name} ({utc})" if name else f"{self.time(at, zone)} {utc}"


@cache
def _tables(language: str) -> dict[str, dict[str, str]]:
    file = resources.files("resources").joinpath("translations", f"{language}.toml")
    return cast("dict[str, dict[str, str]]", tomllib.loads(file.read_text("utf-8")))


def zone_of(offset_minutes: int) -> dt.tzinfo:
    """The zone that lies this far east of UTC; UTC itself for what is no zone."""
    return dt.timezone(dt.timedelta(minutes=offset_minutes)) if abs(offset_minutes) < 24 * 60 else dt.UTC
