"""One viewer of a served stream: pictures, sound if asked for, into a TCP connection without ever waiting for it."""

import asyncio

from video.clocks import Clock
from video.packetising import PacketBurst
from video.rtp import SenderReport, build_sender_report
from video.rtsp.hearing import ConnectionListener
from video.stream_source import ServedStream

_MAX_WAITING_BYTES = 2 * 2**20
_REPORT_EVERY_SECONDS = 5.0
_STUCK_SECONDS = 10.0


class ConnectionViewer:
    """Shows pictures over an interleaved channel; a slow client skips to the next key frame.

    `channel` None: only sound was asked for.
    """

    def __init__(
        self,
        transport: asyncio.WriteTransport,
        stream: ServedStream,
        channel: int | None,
        monotonic: Clock,
        wall: Clock,
        listener: ConnectionListener | None = None,
    ) -> None:
        self._listener = listener
        self._transport = transport
        self._stream = stream
        self._channel = channel
        self._monotonic = monotonic
        self._wall = wall
        self._waits_for_key = True
        # Not at once: the first pictures may come from the cache and are older than now.
        self._report_due = monotonic() + 1.0
        self._stuck_since: float | None = None
        self._packets = 0
        self._bytes = 0
        self.pictures_shown = 0
        self.pictures_skipped = 0

    def show(self, burst: PacketBurst) -> None:
        """Write one picture, or skip it while the client is behind."""
        if self._channel is None or self._transport.is_closing():
            return
        now = self._monotonic()
        if self._transport.get_write_buffer_size() > _MAX_WAITING_BYTES:
            self._waits_for_key = True
            self.pictures_skipped += 1
            if self._stuck_since is None:
                self._stuck_since = now
            elif now - self._stuck_since > _STUCK_SECONDS:
                self.hang_up(abruptly=True)
            return
        self._stuck_since = None
        if self._waits_for_key and not burst.is_key:
            self.pictures_skipped += 1
            return
        self._waits_for_key = False
        if now >= self._report_due:
            self._report(burst.rtp_time, self._channel)
            self._report_due = now + _REPORT_EVERY_SECONDS
        self._transport.write(burst.framed(self._channel))
        self.pictures_shown += 1
        self._packets += len(burst.packets)
        self._bytes += sum(len(packet) - 12 for packet in burst.packets)

    def fall_silent(self) -> None:
        """Let no more sound out."""
        if self._listener is not None:
            self._listener.stop()

    def hang_up(self, *, abruptly: bool = False) -> None:
        """End the connection. What a client has not read yet does not reach it later, and holds no place."""
        self.fall_silent()
        self._stream.unsubscribe(self)
        if abruptly or self._transport.get_write_buffer_size():
            self._transport.abort()
        else:
            self._transport.close()

    def _report(self, rtp_time: int, channel: int) -> None:
        report = SenderReport(self._stream.ssrc, self._wall(), rtp_time)
        packet = build_sender_report(report, self._packets, self._bytes)
        self._transport.write(b"$" + bytes((channel + 1,)) + len(packet).to_bytes(2, "big") + packet)
