"""Whether alarms can be heard at a seat: what a console tells the journal."""

import enum

import msgspec

LONGEST_DEVICE = 120


class SoundOutcome(enum.StrEnum):
    """What came of a look at the loudspeaker, or of a test sound that somebody listened to."""

    HEARD = "heard"
    NOT_HEARD = "not_heard"
    NOT_ANSWERED = "not_answered"
    NO_DEVICE = "no_device"
    FAILED = "failed"
    NO_FILES = "no_files"
    WORKS = "works"  # a loudspeaker is there again


class SoundReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /seats/sound: alarms are heard at this seat, or not, which the journal remembers."""

    seat: str
    outcome: SoundOutcome
    device: str = ""  # the audio output's name
