"""A still picture of a camera into a file that the operator chooses."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from console.kit.errors import RequestFailed, RequestRefused
from console.kit.failures import failure_text
from console.kit.ports import Client
from console.kit.task_bag import TaskBag
from console.panels.cameras.replaying import is_purpose_needed
from contract.assets import Asset
from contract.footage import StillRequest
from widgets.notice import Tone
from widgets.texts import Texts

_NO_FILE_NAME: Final = re.compile(r"[^\w.+-]+")
_LONGEST: Final = 60


class Stills:
    """Taken by the media process, under masks and into the register; written here."""

    def __init__(
        self,
        client: Client,
        tasks: TaskBag,
        tr: Texts,
        say: Callable[[str, Tone], None],
        purpose_needed: Callable[[], None],
    ) -> None:
        self._client = client
        self._tasks = tasks
        self._tr = tr
        self._say = say
        self._purpose_needed = purpose_needed
        self._folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation) or ".")

    def take(self, camera: Asset, at: dt.datetime | None, now: dt.datetime, over: QWidget) -> None:
        """The picture of now, or of a recorded moment: taken first, then its file is chosen."""
        self._tasks.start(self._take(camera, at, at or now, over), name="still")

    async def _take(self, camera: Asset, at: dt.datetime | None, shown_at: dt.datetime, over: QWidget) -> None:
        try:
            content = await self._client.still(camera.id, StillRequest(at=at))
        except RequestRefused as error:
            if is_purpose_needed(error):
                self._purpose_needed()
            self._say(failure_text(error, self._tr), Tone.WARNING)
            return
        except RequestFailed as error:
            self._say(failure_text(error, self._tr), Tone.WARNING)
            return
        dialog = QFileDialog(over, self._tr("wall.still.choose"), str(self._folder / still_name(camera, shown_at)))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("JPEG (*.jpg)")
        dialog.setDefaultSuffix("jpg")
        dialog.setModal(False)  # no dialog keeps alarms from being worked on

        def chosen(file: str) -> None:
            self.write(Path(file), content)

        dialog.fileSelected.connect(chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()

    def write(self, file: Path, content: bytes) -> None:
        """Whole or not at all."""
        scratch = file.with_name(f".{file.name}.part")
        try:
            scratch.write_bytes(content)
            scratch.replace(file)
        except OSError as error:
            scratch.unlink(missing_ok=True)
            self._say(
                self._tr("wall.still.not_kept", file=file.name, reason=error.strerror or str(error)), Tone.WARNING
            )
            return
        self._folder = file.parent
        self._say(self._tr("wall.still.kept", file=str(file)), Tone.PLAIN)


def still_name(camera: Asset, at: dt.datetime, zone: dt.tzinfo | None = None) -> str:
    """Number, code and local time to the second, in letters every disk takes."""
    number = "" if camera.number is None else f"{camera.number}_"
    name = _NO_FILE_NAME.sub("-", f"{number}{camera.code}")[:_LONGEST].strip("-.")
    return f"{name or 'camera'}_{at.astimezone(zone).strftime('%Y-%m-%d_%H-%M-%S')}.jpg"
