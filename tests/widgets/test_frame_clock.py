"""The frame clock: no timer without a listener, one flash phase for all windows."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from widgets.frame_clock import FrameClock, Ticking


def test_a_listener_hears_ticks_until_it_stops(qtbot: QtBot) -> None:
    clock = FrameClock()
    heard: list[float] = []
    ticking = clock.subscribe(100, heard.append)
    qtbot.waitUntil(lambda: len(heard) >= 3, timeout=2000)
    ticking.stop()
    assert clock.is_idle()
    before = len(heard)
    qtbot.wait(50)
    assert len(heard) == before
    assert heard == sorted(heard)


def test_no_timer_runs_once_the_last_of_several_listeners_has_left(qtbot: QtBot) -> None:
    clock = FrameClock()
    one, other = clock.subscribe(60, lambda _now: None), clock.subscribe(60, lambda _now: None)
    one.stop()
    one.stop()
    assert not clock.is_idle()
    clock.unsubscribe(other)
    assert clock.is_idle()


def test_a_listener_may_stop_another_while_ticking(qtbot: QtBot) -> None:
    clock = FrameClock()
    heard: list[str] = []
    others: list[Ticking] = []

    def stop_the_other(_now: float) -> None:
        heard.append("first")
        others[0].stop()

    first = clock.subscribe(100, stop_the_other)
    others.append(clock.subscribe(100, lambda _now: heard.append("second")))
    qtbot.waitUntil(lambda: len(heard) >= 2, timeout=2000)
    first.stop()
    assert "second" not in heard


def test_an_unknown_rate_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="not at 25 Hz"):
        FrameClock().subscribe(25, lambda _now: None)


def test_all_windows_flash_in_step(qtbot: QtBot) -> None:
    clock = FrameClock()
    seen: dict[str, list[bool]] = {"left": [], "right": []}
    left = clock.subscribe_flash(seen["left"].append)
    qtbot.wait(120)
    right = clock.subscribe_flash(seen["right"].append)
    qtbot.waitUntil(lambda: len(seen["right"]) >= 2, timeout=3000)
    left.stop()
    right.stop()
    assert seen["left"][-2:] == seen["right"][-2:]
    assert seen["right"][0] is not seen["right"][1]


def test_a_window_painted_between_two_flashes_shows_the_phase_of_the_others(qtbot: QtBot) -> None:
    clock = FrameClock()
    assert clock.is_flash_on()
    told: list[bool] = []
    flash = clock.subscribe_flash(told.append)
    qtbot.waitUntil(lambda: told == [False], timeout=3000)
    assert not clock.is_flash_on()
    flash.stop()
    assert clock.is_flash_on()  # at rest nothing stays hidden in the dark half
    assert clock.is_idle()


def test_a_delay_fires_once_and_can_be_called_off(qtbot: QtBot) -> None:
    clock = FrameClock()
    fired: list[str] = []
    kept = clock.after(0.01, lambda: fired.append("kept"))
    dropped = clock.after(0.01, lambda: fired.append("dropped"))
    dropped.stop()
    qtbot.waitUntil(lambda: not kept.is_running, timeout=2000)
    qtbot.wait(40)
    assert fired == ["kept"]
    assert clock.is_idle()


def test_closing_the_clock_silences_everybody(qtbot: QtBot) -> None:
    clock = FrameClock()
    heard: list[float] = []
    clock.subscribe(100, heard.append)
    clock.subscribe_flash(lambda _on: heard.append(0.0))
    clock.after(0.0, lambda: heard.append(1.0))
    clock.close()
    qtbot.wait(40)
    assert heard == []
    assert clock.is_idle()


def test_who_outlives_the_clock_leaves_it_quietly(qtbot: QtBot) -> None:
    clock = FrameClock()
    tickings = [clock.subscribe(10, lambda _now: None), clock.subscribe_flash(lambda _on: None)]
    tickings.append(clock.after(5.0, lambda: None))
    clock.deleteLater()
    qtbot.waitUntil(lambda: not isValid(clock), timeout=2000)
    for ticking in tickings:
        ticking.stop()
        assert not ticking.is_running


def test_held_marks_stand_lit_and_still_until_they_are_let_go(qtbot: QtBot) -> None:
    clock = FrameClock()
    phases: list[bool] = []
    clock.subscribe_flash(phases.append)
    qtbot.waitUntil(lambda: phases == [False], timeout=2000)
    clock.hold_flash(is_held=True)
    assert phases == [False, True]
    qtbot.wait(700)
    assert phases == [False, True]
    clock.hold_flash(is_held=False)
    qtbot.waitUntil(lambda: phases == [False, True, False], timeout=2000)
    clock.close()
