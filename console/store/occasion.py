"""Is this the city or an exercise? Unknown until a backend has said it."""

import enum

from PySide6.QtCore import QObject, Signal

from widgets.texts import Texts


class Occasion(enum.Enum):
    """What the backend that answers is for."""

    UNKNOWN = "unknown"
    LIVE = "live"
    EXERCISE = "exercise"


class OccasionStore(QObject):
    """Told by whoever meets a backend; read by whatever is shown or written."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.occasion = Occasion.UNKNOWN

    @property
    def is_exercise(self) -> bool:
        """Whether nothing here is real."""
        return self.occasion is Occasion.EXERCISE

    def take(self, *, is_exercise: bool) -> None:
        """A backend has said it."""
        self._become(Occasion.EXERCISE if is_exercise else Occasion.LIVE)

    def forget(self) -> None:
        """Another backend is about to be met."""
        self._become(Occasion.UNKNOWN)

    def mark(self, texts: Texts) -> str:
        """What stands on every sheet that leaves an exercise; empty in the city."""
        return texts("exercise.mark") if self.is_exercise else ""

    def heading(self, title: str, texts: Texts) -> str:
        """What stands over a sheet: in an exercise it begins with saying so."""
        return f"{self.mark(texts)} — {title}" if self.is_exercise else title

    def file_name(self, name: str, texts: Texts) -> str:
        """A file from an exercise says so in its name."""
        return f"{texts('exercise.word').upper()} {name}" if self.is_exercise else name

    def _become(self, occasion: Occasion) -> None:
        if occasion is not self.occasion:
            self.occasion = occasion
            self.changed.emit()
