"""Hold to move: one command at a time, said again while held, and a stop that is never lost."""

from collections.abc import Callable

from console.kit.task_bag import TaskBag
from console.panels.cameras.presenter import MOVE_DEADLINE_S, CamerasPresenter
from widgets.frame_clock import FrameClock, Ticking

_AGAIN_S = MOVE_DEADLINE_S / 2
Vector = tuple[float, float, float]


class Steering:
    """The newest wish wins; a camera stops by itself when the wish is not repeated."""

    def __init__(
        self, presenter: CamerasPresenter, tasks: TaskBag, clock: FrameClock, failed: Callable[[str], None]
    ) -> None:
        self._presenter = presenter
        self._tasks = tasks
        self._clock = clock
        self._failed = failed
        self._camera_id: int | None = None
        self._wanted: Vector | None = None
        self._is_dirty = False
        self._is_sending = False
        self._again: Ticking | None = None

    def move(self, camera_id: int, pan: float, tilt: float, zoom: float) -> None:
        """Turn at these speeds until stopped."""
        if self._camera_id not in {None, camera_id}:
            self.stop()
        self._camera_id = camera_id
        self._wanted = (pan, tilt, zoom)
        self._is_dirty = True
        self._send()

    def stop(self) -> None:
        """Stop what moves."""
        if self._camera_id is not None:
            self._wanted = None
            self._is_dirty = True
            self._send()

    def close(self) -> None:
        """No more commands."""
        self._forget_again()
        self._camera_id = None

    def _send(self) -> None:
        if not self._is_sending and self._camera_id is not None:
            self._is_sending = self._tasks.start(self._deliver(self._camera_id), name="ptz") is not None

    async def _deliver(self, camera_id: int) -> None:
        try:
            while self._is_dirty:
                self._is_dirty = False
                wanted = self._wanted
                if wanted is None:
                    why = await self._presenter.stop(camera_id)
                else:
                    why = await self._presenter.move(camera_id, *wanted)
                if why:
                    self._failed(why)
                    self._wanted = None
                    break
        finally:
            self._is_sending = False
        self._forget_again()
        if self._wanted is None:
            self._camera_id = None
        else:
            self._again = self._clock.after(_AGAIN_S, self._say_again)

    def _say_again(self) -> None:
        self._again = None
        if self._wanted is not None:
            self._is_dirty = True
            self._send()

    def _forget_again(self) -> None:
        if self._again is not None:
            self._again.stop()
            self._again = None
