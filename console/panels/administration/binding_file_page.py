"""Many devices at once: lines that are pasted, or a CSV file, looked at line by line and then taken."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QVBoxLayout

from console.kit.errors import RequestFailed
from console.panels.administration.asking import Page, row_of
from console.panels.administration.binding_words import BindingWords, takes
from console.store.context import Context
from contract.bindings import BindingImport
from widgets.look import GAP
from widgets.nesting import nest
from widgets.notice import Notice
from widgets.plain_text import PlainLabel
from widgets.quiet_label import quiet_label
from widgets.words_table import fill, words_table

MOST_FILE_BYTES: Final = 4 * 1024 * 1024
_PASTED: Final = "pasted.csv"
_PASTE_HEIGHT: Final = 130


class BindingFilePage(Page):
    """Nothing is bound before the preview was seen; another text or another city asks for another preview."""

    taken = Signal(object)  # BindingChange
    left = Signal()

    def __init__(self, context: Context, notice: Notice, words: BindingWords) -> None:
        super().__init__(context, notice)
        tr = context.texts
        self._words = words
        self._connection_id = ""
        self._content, self._name = b"", ""
        self.report: BindingImport | None = None
        self.hint = quiet_label("")
        self.lines = QPlainTextEdit()
        self.lines.setTabChangesFocus(True)
        self.lines.setMaximumHeight(_PASTE_HEIGHT)
        self.lines.setAccessibleName(tr("administration.binding.paste"))
        self.lines.setPlaceholderText(tr("administration.binding.paste"))
        self.lines.textChanged.connect(lambda: self._show(None))
        self.choose = self.button("administration.binding.choose_file", "folder-open-outline", self._choose)
        self.preview = self.button("administration.binding.preview", "eye-outline", self.look)
        self.take = self.button("administration.binding.take", "check", self.save)
        self.take.setProperty("role", "primary")
        self.leave = self.button("administration.binding.to_list", "format-list-bulleted", self.left.emit)
        self.summary = PlainLabel()
        self.summary.setWordWrap(True)
        titles = [tr(f"administration.column.{name}") for name in ("line", "asset", "what", "change")]
        self.table = words_table(titles, tr("administration.binding.preview"), (60, 160, 140, 320), stretched=3)
        outer = QVBoxLayout(self.widget)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(GAP)
        outer.addWidget(self.hint)
        outer.addWidget(self.lines)
        nest(outer, row_of(self.choose, None, self.preview))
        outer.addWidget(self.summary)
        outer.addWidget(self.table, 1)
        nest(outer, row_of(self.leave, None, self.take))
        self._show(None)

    def open(self, connection_id: str) -> None:
        """For this connection."""
        if connection_id != self._connection_id:
            self.lines.clear()
        self._connection_id = connection_id

    def show_hint(self, words: str) -> None:
        """What a line looks like."""
        self.hint.setText(words)

    def focus_first(self) -> None:
        """Where lines are pasted."""
        self.lines.setFocus()

    def look(self) -> None:
        """Say what the lines would do."""
        self._content, self._name = self.lines.toPlainText().encode(), _PASTED
        self.start(self._look(), "look at bindings")

    def look_at(self, path: Path) -> None:
        """Say what a file would do."""
        tr = self._context.texts
        try:
            if path.stat().st_size > MOST_FILE_BYTES:
                self.say(tr("administration.binding.file_large"), is_warning=True)
                return
            content = path.read_bytes()
        except OSError as error:
            self.say(tr("administration.binding.file_unread", why=error.strerror or path.name), is_warning=True)
            return
        self.lines.clear()
        self._content, self._name = content, path.name
        self.start(self._look(), "look at a file of bindings")

    def save(self) -> None:
        """Take what was looked at."""
        if self.take.isEnabled():
            self.start(self._take(), "take bindings")

    async def _ask(self) -> None:
        """Nothing is asked by itself: a preview is wished for."""

    async def _look(self) -> None:
        self._show(None)
        self._show(await self._context.client.import_bindings(self._connection_id, self._name, self._content))

    async def _take(self) -> None:
        seal = "" if self.report is None else self.report.seal
        try:
            done = await self._context.client.import_bindings(self._connection_id, self._name, self._content, seal=seal)
        except RequestFailed:
            await self._look()
            raise
        self.lines.clear()
        self._show(None)
        if done.change is not None:
            self.taken.emit(done.change)

    def _show(self, report: BindingImport | None) -> None:
        self.report = report
        self.summary.setText("" if report is None else self._words.file_summary(report))
        fill(self.table, [] if report is None else [self._words.line(line) for line in report.lines])
        self.take.setEnabled(report is not None and takes(report))
        self.preview.setEnabled(bool(self.lines.toPlainText().strip()))

    def _choose(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(
            self.widget, self._context.texts("administration.binding.choose_file"), "", "CSV (*.csv *.txt *.tsv *.gz)"
        )
        if path:
            self.look_at(Path(path))
