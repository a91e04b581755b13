"""Watches one camera over RTSP: connects, keeps alive, notices a stall, comes back."""

import asyncio
import logging
import ssl
from collections.abc import Mapping

from video.access_unit import StreamParameters
from video.back_off import BackOff
from video.clocks import Clock, monotonic
from video.depacketising import Depacketiser
from video.errors import ProtocolError
from video.rtp import SenderReport, parse_rtp, parse_sender_report
from video.rtsp.addresses import RtspAddress, interleaved_channel, parse_address, track_url
from video.rtsp.authentication import Credentials
from video.rtsp.flood import FloodGate
from video.rtsp.messages import InterleavedFrame, RtspResponse
from video.rtsp.sdp import VideoTrack, parse_video_track
from video.rtsp.session import RtspSession
from video.rtsp.sound_pull import SoundPull
from video.sound.stream import SoundSink
from video.source import AddressGiver, StreamCounts, VideoSink
from video.states import StreamFailure, StreamState, StreamStatus

log = logging.getLogger(__name__)

STEP_SECONDS = 3.0
_LIVE_LONG_ENOUGH_SECONDS = 5.0
_MALFORMED_IN_A_ROW = 50
_MALFORMED_AND_NO_PICTURE = 5
_FLOOD_SECONDS = 2.0
_MOST_PACKETS = 60_000  # 8K at 300 Mbit/s
_MOST_PICTURES = 2_000  # a late comer's burst of ten seconds, and then some
_BREAKS_RULES = "the camera sends video packets that break their own rules"
_REDIRECTIONS = frozenset({301, 302, 303, 307, 308})
_MOST_ADDRESSES = 4
# Cameras lock an account after a few wrong passwords: do not hammer.
_WAIT_AT_LEAST = {StreamState.WRONG_PASSWORD: 15.0, StreamState.NOT_FOUND: 5.0}


class _SentOn(Exception):
    """The camera serves this stream at another address."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


class RtspSource:
    """One camera. `await run()` in a task of yours; cancel the task to stop."""

    def __init__(
        self,
        address: str | AddressGiver,
        sink: VideoSink,
        *,
        credentials: Credentials | None = None,
        tls: ssl.SSLContext | None = None,
        clock: Clock = monotonic,
        back_off: BackOff | None = None,
        step_seconds: float = STEP_SECONDS,
        sound_sink: SoundSink | None = None,
    ) -> None:
        """With a `sound_sink` the sound is pulled as well where the camera has one; pictures never wait for it."""
        self._address = address
        self._sink = sink
        self._sound = None if sound_sink is None else SoundPull(sound_sink)
        self._credentials = credentials
        self._tls = tls
        self._clock = clock
        self._back_off = back_off or BackOff()
        self._step_seconds = step_seconds
        self._status = StreamStatus(StreamState.CLOSED, clock())
        self._depacketiser: Depacketiser | None = None
        self._channel = 0
        self._payload_type = 0
        self._parameters: StreamParameters | None = None
        self._malformed_in_a_row = 0
        self._last_unit_at = 0.0
        self._live_since: float | None = None
        self._packet_gate = FloodGate("packets", _MOST_PACKETS, _FLOOD_SECONDS)
        self._picture_gate = FloodGate("pictures", _MOST_PICTURES, _FLOOD_SECONDS)
        self.counts = StreamCounts()
        self.last_report: SenderReport | None = None

    @property
    def status(self) -> StreamStatus:
        """How the camera fares."""
        return self._status

    async def run(self) -> None:
        """Watch until cancelled; never raises for what a camera does."""
        self._change(StreamState.CONNECTING, "")
        try:
            while True:
                failure = await self._watch_once()
                self._change(failure.state, failure.reason)
                await asyncio.sleep(self._back_off.wait_s(_WAIT_AT_LEAST.get(failure.state, 0.0)))
        finally:
            self._change(StreamState.CLOSED, "")

    async def _watch_once(self) -> StreamFailure:
        self._live_since = None
        try:
            await self._watch()
        except StreamFailure as failure:
            return failure
        except TimeoutError:
            return StreamFailure(StreamState.STALLED, f"no connection within {self._step_seconds:.0f} s")
        except ProtocolError as error:
            return StreamFailure(StreamState.DAMAGED, str(error))
        except EOFError as error:
            return StreamFailure(StreamState.STALLED, str(error) or "the camera closed the connection")
        except ConnectionRefusedError:
            return StreamFailure(StreamState.REFUSED, "the camera refuses connections")
        except ssl.SSLError as error:
            return StreamFailure(StreamState.REFUSED, f"no encrypted connection: {error.reason}")
        except OSError as error:
            return StreamFailure(StreamState.STALLED, error.strerror or "the network failed")
        return StreamFailure(StreamState.STALLED, "the camera ended the stream")

    async def _watch(self) -> None:
        given = self._address if isinstance(self._address, str) else await self._address()
        address = parse_address(given)
        credentials = self._credentials or address.credentials
        for _ in range(_MOST_ADDRESSES):
            try:
                return await self._watch_at(address, credentials)
            except _SentOn as sent:
                address = _next_address(address, sent.location)
        raise StreamFailure(StreamState.REFUSED, "the camera sends its viewers on and on")

    async def _watch_at(self, address: RtspAddress, credentials: Credentials | None) -> None:
        self.counts.connections += 1
        async with asyncio.timeout(self._step_seconds):
            session = await RtspSession.open(address, credentials, self._frame_came, self._tls)
        url = address.url
        try:
            url = await self._start_playing(session, url)
            await self._play(session, url)
        finally:
            session.say_goodbye(url)
            if self._sound is not None:
                self._sound.connection_ended(had_picture=self._live_since is not None)

    async def _start_playing(self, session: RtspSession, url: str) -> str:
        await self._step(session, "OPTIONS", url, {})
        description = await self._step(session, "DESCRIBE", url, {"Accept": "application/sdp"})
        track = parse_video_track(description.body)
        base = (description.headers.get("Content-Base") or description.headers.get("Content-Location") or url).strip()
        self._prepare(track)
        setup = await self._step(
            session,
            "SETUP",
            track_url(base, track.control),
            {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1"},
        )
        self._channel = interleaved_channel(setup.headers.get("Transport"))
        session_url = track_url(base, track.session_control)
        if self._sound is not None:
            await self._sound.set_up(session, base, description.body, self._channel, self._step_seconds)
        self._sink.described(track.parameters)
        await self._step(session, "PLAY", session_url, {"Range": "npt=0.000-"})
        return session_url

    async def _step(self, session: RtspSession, method: str, url: str, fields: Mapping[str, str]) -> RtspResponse:
        try:
            async with asyncio.timeout(self._step_seconds):
                response = await session.request(method, url, fields)
        except TimeoutError:
            text = f"no answer to {method} within {self._step_seconds:.0f} s"
            raise StreamFailure(StreamState.STALLED, text) from None
        if response.status == 200 or (method == "OPTIONS" and response.status != 401):
            return response
        if method == "OPTIONS":
            return response  # A camera that wants a login even for OPTIONS is asked again by DESCRIBE.
        if response.status in _REDIRECTIONS and (location := response.headers.get("Location")):
            raise _SentOn(location)
        state = {
            401: StreamState.WRONG_PASSWORD,
            404: StreamState.NOT_FOUND,
            410: StreamState.NOT_FOUND,
        }.get(response.status, StreamState.REFUSED)
        raise StreamFailure(state, f"the camera answers {response.status} {response.reason[:80]} to {method}".strip())

    def _prepare(self, track: VideoTrack) -> None:
        self._parameters = track.parameters
        self._payload_type = track.payload_type
        self._depacketiser = Depacketiser(track.parameters.codec, track.parameters.parameter_sets)
        self._malformed_in_a_row = 0

    async def _play(self, session: RtspSession, url: str) -> None:
        self._last_unit_at = self._clock()
        loop = asyncio.get_running_loop()
        keep_alive_at = loop.time() + session.session_timeout_s / 2.5
        while True:
            left = self._last_unit_at + self._step_seconds - self._clock()
            if left <= 0:
                if self._malformed_in_a_row >= _MALFORMED_AND_NO_PICTURE:
                    raise ProtocolError(_BREAKS_RULES)
                word = "sends no picture" if self._live_since is None else "stopped sending"
                text = f"the camera {word}: nothing for {self._step_seconds:.0f} s"
                raise StreamFailure(StreamState.STALLED, text)
            await session.pass_on_frames(min(left, max(0.0, keep_alive_at - loop.time())))
            if loop.time() >= keep_alive_at:
                session.send("OPTIONS", url, {})
                keep_alive_at = loop.time() + session.session_timeout_s / 2.5

    def _frame_came(self, frame: InterleavedFrame) -> None:
        if self._depacketiser is None:
            return
        now = self._clock()
        self._packet_gate.pass_one(now)
        try:
            if frame.channel == self._channel:
                packet = parse_rtp(frame.payload)
                if packet.payload_type != self._payload_type:
                    return
                lost_before = self._depacketiser.packets_lost
                units = self._depacketiser.feed(packet, now)
                self.counts.packets_lost += self._depacketiser.packets_lost - lost_before
            elif frame.channel == self._channel + 1:
                self.last_report = parse_sender_report(frame.payload) or self.last_report
                return
            else:
                if self._sound is not None:
                    self._sound.frame_came(frame)
                return
        except ProtocolError:
            self.counts.malformed_packets += 1
            self._malformed_in_a_row += 1
            if self._malformed_in_a_row >= _MALFORMED_IN_A_ROW:
                raise ProtocolError(_BREAKS_RULES) from None
            return
        for unit in units:
            self._picture_gate.pass_one(now)
            self._malformed_in_a_row = 0
            self.counts.units += 1
            self.counts.bytes += sum(len(nal) for nal in unit.nal_units)
            self._last_unit_at = now
            if unit.is_key or self._live_since is not None:
                self._is_live(now)
            self._follow_parameter_sets(self._depacketiser)
            self._sink.received(unit)

    def _is_live(self, now: float) -> None:
        if self._live_since is None:
            self._live_since = now
            self._change(StreamState.LIVE, "")
        elif now - self._live_since > _LIVE_LONG_ENOUGH_SECONDS:
            self._back_off.reset()

    def _follow_parameter_sets(self, depacketiser: Depacketiser) -> None:
        before = self._parameters
        if before is not None and depacketiser.parameter_sets != before.parameter_sets:
            self._parameters = StreamParameters(before.codec, depacketiser.parameter_sets, before.clock_rate)
            self._sink.described(self._parameters)

    def _change(self, state: StreamState, reason: str) -> None:
        if (state, reason) == (self._status.state, self._status.reason):
            return
        since = self._status.since if state is self._status.state else self._clock()
        self._status = StreamStatus(state, since, reason)
        self._sink.status_changed(self._status)


def _next_address(before: RtspAddress, location: str) -> RtspAddress:
    after = parse_address(location)
    # Wherever it pleases would be past our firewall, and with the camera's password.
    if after.host != before.host or (before.is_encrypted and not after.is_encrypted):
        raise StreamFailure(
            StreamState.REFUSED, "the camera sends its viewers to another machine, or out of encryption"
        )
    return after
