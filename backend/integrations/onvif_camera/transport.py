"""HTTP to one camera: measured answers, no redirects, no other host, words for what goes wrong."""

import asyncio
import copy
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import msgspec
from zeep.wsdl.utils import etree_to_string

from backend.devkit.errors import CommandRefused, LinkDown, LinkRefused, ProtocolError
from backend.devkit.hostile_xml import MAX_BYTES, check_xml

MAX_PICTURE_BYTES: Final = 20 * 2**20
MAX_ELEMENTS: Final = 4_000  # zeep takes about 20 microseconds for each; a camera's longest answer has about 1,500


class NoAnswer(LinkDown):
    """The question went out and no whole answer came: what the camera did with it is unknown."""


class Credentials(msgspec.Struct, frozen=True):
    """Who we are for the camera."""

    user: str
    password: str

    def __repr__(self) -> str:
        """Without the password."""
        return "Credentials(hidden)"

    @classmethod
    def parse(cls, secret: str) -> "Credentials":
        """From a secret "user:password"; the password may hold colons."""
        user, _, password = secret.partition(":")
        return cls(user, password)


class SoapReply(msgspec.Struct, frozen=True):
    """One HTTP answer in zeep's words."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes
    encoding: str | None = None


class CameraTransport:
    """Speaks to the one host of `url`. HTTP Digest is answered too, for cameras that want it."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        url: str,
        credentials: Credentials,
        *,
        timeout_s: float = 10.0,
        trusts_addresses: bool = False,
        verifies_tls: bool = True,
        gives_password: bool = False,
    ) -> None:
        self._http = http
        self._url = urlsplit(url)
        self.timeout_s = timeout_s
        self.measures_xml = True
        self._trusts_addresses = trusts_addresses
        self._verifies_tls = verifies_tls
        self._basic = aiohttp.encode_basic_auth(credentials.user, credentials.password) if gives_password else ""
        self._digest = aiohttp.DigestAuthMiddleware(credentials.user, credentials.password)

    def __repr__(self) -> str:
        """Without credentials."""
        return f"CameraTransport({self._url.hostname})"

    def for_events(self, seconds: float) -> "CameraTransport":
        """The same, for a question that the camera may hold for that long, and whose answer's reader measures it."""
        patient = copy.copy(self)
        patient.timeout_s += seconds
        patient.measures_xml = False
        return patient

    def reachable(self, address: str) -> str:
        """An address the camera gave, on the host under which we reach it.

        Cameras behind a translated address give their inner one, and a hostile one could send us, and a proof of the
        password, anywhere.
        """
        try:
            parts = urlsplit(address.strip())
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise ProtocolError("the camera gives an address that is none") from error
        if parts.scheme not in {"http", "https", "rtsp", "rtsps"} or not host:
            raise ProtocolError("the camera gives an address that is none")
        if not self._trusts_addresses and host != self._url.hostname:
            host = self._url.hostname or host
            port = port if parts.scheme.startswith("rtsp") else self._url.port
        place = f"[{host}]" if ":" in host else host
        return urlunsplit((parts.scheme, place if port is None else f"{place}:{port}", parts.path, parts.query, ""))

    async def post_xml(self, address: str, envelope: object, headers: dict[str, str]) -> SoapReply:
        """Send one envelope. Raises LinkDown (NoAnswer once it went out), LinkRefused, ProtocolError."""
        status, kind, body = await self._request("POST", address, etree_to_string(envelope), headers, MAX_BYTES)
        if status == 401 or (status == 403 and "xml" not in kind):
            raise LinkRefused("the camera refuses the user name or password")
        if body and self.measures_xml:
            check_xml(body, max_elements=MAX_ELEMENTS)
        return SoapReply(status, {}, body)

    async def get_picture(self, address: str) -> bytes:
        """A JPEG. Raises LinkDown, LinkRefused, CommandRefused, ProtocolError."""
        status, _, body = await self._request("GET", address, None, {}, MAX_PICTURE_BYTES)
        if status == 401 and self._basic:
            headers = {"Authorization": self._basic}
            status, _, body = await self._request("GET", address, None, headers, MAX_PICTURE_BYTES)
        if status in {401, 403}:
            raise LinkRefused("the camera refuses us its pictures: some want the password in clear (setting basic)")
        if status != 200:
            raise CommandRefused(f"the camera gives no picture (HTTP status {status})")
        if not body.startswith(b"\xff\xd8"):
            raise ProtocolError("the camera's picture is not a JPEG")
        return body

    async def _request(
        self, method: str, address: str, message: bytes | None, headers: dict[str, str], limit: int
    ) -> tuple[int, str, bytes]:
        try:
            async with (
                asyncio.timeout(self.timeout_s),
                self._http.request(
                    method,
                    self.reachable(address),
                    data=message,
                    headers=headers,
                    allow_redirects=False,
                    ssl=self._verifies_tls,
                    middlewares=(self._digest,),
                ) as response,
            ):
                return response.status, response.content_type, await _read(response, limit)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise LinkDown("the camera cannot be reached") from error
        except TimeoutError as error:
            raise NoAnswer("the camera does not answer") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NoAnswer("the camera broke off its answer") from error


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > limit:
            raise ProtocolError(f"the camera's answer is larger than {limit} bytes")
        parts.append(part)
    return b"".join(parts)
