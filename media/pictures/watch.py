"""The watch over the condition of cameras: a key picture every few seconds of what is open anyway."""

import asyncio
from collections.abc import Callable
from typing import Final

import msgspec

from contract.media import CameraCondition, OpenCamera, StreamKey
from media.pictures.messages import Answer, LookAt, Seen
from media.pictures.worker_process import WorkerProcess
from video.access_unit import AccessUnit, Codec, StreamParameters
from video.clocks import Clock, monotonic
from video.states import StreamStatus
from video.task_owner import TaskOwner

EVERY_S: Final = 4.0
BUDGET: Final = 0.35  # of a core: with more cameras each is looked at less often
UNKNOWN_AFTER_S: Final = 60.0
_OTHER_STREAM_AFTER_S: Final = 15.0
_MOST_WAITING: Final = 64
_COST_S: Final = 0.004


class ConditionWatch:
    """Says what the pictures of each camera say of it, whenever that changes."""

    def __init__(
        self,
        worker: WorkerProcess,
        report: Callable[[CameraCondition], None],
        *,
        clock: Clock = monotonic,
        every_s: float = EVERY_S,
    ) -> None:
        self._worker = worker
        self._report = report
        self._clock = clock
        self._every_s = every_s
        self._cameras: dict[int, _Watched] = {}
        self._cost_s = _COST_S
        self._watched = 0
        self._tasks = TaskOwner()
        self._sweeping: asyncio.Task[None] | None = None

    @property
    def period_s(self) -> float:
        """How often each camera is looked at now."""
        return max(self._every_s, self._cost_s * self._watched / BUDGET)

    def told(self, command: OpenCamera) -> None:
        """A camera may be opened from now on."""
        self._camera(command.camera_id).is_movable = command.is_movable

    def listener(self, key: StreamKey) -> "StreamWatch":
        """Listens to a pull; it never holds one open."""
        return StreamWatch(self, key)

    async def close(self) -> None:
        """Look no more."""
        await self._tasks.close()

    def expects_movement(self, camera_id: int) -> bool:
        """Whether the view of this camera changes by command."""
        camera = self._cameras.get(camera_id)
        return camera is not None and camera.is_movable

    def consider(self, key: StreamKey, codec: Codec, unit: AccessUnit) -> None:
        """A key picture came: look at it if it is time to."""
        now = self._clock()
        camera = self._camera(key.camera_id)
        if camera.stream != key.stream:
            # A stream is compared with itself only: main and sub may be cut and coded otherwise.
            if camera.stream and now - camera.looked_at < _OTHER_STREAM_AFTER_S:
                return
            camera.stream = key.stream
        # Key pictures come when they come: one a little early is as good.
        if camera.is_asked or now - camera.looked_at < 0.9 * self.period_s or self._worker.waiting >= _MOST_WAITING:
            return
        camera.looked_at, camera.is_asked = now, True
        question = LookAt(key.camera_id, key.stream, codec, unit, now, expects_movement=camera.is_movable)
        self._worker.ask(question, lambda answer: self._answered(key, answer))
        if self._sweeping is None:
            self._sweeping = self._tasks.start(self._forget_the_silent(), name="watch over cameras")

    def _camera(self, camera_id: int) -> "_Watched":
        return self._cameras.setdefault(camera_id, _Watched())

    def _answered(self, key: StreamKey, answer: Answer | None) -> None:
        camera = self._camera(key.camera_id)
        camera.is_asked = False
        if isinstance(answer, Seen) and camera.stream == key.stream:
            self._cost_s += (answer.cost_s - self._cost_s) * 0.05
            self._say(key.camera_id, camera, answer)

    def _say(self, camera_id: int, camera: "_Watched", seen: Seen) -> None:
        condition = CameraCondition(
            camera_id=camera_id,
            is_frozen=seen.is_frozen,
            is_dark=seen.is_dark,
            is_covered=seen.is_covered,
            is_blurred=seen.is_blurred,
            is_moved=seen.is_moved,
            is_in_motion=seen.is_in_motion,
        )
        if condition != (camera.said or CameraCondition(camera_id=camera_id)):
            camera.said = condition
            self._report(condition)

    async def _forget_the_silent(self) -> None:
        while True:
            await asyncio.sleep(UNKNOWN_AFTER_S / 4)
            long_ago = self._clock() - UNKNOWN_AFTER_S - self.period_s
            self._watched = sum(camera.looked_at >= long_ago for camera in self._cameras.values())
            for camera_id, camera in self._cameras.items():
                if camera.said is not None and camera.looked_at < long_ago:
                    self._say(camera_id, camera, Seen())


class StreamWatch:
    """One stream's listener."""

    def __init__(self, watch: ConditionWatch, key: StreamKey) -> None:
        self._watch = watch
        self._key = key
        self._codec: Codec | None = None

    def described(self, parameters: StreamParameters) -> None:
        """What the camera sends."""
        self._codec = parameters.codec

    def received(self, unit: AccessUnit) -> None:
        """A picture: only whole key pictures are looked at."""
        if unit.is_key and not unit.is_damaged and self._codec is not None:
            self._watch.consider(self._key, self._codec, unit)

    def status_changed(self, status: StreamStatus) -> None:
        """That a camera is gone is said elsewhere; what was seen of it ends by itself."""
        del status


class _Watched(msgspec.Struct):
    stream: str = ""
    looked_at: float = -1e9
    is_asked: bool = False
    is_movable: bool = False
    said: CameraCondition | None = None
