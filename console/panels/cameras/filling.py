"""Tiles that nobody emptied show the middle of the city."""

from typing import Final

from console.panels.cameras.desk import WallDesk

_EVERY_S: Final = 2.0  # vacant tiles are looked at no oftener: states change ten times a second


class Filling:
    """`keeps_vacancies`: somebody emptied a tile; it stays so."""

    def __init__(self, desk: WallDesk) -> None:
        self._desk = desk
        self._clock = desk.context.ticker.frame_clock
        self._filled_at = 0.0
        self.keeps_vacancies = False
        desk.context.stores.states.changed_since_tick.connect(self._states_changed)

    def fill(self) -> None:
        """Look at the vacant tiles now."""
        self._filled_at = self._clock.now()
        wall = self._desk.wall
        vacant = () if self.keeps_vacancies else tuple(wall.vacant)
        cameras = self._desk.presenter.central(len(vacant), wall.cameras) if vacant else ()
        if cameras:
            wall.fill(cameras)
            self._desk.arrange()

    def close(self) -> None:
        """Hear nothing more."""
        self._desk.context.stores.states.changed_since_tick.disconnect(self._states_changed)

    def _states_changed(self, _states: object) -> None:
        if self._clock.now() - self._filled_at >= _EVERY_S:
            self.fill()
