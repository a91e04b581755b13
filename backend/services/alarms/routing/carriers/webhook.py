"""Messages to other systems: JSON, signed by HMAC-SHA256. What is sent is described in docs/alarm-messages.md."""

import hashlib
import hmac
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.services.alarms.routing.carriers.carrier import KEY_HEADER, Letter, Tried
from backend.services.alarms.routing.carriers.http import post
from contract.alarm_routing import ChannelSettings, HttpTarget

VERSION: Final = 1
TIME_HEADER: Final = "Beffroi-Time"
SIGNATURE_HEADER: Final = "Beffroi-Signature"


class WebhookCarrier:
    """One receiver. The time is signed with the body, so that a message cannot be played to it again later."""

    def __init__(self, settings: ChannelSettings, target: HttpTarget, secret: str, clock: Clock) -> None:
        self._settings = settings
        self._target = target
        self._secret = secret
        self._clock = clock

    async def send(self, letter: Letter) -> Tried:
        """Try once."""
        body = msgspec.json.encode(
            {"version": VERSION, "key": letter.key, "title": letter.title, "text": letter.text, **letter.facts}
        )
        at = str(int(self._clock.now().timestamp()))
        headers = {
            **self._target.headers,
            "Content-Type": "application/json",
            KEY_HEADER: letter.key,
            TIME_HEADER: at,
            SIGNATURE_HEADER: "v1=" + signature(self._secret, at, body),
        }
        return await post(self._settings, self._target, body, headers)


def signature(secret: str, at: str, body: bytes) -> str:
    """Hexadecimal HMAC-SHA256 of the time, a dot and the body."""
    return hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
