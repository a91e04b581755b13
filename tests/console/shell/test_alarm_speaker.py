"""The sounds themselves, and the loudspeaker where there is none; with a real sound server, as a proof."""

import os
import subprocess
import sys
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtMultimedia import QAudioDevice, QMediaDevices
from PySide6.QtWidgets import QApplication

from console.kit.sounding import SoundFault
from console.shell import alarm_speaker
from console.shell.alarm_speaker import AlarmSpeaker, load_sounds
from console.store.annunciation import LEAST_GAP_S
from contract.alarms import Priority
from tests.console.shell.ring_aloud import EACH_S
from tests.video.peers import peer
from tools import alarm_sounds
from widgets.frame_clock import FrameClock

_PER_SECOND = 44_100


def _onsets_s(samples: npt.NDArray[np.int16], quietest: int) -> list[float]:
    """When each pulse begins, in hundredths of a second."""
    frames = samples[: len(samples) // 441 * 441].astype(int).reshape(-1, 441)
    is_on = np.abs(frames).max(1) > quietest
    return [float(at) / 100 for at in np.flatnonzero(np.diff(is_on.astype(int), prepend=0) == 1)]


def test_the_sounds_are_what_their_tool_makes(tmp_path: Path) -> None:
    for file in alarm_sounds.write(tmp_path):
        with wave.open(str(file)) as made, wave.open(str(Path("resources") / "sounds" / file.name)) as kept:
            new, old = (np.frombuffer(each.readframes(each.getnframes()), "<i2").astype(int) for each in (made, kept))
        assert len(new) == len(old)
        assert np.abs(new - old).max() <= 1  # a sine may end on another last bit elsewhere


def test_a_priority_is_pulses_and_tempo_not_loudness() -> None:
    pulses: list[int] = []
    peaks: list[int] = []
    for priority in Priority:
        sound = load_sounds()[priority]
        samples = np.frombuffer(sound.samples.data(), "<i2")
        pulses.append(len(_onsets_s(samples, 3000)))
        peaks.append(int(np.abs(samples.astype(int)).max()))
        assert sound.lasts_s < LEAST_GAP_S  # heard out before the next
    assert pulses == [5, 3, 2, 1]
    assert max(peaks) - min(peaks) <= 1


def test_a_machine_without_audio_output_says_so_and_plays_nothing(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert qapp is not None
    monkeypatch.setattr(QMediaDevices, "defaultAudioOutput", QAudioDevice)
    clock = FrameClock()
    speaker = AlarmSpeaker(clock)
    speaker.open(lambda: None)
    speaker.play(Priority.P1, 70)
    assert (speaker.fault, speaker.device) == (SoundFault.NO_DEVICE, "")
    assert clock.is_idle()
    speaker.close()
    speaker.close()
    clock.close()


def test_missing_sound_files_are_a_fault_that_is_told(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    assert qapp is not None

    def missing() -> object:
        raise FileNotFoundError("p1.wav")

    monkeypatch.setattr(alarm_speaker, "load_sounds", missing)
    clock = FrameClock()
    speaker = AlarmSpeaker(clock)
    speaker.open(lambda: None)
    assert speaker.fault is SoundFault.NO_FILES
    speaker.close()
    clock.close()


@pytest.fixture
def room(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A PulseAudio server whose only output is nobody's; the environment that leads to it."""
    server = tmp_path / "native"
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}
    tmp_path.chmod(0o700)
    options = ("-n", "--daemonize=no", "--exit-idle-time=-1", "--disallow-exit=no", "--use-pid-file=no")
    shape = f"format=s16le rate={_PER_SECOND} channels=1 use_system_clock_for_timing=yes"
    load = ("-L", f"module-pipe-sink sink_name=room file={tmp_path / 'pipe'} {shape}")
    door = ("-L", f"module-native-protocol-unix socket={server} auth-anonymous=1")
    process = subprocess.Popen([peer("pulseaudio"), *options, *load, *door], env=environment, stderr=subprocess.DEVNULL)
    while not server.exists() and process.poll() is None:
        time.sleep(0.05)
    yield {**environment, "PULSE_SERVER": f"unix:{server}"}
    process.terminate()
    process.wait(10)


@pytest.mark.proof
def test_what_leaves_the_audio_output_are_these_pulses(room: dict[str, str], tmp_path: Path) -> None:
    """Qt plays into a sound server made by others; what that one puts out is our sounds, in our tempo."""
    recorded = tmp_path / "recorded"
    with recorded.open("wb") as file:
        recorder = subprocess.Popen([peer("cat"), str(tmp_path / "pipe")], stdout=file)
        try:
            command = [sys.executable, "-m", "tests.console.shell.ring_aloud"]
            told = subprocess.run(command, env=room, check=True, timeout=60, stdout=subprocess.PIPE, text=True)
            time.sleep(0.5)
        finally:
            recorder.terminate()
            recorder.wait(10)
    assert told.stdout.split() == [SoundFault.NONE.value] * 4
    heard = _onsets_s(np.frombuffer(recorded.read_bytes()[: recorded.stat().st_size // 2 * 2], "<i2"), 1500)
    begins = [
        number * EACH_S + begin
        for number, pattern in enumerate(alarm_sounds.PATTERNS.values())
        for begin in pattern.begins_s
    ]
    assert [at - heard[0] for at in heard] == pytest.approx(begins, abs=0.12)
