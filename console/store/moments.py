"""Moments of the past that somebody wishes to see, and periods to be taken out as evidence."""

from PySide6.QtCore import QObject, Signal

from console.store.wishes import Extraction, MomentWish


class MomentsStore(QObject):
    """Any panel wishes; the panels of playback and evidence answer, also when they are opened for it."""

    moment_wished = Signal(object)  # MomentWish
    extraction_wished = Signal(object)  # Extraction
    chosen_changed = Signal()  # the period chosen in playback is another

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._moment: MomentWish | None = None
        self._extraction: Extraction | None = None
        self._chosen: Extraction | None = None

    def show_moment(self, wish: MomentWish) -> None:
        """Somebody wants to see it."""
        self._moment = wish
        self.moment_wished.emit(wish)

    def extract(self, wish: Extraction) -> None:
        """Somebody wants it as evidence."""
        self._extraction = wish
        self.extraction_wished.emit(wish)

    def forget(self) -> None:
        """Another person holds the seat: nobody waits for these wishes."""
        self._moment = self._extraction = None
        self.choose(None)

    @property
    def chosen(self) -> Extraction | None:
        """The cameras and the period that stand chosen in playback."""
        return self._chosen

    def choose(self, chosen: Extraction | None) -> None:
        """Another period stands chosen in playback, or none."""
        if chosen != self._chosen:
            self._chosen = chosen
            self.chosen_changed.emit()

    def take_moment(self) -> MomentWish | None:
        """The wish nobody has answered yet; it is answered now."""
        wish, self._moment = self._moment, None
        return wish

    def take_extraction(self) -> Extraction | None:
        """The wish nobody has answered yet; it is answered now."""
        wish, self._extraction = self._extraction, None
        return wish
