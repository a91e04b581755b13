"""Files, and cameras that only FFmpeg understands, behind the interface of every source."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from typing import Any, Protocol, cast

import av
from av.bitstream import BitStreamFilterContext
from av.error import ExitError, FFmpegError, HTTPUnauthorizedError

from video.access_unit import AccessUnit, Codec, StreamParameters, split_annex_b
from video.back_off import BackOff
from video.clocks import Clock, monotonic
from video.source import StreamCounts, VideoSink
from video.states import StreamState, StreamStatus

_TIMEOUT_SECONDS = 3.0
_CODECS = {"h264": (Codec.H264, "h264_mp4toannexb"), "hevc": (Codec.H265, "hevc_mp4toannexb")}


class _Filter(Protocol):
    def filter(self, packet: "av.Packet[Any] | None" = None) -> "list[av.Packet[Any]]": ...


class FileSource:
    """Plays a file at its own pace, again and again, or reads an address through libavformat."""

    def __init__(
        self, address: str, sink: VideoSink, *, clock: Clock = monotonic, back_off: BackOff | None = None
    ) -> None:
        self._address = address
        self._sink = sink
        self._clock = clock
        self._back_off = back_off or BackOff()
        self._status = StreamStatus(StreamState.CLOSED, clock())
        self._stop = threading.Event()
        self.counts = StreamCounts()

    @property
    def status(self) -> StreamStatus:
        """How the stream fares."""
        return self._status

    async def run(self) -> None:
        """Play until cancelled."""
        self._change(StreamState.CONNECTING, "")
        loop = asyncio.get_running_loop()
        try:
            while True:
                state, reason = await self._read_in_thread(loop)
                if state is not StreamState.LIVE:
                    self._change(state, reason)
                    await asyncio.sleep(self._back_off.wait_s())
        finally:
            self._stop.set()
            self._change(StreamState.CLOSED, "")

    async def _read_in_thread(self, loop: asyncio.AbstractEventLoop) -> tuple[StreamState, str]:
        # A thread of its own, and a daemon: libavformat may sit in a read for seconds after it was told to stop.
        ended: asyncio.Future[tuple[StreamState, str]] = loop.create_future()

        def finish(outcome: tuple[StreamState, str]) -> None:
            if not ended.done():
                ended.set_result(outcome)

        def work() -> None:
            outcome = self._read(loop)
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(finish, outcome)

        threading.Thread(target=work, name="libavformat", daemon=True).start()
        return await ended

    def _read(self, loop: asyncio.AbstractEventLoop) -> tuple[StreamState, str]:
        """In a thread: until the end, an error, or stop."""
        try:
            for message in self._messages():
                if self._stop.is_set():
                    break
                loop.call_soon_threadsafe(self._pass_on, message)
        except FileNotFoundError:
            return StreamState.NOT_FOUND, "there is no such file"
        except (TimeoutError, ExitError):
            return StreamState.STALLED, f"nothing for {_TIMEOUT_SECONDS:.0f} s"
        except HTTPUnauthorizedError:
            return StreamState.WRONG_PASSWORD, "the camera wants another password"
        except (FFmpegError, OSError, ValueError) as error:
            return StreamState.DAMAGED, str(error)[:200]
        except RuntimeError:
            return StreamState.CLOSED, ""  # The loop is closed: nobody listens.
        return StreamState.LIVE, ""

    def _messages(self) -> "Iterator[StreamParameters | AccessUnit]":
        options = {"rtsp_transport": "tcp"} if self._address.startswith("rtsp") else {}
        with av.open(self._address, timeout=_TIMEOUT_SECONDS, options=options) as container:
            if not container.streams.video:
                raise ValueError("no video in it")
            stream = container.streams.video[0]
            known = _CODECS.get(stream.codec_context.name)
            if known is None:
                raise ValueError(f"{stream.codec_context.name} video is not supported")
            codec, filter_name = known
            to_annex_b = cast("_Filter", BitStreamFilterContext(filter_name, stream))
            self.counts.connections += 1
            yield StreamParameters(codec, ())
            started = self._clock()
            first_time: float | None = None
            for packet in container.demux(stream):
                if packet.size == 0 or packet.pts is None:
                    continue
                time_s = float((packet.dts if packet.dts is not None else packet.pts) * packet.time_base)
                first_time = time_s if first_time is None else first_time
                if self._stop.wait(max(0.0, min(started + time_s - first_time - self._clock(), 5.0))):
                    return
                rtp_time = int(packet.pts * packet.time_base * 90_000)
                is_key = packet.is_keyframe  # The filter takes the packet's content, flags and all.
                for filtered in to_annex_b.filter(packet):
                    units = split_annex_b(bytes(filtered))
                    if units:
                        yield AccessUnit(units, is_key, rtp_time, self._clock())

    def _pass_on(self, message: StreamParameters | AccessUnit) -> None:
        if self._stop.is_set():
            return
        if isinstance(message, StreamParameters):
            self._sink.described(message)
            return
        self.counts.units += 1
        self.counts.bytes += sum(len(nal) for nal in message.nal_units)
        self._change(StreamState.LIVE, "")
        self._back_off.reset()
        self._sink.received(message)

    def _change(self, state: StreamState, reason: str) -> None:
        if (state, reason) != (self._status.state, self._status.reason):
            self._status = StreamStatus(state, self._clock(), reason)
            self._sink.status_changed(self._status)
