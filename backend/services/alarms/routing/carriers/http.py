"""Messages by HTTP: one request, its answer, and what it means."""

import ssl

import aiohttp

from backend.services.alarms.routing.carriers.carrier import Result, Tried, tls_context
from backend.services.said import say
from contract.alarm_routing import ChannelSettings, HttpTarget

_OF_THE_MESSAGE = frozenset({400, 409, 410, 413, 422})  # this message or number, not the channel
_LONGEST_WAIT_S = 900.0


async def post(settings: ChannelSettings, target: HttpTarget, body: bytes, headers: dict[str, str]) -> Tried:
    """POST once. No redirect is followed: a message goes where the channel says, or nowhere."""
    timeout = aiohttp.ClientTimeout(total=settings.timeout_s)
    try:
        connector = aiohttp.TCPConnector(ssl=tls_context(settings), limit=1, force_close=True)
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False) as session,
            session.post(target.url, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            return _meaning(answer.status, answer.headers.get("Retry-After", ""))
    except TimeoutError:
        return Tried(Result.DOWN, say("web_slow", seconds=f"{settings.timeout_s:g}"))
    except aiohttp.ClientConnectorCertificateError:
        return Tried(Result.DOWN, say("web_certificate"))
    except (ssl.SSLError, aiohttp.ClientSSLError):
        return Tried(Result.DOWN, say("web_insecure"))
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Tried(Result.DOWN, say("web_unreached", reason=type(error).__name__))


def _meaning(status: int, retry_after: str) -> Tried:
    if 200 <= status < 300:
        return Tried(Result.DELIVERED)
    words = say("web_answers", number=status)
    if status in _OF_THE_MESSAGE:
        return Tried(Result.REFUSED, words)
    wait = min(float(retry_after), _LONGEST_WAIT_S) if retry_after.isascii() and retry_after.isdigit() else 0.0
    if status == 429:
        return Tried(Result.LATER, words, wait)
    return Tried(Result.DOWN, words, wait)
