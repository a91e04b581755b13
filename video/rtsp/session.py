"""One RTSP connection as its client sees it: requests with answers, logins, and the frames between."""

import asyncio
import contextlib
import secrets
import ssl
from collections.abc import Callable, Mapping

from video.errors import ProtocolError
from video.rtsp.addresses import RtspAddress
from video.rtsp.authentication import Challenge, Credentials, authorise, parse_challenges, strongest
from video.rtsp.messages import InterleavedFrame, RtspReader, RtspRequest, RtspResponse, headers

_READ_BYTES = 65_536
USER_AGENT = "Beffroi"
FrameReceived = Callable[[InterleavedFrame], None]


class RtspSession:
    """Speaks to one camera over one connection. Raises OSError, EOFError, TimeoutError, ProtocolError."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        credentials: Credentials | None,
        on_frame: FrameReceived,
    ) -> None:
        self._stream = reader
        self._writer = writer
        self._credentials = credentials
        self._on_frame = on_frame
        self._messages = RtspReader()
        self._sequence = 0
        self._challenge: Challenge | None = None
        self._nonce_count = 0
        self._session_id: str | None = None
        self.session_timeout_s = 60.0
        self._answers: dict[int, RtspResponse] = {}

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
        reader, writer = await asyncio.open_connection(address.host, address.port, ssl=context, limit=2**18)
        return cls(reader, writer, credentials or address.credentials, on_frame)

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
        self._writer.write(RtspRequest(method, url, headers(wanted)).encode())

    async def read_frames(self) -> None:
        """Wait for bytes once and pass on the frames in them."""
        chunk = await self._stream.read(_READ_BYTES)
        if not chunk:
            raise EOFError("the camera closed the connection")
        for message in self._messages.feed(chunk):
            if isinstance(message, InterleavedFrame):
                self._on_frame(message)
            elif isinstance(message, RtspResponse):
                self._keep_answer(message)
            else:
                self._answer_camera(message)

    def say_goodbye(self, url: str) -> None:
        """Tell the camera that its stream is no longer watched, and close; the camera is not waited for."""
        with contextlib.suppress(OSError, RuntimeError, ProtocolError):
            if self._session_id is not None and not self._writer.is_closing():
                self.send("TEARDOWN", url, {})
            if self._writer.transport.get_write_buffer_size():
                self._writer.transport.abort()
            else:
                self._writer.close()

    async def _ask(self, method: str, url: str, fields: Mapping[str, str | int]) -> RtspResponse:
        self._answers.clear()
        self.send(method, url, fields)
        await self._writer.drain()
        while (response := self._answers.pop(self._sequence, None)) is None:
            await self.read_frames()
        return response

    def _keep_answer(self, response: RtspResponse) -> None:
        text = response.headers.get("CSeq")
        if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
            raise ProtocolError("an RTSP answer without a sequence number")
        if int(text) == self._sequence:
            self._answers[self._sequence] = response

    def _answer_camera(self, request: RtspRequest) -> None:
        # Some cameras check their clients with OPTIONS or SET_PARAMETER of their own.
        fields = {"CSeq": request.headers.get("CSeq") or "0"}
        self._writer.write(RtspResponse(200, "OK", headers(fields)).encode())

    def _note_session(self, response: RtspResponse) -> None:
        text = response.headers.get("Session")
        if text is None:
            return
        identifier, _, rest = text.partition(";")
        self._session_id = identifier.strip()[:256]
        name, _, value = rest.strip().partition("=")
        if name.lower() == "timeout" and value.isascii() and value.isdigit() and len(value) <= 6:
            self.session_timeout_s = min(max(float(value), 5.0), 600.0)
