"""Contacts, rosters, shifts and exceptions, edited in tables and kept together."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from console.panels.on_call.page import EditedPage, edited_table, say_bad_row
from console.panels.on_call.people_rows import BadRow, PeopleRows
from console.parts.page_asking import Asking
from console.store.context import Context
from contract.alarm_routing import ChannelSettings, Contacts
from widgets.edit_table import Column, EditTable
from widgets.look import GAP
from widgets.nesting import nest


class PeoplePage(EditedPage):
    """For managers. What is being edited is not overwritten by asking anew: it is saved or given up first."""

    def __init__(self, context: Context, asking: Asking) -> None:
        super().__init__(context, asking, "contacts and rosters")
        tr = context.texts
        self._book = Contacts()
        self._channels: tuple[ChannelSettings, ...] = ()
        yes_no = (tr("on_call.yes"), tr("on_call.no"))

        def columns(*names: str, **more: tuple[str, ...]) -> list[Column]:
            wide = {"addresses": 3, "people": 2, "steps": 4, "reason": 2, "name": 2, "quiet": 2}
            return [
                Column(tr(f"on_call.column.{name}"), tr(f"on_call.hint.{name}"), more.get(name, ()), wide.get(name, 1))
                for name in names
            ]

        contact_columns = columns("name", "addresses", "account", "communes", "language", "most", "quiet", "active",
            language=("fr", "en"), active=yes_no,
        )  # fmt: skip
        self.contacts = EditTable(contact_columns, tr("on_call.table.contacts"))
        self.rosters = EditTable(columns("name", "monday", "zone"), tr("on_call.table.rosters"))
        self.shifts = EditTable(columns("roster", "people", "days", "hours", "turn"), tr("on_call.table.shifts"))
        self.exceptions = EditTable(
            columns("roster", "since", "until", "people", "reason"), tr("on_call.table.exceptions")
        )
        for table in self._tables():
            table.edited.connect(self._edited)
        self._lay_out()
        self._dress()

    def save(self) -> None:
        """All tables together."""
        if not self.is_edited:
            return
        rows = PeopleRows(self._context.texts, self._channels)
        try:
            book = rows.read(
                self._book, self.contacts.rows(), self.rosters.rows(), self.shifts.rows(), self.exceptions.rows()
            )
        except BadRow as error:
            say_bad_row(self._context.texts, self._asking, error, self._tables()[_NAMES.index(error.table)])
            return
        self._asking.start(self._save(book), "save contacts and rosters")

    def focus_first(self) -> None:
        """The first table."""
        self.contacts.setFocus()

    async def _ask(self) -> None:
        client = self._context.client
        book, channels = await client.routing_people(), await client.routing_channels()
        if self.is_edited:
            return
        self._channels = tuple(channel.settings for channel in channels.items)
        self._show(book)

    async def _save(self, book: Contacts) -> None:
        kept = await self._context.client.save_routing_people(book)
        self.is_edited = False
        self._show(kept)
        self._asking.say(self._context.texts("on_call.saved"))

    def _show(self, book: Contacts) -> None:
        self._book = book
        rows = PeopleRows(self._context.texts, self._channels)
        self.contacts.show_rows(rows.contacts(book))
        self.rosters.show_rows(rows.rosters(book))
        self.shifts.show_rows(rows.shifts(book))
        self.exceptions.show_rows(rows.exceptions(book))
        self._dress()

    def _words(self) -> str:
        return "" if self._book.contacts else self._context.texts("on_call.no_contacts")

    def _tables(self) -> tuple[EditTable, EditTable, EditTable, EditTable]:
        return self.contacts, self.rosters, self.shifts, self.exceptions

    def _lay_out(self) -> None:
        tr = self._context.texts
        blank = (("",) * 8, ("",) * 3, ("",) * 5, ("",) * 5)
        stack = QSplitter(Qt.Orientation.Vertical)
        stack.setChildrenCollapsible(False)
        for name, table, texts in zip(_NAMES, self._tables(), blank, strict=True):
            table.setMinimumHeight(76)
            part = QWidget()
            column = edited_table(self._context, tr(f"on_call.table.{name}"), table, texts)
            column.setContentsMargins(0, 0, 0, 0)
            part.setLayout(column)
            stack.addWidget(part)
        stack.setSizes([200, 110, 170, 110])
        outer = QVBoxLayout(self._widget)
        outer.setContentsMargins(GAP, GAP, GAP, GAP)
        outer.addWidget(stack, 1)
        nest(outer, self._foot())


_NAMES: tuple[str, ...] = ("contacts", "rosters", "shifts", "exceptions")
