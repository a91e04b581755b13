"""What the parts of one wall share."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from console.panels.cameras.alarming import Alarming
from console.panels.cameras.asking import Asking
from console.panels.cameras.heads import Heads
from console.panels.cameras.listening import Listening
from console.panels.cameras.presenter import CamerasPresenter
from console.panels.cameras.replaying import Replaying
from console.panels.cameras.sight import Sight
from console.panels.cameras.stage import WallStage
from console.panels.cameras.stills import Stills
from console.panels.cameras.touring import Touring
from console.store.context import Context
from console.store.wall.contents import CameraTile
from console.store.wall.wall import Wall
from contract.assets import Asset
from widgets.notice import Tone


@dataclass(frozen=True, kw_only=True)
class WallDesk:
    """One wall and its parts; `arrange` shows what they decided, `sight` is what is shown."""

    context: Context
    widget: QWidget
    wall: Wall
    stage: WallStage
    presenter: CamerasPresenter
    touring: Touring
    alarming: Alarming
    replaying: Replaying
    heads: Heads
    listening: Listening
    stills: Stills
    asking: Asking
    sight: Callable[[], Sight]
    arrange: Callable[[], None]
    say: Callable[[str, Tone], None]
    say_on_tile: Callable[[int, str], None]

    def camera_in(self, tile: int) -> Asset | None:
        """The camera that a tile shows now, whoever put it there."""
        contents = self.sight().contents
        content = contents[tile] if 0 <= tile < len(contents) else None
        return self.presenter.camera(content.camera_id) if isinstance(content, CameraTile) else None
