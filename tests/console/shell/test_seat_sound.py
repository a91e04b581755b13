"""One seat, three screens: one sound, and every bar says the same of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from pytestqt.qtbot import QtBot

from console.kit.errors import BackendSilent
from console.kit.seat import seat_name
from console.kit.sound_settings import SoundSettingsFile
from console.kit.sounding import SoundSettings
from console.kit.task_bag import TaskBag
from console.kit.translations import Translations
from console.shell.seat_sound import SeatSound
from console.store.stores import Stores
from contract.alarms import Alarm, Priority
from contract.seat_sounds import SoundOutcome
from contract.stream import AlarmsBody, Topic, TopicKind
from tests.console.conftest import Bench
from tests.console.store.alarm_making import alarm
from tests.console.store.test_sounds import FakeOut, FakeSpeech
from tools.screenshots import sample_city
from tools.screenshots.sample_classes import classes
from widgets.alarm_bar import AlarmBar

_TOPIC = Topic(TopicKind.ALARMS, "21617", "lighting_cabinet")
P1, P2 = Priority.P1, Priority.P2


class Seat:
    """Three bars of one console with a fake loudspeaker."""

    def __init__(self, bench: Bench, folder: Path, qtbot: QtBot) -> None:
        self.bench = bench
        self.out, self.speech = FakeOut(), FakeSpeech()
        self.tasks = TaskBag("seat")
        self.said: list[str] = []
        bench.stores = Stores(lambda: sample_city.NOW, lambda: 100.0)  # a city without alarms
        bench.stores.catalogue.take(classes(), sample_city.communes())
        french = Translations("fr")
        context = replace(bench.context, stores=bench.stores, announce=self.said.append, texts=french)
        bench.stores.sounds.play_on(self.out, self.speech, SoundSettingsFile(folder / "sounds.json"))
        clock = bench.context.ticker.frame_clock
        self.bars = [AlarmBar(context.palette, context.texts, clock) for _ in range(3)]
        for bar in self.bars:
            qtbot.addWidget(bar)
            bar.resize(1920, 60)
        self.sound = SeatSound(context, self.bars, self.tasks)
        bench.stores.sounds.meet()

    def sees(self, *alarms: Alarm) -> None:
        self.bench.stores.alarms.apply(_TOPIC, AlarmsBody(alarms), is_snapshot=False)
        self.bench.stores.flush()

    async def told(self) -> list[SoundOutcome]:
        """What the backend heard of this seat's sound."""
        while self.tasks.running_count:
            await asyncio.sleep(0)
        return [report.outcome for report in self.bench.client.sound_reports]


@pytest.fixture
async def seat(bench: Bench, tmp_path: Path, qtbot: QtBot) -> AsyncIterator[Seat]:
    """A seat with three screens."""
    made = Seat(bench, tmp_path, qtbot)
    yield made
    made.sound.stop()
    for bar in made.bars:
        bar.stop()
    await made.tasks.close()


async def test_three_screens_are_one_sound(seat: Seat) -> None:
    seat.sees(alarm(900, P1))
    assert [priority for priority, _ in seat.out.played] == [P1]


async def test_silence_is_on_every_bar_and_in_the_journal(seat: Seat) -> None:
    seat.sees(alarm(900, P1))
    seat.bars[1].sound.silence_requested.emit()
    assert [bar.sound.silence_text for bar in seat.bars] == ["Silence 2:00"] * 3
    await seat.told()
    assert seat.bench.client.silenced == [(seat_name(), 120)]
    seat.bars[2].sound.hear_again_requested.emit()
    assert [bar.sound.silence_text for bar in seat.bars] == ["Silence (F4)"] * 3


async def test_a_button_of_a_panel_silences_as_the_bar_does(seat: Seat) -> None:
    seat.sees(alarm(900, P1))
    seat.bench.stores.sounds.silence_requested.emit()
    assert {bar.sound.silence_text for bar in seat.bars} == {"Silence 2:00"}
    await seat.told()
    assert seat.bench.client.silenced == [(seat_name(), 120)]


async def test_a_backend_that_does_not_answer_keeps_no_noise_going(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    async def gone(*_ignored: object) -> NoReturn:
        raise BackendSilent

    monkeypatch.setattr(seat.bench.client, "silence_seat", gone)
    seat.sees(alarm(900, P1))
    seat.bars[0].sound.silence_requested.emit()
    await seat.told()
    assert seat.bench.stores.sounds.silent_seconds == 120
    assert seat.said == [Translations("fr")("sound.silence_untold")]


async def test_a_missing_loudspeaker_stands_on_every_bar_and_is_told_once(seat: Seat) -> None:
    seat.out.pulled_out()
    seat.sees(alarm(900, P2))
    assert [bar.sound.fault_text for bar in seat.bars] == ["Pas de sortie audio"] * 3
    assert await seat.told() == [SoundOutcome.NO_DEVICE]
    seat.out.comes_back()
    assert [bar.sound.fault_text for bar in seat.bars] == [""] * 3
    assert await seat.told() == [SoundOutcome.NO_DEVICE, SoundOutcome.WORKS]


async def test_the_test_sound_asks_and_its_answer_is_journalled(seat: Seat) -> None:
    seat.bars[0].sound.test_requested.emit()
    assert [priority for priority, _ in seat.out.played] == [P2]
    assert all(bar.sound.is_asking for bar in seat.bars)
    seat.bars[2].sound.answered.emit(False)
    assert not any(bar.sound.is_asking for bar in seat.bars)
    assert [bar.sound.fault_text for bar in seat.bars] == ["Son non entendu"] * 3
    assert await seat.told() == [SoundOutcome.NOT_HEARD]


async def test_what_rings_is_said_once_where_it_is_wished(seat: Seat) -> None:
    seat.bench.stores.sounds.wish(SoundSettings(speaks=True))
    seat.sees(*(alarm(900 + number, P1, commune="21617") for number in range(5)))
    assert seat.speech.said == ["priorité un\u202f: cinq armoires à Talant"]


async def test_a_flood_has_its_banner_on_every_screen(seat: Seat) -> None:
    now = seat.bench.stores.link.server_now()
    seat.sees(*(alarm(900 + number, P2, raised_at=now) for number in range(30)))
    texts = {bar.flood.text for bar in seat.bars}
    assert len(texts) == 1
    assert "Avalanche" in texts.pop()
