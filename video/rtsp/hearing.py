"""One listener of a served stream: its sound into the connection of its pictures, which never wait for it."""

import asyncio

from video.clocks import Clock
from video.rtp import SenderReport, build_sender_report
from video.sound.stream import ServedSound

_MAX_WAITING_BYTES = 256 * 1024
_REPORT_EVERY_SECONDS = 5.0


class ConnectionListener:
    """Sends sound over an interleaved channel; for a slow client what cannot go now is lost."""

    def __init__(
        self, transport: asyncio.WriteTransport, sound: ServedSound, channel: int, monotonic: Clock, wall: Clock
    ) -> None:
        self._transport = transport
        self._sound = sound
        self._channel = channel
        self._monotonic = monotonic
        self._wall = wall
        self._report_due = monotonic() + 1.0
        self._packets = 0
        self._bytes = 0
        sound.subscribe(self)

    def hear(self, packet: bytes, rtp_time: int) -> None:
        """Write one packet, unless pictures are waiting already."""
        transport = self._transport
        if transport.is_closing() or transport.get_write_buffer_size() > _MAX_WAITING_BYTES:
            return
        now = self._monotonic()
        if now >= self._report_due:
            self._report_due = now + _REPORT_EVERY_SECONDS
            report = SenderReport(self._sound.ssrc, self._wall(), rtp_time)
            self._write(self._channel + 1, build_sender_report(report, self._packets, self._bytes))
        self._write(self._channel, packet)
        self._packets += 1
        self._bytes += len(packet) - 12

    def stop(self) -> None:
        """Hear no more; a second call does nothing."""
        self._sound.unsubscribe(self)

    def hang_up(self, *, abruptly: bool = False) -> None:
        """The sound is another now: the client must ask anew to know it."""
        self.stop()
        if abruptly:
            self._transport.abort()
        else:
            self._transport.close()

    def _write(self, channel: int, packet: bytes) -> None:
        self._transport.write(b"$" + bytes((channel,)) + len(packet).to_bytes(2, "big") + packet)
