"""One tile from a server: nothing followed elsewhere, nothing taken that is no image, nothing read without a bound."""

import email.utils
import os
import re
from typing import Final
from urllib.parse import urljoin

import aiohttp
import msgspec

from backend.base_maps.addresses import origin_of
from backend.base_maps.images import MOST_BYTES, sniff
from backend.ports import BaseMapTrouble

_MOST_REDIRECTS: Final = 3
_CHUNK: Final = 1 << 16
_SHORTEST_S, _LONGEST_S = 3_600.0, 30 * 86_400.0
_MAX_AGE: Final = re.compile(r"(?:^|[,\s])max-age=(\d{1,10})")
_HEADERS: Final = {"User-Agent": "Beffroi control room", "Accept": "image/*", "Accept-Encoding": "identity"}
_TIMEOUT: Final = aiohttp.ClientTimeout(total=15, connect=5, sock_read=10)


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """What a server gave. `content` None: not modified; b"": there is no such tile."""

    content: bytes | None
    media_type: str = ""
    etag: str = ""
    fresh_s: float | None = None  # None: the server does not say


class TileFault(BaseMapTrouble):
    """This one tile cannot be had; others of the server perhaps can."""


class ServerFault(BaseMapTrouble):
    """The server as a whole does not serve now. `wait_s`: what it asked for, if it did."""

    def __init__(self, code: str, *, wait_s: float | None = None, **args: object) -> None:
        super().__init__(code, **args)
        self.wait_s = wait_s


class Fetcher:
    """The connections to all tile servers. Cookies are not kept, the environment is not asked."""

    def __init__(self, timeout: aiohttp.ClientTimeout = _TIMEOUT) -> None:
        self._timeout = timeout
        self._http: aiohttp.ClientSession | None = None

    async def get(self, address: str, *, host: str, etag: str = "", proxy: str = "") -> Fetched:
        """One tile. Raises TileFault, ServerFault."""
        headers = {"If-None-Match": etag} if etag else {}
        try:
            origin = origin_of(address)
            for _ in range(_MOST_REDIRECTS + 1):
                async with self._client().get(
                    address, headers=headers, allow_redirects=False, proxy=proxy or None
                ) as answer:
                    if answer.status in {301, 302, 303, 307, 308}:
                        address = urljoin(str(answer.url), answer.headers.get("Location", ""))
                        if origin_of(address) != origin:
                            raise ServerFault("base_map_redirects", host=host)
                        continue
                    return await _taken(answer, host, was_asked_for_change=bool(etag))
            raise ServerFault("base_map_redirects", host=host)
        except (TimeoutError, aiohttp.ServerTimeoutError) as error:
            raise ServerFault("base_map_silent", host=host) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ServerFault("base_map_unreachable", host=host, reason=_reason(error)) from error

    async def close(self) -> None:
        """Close the connections; may be called twice."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    def _client(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(
                timeout=self._timeout,
                headers=_HEADERS,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                connector=aiohttp.TCPConnector(limit_per_host=8, limit=24),
            )
        return self._http


async def _taken(answer: aiohttp.ClientResponse, host: str, *, was_asked_for_change: bool) -> Fetched:
    if answer.status == 304:
        if not was_asked_for_change:
            raise TileFault("base_map_lies", host=host, what="304")
        return Fetched(content=None, fresh_s=_fresh_s(answer))
    if answer.status in {204, 404, 410}:
        return Fetched(content=b"", fresh_s=_SHORTEST_S)
    if answer.status in {401, 403, 407}:
        raise ServerFault("base_map_forbidden", host=host, status=answer.status)
    if answer.status == 429 or answer.status >= 500:
        raise ServerFault("base_map_failing", host=host, status=answer.status, wait_s=_wait_s(answer))
    if answer.status != 200:
        raise TileFault("base_map_failing", host=host, status=answer.status)
    kind = answer.content_type.lower()
    if not (kind.startswith("image/") or kind in {"application/octet-stream", "binary/octet-stream"}):
        raise TileFault("base_map_lies", host=host, what=kind[:60])
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise TileFault("base_map_lies", host=host, what="compressed")
    content = await _body(answer, host)
    image = sniff(content)
    if image is None:
        raise TileFault("base_map_lies", host=host, what=kind[:60])
    etag = answer.headers.get("ETag", "")
    return Fetched(
        content=content,
        media_type=image.media_type,
        etag=etag if len(etag) <= 200 and etag.isprintable() else "",
        fresh_s=_fresh_s(answer),
    )


async def _body(answer: aiohttp.ClientResponse, host: str) -> bytes:
    if (answer.content_length or 0) > MOST_BYTES:
        raise TileFault("base_map_huge_tile", host=host, count=MOST_BYTES >> 20)
    content = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        content += chunk
        if len(content) > MOST_BYTES:
            raise TileFault("base_map_huge_tile", host=host, count=MOST_BYTES >> 20)
    return bytes(content)


def _fresh_s(answer: aiohttp.ClientResponse) -> float | None:
    found = _MAX_AGE.search(answer.headers.get("Cache-Control", "").lower())
    return None if found is None else max(_SHORTEST_S, min(_LONGEST_S, float(found[1])))


def _wait_s(answer: aiohttp.ClientResponse) -> float | None:
    asked = answer.headers.get("Retry-After", "")
    if asked.isascii() and asked.isdigit():
        return min(3_600.0, float(asked[:6]))
    return 60.0 if email.utils.parsedate_tz(asked) is not None else None


def _reason(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "its name is not known"
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return "its certificate is not trusted"
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, OSError) and cause.errno is not None:
        return os.strerror(cause.errno)
    return type(error).__name__
