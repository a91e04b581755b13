"""Bulk editing beside the list: the form, what it asks of the backend, what is said, and undo."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from console.kit.answer import Answer
from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.formats import number_text
from console.panels.register.bulk import BulkEditing, Wrong
from console.store.context import Context
from widgets.bulk_edit_form import BulkEditForm
from widgets.filter_values import FilterLine


class Editing(QObject):
    """`form` stands hidden under the list until assets are to be changed."""

    told = Signal(object)  # Answer
    undo_changed = Signal()
    opened_or_closed = Signal()

    def __init__(
        self, context: Context, bulk: BulkEditing, marked: Callable[[], Sequence[int]], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._bulk = bulk
        self._marked = marked
        self._ids: Sequence[int] = ()
        self.form = BulkEditForm(context.palette, context.texts)
        self.form.preview_requested.connect(self._look)
        self.form.confirmed.connect(self._make)
        self.form.cancelled.connect(self.opened_or_closed.emit)

    @property
    def can_undo(self) -> bool:
        """Whether the last change can be taken back."""
        return bool(self._bulk.undoable)

    def ask(self) -> None:
        """Ask what the marked assets are to become."""
        tr, self._ids = self._context.texts, self._marked()
        trouble = self._bulk.too_many(len(self._ids)) if self._ids else tr("register.edit.mark_first")
        if trouble:
            self.told.emit(Answer(trouble, is_warning=True))
            return
        count = number_text(len(self._ids), tr.language)
        self.form.ask(tr("register.edit.title", count=count), self._bulk.fields())
        self.opened_or_closed.emit()

    def undo(self) -> None:
        """Take the last change back."""
        if self.can_undo:
            self._context.tasks.start(self._undone(), name="undo a bulk edit")

    def _look(self, lines: Sequence[FilterLine], reason: str) -> None:
        self.form.show_work(self._context.texts("register.edit.looking"))
        self._context.tasks.start(self._looked(lines, reason), name="look at a bulk edit")

    def _make(self) -> None:
        self.form.show_work(self._context.texts("register.edit.making"))
        self._context.tasks.start(self._made(), name="bulk edit")

    async def _looked(self, lines: Sequence[FilterLine], reason: str) -> None:
        tr = self._context.texts
        try:
            report = await self._bulk.look(self._ids, lines, reason)
        except Wrong as error:
            self.form.say_trouble(str(error))
        except RequestFailed as error:
            self.form.say_trouble(failure_text(error, tr))
        else:
            count = number_text(report.changed_count, tr.language)
            confirm = tr("register.edit.make", count=count) if report.changed_count else ""
            self.form.show_preview(self._bulk.told(report), self._bulk.lines(report), confirm)

    async def _made(self) -> None:
        try:
            answer = await self._bulk.make()
        except RequestFailed as error:
            self.form.say_trouble(failure_text(error, self._context.texts))
            return
        self.form.dismiss()
        self.told.emit(answer)
        self.undo_changed.emit()

    async def _undone(self) -> None:
        self.told.emit(await self._bulk.undo())
        self.undo_changed.emit()
