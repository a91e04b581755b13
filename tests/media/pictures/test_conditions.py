"""What an operator would say of a camera by its pictures, the watch over conditions says too, and says it once."""

import functools
import itertools
from collections.abc import Callable, Iterable
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from media.pictures.conditions import CameraEye, Held
from media.pictures.messages import Seen
from media.pictures.sights import seen
from video.test_camera.street import StreetScene

Grey = NDArray[Any]
LOOK_S = 2.0
NAMES = ("is_frozen", "is_dark", "is_covered", "is_blurred", "is_moved", "is_in_motion")


class Watched:
    """A camera in a street, looked at every two seconds; its sensor is never quite still."""

    def __init__(self, pictures: list[Grey], *, noise: float = 1.5) -> None:
        self._pictures = pictures
        random = np.random.default_rng(3)
        self._grains = [np.rint(random.standard_normal(pictures[0].shape) * noise).astype(np.int16) for _ in range(7)]
        self._eye = CameraEye()
        self.at = 0.0
        self.now = Seen()
        self.changes: list[tuple[float, str, bool | None]] = []

    def passes(
        self,
        seconds: float,
        effect: Callable[[Grey], Grey] = lambda picture: picture,
        *,
        expects_movement: bool = False,
    ) -> "Watched":
        ends = self.at + seconds
        began = self.at
        while self.at < ends:
            picture = effect(self._pictures[int(self.at / LOOK_S * 5) % len(self._pictures)])
            grain = self._grains[int(self.at / LOOK_S) % 7]
            noisy = np.asarray(np.clip(picture + grain, 0, 255), np.uint8)
            before, self.now = self.now, self._eye.look(seen(noisy), self.at, expects_movement=expects_movement)
            self.changes += [
                (self.at - began, name[3:], getattr(self.now, name))
                for name in NAMES[:5]
                if getattr(before, name) != getattr(self.now, name)
            ]
            self.at += LOOK_S
        return self

    def said(self) -> set[str]:
        return {name[3:] for name in NAMES if getattr(self.now, name)}


@pytest.fixture(scope="module", params=["day", "night"])
def street(request: pytest.FixtureRequest) -> list[Grey]:
    is_night = request.param == "night"
    scene = StreetScene(4 if is_night else 2, 640, 360, 16.0, is_night=is_night)
    return [cv2.cvtColor(scene.picture(number * 16 / 12), cv2.COLOR_BGR2GRAY) for number in range(12)]


@pytest.fixture
def camera(street: list[Grey]) -> Watched:
    watched = Watched(street).passes(60)
    assert watched.said() <= {"in_motion"}
    assert (watched.now.is_blurred, watched.now.is_moved) == (False, False), "it has learned what is usual"
    watched.changes.clear()
    return watched


def shifted(picture: Grey, x: float, y: float) -> Grey:
    matrix = np.array([[1, 0, x], [0, 1, y]], np.float32)
    return cv2.warpAffine(picture, matrix, (picture.shape[1], picture.shape[0]), borderMode=cv2.BORDER_REFLECT)


def power_cut(picture: Grey) -> Grey:
    return np.asarray(picture * 0.03, np.uint8)


def cloth(picture: Grey) -> Grey:
    return np.asarray(60 + picture * 0.02, np.uint8)


def out_of_focus(picture: Grey) -> Grey:
    return cv2.GaussianBlur(picture, (0, 0), 3)


def bumped(picture: Grey) -> Grey:
    return shifted(picture, 40, 0)


def turned_away(picture: Grey) -> Grey:
    return shifted(picture, 250, 60)


def cloud(picture: Grey) -> Grey:
    return np.asarray(picture * 0.65, np.uint8)


def sun(picture: Grey) -> Grey:
    return np.asarray(np.clip(picture * 1.4, 0, 255), np.uint8)


def lorry_that_stops(picture: Grey) -> Grey:
    return cv2.rectangle(picture.copy(), (200, 60), (420, 330), (140,), -1)


def mist(picture: Grey) -> Grey:
    return np.asarray(picture * 0.5 + 90, np.uint8)


def hand(picture: Grey) -> Grey:
    return np.full_like(picture, 90)


@pytest.mark.parametrize(
    ("effect", "what", "within_s"),
    [
        (power_cut, "dark", 10),
        (cloth, "covered", 12),
        (out_of_focus, "blurred", 60),
        (bumped, "moved", 200),
        (turned_away, "moved", 200),
    ],
)
def test_what_befalls_a_camera_is_said_once_and_taken_back_once(
    camera: Watched, effect: Callable[[Grey], Grey], what: str, within_s: float
) -> None:
    camera.passes(within_s + 20, effect)
    assert camera.said() - {"in_motion"} == {what}
    assert [(name, value) for _, name, value in camera.changes] == [(what, True)], (
        "nothing else was said, and nothing twice"
    )
    assert camera.changes[0][0] <= within_s
    camera.changes.clear()
    camera.passes(80)
    assert camera.said() <= {"in_motion"}
    assert [(name, value) for _, name, value in camera.changes] == [(what, False)]


@pytest.mark.parametrize("effect", [cloud, sun, lorry_that_stops, mist])
def test_what_is_the_streets_business_is_not_said_of_the_camera(
    camera: Watched, effect: Callable[[Grey], Grey]
) -> None:
    camera.passes(240, effect).passes(60)
    assert camera.changes == []


def test_who_walks_past_the_lens_covers_nothing(camera: Watched) -> None:
    for _ in range(5):
        camera.passes(4, hand).passes(20)
    assert camera.changes == []


def test_a_camera_that_turns_by_command_is_never_called_moved(street: list[Grey]) -> None:
    watched = Watched(street).passes(60, expects_movement=True)
    for x in (100, 250, -200):
        watched.passes(200, functools.partial(shifted, x=x, y=0), expects_movement=True)
    assert (watched.now.is_moved, watched.now.is_blurred) == (None, None)
    assert watched.said() <= {"in_motion"}
    watched.passes(20, hand, expects_movement=True)
    assert "covered" in watched.said()


def _looks(pictures: Iterable[Grey]) -> list[bool | None]:
    eye = CameraEye()
    return [eye.look(seen(picture), number * LOOK_S).is_frozen for number, picture in enumerate(pictures)]


def test_the_same_picture_for_ten_seconds_is_frozen_and_a_living_one_is_not(street: list[Grey]) -> None:
    still = street[0]
    frozen = _looks([street[1], street[2], *[still] * 8, street[3], street[4], street[5], street[6]])
    assert frozen[:7] == [None] + [False] * 6
    assert frozen[7:11] == [True] * 4, "ten seconds after the first of the equal pictures"
    assert frozen[-1] is False


def test_a_quiet_night_with_sensor_noise_is_not_frozen(street: list[Grey]) -> None:
    random = np.random.default_rng(1)
    quiet = [
        np.clip(street[0] + random.standard_normal(street[0].shape) * 0.4, 0, 255).astype(np.uint8) for _ in range(30)
    ]
    assert True not in _looks(quiet)


def test_a_still_scene_whose_clock_goes_on_is_not_frozen(street: list[Grey]) -> None:
    def stamped(number: int) -> Grey:
        return cv2.putText(street[0].copy(), f"12:00:{number * 2:02d}", (8, 20), cv2.FONT_HERSHEY_PLAIN, 1, (255,))

    assert True not in _looks(stamped(number) for number in range(29))


def test_a_walker_moves_and_an_empty_yard_does_not() -> None:
    random = np.random.default_rng(1)
    yard = cv2.GaussianBlur(random.integers(0, 255, (360, 640), np.uint8), (0, 0), 4)

    def walker(picture: Grey, step: int) -> Grey:
        return cv2.rectangle(picture.copy(), (step * 30, 150), (step * 30 + 40, 260), (20,), -1)

    watched = Watched([yard]).passes(30)
    assert watched.now.is_in_motion is False
    steps = iter(range(20))
    assert watched.passes(10, lambda p: walker(p, next(steps))).now.is_in_motion is True
    assert watched.passes(60).now.is_in_motion is False


@given(st.lists(st.sampled_from([True, False, None]), max_size=80))
def test_no_condition_flaps(evidence: list[bool | None]) -> None:
    held = Held(enter_s=6.0, leave_s=4.0)
    said = [(at, held.take(one, float(at))) for at, one in enumerate(evidence)]
    changes = [(at, value) for (at, value), (_, before) in zip(said[1:], said, strict=False) if value != before]
    for (at, value), (later, _) in itertools.pairwise(changes):
        assert later - at >= (4 if value else 6) or value is None
    for at, value in changes:
        if value:
            window = evidence[at - 6 : at + 1]
            assert False not in window, "only lasting evidence counts"
            assert window.count(None) <= 4
