"""What the alarm bar says of sound and of a flood, and what it wishes."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from console.kit.translations import Translations
from contract.alarms import Priority
from tests.ear import Ear
from widgets.alarm_bar import AlarmBar
from widgets.frame_clock import FrameClock
from widgets.look import load_palette
from widgets.sound_bar import SoundLook


@pytest.fixture
def bar(qtbot: QtBot) -> Iterator[AlarmBar]:
    """A bar in French."""
    clock = FrameClock()
    made = AlarmBar(load_palette("dark"), Translations("fr"), clock)
    qtbot.addWidget(made)
    made.resize(1600, 60)
    yield made
    made.stop()
    clock.close()


def test_silence_can_be_pressed_only_where_something_rings_and_counts_down(bar: AlarmBar) -> None:
    assert not bar.sound.can_silence
    bar.sound.show_sound(SoundLook(rings=True))
    assert bar.sound.silence_text == "Silence (F4)"
    ear = Ear()
    bar.sound.silence_requested.connect(ear)
    bar.sound.press_silence()
    assert len(ear.heard) == 1
    bar.sound.show_sound(SoundLook(rings=True, silent_seconds=61))
    assert bar.sound.silence_text == "Silence 1:01"


def test_what_is_wrong_with_the_sound_is_in_words(bar: AlarmBar) -> None:
    assert bar.sound.fault_text == ""
    bar.sound.show_sound(SoundLook(fault="Pas de sortie audio", fault_tooltip="Branchez-en une."))
    assert bar.sound.fault_text == "Pas de sortie audio"
    bar.sound.show_sound(SoundLook(is_on=False))
    assert bar.sound.fault_text == "Son coupé"


def test_the_menu_offers_no_voice_where_there_is_none_and_says_why(bar: AlarmBar) -> None:
    why = Translations("fr")("sound.no_engine")
    bar.sound.show_sound(SoundLook(cannot_speak=why))
    action = next(action for action in bar.sound.menu.actions() if action.text() == why)
    assert not action.isEnabled()


def test_the_menu_wishes_a_volume_and_shows_the_one_that_holds(bar: AlarmBar) -> None:
    ear = Ear()
    bar.sound.volume_wished.connect(ear)
    volumes = next(menu for menu in bar.sound.menu.findChildren(QMenu) if menu.title() == "Volume")
    bar.sound.show_sound(SoundLook(volume_percent=55))
    assert [action.text() for action in volumes.actions() if action.isChecked()] == ["55 %"]
    volumes.actions()[-1].trigger()
    assert ear.heard == [(100,)]


def test_a_flood_is_told_and_goes(bar: AlarmBar) -> None:
    bar.show()
    assert bar.flood.text == ""
    bar.flood.show_flood(412, 22, 390)
    assert "412 alarmes, 22 causes" in bar.flood.text
    assert "390" in bar.flood.text
    bar.flood.show_flood(40, 1, 0)
    assert "une seule cause" in bar.flood.text
    bar.flood.hide()
    assert bar.flood.text == ""


def test_a_narrow_bar_keeps_its_figures_and_what_is_wrong(bar: AlarmBar, qtbot: QtBot) -> None:
    bar.show_counts({Priority.P1: 12})
    host = QWidget()
    qtbot.addWidget(host)
    bar.setParent(host)
    host.resize(1600, 200)
    host.show()
    bar.resize(1600, 60)
    bar.show()
    texts = [bar.count_text(Priority.P1)]
    bar.sound.show_sound(SoundLook(rings=True, silent_seconds=61, fault="Pas de sortie audio"))
    bar.resize(520, 60)
    texts.append(bar.count_text(Priority.P1))
    assert texts == ["12 urgente", "12"]
    assert (bar.sound.silence_text, bar.sound.fault_text) == ("1:01", "Pas de sortie audio")
    bar.setParent(None)
