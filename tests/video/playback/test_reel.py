"""Which picture belongs to a moment, what lies where nothing was recorded, and what is not known yet."""

from video.access_unit import Codec
from video.footage.archive import JOIN_S
from video.playback.messages import CodedPicture, Given, Where
from video.playback.reel import JOINED_S, Hole, Reel, Spot
from video.playback.stepping import Missing, stepped


def given(begins_at: float, before: float | None, after: float | None, pictures: int = 4) -> Given:
    """Two seconds, a picture each half second, decoded in another order than shown."""
    order = [0, 2, 1, *range(3, pictures)][:pictures]
    return Given(
        number=1,
        begins_at=begins_at,
        ends_at=begins_at + 2.0,
        codec=Codec.H264,
        parameter_sets=(),
        pictures=tuple(CodedPicture(begins_at + n / 2, n == 0, (b"x" * 10,)) for n in order),
        previous_ends_at=before,
        next_begins_at=after,
    )


def reel_of(*passages: Given, keys_only: bool = False, most_bytes: int = 10_000) -> Reel:
    reel = Reel(most_bytes)
    for passage in passages:
        reel.add(passage, has_keys_only=keys_only, looking_at=100.0)
    return reel


def found(reel: Reel, at: float) -> float | Hole | None:
    spot = reel.find(at, wants_keys_only=False)
    return spot.at if isinstance(spot, Spot) else spot


def test_the_picture_of_a_moment_is_the_last_one_taken_by_then() -> None:
    reel = reel_of(given(10.0, None, 12.0), given(12.0, 12.0, 30.0), given(30.0, 14.0, None))
    assert [found(reel, at) for at in (10.0, 10.49, 10.5, 11.2, 11.99, 12.0, 13.7)] == [
        10.0, 10.0, 10.5, 11.0, 11.5, 12.0, 13.5,
    ]  # fmt: skip
    assert found(reel, 20.0) == Hole(14.0, 30.0)
    assert found(reel, 9.0) == Hole(None, 10.0)
    assert found(reel, 31.0) == 31.0
    assert found(reel, 33.0) is None  # Whether there is more by now must be asked.


def test_between_passages_that_are_not_held_nothing_is_claimed() -> None:
    reel = reel_of(given(10.0, 8.0, 12.0), given(20.0, 20.0, None))
    assert found(reel, 15.0) is None
    assert found(reel, 7.0) is None
    assert found(reel, 9.0) is None
    assert reel.missing(15.0) == (Where.AT, 15.0)
    assert reel.missing(9.0) == (Where.BEFORE, 10.0)
    assert reel.missing(7.0) == (Where.AT, 7.0)


def test_a_slow_camera_has_no_gaps() -> None:
    assert JOINED_S == JOIN_S
    reel = reel_of(given(10.0, None, 13.5), given(13.5, 12.0, None))
    assert found(reel, 13.0) == 11.5


def test_a_key_picture_alone_is_no_answer_to_who_wants_every_picture() -> None:
    reel = reel_of(given(10.0, None, 12.0, pictures=1), keys_only=True)
    assert found(reel, 11.0) is None
    spot = reel.find(11.9, wants_keys_only=True)
    assert isinstance(spot, Spot)
    assert spot.at == 10.0
    reel.add(given(10.0, None, 12.0), has_keys_only=False, looking_at=10.0)
    assert found(reel, 11.0) == 11.0
    reel.add(given(10.0, None, 12.0, pictures=1), has_keys_only=True, looking_at=10.0)
    assert found(reel, 11.0) == 11.0


def test_what_is_farthest_from_where_one_looks_is_forgotten_first() -> None:
    reel = reel_of(*(given(float(n), n - 0.0, n + 2.0) for n in range(80, 120, 2)), most_bytes=200)
    assert len(reel) == 5
    assert isinstance(reel.find(100.0, wants_keys_only=False), Spot)


def test_steps_cross_passages_and_gaps_and_say_what_they_need() -> None:
    first, second, third = given(10.0, None, 12.0), given(12.0, 12.0, 30.0), given(30.0, 14.0, 32.0)
    reel = reel_of(first, second, third)
    start = reel.find(11.5, wants_keys_only=False)
    assert isinstance(start, Spot)

    def at(pictures: int) -> float | Missing:
        there = stepped(reel, start, pictures)
        return there.at if isinstance(there, Spot) else there

    assert [at(step) for step in (0, 1, 4, 5, 8, -1, -3)] == [11.5, 12.0, 13.5, 30.0, 31.5, 11.0, 10.0]
    assert at(-10) == 10.0
    assert at(9) == Missing(Where.AFTER, 30.0)
    alone = reel_of(given(50.0, 48.0, None))
    spot = alone.find(50.0, wants_keys_only=False)
    assert isinstance(spot, Spot)
    assert stepped(alone, spot, -1) == Missing(Where.BEFORE, 50.0)
