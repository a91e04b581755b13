"""What is taken from playback at once: a bookmark, a still."""

import asyncio
import datetime as dt
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.task_bag import TaskBag
from console.panels.footage.moment_words import moment_words
from console.panels.footage.presenter import FootagePresenter
from widgets.notice import Tone
from widgets.texts import Texts


class Taking:
    """Asks the backend, and says what came of it."""

    def __init__(
        self, presenter: FootagePresenter, tasks: TaskBag, tr: Texts, say: Callable[[str, Tone], None]
    ) -> None:
        self._presenter = presenter
        self._tasks = tasks
        self._tr = tr
        self._say = say

    def bookmark(self, camera_id: int | None, at: float, done: Callable[[], None]) -> None:
        """Mark the moment that is shown."""
        if camera_id is None:
            self._say(self._tr("footage.empty"), Tone.WARNING)
            return
        self._tasks.start(self._bookmark(camera_id, at, done), name="bookmark")

    def still(self, parent: QWidget, camera_id: int | None, at: float) -> None:
        """The picture that is shown, into a file the operator chooses."""
        if camera_id is None:
            self._say(self._tr("footage.empty"), Tone.WARNING)
            return
        moment = dt.datetime.fromtimestamp(at, dt.UTC).astimezone().strftime("%Y-%m-%d_%H-%M-%S")
        caption = "".join(sign if sign.isalnum() else "_" for sign in self._presenter.caption(camera_id))[:60]
        path, _kind = QFileDialog.getSaveFileName(
            parent, self._tr("footage.still"), f"{caption}_{moment}.jpg", "JPEG (*.jpg)"
        )
        if path:
            self._tasks.start(self._still(camera_id, at, Path(path)), name="still")

    async def _bookmark(self, camera_id: int, at: float, done: Callable[[], None]) -> None:
        try:
            await self._presenter.bookmark(camera_id, at, self._tr("footage.bookmark_label", time=moment_words(at)))
        except RequestFailed as error:
            self._say(failure_text(error, self._tr), Tone.WARNING)
            return
        self._say(self._tr("footage.bookmarked", time=moment_words(at)), Tone.PLAIN)
        done()

    async def _still(self, camera_id: int, at: float, path: Path) -> None:
        try:
            content = await self._presenter.still(camera_id, at)
            await asyncio.to_thread(path.write_bytes, content)
        except RequestFailed as error:
            self._say(failure_text(error, self._tr), Tone.WARNING)
        except OSError as error:
            self._say(self._tr("footage.not_written", path=str(path), reason=error.strerror or ""), Tone.WARNING)
        else:
            self._say(self._tr("footage.still_kept", path=str(path)), Tone.PLAIN)
