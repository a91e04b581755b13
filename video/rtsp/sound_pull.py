"""The sound track of a camera beside its pictures: set up when offered, given up before a picture would suffer."""

import asyncio
import logging

from video.errors import ProtocolError
from video.rtsp.addresses import interleaved_channel, track_url
from video.rtsp.messages import InterleavedFrame
from video.rtsp.session import RtspSession
from video.sound.description import parse_sound_track
from video.sound.parameters import SoundTrack
from video.sound.stream import SoundSink

log = logging.getLogger(__name__)


class SoundPull:
    """The sound of one source, over all its connections."""

    def __init__(self, sink: SoundSink) -> None:
        self._sink = sink
        self._channel = -1
        self._payload_type = -1
        self._is_set_up = False
        # A camera that stumbles over its second track is asked for pictures alone the next time.
        self._is_tried = True
        self._said = ""

    async def set_up(
        self, session: RtspSession, base: str, description: bytes, video_channel: int, step_seconds: float
    ) -> None:
        """Ask for the sound when the camera offers one. Raises OSError and EOFError when the connection ends."""
        self._channel, self._is_set_up = -1, False
        track = self._offered(description) if self._is_tried else None
        if track is not None:
            self._is_set_up = True  # from here on the connection's end may be the sound's fault
            if not await self._is_granted(session, base, track, video_channel, step_seconds):
                track = None
        self._sink.sound_described(None if track is None else track.parameters)

    def frame_came(self, frame: InterleavedFrame) -> None:
        """A frame on another channel than the pictures'."""
        payload = frame.payload
        if frame.channel == self._channel and len(payload) > 1 and payload[1] & 0x7F == self._payload_type:
            self._sink.sound_received(payload)

    def connection_ended(self, *, had_picture: bool) -> None:
        """With sound and without a picture: the next connection goes without sound, the one after with it again."""
        if not had_picture and (self._is_set_up or not self._is_tried):
            self._is_tried = not self._is_tried
        self._channel, self._is_set_up = -1, False

    async def _is_granted(
        self, session: RtspSession, base: str, track: SoundTrack, video_channel: int, step_seconds: float
    ) -> bool:
        wanted = video_channel + 2 if video_channel <= 252 else 0
        transport = f"RTP/AVP/TCP;unicast;interleaved={wanted}-{wanted + 1}"
        try:
            async with asyncio.timeout(step_seconds):
                setup = await session.request("SETUP", track_url(base, track.control), {"Transport": transport})
        except TimeoutError:
            self._say(f"no answer to the SETUP of its sound within {step_seconds:.0f} s")
            self._is_tried = False
            return False
        if setup.status != 200:
            self._say(f"the camera refuses its sound: {setup.status}")
            return False
        channel = interleaved_channel(setup.headers.get("Transport"))
        if channel in {video_channel, video_channel + 1} or channel + 1 == video_channel:
            self._say("the camera sends its sound among its pictures")
            return False
        self._channel, self._payload_type = channel, track.payload_type
        return True

    def _offered(self, description: bytes) -> SoundTrack | None:
        try:
            track, skipped = parse_sound_track(description)
        except ProtocolError as error:
            self._say(str(error))
            return None
        if track is None and skipped:
            self._say(f"the camera offers sound as {', '.join(skipped)[:80]}, which is not carried")
        return track

    def _say(self, text: str) -> None:
        if text != self._said:
            self._said = text
            log.info("no sound: %s", text)
