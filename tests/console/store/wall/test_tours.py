"""A tour shows one step after another, is paused by a hand, and never shows what it was not told."""

import pytest

from console.store.wall.tours import AHEAD_S, Tour, TourRun, TourState, TourStep, checked, of_cameras


@pytest.fixture
def run() -> TourRun:
    tour = TourRun()
    assert tour.start(of_cameras("Gare", (1, 2, 3), 10), now=100.0)
    return tour


def test_each_step_is_shown_for_its_time_and_the_first_comes_again(run: TourRun) -> None:
    assert run.step == TourStep(10, 1)
    assert not run.tick(109.9)
    assert run.tick(110.0)
    assert run.step == TourStep(10, 2)
    assert run.tick(120.0)
    assert run.tick(130.0)
    assert run.step == TourStep(10, 1)


def test_the_next_picture_is_opened_a_little_before_it_is_shown(run: TourRun) -> None:
    assert not run.wants_next(110.0 - AHEAD_S - 0.1)
    assert run.wants_next(110.0 - AHEAD_S)
    assert run.coming == TourStep(10, 2)


def test_a_touch_pauses_and_going_on_shows_what_was_left(run: TourRun) -> None:
    run.pause(104.0, is_by_hand=True)
    assert run.state is TourState.PAUSED
    assert run.is_paused_by_hand
    assert not run.tick(500.0)
    assert not run.wants_next(500.0)
    assert run.seconds_left(500.0) == 6.0
    run.resume(500.0)
    assert not run.tick(505.9)
    assert run.tick(506.0)


def test_next_and_previous_work_while_paused_too(run: TourRun) -> None:
    run.pause(101.0)
    run.go(-1, 102.0)
    assert run.step == TourStep(10, 3)
    assert run.state is TourState.PAUSED
    run.go(1, 102.0)
    assert run.step == TourStep(10, 1)


def test_a_tour_of_nothing_does_not_start_and_absurd_times_are_bounded() -> None:
    tour = TourRun()
    assert not tour.start(Tour("empty"), 0.0)
    assert tour.step is None
    steps = (TourStep(0.0, 1), TourStep(float("nan"), 2), TourStep(1e12, None, "Nuit"), TourStep(5.0))
    assert [step.dwell_s for step in checked(Tour("odd", steps)).steps] == [2.0, 3600.0]
