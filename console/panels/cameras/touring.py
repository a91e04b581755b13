"""A tour on the wall: moved on by the clock, paused by a hand, its next picture opened ahead."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, Signal

from console.panels.cameras.sight import TourSight
from console.store.wall.contents import Scene
from console.store.wall.tours import Tour, TourRun, TourState, TourStep
from console.store.wall_shelf import WallKind, WallShelf
from widgets.frame_clock import FrameClock, Ticking
from widgets.texts import Texts

_TICK_HZ: Final = 10


class Touring(QObject):
    """`sight` is what the tour shows now; `changed` says that it is another."""

    changed = Signal()
    told = Signal()  # the words changed: paused, seconds left
    ahead = Signal(object)  # TourSight: what comes next, to be opened

    def __init__(self, shelf: WallShelf, clock: FrameClock, tr: Texts) -> None:
        super().__init__()
        self._shelf = shelf
        self._clock = clock
        self._tr = tr
        self.run = TourRun()
        self._tile = 0
        self._ticking: Ticking | None = None
        self._told_ahead: TourStep | None = None
        self._is_held = False  # by alarms on the wall
        self._words = ""

    @property
    def sight(self) -> TourSight | None:
        """What it shows; None while no tour is on."""
        return self._sight_of(self.run.step)

    @property
    def words(self) -> str:
        """Which tour, where it stands, whether it is paused."""
        run = self.run
        if not run.is_on:
            return ""
        key = "touched" if run.is_paused_by_hand else ("held" if self._is_held else "paused")
        if run.state is TourState.RUNNING:
            key = "running"
        return self._tr(
            f"wall.tour.{key}",
            name=run.tour.name,
            step=run.index + 1,
            steps=len(run.tour.steps),
            seconds=round(run.seconds_left(self._clock.now())),
        )

    def start(self, tour: Tour, tile: int) -> bool:
        """Begin; cameras are shown in this tile. Whether there was anything to show."""
        self._tile = tile
        if not self.run.start(tour, self._clock.now()):
            return False
        if self._ticking is None:
            self._ticking = self._clock.subscribe(_TICK_HZ, self.tick)
        self._changed()
        return True

    def stop(self) -> None:
        """The wall is the operator's again."""
        if self._ticking is not None:
            self._ticking.stop()
            self._ticking = None
        if self.run.is_on:
            self.run.stop()
            self._changed()

    def touch(self) -> None:
        """A hand works on the wall: what is shown stays."""
        if self.run.state is TourState.RUNNING:
            self.run.pause(self._clock.now(), is_by_hand=True)
            self._tell()

    def hold(self, *, is_held: bool) -> None:
        """Alarms are on the wall: it stops, and goes on by itself when they are acknowledged."""
        if is_held and self.run.state is TourState.RUNNING:
            self.run.pause(self._clock.now())
            self._is_held = True
            self._tell()
        elif not is_held and self._is_held:
            self._is_held = False
            self.run.resume(self._clock.now())
            self._tell()

    def toggle(self) -> None:
        """Pause, or go on."""
        self._is_held = False
        now = self._clock.now()
        if self.run.state is TourState.PAUSED:
            self.run.resume(now)
        else:
            self.run.pause(now)
        self._tell()

    def go(self, steps: int) -> None:
        """To the next step, or the one before."""
        if self.run.is_on:
            self.run.go(steps, self._clock.now())
            self._changed()

    def holds(self, tile: int) -> bool:
        """Whether the tour shows something in this tile."""
        sight = self.sight
        return sight is not None and (sight.scene is not None or sight.tile == tile)

    def tick(self, now: float) -> None:
        """Move on when it is time."""
        if self.run.tick(now):
            self._changed()
            return
        coming = self.run.coming
        if coming is not None and coming is not self._told_ahead and self.run.wants_next(now):
            self._told_ahead = coming
            sight = self._sight_of(coming)
            if sight is not None:
                self.ahead.emit(sight)
        if self.words != self._words:
            self._tell()

    def _changed(self) -> None:
        self._told_ahead = None
        self.changed.emit()
        self._tell()

    def _tell(self) -> None:
        if self.run.state is not TourState.RUNNING:
            self._told_ahead = None
        self._words = self.words
        self.told.emit()

    def _sight_of(self, step: TourStep | None) -> TourSight | None:
        if step is None:
            return None
        if step.scene:
            named = self._shelf.named(step.scene, WallKind.SCENE)
            scene = named.value if named is not None and isinstance(named.value, Scene) else None
            return TourSight(scene=scene)
        return TourSight(tile=self._tile, camera_id=step.camera_id)


def read_tour(
    name: str, text: str, camera_of: Callable[[int], int | None], scenes: Sequence[str]
) -> tuple[Tour | None, int]:
    """One step a line: a camera's number or the name of a kept wall, then seconds (10 where none are said).

    Answers the tour, or None and the first line that names nothing that is there.
    """
    steps: list[TourStep] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words:
            continue
        has_time = len(words) > 1 and words[-1].isascii() and words[-1].isdigit() and len(words[-1]) <= 4
        dwell = float(words[-1]) if has_time else 10.0
        named = " ".join(words[:-1] if has_time else words)
        camera_id = camera_of(int(named)) if named.isascii() and named.isdigit() and len(named) <= 6 else None
        if camera_id is not None:
            steps.append(TourStep(dwell, camera_id))
        elif named in scenes:
            steps.append(TourStep(dwell, None, named))
        else:
            return None, number
    return Tour(name, tuple(steps)), 0


def write_tour(tour: Tour, number_of: Callable[[int], int | None]) -> str:
    """The same as text, to be changed by hand."""
    lines: list[str] = []
    for step in tour.steps:
        named = step.scene if step.camera_id is None else number_of(step.camera_id)
        if named is not None:
            lines.append(f"{named} {step.dwell_s:.0f}")
    return "\n".join(lines)
