"""Listens to one stream without its pictures: connects, decodes, notices silence, comes back where that makes sense."""

import asyncio
import ssl
from collections.abc import Callable
from typing import Final

from video.back_off import BackOff
from video.clocks import Clock, monotonic
from video.errors import ProtocolError
from video.rtp import parse_rtp
from video.rtsp.addresses import interleaved_channel, parse_address, track_url
from video.rtsp.messages import InterleavedFrame, RtspResponse
from video.rtsp.session import RtspSession
from video.sound.decoding import SoundDecoder
from video.sound.depacketising import SoundDepacketiser
from video.sound.description import parse_sound_track
from video.source import AddressGiver
from video.states import StreamFailure, StreamState

_STEP_SECONDS: Final = 3.0
_TRY_AGAIN: Final = frozenset({StreamState.STALLED, StreamState.DAMAGED})
_MALFORMED_IN_A_ROW: Final = 50

Heard = Callable[[bytes], None]
"""Samples as `video.sound.decoding` gives them."""
Fares = Callable[[StreamState, str], None]


class SoundListening:
    """One listener. `await run()` in a task of yours; cancel the task to stop. It ends where trying is of no use."""

    def __init__(
        self,
        address: AddressGiver,
        heard: Heard,
        fares: Fares,
        *,
        tls: ssl.SSLContext | None = None,
        clock: Clock = monotonic,
        back_off: BackOff | None = None,
        step_seconds: float = _STEP_SECONDS,
    ) -> None:
        """`address` is asked before every connection: tickets open once. It may raise StreamFailure."""
        self._address = address
        self._heard = heard
        self._fares = fares
        self._tls = tls
        self._clock = clock
        self._back_off = back_off or BackOff()
        self._step_seconds = step_seconds
        self._channel = -1
        self._payload_type = -1
        self._depacketiser: SoundDepacketiser | None = None
        self._decoder: SoundDecoder | None = None
        self._last_at = 0.0
        self._is_live = False
        self._malformed_in_a_row = 0

    async def run(self) -> None:
        """Listen until cancelled, or until there is nothing to hear; never raises for what a server does."""
        self._fares(StreamState.CONNECTING, "")
        while True:
            failure = await self._listen_once()
            self._fares(failure.state, failure.reason)
            if failure.state not in _TRY_AGAIN:
                return
            await asyncio.sleep(self._back_off.wait_s(0.0))

    async def _listen_once(self) -> StreamFailure:
        self._is_live = False
        try:
            await self._listen()
        except StreamFailure as failure:
            return failure
        except TimeoutError:
            return StreamFailure(StreamState.STALLED, f"no connection within {self._step_seconds:.0f} s")
        except (ProtocolError, ValueError) as error:
            return StreamFailure(StreamState.DAMAGED, str(error))
        except ConnectionRefusedError:
            return StreamFailure(StreamState.STALLED, "connections are refused")
        except (EOFError, OSError) as error:
            return StreamFailure(StreamState.STALLED, str(error) or "the connection ended")
        return StreamFailure(StreamState.STALLED, "the sound ended")

    async def _listen(self) -> None:
        address = parse_address(await self._address())
        async with asyncio.timeout(self._step_seconds):
            session = await RtspSession.open(address, None, self._frame_came, self._tls)
        url = address.url
        try:
            description = await self._step(session, "DESCRIBE", url, {"Accept": "application/sdp"})
            track, skipped = parse_sound_track(description.body)
            if track is None:
                raise StreamFailure(StreamState.NOT_FOUND, ", ".join(skipped) or "no sound")
            base = (description.headers.get("Content-Base") or url).strip()
            self._depacketiser = SoundDepacketiser(track.parameters)
            self._decoder = SoundDecoder(track.parameters)
            transport = {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1"}
            setup = await self._step(session, "SETUP", track_url(base, track.control), transport)
            self._channel = interleaved_channel(setup.headers.get("Transport"))
            self._payload_type = track.payload_type
            url = base
            self._last_at = self._clock()
            await self._step(session, "PLAY", url, {"Range": "npt=0.000-"})
            await self._hear(session, url)
        finally:
            self._channel = -1
            session.say_goodbye(url)

    async def _step(self, session: RtspSession, method: str, url: str, fields: dict[str, str]) -> RtspResponse:
        async with asyncio.timeout(self._step_seconds):
            response = await session.request(method, url, fields)
        if response.status == 200:
            return response
        state = {404: StreamState.NOT_FOUND, 503: StreamState.STALLED}.get(response.status, StreamState.REFUSED)
        raise StreamFailure(state, f"{response.status} {response.reason[:80]} to {method}")

    async def _hear(self, session: RtspSession, url: str) -> None:
        loop = asyncio.get_running_loop()
        keep_alive_at = loop.time() + session.session_timeout_s / 2.5
        while (left := self._last_at + self._step_seconds - self._clock()) > 0:
            await session.pass_on_frames(min(left, max(0.0, keep_alive_at - loop.time())))
            if loop.time() >= keep_alive_at:
                session.send("OPTIONS", url, {})
                keep_alive_at = loop.time() + session.session_timeout_s / 2.5
        raise StreamFailure(StreamState.STALLED, f"no sound for {self._step_seconds:.0f} s")

    def _frame_came(self, frame: InterleavedFrame) -> None:
        if frame.channel != self._channel or self._depacketiser is None or self._decoder is None:
            return
        try:
            packet = parse_rtp(frame.payload)
            if packet.payload_type != self._payload_type:
                return
            units = self._depacketiser.feed(packet)
        except ProtocolError:
            self._malformed_in_a_row += 1
            if self._malformed_in_a_row >= _MALFORMED_IN_A_ROW:
                raise
            return
        samples = b"".join(self._decoder.decode(unit) for unit in units)
        if not samples:
            return
        self._malformed_in_a_row = 0
        self._last_at = self._clock()
        if not self._is_live:
            self._is_live = True
            self._back_off.reset()
            self._fares(StreamState.LIVE, "")
        self._heard(samples)
