"""The sounds of this seat: one bell, however many windows there are; what is wrong with it, silence, the test."""

import enum
import math
from collections.abc import Callable
from typing import Final, Protocol

import msgspec
from PySide6.QtCore import QObject, Signal

from console.kit.sounding import (
    LEAST_VOLUME_PERCENT,
    NoSoundOut,
    NoSpeech,
    SoundFault,
    SoundOut,
    SoundSettings,
    Speech,
)
from console.store.alarms import AlarmStore
from console.store.annunciation import Bell
from console.store.flood import FloodStore
from contract.alarms import Priority

_TEST_SOUND: Final = Priority.P2
_ANSWER_WITHIN_S: Final = 30.0
_SPOKEN_EVERY_S: Final = 20.0
_NEXT_TO_NOTHING_S: Final = 1e-3  # sums of tenths are never whole


class HeardAnswer(enum.StrEnum):
    """What came of a test sound."""

    HEARD = "heard"
    NOT_HEARD = "not_heard"
    NOT_ANSWERED = "not_answered"


class KeepsSettings(Protocol):
    """Where the wishes of this seat lie."""

    def read(self) -> SoundSettings:
        """What was kept, else the defaults."""
        ...

    def write(self, kept: SoundSettings) -> None:
        """Keep them."""
        ...


class SoundStore(QObject):
    """Told by the alarm store once a tick; plays by itself from login to logout."""

    changed = Signal()  # fault, settings, silence (each second of it), or whether a test asks for its answer
    rang = Signal(object)  # frozenset of alarms that were heard for the first time
    tested = Signal(object)  # HeardAnswer
    silence_requested = Signal()  # by a panel: this seat's sound is to stop, and the journal to be told

    def __init__(
        self, alarms: AlarmStore, flood: FloodStore, monotonic: Callable[[], float], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._alarms = alarms
        self._flood = flood
        self._monotonic = monotonic
        self._bell = Bell()
        self._out: SoundOut = NoSoundOut()
        self._speech: Speech = NoSpeech()
        self._kept: KeepsSettings | None = None
        self._is_ready = False
        self._was_not_heard = False
        self._asked_at: float | None = None
        self._spoken_at = -_SPOKEN_EVERY_S
        self._told_seconds = 0
        self.settings = SoundSettings()
        alarms.ids_changed.connect(self._take)

    @property
    def fault(self) -> SoundFault:
        """Why alarms are not heard here, apart from the operator's own wish."""
        if self._out.fault is not SoundFault.NONE:
            return self._out.fault
        return SoundFault.NOT_HEARD if self._was_not_heard else SoundFault.NONE

    @property
    def device(self) -> str:
        """The audio output's name."""
        return self._out.device

    @property
    def waiting_count(self) -> int:
        """How many alarms ring, silenced or not."""
        return self._bell.ringing_count

    @property
    def silent_seconds(self) -> int:
        """Seconds that the silence still lasts, begun ones counted."""
        return math.ceil(self._bell.silent_for(self._monotonic()) - _NEXT_TO_NOTHING_S)

    @property
    def asks_whether_heard(self) -> bool:
        """A test sound was played and nobody has said yet whether it was heard."""
        return self._asked_at is not None

    def play_on(self, out: SoundOut, speech: Speech, kept: KeepsSettings) -> None:
        """The seat's loudspeaker and voice, looked for at once: without them nothing is heard, and that is told."""
        self._out, self._speech, self._kept = out, speech, kept
        self.settings = kept.read()
        out.open(self._out_changed)
        self.changed.emit()

    def meet(self) -> None:
        """Somebody logged in: alarms ring from now on."""
        self._is_ready = True

    def leave(self) -> None:
        """The login is over: nothing rings for a seat that nobody holds."""
        self._is_ready = False
        self._bell.rest()
        self._asked_at = None
        self.quiet()

    def close(self) -> None:
        """Let go of the loudspeaker."""
        self.leave()
        self._out.close()

    def silence(self) -> float:
        """Two minutes of quiet, for all but a new P1; answers for how many seconds."""
        lasts = self._bell.silence(self._monotonic())
        self.quiet()
        self.changed.emit()
        return lasts

    def end_silence(self) -> None:
        """Hear again what rings."""
        self._bell.end_silence()
        self.changed.emit()

    def quiet(self) -> None:
        """End the sound and the words of this moment."""
        self._out.stop()
        self._speech.stop()

    def wish(self, settings: SoundSettings) -> None:
        """Other wishes of this seat, kept for the next start."""
        volume = min(100, max(LEAST_VOLUME_PERCENT, settings.volume_percent))
        self.settings = msgspec.structs.replace(settings, volume_percent=volume)
        if self._kept is not None:
            self._kept.write(self.settings)
        if not self.settings.is_on:
            self.quiet()
        self.changed.emit()

    def test(self) -> None:
        """Play a sound, whatever is silenced, and ask whether it was heard."""
        self._out.play(_TEST_SOUND, self.settings.volume_percent)
        self._asked_at = self._monotonic()
        self.changed.emit()

    def answer(self, answer: HeardAnswer) -> None:
        """What somebody says of the test sound."""
        if self._asked_at is not None:
            self._asked_at = None
            self._was_not_heard = answer is not HeardAnswer.HEARD
            self.tested.emit(answer)
            self.changed.emit()

    def cannot_speak(self, language: str) -> str:
        """Why nothing can be said aloud, in a text key; empty when it can."""
        return self._speech.missing(language)

    def wants_words(self) -> bool:
        """Whether something may be said aloud now: wished, not silenced, and not said a moment ago."""
        if not (self.settings.is_on and self.settings.speaks) or self.silent_seconds:
            return False
        return self._monotonic() >= self._spoken_at + _SPOKEN_EVERY_S

    def say(self, words: str, language: str) -> None:
        """Say it aloud, after the sound."""
        if words and not self._speech.missing(language):
            self._spoken_at = self._monotonic()
            self._speech.say(words, language, self.settings.volume_percent)

    def flush(self) -> None:
        """Ring what is due."""
        now = self._monotonic()
        self._bell.flood(is_on=self._flood.is_on)
        due = self._bell.due(now) if self._is_ready else None
        if due is not None:
            if self.settings.is_on and self._asked_at is None:
                self._out.play(due, self.settings.volume_percent)
            if self._bell.first_heard:
                self.rang.emit(self._bell.first_heard)
        if self._asked_at is not None and now >= self._asked_at + _ANSWER_WITHIN_S:
            self.answer(HeardAnswer.NOT_ANSWERED)
        seconds = self.silent_seconds
        if seconds != self._told_seconds:
            self._told_seconds = seconds
            self.changed.emit()

    def _take(self, alarm_ids: frozenset[int]) -> None:
        did_ring = self._bell.ringing_count > 0
        for alarm_id in alarm_ids:
            alarm = self._alarms.get(alarm_id)
            if alarm is None:
                self._bell.forget((alarm_id,))
            else:
                self._bell.take(alarm)
        if did_ring and not self._bell.ringing_count:
            self._out.stop()  # what was acknowledged is not heard to its end

    def _out_changed(self) -> None:
        self._was_not_heard = False  # another device: the old answer says nothing of it
        self.changed.emit()
