"""What every way to reach people has in common."""

import datetime as dt
import enum
import ssl
from typing import Final, Protocol

import msgspec

from backend.services.said import NOTHING, Said
from contract.alarm_routing import ChannelSettings

KEY_HEADER: Final = "Idempotency-Key"


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one address. `key` is the same at each try; `short` fits two SMS, `facts` are for machines."""

    key: str
    to: str
    title: str
    text: str
    short: str
    facts: dict[str, object]
    made_at: dt.datetime


class Result(enum.Enum):
    """What became of one try."""

    DELIVERED = "delivered"  # the next one on its way has taken it
    LATER = "later"  # not this time; the channel itself works
    REFUSED = "refused"  # this address will not do, now or later
    DOWN = "down"  # the channel does not work: not reached, not let in, not what it should be


class Tried(msgspec.Struct, frozen=True):
    """One try. `detail` says why in words that hold no secret and no address."""

    result: Result
    detail: Said = NOTHING
    retry_after_s: float = 0.0


class Carrier(Protocol):
    """One channel, as it is set now."""

    async def send(self, letter: Letter) -> Tried:
        """Try once, within the channel's time; never raises but when cancelled."""
        ...


def tls_context(settings: ChannelSettings) -> ssl.SSLContext:
    """Verifies certificates and names, always; the channel's own authority is trusted besides the machine's."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.ca_pem:
        context.load_verify_locations(cadata=settings.ca_pem)
    return context


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine itself: nobody else can listen on the way there."""
    return host in {"localhost", "127.0.0.1", "::1", "[::1]"}
