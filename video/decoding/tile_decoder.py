"""One live stream of a decoder worker: coded pictures in, BGRA at tile size out."""

from collections import deque
from collections.abc import Callable

from video.access_unit import AccessUnit, Codec, StreamParameters
from video.clocks import Clock
from video.codecs import PictureDecoder
from video.decoding.frame_slots import FrameSlots
from video.decoding.scaling import Part
from video.decoding.tile_painter import TilePainter
from video.states import StreamState, StreamStatus

NO_PICTURE_SECONDS = 3.0
_MAX_KEPT_UNITS = 300
_MAX_KEPT_BYTES = 4 * 2**20


class TileDecoder:
    """Is the sink of a source.

    `wants_turns` is called when pictures wait that were not decoded while the tile was hidden: `take_turn` until
    it says False, with other tiles' work between.
    """

    def __init__(
        self,
        slots: FrameSlots,
        *,
        is_visible: bool,
        on_status: Callable[[StreamStatus], None],
        clock: Clock,
        wants_turns: Callable[[], None] | None = None,
    ) -> None:
        self.painter = TilePainter(slots, clock)
        self.decoded = 0
        self._is_visible = is_visible
        self._on_status = on_status
        self._clock = clock
        self._wants_turns = wants_turns
        self._codec: Codec | None = None
        self._decoder: PictureDecoder | None = None
        self._economy = 0
        self._is_frugal_decoder = False
        self._source_status = StreamStatus(StreamState.CONNECTING, clock())
        self._said = self._source_status
        self._picture_at = 0.0
        self._is_damaged = False
        # What came since the last key picture: a hidden tile that is shown again does not wait for the next.
        self._kept: deque[AccessUnit] = deque()
        self._kept_bytes = 0
        self._is_catching_up = False

    @property
    def is_visible(self) -> bool:
        """Whether anything is decoded."""
        return self._is_visible

    def described(self, parameters: StreamParameters) -> None:
        """A new stream begins with a new decoder; new parameter sets come in front of key pictures."""
        if parameters.codec is not self._codec:
            self._codec = parameters.codec
            self._decoder = None

    def received(self, unit: AccessUnit) -> None:
        """Decode it now, or keep it while the tile is hidden."""
        if not self._is_visible:
            self._picture_at = self._clock()
            self._keep(unit)
            return
        if self._is_catching_up and not unit.is_key:
            self._keep(unit)
            return
        if unit.is_key:
            self._forget()
            self._is_damaged = False
            if self._is_frugal_decoder != (self._economy >= 1):
                self._decoder = None
        elif self._decoder is None or self._economy >= 3:
            return
        self._is_damaged = self._is_damaged or unit.is_damaged
        self._decode(unit, draws=unit.is_key or self._economy < 2 or self.decoded % 2 == 0)

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
        """Every picture from now on, or none."""
        was_visible, self._is_visible = self._is_visible, is_visible
        if is_visible and not was_visible:
            self._decoder = None
            self._picture_at = self._clock()
            self._is_catching_up = bool(self._kept)
            if self._is_catching_up and self._wants_turns is not None:
                self._wants_turns()
        elif not is_visible:
            self._is_catching_up = False

    def take_turn(self) -> bool:
        """Decode one of the pictures that wait; whether there are more. Only the newest is drawn."""
        if not self._is_catching_up:
            return False
        unit = self._kept.popleft()
        self._is_damaged = not unit.is_key and (self._is_damaged or unit.is_damaged)
        self._is_catching_up = bool(self._kept)
        self._decode(unit, draws=not self._is_catching_up)
        if not self._is_catching_up:
            self._forget()
        return self._is_catching_up

    def save(self, economy: int) -> None:
        """Do less: 1 without loop filter, 2 draw every other picture, 3 key pictures only; 0 everything."""
        if economy < 3 <= self._economy:
            self._decoder = None  # What was left out is missing until the next key picture.
        self._economy = economy

    def show_part(self, part: Part) -> None:
        """Draw this part of the pictures from the next one on."""
        self.painter.show_part(part)

    def move_to(self, slots: FrameSlots) -> None:
        """Draw into these slots from now on."""
        self.painter.slots = slots

    def _decode(self, unit: AccessUnit, *, draws: bool) -> None:
        if self._codec is None:
            return
        if self._decoder is None:
            self._is_frugal_decoder = self._economy >= 1
            self._decoder = PictureDecoder(self._codec, skips_loop_filter=self._is_frugal_decoder)
        slots = self.painter.slots
        slots.is_decoding = True
        self.decoded += 1
        for frame in self._decoder.decode(unit):
            self._picture_at = self._clock()
            if draws:
                self.painter.draw(frame, is_damaged=self._is_damaged)
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
            self._decoder = None  # What follows needs what was forgotten.

    def _forget(self) -> None:
        self._kept.clear()
        self._kept_bytes = 0
        self._is_catching_up = False
