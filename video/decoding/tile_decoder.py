"""One stream of a decoder worker: coded pictures in, BGRA at tile size out."""

from collections.abc import Callable

from video.access_unit import AccessUnit, Codec, StreamParameters
from video.clocks import Clock
from video.codecs import PictureDecoder
from video.decoding.frame_slots import FrameSlots
from video.decoding.scaling import Scaler, fitted
from video.states import StreamState, StreamStatus

NO_PICTURE_SECONDS = 3.0
_MAX_KEPT_UNITS = 300
_MAX_KEPT_BYTES = 4 * 2**20


class TileDecoder:
    """Is the sink of a source."""

    def __init__(
        self,
        slots: FrameSlots,
        *,
        is_visible: bool,
        on_status: Callable[[StreamStatus], None],
        clock: Clock,
    ) -> None:
        self._slots = slots
        self._is_visible = is_visible
        self._on_status = on_status
        self._clock = clock
        self._codec: Codec | None = None
        self._decoder: PictureDecoder | None = None
        self._scaler = Scaler()
        self._source_status = StreamStatus(StreamState.CONNECTING, clock())
        self._said = self._source_status
        self._picture_at = 0.0
        self._is_damaged = False
        # What came since the last key picture: a hidden tile that is shown again does not wait for the next.
        self._kept: list[AccessUnit] = []
        self._kept_bytes = 0

    def described(self, parameters: StreamParameters) -> None:
        """A new stream begins with a new decoder; new parameter sets come in front of key pictures."""
        if parameters.codec is not self._codec:
            self._codec = parameters.codec
            self._decoder = None

    def received(self, unit: AccessUnit) -> None:
        """Decode it now, or keep it while the tile is hidden."""
        if self._decoder is None and not unit.is_key:
            return
        if unit.is_key:
            self._is_damaged = False
        self._is_damaged = self._is_damaged or unit.is_damaged
        if not self._is_visible:
            self._keep(unit)
            if not unit.is_key:
                return
        self._decode(unit)

    def status_changed(self, status: StreamStatus) -> None:
        """Pass on how the stream fares."""
        if status.state is not StreamState.LIVE:
            self._decoder = None
            self._forget()
        else:
            self._picture_at = self._clock()
        self._source_status = status
        self.tell_status()

    def tell_status(self) -> None:
        """Say what changed; called now and then to notice a stream that brings no picture."""
        status = self._source_status
        now = self._clock()
        if status.state is StreamState.LIVE and now - self._picture_at > NO_PICTURE_SECONDS:
            since = self._said.since if self._said.state is StreamState.DAMAGED else now
            status = StreamStatus(StreamState.DAMAGED, since, "the pictures cannot be decoded")
        if status != self._said:
            self._said = status
            self._on_status(status)

    def show(self, *, is_visible: bool) -> None:
        """Every picture from now on, or key pictures only."""
        was_visible, self._is_visible = self._is_visible, is_visible
        if is_visible and not was_visible:
            kept = self._kept
            self._forget()
            self._decoder = None
            for unit in kept:
                self._decode(unit)

    def move_to(self, slots: FrameSlots) -> None:
        """Draw into these slots from now on."""
        self._slots = slots

    def _decode(self, unit: AccessUnit) -> None:
        if self._codec is None:
            return
        if self._decoder is None:
            self._decoder = PictureDecoder(self._codec)
        slots = self._slots
        slots.is_decoding = True
        for frame in self._decoder.decode(unit):
            stream_size = (frame.width, frame.height)
            width, height = fitted(stream_size, (slots.width, slots.height))
            self._scaler.draw(frame, slots.next_picture(width, height))
            self._picture_at = self._clock()
            slots.publish(width, height, self._picture_at, stream_size, is_damaged=self._is_damaged)
        slots.is_decoding = False

    def _keep(self, unit: AccessUnit) -> None:
        if unit.is_key:
            self._forget()
        elif not self._kept:
            return
        self._kept.append(unit)
        self._kept_bytes += sum(len(nal) for nal in unit.nal_units)
        if len(self._kept) > _MAX_KEPT_UNITS or self._kept_bytes > _MAX_KEPT_BYTES:
            self._forget()

    def _forget(self) -> None:
        self._kept = []
        self._kept_bytes = 0
