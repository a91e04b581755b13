"""Messages by SMS, through any gateway that takes an HTTP request with a body that the city describes."""

import html
import json
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote_plus

from backend.services.alarms.routing.carriers.carrier import KEY_HEADER, Letter, Tried
from backend.services.alarms.routing.carriers.http import post
from contract.alarm_routing import ChannelSettings, HttpTarget

BLANKS: Final = ("to", "text", "key", "secret")
_BLANK: Final = re.compile(r"\{(" + "|".join(BLANKS) + r")\}")


class SmsCarrier:
    """One gateway."""

    def __init__(self, settings: ChannelSettings, target: HttpTarget, secret: str) -> None:
        self._settings = settings
        self._target = target
        self._secret = secret

    async def send(self, letter: Letter) -> Tried:
        """Try once."""
        values = {"to": letter.to, "text": letter.short, "key": letter.key, "secret": self._secret}
        headers = {name: filled(value, values, "") for name, value in self._target.headers.items()}
        headers |= {"Content-Type": self._target.content_type, KEY_HEADER: letter.key}
        body = filled(self._target.body, values, self._target.content_type)
        return await post(self._settings, self._target, body.encode(), headers)


def filled(template: str, values: Mapping[str, str], content_type: str) -> str:
    """The template with its blanks filled, each written so that it stays one value of this type of content."""
    kind = content_type.partition(";")[0].strip().lower()

    def written(match: re.Match[str]) -> str:
        value = values[match[1]]
        if kind.endswith("json"):
            return json.dumps(value, ensure_ascii=False)[1:-1]
        if kind == "application/x-www-form-urlencoded":
            return quote_plus(value)
        if kind.endswith("xml"):
            return html.escape(value)
        return value

    return _BLANK.sub(written, template)
