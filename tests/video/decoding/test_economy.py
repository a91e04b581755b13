"""A machine that has too much to decode loses looks first, pictures next, and the operator's clicks never."""

from video.decoding.economy import LATE_S, Economy


def told(economy: Economy, lag_s: float, since: float, seconds: float) -> float:
    """As a worker tells it, four times a second; when the last time was."""
    now = since
    while now < since + seconds:
        economy.note(lag_s, now)
        now += 0.25
    return now


def test_one_hiccup_costs_nothing() -> None:
    economy = Economy()
    assert economy.note(1.5, 0.0) == 0
    assert economy.note(0.0, 0.25) == 0
    assert economy.note(1.5, 5.0) == 0


def test_it_saves_a_step_every_two_seconds_and_no_further_than_key_pictures() -> None:
    economy = Economy()
    now = told(economy, LATE_S * 2, 0.0, 2.5)
    assert economy.level == 1
    now = told(economy, LATE_S * 2, now, 2.0)
    assert economy.level == 2
    told(economy, LATE_S * 2, now, 10.0)
    assert economy.level == 3


def test_it_comes_back_soon_and_each_time_more_slowly() -> None:
    economy = Economy()
    now = told(economy, 1.0, 0.0, 2.5)
    now = told(economy, 0.0, now, 1.5)
    assert economy.level == 1
    now = told(economy, 0.0, now, 1.0)
    assert economy.level == 0
    now = told(economy, 1.0, now, 2.5)
    assert economy.level == 1
    now = told(economy, 0.0, now, 3.0)
    assert economy.level == 1
    told(economy, 0.0, now, 2.0)
    assert economy.level == 0
