"""The cameras of the city: where each stream is pulled from, opened once whoever wants its pictures."""

from collections.abc import Callable

from contract.media import CameraState, CloseCamera, OpenCamera, StreamKey
from media.live.camera_pull import LINGER_S, CameraAddress, CameraPull
from video.rtsp.authentication import Credentials
from video.source import VideoSink
from video.task_owner import TaskOwner


class Cameras:
    """Every stream the backend has told of. The relay, the recorder and the watch over conditions share the pulls."""

    def __init__(
        self,
        report: Callable[[CameraState], None],
        *,
        linger_s: float = LINGER_S,
        listener: Callable[[StreamKey], VideoSink] | None = None,
    ) -> None:
        """`listener` makes one for every stream, for who looks at whatever is open anyway."""
        self._report = report
        self._listener = listener
        self._linger_s = linger_s
        self._tasks = TaskOwner()
        self._pulls: dict[StreamKey, CameraPull] = {}

    def pull(self, key: StreamKey) -> CameraPull | None:
        """The pull of a stream; None when it was never told of, or was closed."""
        return self._pulls.get(key)

    def open_count(self) -> int:
        """How many streams are being pulled now."""
        return sum(pull.is_pulling for pull in self._pulls.values())

    async def open(self, command: OpenCamera) -> None:
        """This stream may be pulled from now on; at another address it begins anew for those who hold it."""
        key = StreamKey(command.camera_id, command.stream)
        credentials = Credentials(command.user, command.password) if command.user else None
        address = CameraAddress(command.url, credentials, command.has_sound)
        present = self._pulls.get(key)
        if present is not None and present.address == address:
            return
        if present is not None:
            await present.move(address)
        else:
            pull = CameraPull(key, address, self._tasks, self._report, linger_s=self._linger_s)
            if self._listener is not None:
                pull.add_listener(self._listener(key))
            self._pulls[key] = pull

    async def shut(self, command: CloseCamera) -> None:
        """Nobody may see this stream any more."""
        await self._close(StreamKey(command.camera_id, command.stream))

    async def close(self) -> None:
        """Close every camera; a second call does nothing."""
        pulls, self._pulls = self._pulls, {}
        for pull in pulls.values():
            await pull.close()
        await self._tasks.close()

    async def _close(self, key: StreamKey) -> None:
        pull = self._pulls.pop(key, None)
        if pull is not None:
            await pull.close()
