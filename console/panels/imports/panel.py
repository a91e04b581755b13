"""A file comes in three steps that one may go back and forth between; assets leave on a page of their own."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.panels.imports.columns_page import ColumnsPage
from console.panels.imports.export_page import ExportPage
from console.panels.imports.presenter import BUSY, ImportPresenter
from console.panels.imports.preview_page import PreviewPage
from console.panels.imports.reading_page import ReadingPage
from console.store.context import Context
from contract.imports import Dialect, ImportJob, ImportState, ReadAgain
from widgets.choice_box import choice_box
from widgets.file_drop import FileDrop
from widgets.look import GAP, TIGHT, icon
from widgets.nesting import nest
from widgets.notice import Notice, Tone
from widgets.plain_text import PlainLabel
from widgets.quiet_label import quiet_label
from widgets.wrapping_row import WrappingRow

_READING, _COLUMNS, _PREVIEW = range(3)
_ENDINGS: Final = "*.csv *.tsv *.txt *.xlsx *.geojson *.json *.gpkg *.zip *.gz"
_LOOK_EVERY_S: Final = 0.4


class ImportsPanel(QObject):
    """Nothing is taken before the button that says so; nothing on screen says done before the backend does."""

    def __init__(self, context: Context, look_every_s: float = _LOOK_EVERY_S) -> None:
        super().__init__()
        self._context = context
        self._look_every_s = look_every_s
        tr = context.texts
        self.job: ImportJob | None = None
        self._following: asyncio.Task[None] | None = None
        presenter = ImportPresenter(context.stores.catalogue, tr)
        self._presenter = presenter
        self.notice = Notice(context.palette, tr, context.ticker.frame_clock)
        self.choose = self._button("imports.choose", "mdi6.file-upload-outline", self._choose)
        self.stop = self._button("imports.stop", "mdi6.close", self._stop)
        self.take = self._button("imports.take", "mdi6.check", self._take)
        self.file = PlainLabel(tr("imports.no_file"))
        self.file.setTextFormat(Qt.TextFormat.PlainText)
        self.class_ = choice_box(presenter.classes(), tr("imports.class"))
        self.commune = choice_box(presenter.communes(), tr("imports.commune"))
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.summary = PlainLabel()
        self.summary.setWordWrap(True)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.reading = ReadingPage(presenter, tr)
        self.columns = ColumnsPage(presenter, tr)
        self.preview = PreviewPage(presenter, tr)
        self.export = ExportPage(context, presenter)
        self.steps = QTabWidget()
        self.steps.setDocumentMode(True)
        for page, key in ((self.reading, "reading"), (self.columns, "columns"), (self.preview, "preview")):
            self.steps.addTab(page, tr(f"imports.step.{key}"))
        self._empty = quiet_label(tr("imports.empty"), is_centred=True)
        self._body = QStackedWidget()
        self._body.addWidget(self._empty)
        self._body.addWidget(self.steps)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self._widget = FileDrop()
        self._widget.setObjectName("imports panel")
        self._lay_out()
        self._connect()
        self._dress()

    @property
    def widget(self) -> QWidget:
        """What is docked."""
        return self._widget

    def focus_first(self) -> None:
        """The button that chooses a file, or the step that is open."""
        (self.choose if self.job is None else self.steps.currentWidget()).setFocus()

    def close(self) -> None:
        """What was sent and not taken is forgotten by the backend within the hour."""
        self.notice.clear()

    def look_at(self, path: Path) -> None:
        """Send a file and show what it would do."""
        if self._is_busy():
            return
        self.tabs.setCurrentIndex(0)
        self.file.setText(path.name)
        first = ReadAgain(class_=str(self.class_.currentData()), commune=str(self.commune.currentData()))
        self._follow(lambda: self._context.client.send_import(path, first, self._sent), _READING)

    def _is_busy(self) -> bool:
        return self._following is not None and not self._following.done()

    def _sent(self, done: int, total: int) -> None:
        self.progress.setRange(0, max(total, 1))
        self.progress.setValue(done)

    def _follow(self, ask: Callable[[], Awaitable[ImportJob]], then: int | None) -> None:
        """Ask, then look until it stands still. `then` is the step to open."""

        async def follow() -> None:
            try:
                old = self.job
                self.progress.setRange(0, 0)
                self.progress.show()
                job = await ask()
                if old is not None and old.id != job.id and old.state not in BUSY:
                    await self._forget(old)
                while job.state in BUSY:
                    self._show_state(job)
                    await asyncio.sleep(self._look_every_s)
                    job = await self._context.client.import_job(job.id)
                self._show(job, then)
            except RequestFailed as error:
                self._say(failure_text(error, self._context.texts), is_warning=True)
            except OSError as error:
                words = self._context.texts("imports.unread", why=error.strerror or "")
                self._say(words, is_warning=True)
            finally:
                self._following = None
                self._dress()

        if not self._is_busy():
            self._following = self._context.tasks.start(follow(), name="import a file")
            self._dress()

    async def _forget(self, job: ImportJob) -> None:
        try:
            await self._context.client.forget_import(job.id)
        except RequestFailed:
            return  # the backend forgets it by itself

    def _show_state(self, job: ImportJob) -> None:
        self.job = job
        self.progress.setRange(0, job.total)
        self.progress.setValue(job.done)
        self.summary.setText(self._presenter.state_words(job))
        self._dress()

    def _show(self, job: ImportJob, then: int | None) -> None:
        self.job = job
        self.summary.setText(self._presenter.state_words(job))
        self.reading.show_job(job)
        self.columns.show_job(job)
        self.preview.show_job(job)
        if job.facts is not None and then is not None:
            is_wrong = job.state is ImportState.REFUSED
            self.steps.setCurrentIndex(_COLUMNS if is_wrong and job.said_code.startswith("file_no_") else then)
        if job.state is ImportState.DONE:
            self._say(self._presenter.state_words(job))

    def _read_again(self, **changed: object) -> None:
        job = self.job
        if job is None or job.state in BUSY or job.state is ImportState.DONE:
            return
        how = self._presenter.again(job, **changed)
        self._follow(lambda: self._context.client.read_import_again(job.id, how), None)

    def _corrected(self, dialect: Dialect) -> None:
        self._read_again(dialect=dialect)

    def _mapped(self, mapping: dict[str, str]) -> None:
        self._read_again(mapping=mapping)

    def _retiring(self, wanted: bool) -> None:
        self._read_again(retires_missing=wanted)

    def _class_chosen(self, _index: int) -> None:
        self._read_again(class_=str(self.class_.currentData()), mapping={})

    def _commune_chosen(self, _index: int) -> None:
        self._read_again(commune=str(self.commune.currentData()))

    def _file_chosen(self, file: str) -> None:
        self.look_at(Path(file))

    def _errors_file_chosen(self, file: str) -> None:
        self.save_errors(Path(file))

    def _take(self) -> None:
        job = self.job
        if job is not None and self._presenter.can_take(job):
            self._follow(lambda: self._context.client.take_import(job.id, job.seal), _PREVIEW)

    def _stop(self) -> None:
        job, running = self.job, self._following
        if running is not None:
            running.cancel()
        self.job = None
        self.file.setText(self._context.texts("imports.no_file"))
        self.summary.clear()
        self._following = None
        if job is not None:
            self._context.tasks.start(self._forget(job), name="forget a file")
        self._dress()

    def _save_errors(self) -> None:
        job = self.job
        if job is None:
            return
        dialog = QFileDialog(self._widget, self._context.texts("imports.errors"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(f"{Path(job.file_name).stem} - {self._context.texts('imports.errors_file')}.csv")
        dialog.fileSelected.connect(self._errors_file_chosen)
        dialog.open()

    def save_errors(self, target: Path) -> None:
        """Fetch the rows that are wrong, and write them."""

        async def save() -> None:
            job, tr = self.job, self._context.texts
            if job is None:
                return
            try:
                content = await self._context.client.import_errors(job.id)
                _write(target, content)
                self._say(tr("imports.errors_saved", file=target.name))
            except RequestFailed as error:
                self._say(failure_text(error, tr), is_warning=True)
            except OSError as error:
                self._say(tr("asset_export.not_written", file=target.name, why=error.strerror or ""), is_warning=True)

        self._context.tasks.start(save(), name="save errors")

    def _choose(self) -> None:
        dialog = QFileDialog(self._widget, self._context.texts("imports.choose"))
        dialog.setNameFilter(f"{self._context.texts('imports.files')} ({_ENDINGS})")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._file_chosen)
        dialog.open()

    def _dress(self) -> None:
        is_busy = self._is_busy()
        has_facts = self.job is not None and self.job.facts is not None
        self._body.setCurrentIndex(int(has_facts))
        self.progress.setVisible(is_busy)
        self.choose.setEnabled(not is_busy)
        self.stop.setVisible(is_busy or self.job is not None)
        self.steps.setEnabled(not is_busy)
        self.take.setEnabled(not is_busy and self._presenter.can_take(self.job))
        self.take.setVisible(self.job is not None)

    def _say(self, words: str, *, is_warning: bool = False) -> None:
        self.notice.say(words, Tone.WARNING if is_warning else Tone.PLAIN)

    def _button(self, key: str, icon_name: str, clicked: Callable[[], None]) -> QPushButton:
        made = QPushButton(self._context.texts(key))
        made.setIcon(icon(icon_name, self._context.palette))
        made.clicked.connect(lambda _checked=False: clicked())
        return made

    def _lay_out(self) -> None:
        tr = self._context.texts
        head = WrappingRow(TIGHT)
        head.addWidget(self.choose)
        head.addWidget(self.file)
        head.add_gap()
        head.addWidget(self.stop)
        what = QFormLayout()
        what.setVerticalSpacing(TIGHT)
        what.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        what.addRow(tr("imports.class"), self.class_)
        what.addRow(tr("imports.commune"), self.commune)
        foot = QHBoxLayout()
        foot.addWidget(self.summary, 1)
        foot.addWidget(self.take)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        nest(column, head)
        nest(column, what)
        column.addWidget(self.progress)
        column.addWidget(self._body, 1)
        nest(column, foot)
        self.tabs.addTab(page, tr("imports.import"))
        self.tabs.addTab(self.export, tr("imports.export"))
        whole = QVBoxLayout(self._widget)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.notice)
        whole.addWidget(self.tabs, 1)

    def _connect(self) -> None:
        self.reading.corrected.connect(self._corrected)
        self.columns.mapped.connect(self._mapped)
        self.preview.retiring_changed.connect(self._retiring)
        self.preview.errors_requested.connect(self._save_errors)
        self.class_.activated.connect(self._class_chosen)
        self.commune.activated.connect(self._commune_chosen)
        self._widget.dropped.connect(self.look_at)
        for key, act in (("Ctrl+O", self._choose), ("Ctrl+Return", self._take)):
            shortcut = QShortcut(QKeySequence(key), self._widget)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)


def _write(target: Path, content: bytes) -> None:
    target.write_bytes(content)
