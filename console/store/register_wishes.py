"""What lists of assets wish of the panels beside them: a page of an asset's file, a stock-take of what is chosen."""

import enum

from PySide6.QtCore import QObject, Signal


class FilePage(enum.Enum):
    """The pages of an asset's file. CHOSEN_LABELS: the labels, of all that are chosen."""

    FIELDS = "fields"
    HISTORY = "history"
    DOCUMENTS = "documents"
    CHOSEN_LABELS = "labels"


class RegisterWishes(QObject):
    """Each wish is kept until the panel that fulfils it takes it: it may be opened by the wish."""

    page_wished = Signal()
    stock_take_wished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._page: FilePage | None = None
        self._wants_stock_take = False

    def forget(self) -> None:
        """Another person holds the seat: nobody waits for these wishes."""
        self._page, self._wants_stock_take = None, False

    def open_page(self, page: FilePage) -> None:
        """Show this page of the file of what is selected."""
        self._page = page
        self.page_wished.emit()

    def take_page(self) -> FilePage | None:
        """The page that was wished last, once."""
        page, self._page = self._page, None
        return page

    def open_stock_take(self) -> None:
        """Ask for a new stock-take of what is chosen."""
        self._wants_stock_take = True
        self.stock_take_wished.emit()

    def take_stock_take(self) -> bool:
        """Whether one was wished, once."""
        wanted, self._wants_stock_take = self._wants_stock_take, False
        return wanted
