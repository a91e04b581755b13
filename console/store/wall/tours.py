"""Tours: one picture or scene after another, each for its time; paused by a hand. Pure; the clock comes in."""

import enum
from collections.abc import Sequence
from typing import Final

import msgspec

MOST_STEPS: Final = 100
SHORTEST_S: Final = 2.0
LONGEST_S: Final = 3600.0
AHEAD_S: Final = 2.0  # the next picture is opened so long before it is shown


class TourStep(msgspec.Struct, frozen=True, omit_defaults=True):
    """A camera into the tour's tile, or a whole named scene; for so many seconds."""

    dwell_s: float = 10.0
    camera_id: int | None = None
    scene: str = ""


class Tour(msgspec.Struct, frozen=True):
    """Steps that begin again after the last."""

    name: str
    steps: tuple[TourStep, ...] = ()


class TourState(enum.StrEnum):
    """How a tour fares."""

    STOPPED = "stopped"
    RUNNING = "running"
    PAUSED = "paused"


def checked(tour: Tour) -> Tour:
    """The tour with times that make sense, without steps that show nothing."""
    steps = tuple(
        msgspec.structs.replace(step, dwell_s=min(max(step.dwell_s, SHORTEST_S), LONGEST_S))
        for step in tour.steps[:MOST_STEPS]
        if step.dwell_s == step.dwell_s and (step.camera_id is not None or step.scene)
    )
    return Tour(tour.name, steps)


def of_cameras(name: str, camera_ids: Sequence[int], dwell_s: float) -> Tour:
    """One camera after another."""
    return checked(Tour(name, tuple(TourStep(dwell_s, camera_id) for camera_id in camera_ids)))


class TourRun:
    """Where a tour stands. `tick` moves it on; times are monotonic seconds."""

    def __init__(self) -> None:
        self.tour = Tour("")
        self.state = TourState.STOPPED
        self.index = 0
        self.is_paused_by_hand = False  # not by the pause key: touching the wall paused it
        self._due = 0.0
        self._left = 0.0

    @property
    def step(self) -> TourStep | None:
        """What is shown; None while no tour is on."""
        return self.tour.steps[self.index] if self.is_on else None

    @property
    def coming(self) -> TourStep | None:
        """What is shown next, when it is another than now."""
        if not self.is_on or len(self.tour.steps) < 2:
            return None
        return self.tour.steps[(self.index + 1) % len(self.tour.steps)]

    @property
    def is_on(self) -> bool:
        """Running or paused."""
        return self.state is not TourState.STOPPED

    def start(self, tour: Tour, now: float) -> bool:
        """Begin with the first step; whether there is one."""
        self.tour = checked(tour)
        self.index = 0
        self.is_paused_by_hand = False
        if not self.tour.steps:
            self.state = TourState.STOPPED
            return False
        self.state = TourState.RUNNING
        self._due = now + self.tour.steps[0].dwell_s
        return True

    def stop(self) -> None:
        """No more."""
        self.state = TourState.STOPPED

    def pause(self, now: float, *, is_by_hand: bool = False) -> None:
        """Stay with what is shown."""
        if self.state is TourState.RUNNING:
            self.state = TourState.PAUSED
            self.is_paused_by_hand = is_by_hand
            self._left = max(0.0, self._due - now)

    def resume(self, now: float) -> None:
        """Go on, for the time that was left."""
        if self.state is TourState.PAUSED:
            self.state = TourState.RUNNING
            self.is_paused_by_hand = False
            self._due = now + max(self._left, SHORTEST_S)

    def go(self, steps: int, now: float) -> None:
        """So many steps on, or back; a paused tour stays paused."""
        if self.is_on:
            self.index = (self.index + steps) % len(self.tour.steps)
            self._left = self.tour.steps[self.index].dwell_s
            self._due = now + self._left

    def tick(self, now: float) -> bool:
        """Move on when it is time; whether another step is shown."""
        if self.state is not TourState.RUNNING or now < self._due or len(self.tour.steps) < 2:
            return False
        self.go(1, now)
        return True

    def wants_next(self, now: float) -> bool:
        """Whether what comes next should be opened by now."""
        return self.state is TourState.RUNNING and self.coming is not None and now >= self._due - AHEAD_S

    def seconds_left(self, now: float) -> float:
        """How long the step is still shown."""
        return self._left if self.state is TourState.PAUSED else max(0.0, self._due - now)
