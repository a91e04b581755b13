"""One client of the RTSP server: its requests in order, from the first word to the goodbye."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping

import msgspec

from video.access_unit import StreamParameters
from video.clocks import Clock
from video.errors import ProtocolError
from video.rtsp.authentication import Challenge, PresentedCredentials, parse_authorization
from video.rtsp.hearing import ConnectionListener
from video.rtsp.messages import Headers, InterleavedFrame, RtspReader, RtspRequest, RtspResponse, headers
from video.rtsp.sdp import build_sdp
from video.rtsp.viewing import ConnectionViewer
from video.sound.description import SOUND_CONTROL, sound_lines
from video.sound.stream import ServedSound, sound_of
from video.states import StreamFailure
from video.stream_source import ServedStream

log = logging.getLogger(__name__)

_METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, GET_PARAMETER, SET_PARAMETER, TEARDOWN"
_DESCRIBE_SECONDS = 5.0
_MAX_WAITING_BYTES = 16 * 2**20  # pictures stop long before; so much is only ever answers that nobody reads
_REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    453: "Not Enough Bandwidth",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    461: "Unsupported Transport",
    501: "Not Implemented",
    503: "Service Unavailable",
}

Ask = Callable[[str, PresentedCredentials | None], Awaitable[ServedStream | int]]


class Patience(msgspec.Struct, frozen=True):
    """How long a client that does not watch may say nothing or not read, and how long it may take to begin."""

    idle_seconds: float
    begin_seconds: float


class ServerConnection:
    """Answers one client. A stream is resolved once; what follows on the connection belongs to it."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        ask: Ask,
        realm: str,
        patience: Patience,
        monotonic: Clock,
        wall: Clock,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._ask = ask
        self._realm = realm
        self._patience = patience
        self._monotonic = monotonic
        self._wall = wall
        self._nonce = secrets.token_hex(16)
        self._session_id = secrets.token_hex(8)
        self._stream: ServedStream | None = None
        self._path = ""
        self._parameters: StreamParameters | None = None
        self._channel: int | None = None
        self._sound_channel: int | None = None
        self._viewer: ConnectionViewer | None = None
        self._finished = False
        self._waits_since = monotonic()

    @property
    def is_watching(self) -> bool:
        """Whether pictures go to it."""
        return self._viewer is not None

    async def run(self) -> None:
        """Serve until the client leaves, breaks the protocol, or idles without watching."""
        messages = RtspReader()
        while not self._finished:
            if self._viewer is None:
                async with asyncio.timeout(self._patience_left()):
                    chunk = await self._reader.read(65_536)
            else:
                chunk = await self._reader.read(65_536)
            if not chunk:
                return
            for message in messages.feed(chunk):
                if isinstance(message, RtspRequest):
                    response = await self._answer_or_notice_hang_up(message)
                    if response is None:
                        return
                    self._reply(message, response)
                elif isinstance(message, InterleavedFrame):
                    continue  # Receiver reports: the client is alive, which TCP tells us too.
            if self._viewer is None:
                async with asyncio.timeout(self._patience_left()):
                    await self._writer.drain()
            elif self._writer.transport.get_write_buffer_size() > _MAX_WAITING_BYTES:
                raise ProtocolError("a client that asks and does not read the answers")

    def end(self) -> None:
        """The connection is over: stop showing pictures to it."""
        if self._viewer is not None and self._stream is not None:
            self._viewer.fall_silent()
            self._stream.unsubscribe(self._viewer)
            self._viewer = None
            self._waits_since = self._monotonic()

    def _patience_left(self) -> float:
        """Seconds that a client which does not watch is still waited for."""
        begin_s = self._waits_since + self._patience.begin_seconds - self._monotonic()
        return max(min(self._patience.idle_seconds, begin_s), 0.0)

    async def _answer_or_notice_hang_up(self, request: RtspRequest) -> RtspResponse | None:
        """The answer; None when it took longer than a client can be expected to wait."""
        try:
            async with asyncio.timeout(60.0):
                return await self._answer(request)
        except TimeoutError:
            return None

    def _reply(self, request: RtspRequest, response: RtspResponse) -> None:
        fields = [("CSeq", (request.headers.get("CSeq") or "0")[:16]), ("Server", "Beffroi")]
        answer = RtspResponse(
            response.status, response.reason, Headers((*fields, *response.headers.fields)), response.body
        )
        self._writer.write(answer.encode())
        if request.method == "PLAY" and response.status == 200:
            self._start_viewing()
        elif request.method == "TEARDOWN":
            self.end()
            self._finished = True

    async def _answer(self, request: RtspRequest) -> RtspResponse:
        match request.method:
            case "OPTIONS":
                return _response(200, {"Public": _METHODS})
            case "DESCRIBE":
                return await self._describe(request)
            case "SETUP":
                return await self._setup(request)
            case "PLAY":
                if self._channel is None and self._sound_channel is None:
                    return _response(455)
                return _response(200, {"Session": self._session_id, "RTP-Info": self._rtp_info(request.url)})
            case "PAUSE":
                self.end()
                return _response(200, {"Session": self._session_id})
            case "GET_PARAMETER" | "SET_PARAMETER" | "TEARDOWN":
                return _response(200, {"Session": self._session_id})
            case _:
                return _response(501)

    async def _resolve(self, request: RtspRequest) -> RtspResponse | None:
        """None when the stream is found and its parameters are known, else what to answer."""
        if self._stream is None:
            try:
                presented = self._presented(request)
            except ProtocolError:
                return _response(400)
            answer = await self._ask(request.url, presented)
            if isinstance(answer, int):
                return self._challenge() if answer == 401 else _response(answer)
            self._stream = answer
        if self._parameters is None:
            try:
                async with asyncio.timeout(_DESCRIBE_SECONDS):
                    self._parameters = await self._stream.described()
            except TimeoutError:
                return _response(503)
            except StreamFailure as failure:
                log.warning("%s cannot be served: %s", self._content_base(request.url), failure.reason)
                return _response(503)
        return None

    def _presented(self, request: RtspRequest) -> PresentedCredentials | None:
        value = request.headers.get("Authorization")
        if value is None:
            return None
        presented = parse_authorization(value, request.method)
        # A Digest made for another connection, or for another address, proves nothing here.
        if presented.scheme == "Digest" and (
            presented.fields.get("nonce") != self._nonce or presented.fields.get("uri") != request.url
        ):
            return None
        return presented

    def _challenge(self) -> RtspResponse:
        challenges = (
            Challenge("Digest", self._realm, self._nonce, "SHA-256"),
            Challenge("Digest", self._realm, self._nonce, "MD5"),
            Challenge("Basic", self._realm),
        )
        fields = tuple(("WWW-Authenticate", challenge.encode()) for challenge in challenges)
        return RtspResponse(401, _REASONS[401], Headers(fields))

    async def _describe(self, request: RtspRequest) -> RtspResponse:
        if (refused := await self._resolve(request)) is not None or self._parameters is None:
            return refused or _response(503)
        address = str(self._writer.get_extra_info("sockname")[0])
        fields = {"Content-Base": self._content_base(request.url), "Content-Type": "application/sdp"}
        sound = self._sound()
        further = () if sound is None else sound_lines(sound.parameters)
        return RtspResponse(200, "OK", headers(fields), build_sdp(self._parameters, address, further))

    async def _setup(self, request: RtspRequest) -> RtspResponse:
        if (refused := await self._resolve(request)) is not None:
            return refused
        is_sound = request.url.rstrip("/").endswith(SOUND_CONTROL)
        if is_sound and self._sound() is None:
            return _response(404)
        for offer in (request.headers.get("Transport") or "").split(","):
            words = [word.strip().lower() for word in offer.split(";")]
            if words[0] != "rtp/avp/tcp":
                continue
            asked = next((word.partition("=")[2] for word in words if word.startswith("interleaved=")), "")
            asked = asked or ("2-3" if is_sound else "0-1")
            first = asked.partition("-")[0]
            if not first.isascii() or not first.isdigit() or len(first) > 3 or int(first) > 254:
                return _response(400)
            if is_sound:
                self._sound_channel = int(first)
            else:
                self._channel = int(first)
            transport = f"RTP/AVP/TCP;unicast;interleaved={first}-{int(first) + 1}"
            return _response(200, {"Session": f"{self._session_id};timeout=60", "Transport": transport})
        return _response(461)

    def _start_viewing(self) -> None:
        if self._viewer is not None or self._stream is None or self._parameters is None:
            return
        sound = self._sound()
        listener = None
        if sound is not None and self._sound_channel is not None:
            listener = ConnectionListener(
                self._writer.transport, sound, self._sound_channel, self._monotonic, self._wall
            )
        self._viewer = ConnectionViewer(
            self._writer.transport, self._stream, self._channel, self._monotonic, self._wall, listener
        )
        self._stream.subscribe(self._viewer)

    def _sound(self) -> ServedSound | None:
        return sound_of(self._stream)

    def _rtp_info(self, url: str) -> str:
        base = self._content_base(url)
        tracks = ((self._channel, "trackID=0"), (self._sound_channel, SOUND_CONTROL))
        return ",".join(f"url={base}{track}" for channel, track in tracks if channel is not None)

    def _content_base(self, url: str) -> str:
        # Without the query: a one-shot ticket is not repeated in the requests that follow.
        if not self._path:
            self._path = url.partition("?")[0].rstrip("/") + "/"
        return self._path


def _response(status: int, fields: Mapping[str, str | int] | None = None) -> RtspResponse:
    return RtspResponse(status, _REASONS.get(status, "Refused"), headers(fields or {}))
