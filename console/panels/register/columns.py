"""Which columns the register shows: ticked in a menu, moved and sized by hand, kept with the view."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QToolButton

from console.panels.register.presenter import RegisterPresenter
from widgets.register_table import RegisterTable


class Columns(QObject):
    """`listed`: list anew, for there are other cells."""

    def __init__(
        self, presenter: RegisterPresenter, table: RegisterTable, button: QToolButton, listed: Callable[[], None]
    ) -> None:
        super().__init__(table)
        self._presenter = presenter
        self._heads = table.heads
        self._button = button
        self._listed = listed
        self._heads.offer = presenter.all_fields
        self._heads.changed.connect(lambda: presenter.ask(columns=tuple(self._heads.chosen)))
        self._heads.column_requested.connect(self._tick)
        self._heads.usual_requested.connect(lambda: self.choose(()))
        button.clicked.connect(lambda _checked=False: self._open())

    def show(self) -> None:
        """The columns of the view."""
        self._heads.show(self._presenter.shown_columns())

    def choose(self, columns: tuple[tuple[str, int], ...]) -> None:
        """Show these (name, width; 0: usual); none: the usual ones."""
        self._presenter.ask(columns=columns)
        self.show()
        self._listed()

    def _tick(self, name: str, is_wanted: bool) -> None:
        rest = tuple(each for each in self._presenter.columns if each[0] != name)
        self.choose((*rest, (name, 0)) if is_wanted else rest)

    def _open(self) -> None:
        menu = self._heads.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._button.mapToGlobal(self._button.rect().bottomLeft()))
