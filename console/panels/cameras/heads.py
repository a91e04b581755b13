"""Cameras' heads: the places and rounds they keep, asked when somebody wants them, and who holds them now."""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Signal

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.ports import Client
from console.kit.task_bag import TaskBag
from contract.cameras import CameraDetails
from contract.leases import Lease
from widgets.texts import Texts

_KEPT_S: Final = 60.0


class Known(NamedTuple):
    """What a camera answered; `why` says in words that it did not."""

    details: CameraDetails | None = None
    why: str = ""


class Heads(QObject):
    """`changed` says of which camera more is known."""

    changed = Signal(int)

    def __init__(self, client: Client, tasks: TaskBag, tr: Texts, now: Callable[[], float]) -> None:
        super().__init__()
        self._client = client
        self._tasks = tasks
        self._tr = tr
        self._now = now
        self._known: dict[int, tuple[Known, float]] = {}
        self._asked: set[int] = set()
        self._names: dict[int, str] = {}  # who the cameras' points say holds them
        self._leases: dict[int, Lease] = {}

    def known(self, camera_id: int) -> Known | None:
        """What the camera answered within the last minute, or longer ago while it is asked again; None: nothing yet."""
        known = self._known.get(camera_id)
        return None if known is None else known[0]

    def ask(self, camera_id: int, *, anew: bool = False) -> None:
        """Ask the camera what it keeps, unless it has just said so."""
        known = self._known.get(camera_id)
        is_fresh = known is not None and self._now() - known[1] < _KEPT_S and not known[0].why
        if camera_id not in self._asked and (anew or not is_fresh):
            self._asked.add(camera_id)
            self._tasks.start(self._ask(camera_id), name="places of a head")

    def hear(self, holders: Iterable[tuple[int, str]]) -> None:
        """Who the points of cameras say holds them; empty: nobody. Whether that is oneself is asked once a change."""
        for camera_id, name in holders:
            if self._names.get(camera_id, "") != name:
                self._names[camera_id] = name
                self._leases.pop(camera_id, None)
                if name:
                    self._tasks.start(self._look(camera_id), name="who holds a head")

    def take(self, lease: Lease) -> None:
        """A lease the backend has just told."""
        self._leases[lease.camera_id] = lease
        self.changed.emit(lease.camera_id)

    def is_mine(self, camera_id: int) -> bool:
        """Whether one moves it oneself, at whichever desk."""
        lease = self._leases.get(camera_id)
        return bool(self._names.get(camera_id)) and lease is not None and lease.is_mine

    def other(self, camera_id: int) -> str:
        """Who else moves it now; empty while that is not known yet."""
        lease = self._leases.get(camera_id)
        name = self._names.get(camera_id, "")
        return name if lease is not None and not lease.is_mine else ""

    async def _ask(self, camera_id: int) -> None:
        try:
            known = Known(await self._client.camera_details(camera_id))
        except RequestFailed as error:
            known = Known(None, failure_text(error, self._tr))
        finally:
            self._asked.discard(camera_id)
        self._known[camera_id] = known, self._now()
        self.changed.emit(camera_id)

    async def _look(self, camera_id: int) -> None:
        try:
            lease = await self._client.lease(camera_id)
        except RequestFailed:
            lease = Lease(camera_id=camera_id, holder_name=self._names.get(camera_id, ""))  # better told than not
        self.take(lease)
