"""Backups made and followed here; and the configuration as a file: compared, taken, taken back."""

import asyncio
from pathlib import Path

import msgspec
from PySide6.QtWidgets import QFileDialog, QLineEdit, QProgressBar, QVBoxLayout

from console.kit.formats import day_and_time
from console.panels.administration.asking import Page, row_of
from console.panels.administration.words import AdministrationWords
from console.store.context import Context
from contract.administration import BackupFile, ConfigurationFile
from widgets.look import GAP
from widgets.nesting import nest
from widgets.notice import Notice
from widgets.quiet_label import quiet_label, section_label
from widgets.words_table import fill, words_table

_MOST_FILE_BYTES = 8 * 1024 * 1024


class BackupsPage(Page):
    """Asked again by itself while a backup runs."""

    asks_by_itself = True

    def __init__(self, context: Context, notice: Notice) -> None:
        super().__init__(context, notice)
        tr = context.texts
        self._items: tuple[BackupFile, ...] = ()
        self._wanted: ConfigurationFile | None = None
        self._seal = ""
        self._words = AdministrationWords(tr)
        self.passphrase, self.again = QLineEdit(), QLineEdit()
        for line, key in ((self.passphrase, "passphrase"), (self.again, "passphrase_again")):
            line.setEchoMode(QLineEdit.EchoMode.Password)
            line.setPlaceholderText(tr(f"administration.{key}"))
            line.setAccessibleName(tr(f"administration.{key}"))
        self.make = self.button("administration.make_backup", "database-export-outline", self.save)
        self.cancel = self.button("administration.cancel", "close", lambda: self.start(self._cancel(), "cancel"))
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("administration.progress"))
        self.run = quiet_label()
        self.folder = quiet_label()
        self.table = words_table(
            [tr(f"administration.column.{name}") for name in ("file", "made", "size")],
            tr("administration.tab.backups"),
            (420, 160, 120),
            stretched=0,
        )
        self.remove = self.button("administration.remove_backup", "delete-outline", self._remove)
        self.to_file = self.button("administration.configuration_save", "content-save-outline", self._choose_target)
        self.from_file = self.button("administration.configuration_open", "file-compare", self._choose_source)
        self.back = self.button("administration.configuration_back", "undo", lambda: self.start(self._back(), "back"))
        self.take = self.button("administration.configuration_take", "check", lambda: self.start(self._take(), "take"))
        self.take.setEnabled(False)
        self.difference = words_table(
            [tr(f"administration.column.{name}") for name in ("part", "name", "what", "before", "after")],
            tr("administration.configuration"),
            (110, 180, 110, 260, 260),
            stretched=4,
        )
        self.compared = quiet_label(tr("administration.configuration_hint"))
        outer = QVBoxLayout(self.widget)
        outer.setContentsMargins(GAP, GAP, GAP, GAP)
        outer.setSpacing(GAP)
        outer.addWidget(quiet_label(tr("administration.backups_hint")))
        nest(outer, row_of(self.passphrase, self.again, self.make, self.cancel))
        outer.addWidget(self.bar)
        outer.addWidget(self.run)
        outer.addWidget(self.table, 2)
        nest(outer, row_of(self.folder, None, self.remove))
        outer.addWidget(section_label(tr("administration.configuration")))
        nest(outer, row_of(self.to_file, self.from_file, self.back, None, self.take))
        outer.addWidget(self.compared)
        outer.addWidget(self.difference, 1)

    def save(self) -> None:
        """Make a backup."""
        tr = self._context.texts
        if self.passphrase.text() != self.again.text():
            self.say(tr("administration.passphrase_differs"), is_warning=True)
            return
        self.start(self._begin(self.passphrase.text()), "begin backup")

    def focus_first(self) -> None:
        """The passphrase."""
        self.passphrase.setFocus()

    async def compare(self, wanted: ConfigurationFile) -> None:
        """Show what taking it would change."""
        tr = self._context.texts
        difference = await self._context.client.take_configuration(wanted)
        self._wanted, self._seal = wanted, difference.seal
        rows = [
            (
                tr(f"administration.part.{line.part}"), line.name, tr(f"administration.what.{line.what}"),
                line.before, line.after,
            )
            for line in difference.lines
        ]  # fmt: skip
        fill(self.difference, rows)
        self.take.setEnabled(bool(rows))
        key = "administration.configuration_differs" if rows else "administration.configuration_same"
        self.compared.setText(tr(key, count=len(rows)))

    async def _ask(self) -> None:
        found = await self._context.client.backups()
        self._items = found.items
        now = self._context.clock()
        fill(
            self.table, [(one.name, day_and_time(one.made_at, now), self._words.size(one.size)) for one in self._items]
        )
        is_running = found.run.state == "running"
        self.bar.setVisible(is_running)
        self.bar.setValue(found.run.percent)
        self.cancel.setEnabled(is_running)
        self.make.setEnabled(not is_running)
        self.remove.setEnabled(bool(self._items))
        self.run.setText(self._words.run(found.run))
        self.folder.setText(self._context.texts("administration.backup_folder", folder=found.folder))

    async def _begin(self, passphrase: str) -> None:
        await self._context.client.begin_backup(passphrase)
        self.passphrase.clear()
        self.again.clear()
        await self._ask()

    async def _cancel(self) -> None:
        await self._context.client.cancel_backup()
        await self._ask()

    async def _delete(self, name: str) -> None:
        await self._context.client.remove_backup(name)
        await self._ask()

    async def _write(self, path: Path) -> None:
        tr = self._context.texts
        present = await self._context.client.configuration()
        try:
            await asyncio.to_thread(path.write_bytes, msgspec.json.format(msgspec.json.encode(present), indent=2))
        except OSError as error:
            self.say(tr("administration.file_failed", why=error.strerror or ""), is_warning=True)
            return
        self.say(tr("administration.configuration_saved", name=path.name))

    async def _back(self) -> None:
        await self.compare(await self._context.client.previous_configuration())

    async def _take(self) -> None:
        if self._wanted is None:
            return
        taken = await self._context.client.take_configuration(self._wanted, self._seal)
        self._wanted = None
        self.take.setEnabled(False)
        self.compared.setText(self._context.texts("administration.configuration_taken", count=len(taken.lines)))

    def _remove(self) -> None:
        row = self.table.currentRow()
        if not 0 <= row < len(self._items):
            return
        name = self._items[row].name
        if self.is_sure(f"remove {name}", self._context.texts("administration.remove_sure", name=name)):
            self.start(self._delete(name), "remove backup")

    def _choose_target(self) -> None:
        tr = self._context.texts
        path, _kind = QFileDialog.getSaveFileName(
            self.widget, tr("administration.configuration_save"), "beffroi-configuration.json", "JSON (*.json)"
        )
        if path:
            self.start(self._write(Path(path)), "save configuration")

    def _choose_source(self) -> None:
        tr = self._context.texts
        path, _kind = QFileDialog.getOpenFileName(
            self.widget, tr("administration.configuration_open"), "", "JSON (*.json)"
        )
        if path:
            self.open_file(Path(path))

    def open_file(self, path: Path) -> None:
        """Read a configuration and compare it."""
        tr = self._context.texts
        try:
            with path.open("rb") as file:
                content = file.read(_MOST_FILE_BYTES + 1)
            if len(content) > _MOST_FILE_BYTES:
                self.say(tr("administration.file_failed", why=tr("administration.file_large")), is_warning=True)
                return
            wanted = msgspec.json.decode(content, type=ConfigurationFile)
        except (OSError, ValueError, RecursionError) as error:
            self.say(tr("administration.file_failed", why=str(error)), is_warning=True)
            return
        self.start(self.compare(wanted), "compare configuration")
