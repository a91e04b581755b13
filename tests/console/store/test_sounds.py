"""The sounds of one seat: once however many windows, told when nothing can be heard, kept wishes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from console.kit.sound_settings import SoundSettingsFile
from console.kit.sounding import SoundFault, SoundSettings
from console.store.alarms import AlarmStore
from console.store.flood import FloodStore
from console.store.sounds import HeardAnswer, SoundStore
from contract.alarms import Alarm, Annunciation, Priority
from contract.stream import AlarmsBody, Topic, TopicKind
from tests.console.store.alarm_making import AT, alarm
from tests.ear import Ear

_TOPIC = Topic(kind=TopicKind.ALARMS, commune="21231", class_="lighting_cabinet")


class FakeOut:
    """A loudspeaker that remembers."""

    def __init__(self) -> None:
        self.fault = SoundFault.NONE
        self.device = "room"
        self.played: list[tuple[Priority, int]] = []
        self.stops = 0
        self.is_open = False
        self._changed: Callable[[], None] = lambda: None

    def open(self, changed: Callable[[], None]) -> None:
        self._changed, self.is_open = changed, True

    def play(self, priority: Priority, volume_percent: int) -> None:
        self.played.append((priority, volume_percent))

    def stop(self) -> None:
        self.stops += 1

    def close(self) -> None:
        self.is_open = False

    def comes_back(self) -> None:
        self.fault, self.device = SoundFault.NONE, "room"
        self._changed()

    def pulled_out(self) -> None:
        self.fault, self.device = SoundFault.NO_DEVICE, ""
        self._changed()


class FakeSpeech:
    """A voice that remembers, in French only."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def missing(self, language: str) -> str:
        return "" if language == "fr" else "sound.no_engine"

    def say(self, words: str, language: str, volume_percent: int) -> None:
        del language, volume_percent
        self.said.append(words)

    def stop(self) -> None:
        pass


class Seat:
    """A seat with a fake loudspeaker and hands on the clock."""

    def __init__(self, folder: Path) -> None:
        self.now = 100.0
        self.alarms = AlarmStore()
        self.flood = FloodStore(self.alarms, lambda: AT, lambda: self.now)
        self.sounds = SoundStore(self.alarms, self.flood, lambda: self.now)
        self.out, self.speech = FakeOut(), FakeSpeech()
        self.file = SoundSettingsFile(folder / "sounds.json")
        self.sounds.play_on(self.out, self.speech, self.file)
        self.sounds.meet()

    def sees(self, *alarms: Alarm) -> None:
        self.alarms.apply(_TOPIC, AlarmsBody(alarms), is_snapshot=False)
        self.passes(0.1)

    def passes(self, seconds: float) -> None:
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            self.alarms.flush()
            self.flood.flush()
            self.sounds.flush()

    @property
    def heard(self) -> list[Priority]:
        found = [priority for priority, _ in self.out.played]
        self.out.played.clear()
        return found


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    return Seat(tmp_path)


def test_an_alarm_of_the_stream_is_heard_and_its_acknowledgement_ends_the_sound(seat: Seat) -> None:
    seat.sees(alarm(1, Priority.P1))
    assert seat.heard == [Priority.P1]
    stops = seat.out.stops
    seat.sees(alarm(1, Priority.P1, Annunciation.ACKED))
    assert seat.out.stops == stops + 1
    seat.passes(60)
    assert seat.heard == []


def test_a_snapshot_without_the_alarm_ends_it(seat: Seat) -> None:
    seat.sees(alarm(1, Priority.P2))
    seat.alarms.apply(_TOPIC, AlarmsBody(()), is_snapshot=True)
    seat.passes(30)
    assert seat.heard == [Priority.P2]


def test_nothing_rings_before_the_login_or_after_the_logout(seat: Seat) -> None:
    seat.sounds.leave()
    seat.sees(alarm(1, Priority.P1))
    seat.passes(10)
    assert seat.heard == []
    seat.sounds.meet()
    seat.passes(1)
    assert seat.heard == [Priority.P1]


def test_the_silence_counts_its_seconds_down_and_ends_the_sound_of_this_moment(seat: Seat) -> None:
    ear = Ear()
    seat.sees(alarm(1, Priority.P1))
    seat.sounds.changed.connect(ear)
    assert seat.sounds.silence() == 120
    assert seat.out.stops > 0
    assert seat.sounds.silent_seconds == 120
    seat.passes(3)
    assert seat.sounds.silent_seconds == 117
    assert 3 <= len(ear.heard) <= 5
    seat.sounds.end_silence()
    seat.passes(0.1)
    assert seat.heard == [Priority.P1, Priority.P1]


def test_a_loudspeaker_that_is_pulled_out_is_told_at_once(seat: Seat) -> None:
    ear = Ear()
    seat.sounds.changed.connect(ear)
    seat.out.pulled_out()
    assert (seat.sounds.fault, len(ear.heard)) == (SoundFault.NO_DEVICE, 1)


def test_a_test_sound_that_nobody_heard_is_a_fault_until_one_is_heard(seat: Seat) -> None:
    ear = Ear()
    seat.sounds.tested.connect(ear)
    seat.sounds.silence()
    seat.sounds.test()
    assert seat.heard == [Priority.P2]  # also in silence
    assert seat.sounds.asks_whether_heard
    faults: list[SoundFault] = []
    seat.sounds.changed.connect(lambda: faults.append(seat.sounds.fault))
    seat.sounds.answer(HeardAnswer.NOT_HEARD)
    assert faults.pop() is SoundFault.NOT_HEARD
    seat.sounds.test()
    seat.passes(31)  # nobody answered
    assert faults.pop() is SoundFault.NOT_HEARD
    seat.sounds.test()
    seat.sounds.answer(HeardAnswer.HEARD)
    assert faults.pop() is SoundFault.NONE
    assert [answer for (answer,) in ear.heard] == ["not_heard", "not_answered", "heard"]


def test_wishes_are_kept_for_the_next_start_and_no_seat_is_turned_mute_by_its_volume(
    seat: Seat, tmp_path: Path
) -> None:
    seat.sounds.wish(SoundSettings(volume_percent=0, speaks=True))
    again = Seat(tmp_path)
    assert again.sounds.settings == SoundSettings(volume_percent=20, speaks=True)
    again.sees(alarm(1, Priority.P1))
    assert again.out.played == [(Priority.P1, 20)]
    (tmp_path / "sounds.json").write_text('{"volume_percent": "loud"}')
    assert Seat(tmp_path).sounds.settings == SoundSettings()


def test_a_seat_that_another_one_sounds_for_is_quiet(seat: Seat) -> None:
    seat.sounds.wish(SoundSettings(is_on=False))
    seat.sees(alarm(1, Priority.P1))
    seat.passes(10)
    assert seat.heard == []


def test_words_are_said_when_wished_not_in_silence_and_not_too_often(seat: Seat) -> None:
    assert not seat.sounds.wants_words()
    seat.sounds.wish(SoundSettings(speaks=True))
    assert seat.sounds.wants_words()
    seat.sounds.say("cinq armoires à Quetigny", "fr")
    assert not seat.sounds.wants_words()
    seat.passes(21)
    assert seat.sounds.wants_words()
    seat.sounds.say("five cabinets", "en")
    assert seat.speech.said == ["cinq armoires à Quetigny"]
    seat.sounds.silence()
    assert not seat.sounds.wants_words()
