"""The screens there are, real or imaginary, and word when they change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QScreen

from console.shell.screen_matching import ScreenPlace
from widgets.frame_clock import FrameClock, Ticking

_SETTLE_S = 0.5


class Screens(Protocol):
    """Where windows go."""

    def now(self) -> Sequence[ScreenPlace]:
        """The screens there are."""
        ...


@dataclass(frozen=True)
class Places:
    """Real screens, or as many imaginary ones side by side as were asked for."""

    count: int | None = None
    width: int = 1920
    height: int = 1080

    def now(self) -> Sequence[ScreenPlace]:
        """The screens there are, from the left."""
        if self.count is not None:
            return [
                ScreenPlace(f"imaginary {number + 1}", number * self.width, 0, self.width, self.height)
                for number in range(self.count)
            ]
        return sorted(map(_place_of, QGuiApplication.screens()), key=lambda place: (place.x, place.y))


class ScreenWatch(QObject):
    """Tells `changed` once screens that come, go or change their size have settled."""

    def __init__(self, clock: FrameClock, changed: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._clock = clock
        self._changed = changed
        self._settle: Ticking | None = None
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenAdded.connect(self._came)
            application.screenRemoved.connect(self.look_again)
            application.primaryScreenChanged.connect(self.look_again)
            for screen in application.screens():
                screen.availableGeometryChanged.connect(self.look_again)

    def look_again(self, *_what: object) -> None:
        """Something about the screens is another: tell when nothing more follows."""
        if self._settle is not None:
            self._settle.stop()
        self._settle = self._clock.after(_SETTLE_S, self._changed)

    def _came(self, screen: QScreen) -> None:
        screen.availableGeometryChanged.connect(self.look_again)
        self.look_again()


def is_real(place: ScreenPlace) -> bool:
    """Whether a screen of that name is there: only that one can be filled by the system."""
    return any(screen.name() == place.name for screen in QGuiApplication.screens())


def _place_of(screen: QScreen) -> ScreenPlace:
    area = screen.availableGeometry()
    is_primary = screen is QGuiApplication.primaryScreen()
    serial = screen.serialNumber()
    return ScreenPlace(screen.name(), area.x(), area.y(), area.width(), area.height(), serial, is_primary)
