"""One RTSP connection as its client sees it: requests with answers, logins, and the frames between."""

import asyncio
import contextlib
import secrets
import ssl
from collections.abc import Callable, Mapping
from typing import cast

from video.errors import ProtocolError
from video.rtsp.addresses import RtspAddress
from video.rtsp.authentication import Challenge, Credentials, authorise, parse_challenges, strongest
from video.rtsp.messages import InterleavedFrame, RtspReader, RtspRequest, RtspResponse, headers

_READ_BYTES = 65_536
USER_AGENT = "Beffroi"
FrameReceived = Callable[[InterleavedFrame], None]


class RtspSession(asyncio.BufferedProtocol):
    """Speaks to one camera over one connection. Raises OSError, EOFError, TimeoutError, ProtocolError.

    Frames are passed on from the very callback in which the socket was read: hundreds come a second, and a task woken
    for each, with a deadline of its own, took more than all the rest of the work (measured).
    """

    def __init__(self, credentials: Credentials | None, on_frame: FrameReceived) -> None:
        self._credentials = credentials
        self._on_frame = on_frame
        self._messages = RtspReader()
        self._bytes = memoryview(bytearray(_READ_BYTES))
        self._transport: asyncio.Transport | None = None
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sequence = 0
        self._challenge: Challenge | None = None
        self._nonce_count = 0
        self._session_id: str | None = None
        self.session_timeout_s = 60.0
        self._answer: asyncio.Future[RtspResponse] | None = None

    @classmethod
    async def open(
        cls,
        address: RtspAddress,
        credentials: Credentials | None,
        on_frame: FrameReceived,
        tls: ssl.SSLContext | None,
    ) -> "RtspSession":
        """Connect; the caller sets the deadline."""
        context = (tls or ssl.create_default_context()) if address.is_encrypted else None
        loop = asyncio.get_running_loop()
        _, session = await loop.create_connection(
            lambda: cls(credentials or address.credentials, on_frame), address.host, address.port, ssl=context
        )
        return session

    async def request(self, method: str, url: str, fields: Mapping[str, str | int]) -> RtspResponse:
        """Ask and wait for the answer, logging in when told to; frames that come meanwhile are passed on."""
        response = await self._ask(method, url, fields)
        if response.status == 401 and self._credentials is not None:
            first_time = self._challenge is None
            challenge = strongest(parse_challenges(response.headers.all("WWW-Authenticate")))
            if challenge is not None and (first_time or challenge.is_stale):
                self._challenge = challenge
                self._nonce_count = 0
                response = await self._ask(method, url, fields)
        self._note_session(response)
        return response

    def send(self, method: str, url: str, fields: Mapping[str, str | int]) -> None:
        """Ask without waiting; the answer is read and dropped by `read_frames`."""
        self._sequence += 1
        wanted: dict[str, str | int] = {"CSeq": self._sequence, "User-Agent": USER_AGENT, **fields}
        if self._session_id is not None:
            wanted["Session"] = self._session_id
        if self._challenge is not None and self._credentials is not None:
            self._nonce_count += 1
            wanted["Authorization"] = authorise(
                self._challenge, self._credentials, method, url, self._nonce_count, secrets.token_hex(8)
            )
        self._write(RtspRequest(method, url, headers(wanted)).encode())

    async def pass_on_frames(self, seconds: float) -> None:
        """Let frames come for so long; raises as soon as the connection ends."""
        await asyncio.wait((self._ended,), timeout=seconds)
        if self._ended.done():
            self._ended.result()

    def say_goodbye(self, url: str) -> None:
        """Tell the camera that its stream is no longer watched, and close; the camera is not waited for."""
        transport = self._transport
        if transport is None:
            return
        with contextlib.suppress(OSError, RuntimeError, ProtocolError):
            if self._session_id is not None and not transport.is_closing():
                self.send("TEARDOWN", url, {})
            if transport.get_write_buffer_size():
                transport.abort()
            else:
                transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: connected."""
        self._transport = cast("asyncio.Transport", transport)

    def get_buffer(self, sizehint: int) -> memoryview:
        """asyncio: where to read to."""
        del sizehint
        return self._bytes

    def buffer_updated(self, nbytes: int) -> None:
        """asyncio: so many bytes were read."""
        if self._ended.done():
            return
        try:
            for message in self._messages.feed(self._bytes[:nbytes]):
                if isinstance(message, InterleavedFrame):
                    self._on_frame(message)
                elif isinstance(message, RtspResponse):
                    self._keep_answer(message)
                else:
                    self._answer_camera(message)
        except Exception as error:  # noqa: BLE001 - raised again where the connection is awaited
            self._end(error)

    def eof_received(self) -> None:
        """asyncio: the camera says that it sends no more."""
        self._end(EOFError("the camera closed the connection"))

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio: the connection is gone."""
        self._end(exc or EOFError("the camera closed the connection"))

    def _end(self, error: Exception) -> None:
        if not self._ended.done():
            self._ended.set_exception(error)
            self._ended.exception()  # seen: nobody need await a connection that was said goodbye to
        if self._transport is not None:
            self._transport.abort()

    def _write(self, request: bytes) -> None:
        if self._transport is not None:
            self._transport.write(request)

    async def _ask(self, method: str, url: str, fields: Mapping[str, str | int]) -> RtspResponse:
        answer: asyncio.Future[RtspResponse] = asyncio.get_running_loop().create_future()
        self._answer = answer
        self.send(method, url, fields)
        await asyncio.wait((answer, self._ended), return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            self._ended.result()
        return answer.result()

    def _keep_answer(self, response: RtspResponse) -> None:
        text = response.headers.get("CSeq")
        if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
            raise ProtocolError("an RTSP answer without a sequence number")
        if int(text) == self._sequence and self._answer is not None and not self._answer.done():
            self._answer.set_result(response)

    def _answer_camera(self, request: RtspRequest) -> None:
        # Some cameras check their clients with OPTIONS or SET_PARAMETER of their own.
        fields = {"CSeq": request.headers.get("CSeq") or "0"}
        self._write(RtspResponse(200, "OK", headers(fields)).encode())

    def _note_session(self, response: RtspResponse) -> None:
        text = response.headers.get("Session")
        if text is None:
            return
        identifier, _, rest = text.partition(";")
        self._session_id = identifier.strip()[:256]
        name, _, value = rest.strip().partition("=")
        if name.lower() == "timeout" and value.isascii() and value.isdigit() and len(value) <= 6:
            self.session_timeout_s = min(max(float(value), 5.0), 600.0)
