"""`python -m tools.alarm_sounds DIR`: the four alarm sounds, made by arithmetic alone.

A priority is told by the number of its pulses and their tempo, never by loudness: every pulse has the same level, so
that turning the volume down takes no meaning away. Pitch helps those who hear it and says nothing more.
"""

import array
import math
import sys
import wave
from pathlib import Path
from typing import Final, NamedTuple

SAMPLES_PER_SECOND: Final = 44_100
_PEAK: Final = 0.6
_RAMP_S: Final = 0.012  # without it each pulse would begin and end with a click
_PARTIALS: Final = ((1, 1.0), (2, 0.5), (3, 0.35), (4, 0.2))  # heard through a small loudspeaker and a noisy room


class Pattern(NamedTuple):
    """When each pulse begins, how long it lasts, and its pitch."""

    begins_s: tuple[float, ...]
    lasts_s: float
    pitch_hz: float


PATTERNS: Final = {
    1: Pattern((0.0, 0.13, 0.26, 0.52, 0.65), 0.09, 784.0),
    2: Pattern((0.0, 0.25, 0.50), 0.16, 659.3),
    3: Pattern((0.0, 0.45), 0.24, 523.3),
    4: Pattern((0.0,), 0.32, 440.0),
}


def samples(pattern: Pattern) -> list[int]:
    """The sound, 16 bits, one channel."""
    total_s = pattern.begins_s[-1] + pattern.lasts_s + 0.05
    found = [0] * round(total_s * SAMPLES_PER_SECOND)
    pulse = _pulse(pattern)
    for begin_s in pattern.begins_s:
        first = round(begin_s * SAMPLES_PER_SECOND)
        found[first : first + len(pulse)] = pulse
    return found


def _pulse(pattern: Pattern) -> list[int]:
    count = round(pattern.lasts_s * SAMPLES_PER_SECOND)
    ramp = round(_RAMP_S * SAMPLES_PER_SECOND)
    wave_form: list[float] = []
    for number in range(count):
        at = number / SAMPLES_PER_SECOND
        level = sum(share * math.sin(2 * math.pi * partial * pattern.pitch_hz * at) for partial, share in _PARTIALS)
        edge = min(1.0, number / ramp, (count - 1 - number) / ramp)
        wave_form.append(level * math.sin(edge * math.pi / 2) ** 2)
    loudest = max(map(abs, wave_form))
    return [round(32767 * _PEAK * level / loudest) for level in wave_form]


def write(folder: Path) -> list[Path]:
    """One WAV file a priority."""
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for priority, pattern in PATTERNS.items():
        file = folder / f"p{priority}.wav"
        with wave.open(str(file), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(SAMPLES_PER_SECOND)
            found = array.array("h", samples(pattern))
            if sys.byteorder == "big":
                found.byteswap()
            out.writeframes(found.tobytes())
        files.append(file)
    return files


def main(argv: list[str] | None = None) -> int:
    """Write the sounds and say where."""
    arguments = sys.argv[1:] if argv is None else argv
    for file in write(Path(arguments[0]) if arguments else Path("resources") / "sounds"):
        print(file)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
