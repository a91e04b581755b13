"""Alarm sounds of one seat, as stores and bars see them: what plays them, what speaks, what is kept of wishes."""

import enum
from collections.abc import Callable
from typing import Final, Protocol

import msgspec

from contract.alarms import Priority

LEAST_VOLUME_PERCENT: Final = 20  # a seat that sounds can be turned down, not turned mute


class SoundFault(enum.StrEnum):
    """Why alarms are not heard here."""

    NONE = "none"
    NO_DEVICE = "no_device"  # the machine has no audio output, or none any more
    FAILED = "failed"  # there is one, and it does not play
    NOT_HEARD = "not_heard"  # somebody listened to the test sound and heard nothing
    NO_FILES = "no_files"  # the sounds themselves are missing


class SoundSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Wishes of one seat."""

    is_on: bool = True  # off: another seat of the room sounds for this one, or a wall has no loudspeaker
    volume_percent: int = 70
    speaks: bool = False


class SoundOut(Protocol):
    """The loudspeaker for alarms: plays one sound at a time, later ones replace it."""

    @property
    def fault(self) -> SoundFault:
        """Why nothing would be heard; NONE when it plays as far as the machine knows."""
        ...

    @property
    def device(self) -> str:
        """The audio output's name, for people; empty without one."""
        ...

    def open(self, changed: Callable[[], None]) -> None:
        """Look for an output; `changed` is called whenever `fault` or `device` become others."""
        ...

    def play(self, priority: Priority, volume_percent: int) -> None:
        """Play the sound of a priority once; never raises: what goes wrong is in `fault`."""
        ...

    def stop(self) -> None:
        """Quiet, now."""
        ...

    def close(self) -> None:
        """Let go of the output; may be called twice."""
        ...


class Speech(Protocol):
    """Says words aloud."""

    def missing(self, language: str) -> str:
        """Why it cannot speak that language, in a text key; empty when it can."""
        ...

    def say(self, words: str, language: str, volume_percent: int) -> None:
        """Begin to say it, unless something is being said."""
        ...

    def stop(self) -> None:
        """Quiet, now."""
        ...


class NoSoundOut:
    """Where there is no loudspeaker at all."""

    fault = SoundFault.NO_DEVICE
    device = ""

    def open(self, changed: Callable[[], None]) -> None:
        """Nothing to look for."""
        del changed

    def play(self, priority: Priority, volume_percent: int) -> None:
        """Nothing plays."""
        del priority, volume_percent

    def stop(self) -> None:
        """It is quiet."""

    def close(self) -> None:
        """Nothing to let go of."""


class NoSpeech:
    """Where nothing speaks."""

    def missing(self, language: str) -> str:
        """There is no engine."""
        del language
        return "sound.no_engine"

    def say(self, words: str, language: str, volume_percent: int) -> None:
        """Nothing is said."""
        del words, language, volume_percent

    def stop(self) -> None:
        """It is quiet."""
