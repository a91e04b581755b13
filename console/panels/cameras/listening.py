"""Listening to the camera of one tile: until it is muted, hidden, in its past, or shows another camera."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal

from console.kit.hearing import SoundSource, SoundState
from console.kit.said_by_devices import told_text
from console.kit.video import AddressGiver
from contract.assets import Asset
from widgets.frame_clock import FrameClock, Ticking
from widgets.notice import Tone
from widgets.texts import Texts
from widgets.tile_words import Mark

_PLAYED_HZ: Final = 30
_SAID: Final = {SoundState.ENDED: "none", SoundState.NO_LOUDSPEAKER: "no_loudspeaker", SoundState.STALLED: "stalled"}


class Listening(QObject):
    """One wall's ear. `is_live(tile, camera_id)`: the tile is seen and shows that camera, now."""

    changed = Signal(int)  # the tile's words are others

    def __init__(
        self,
        hearing: SoundSource,
        clock: FrameClock,
        tr: Texts,
        say: Callable[[str, Tone], None],
        is_live: Callable[[int, int], bool],
    ) -> None:
        super().__init__()
        self._hearing = hearing
        self._clock = clock
        self._tr = tr
        self._say = say
        self._is_live = is_live
        self._heard: tuple[int, int] | None = None  # tile, camera
        self._state = SoundState.MUTED
        self._playing: Ticking | None = None

    def toggle(self, tile: int, camera: Asset, address: AddressGiver) -> None:
        """Listen to this tile's camera, or no more."""
        if self._heard == (tile, camera.id):
            self.stop()
            return
        self.stop()
        if not self._is_live(tile, camera.id):
            self._say(self._tr("wall.sound.only_live"), Tone.PLAIN)
            return
        self._heard = tile, camera.id
        self._playing = self._clock.subscribe(_PLAYED_HZ, self._tick)
        self._hearing.listen(address, self._told)

    def is_heard(self, tile: int) -> bool:
        """Whether this tile is listened to."""
        return self._heard is not None and self._heard[0] == tile

    def mark(self, tile: int) -> Mark | None:
        """The loudspeaker on the tile that sounds."""
        if not self.is_heard(tile):
            return None
        if self._state is SoundState.HEARD:
            return Mark("mdi6.volume-high", self._tr("wall.sound.heard"))
        return Mark("mdi6.volume-low", self._tr("wall.sound.coming"))

    def stop(self) -> None:
        """Hear nothing; a second call does nothing."""
        if self._heard is not None:
            self._end()
            self._hearing.mute()

    def _tick(self, _now: float) -> None:
        heard = self._heard
        if heard is not None and not self._is_live(*heard):
            self.stop()
        elif heard is not None:
            self._hearing.play()

    def _told(self, state: SoundState, reason: str) -> None:
        heard, before = self._heard, self._state
        if heard is None:
            return
        self._state = state
        if state in _SAID and state is not before:
            self._say(told_text(reason, self._tr) or self._tr(f"wall.sound.{_SAID[state]}"), Tone.WARNING)
        if state in {SoundState.ENDED, SoundState.NO_LOUDSPEAKER, SoundState.MUTED}:
            self._end()
        else:
            self.changed.emit(heard[0])

    def _end(self) -> None:
        heard, self._heard = self._heard, None
        playing, self._playing = self._playing, None
        self._state = SoundState.MUTED
        if playing is not None:
            playing.stop()
        if heard is not None:
            self.changed.emit(heard[0])
