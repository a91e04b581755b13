"""Where something is to stand: who asks, and the map that answers. And what the map's menu wants of the register."""

from typing import NamedTuple

from PySide6.QtCore import QObject, Signal


class RegisterWish(NamedTuple):
    """What somebody pointed at on the map wants: a new asset at a place, or that one asset changes its own."""

    lon: float
    lat: float
    asset_id: int | None = None  # which is to be moved; None: a new one


class PlacingStore(QObject):
    """One question at a time: a new one gives the former up."""

    asked = Signal(object)  # (lon, lat) where it stands so far, or None
    answered = Signal(float, float)
    given_up = Signal()
    wished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_asking = False
        self._wish: RegisterWish | None = None

    def ask(self, origin: tuple[float, float] | None) -> None:
        """Let the map that was worked on ask its user."""
        if self.is_asking:
            self.give_up()
        self.is_asking = True
        self.asked.emit(origin)

    def answer(self, lon: float, lat: float) -> None:
        """The user pointed there."""
        if self.is_asking:
            self.is_asking = False
            self.answered.emit(lon, lat)

    def give_up(self) -> None:
        """The user wants nothing moved."""
        if self.is_asking:
            self.is_asking = False
            self.given_up.emit()

    def forget(self) -> None:
        """Another person holds the seat: nobody waits for an answer."""
        self.give_up()
        self._wish = None

    def wish(self, wish: RegisterWish) -> None:
        """Kept until the panel that edits the register takes it."""
        self._wish = wish
        self.wished.emit()

    def take_wish(self) -> RegisterWish | None:
        """What was wished last, once."""
        wish, self._wish = self._wish, None
        return wish
