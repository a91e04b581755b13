"""Documents and photos of an asset: dropped here, looked at, saved, removed, restored."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QIcon, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout

from console.kit.errors import RequestFailed
from console.kit.formats import day_and_time, number_text
from console.panels.asset_file.presenter import AssetFilePresenter
from console.parts.asking_page import AskingPage
from console.store.context import Context
from contract.asset_documents import MOST_BYTES, AssetDocument, DocumentKind, PictureSize
from contract.assets import Asset
from widgets.look import GAP, TIGHT, icon
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.quiet_label import quiet_label

_THUMBNAIL = QSize(144, 108)
_CELL = QSize(172, 168)
_ID = Qt.ItemDataRole.UserRole
_ENDINGS = "*.jpg *.jpeg *.png *.webp *.pdf *.txt *.csv *.docx *.xlsx *.odt *.ods"
_MEGABYTE = 1_000_000


class DocumentsPage(AskingPage[AssetFilePresenter]):
    """Pictures shown are those the backend drew: what came from outside is saved to disk, never decoded here."""

    def __init__(self, context: Context, presenter: AssetFilePresenter) -> None:
        super().__init__(context, presenter)
        tr = context.texts
        self._asset: Asset | None = None
        self._loaded: int | None = None
        self._documents: Sequence[AssetDocument] = ()
        self.list = QListWidget()
        self.list.setAccessibleName(tr("asset_file.documents.title"))
        self.list.setViewMode(QListWidget.ViewMode.IconMode)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setMovement(QListWidget.Movement.Static)
        self.list.setIconSize(_THUMBNAIL)
        self.list.setGridSize(_CELL)
        self.list.setWordWrap(True)
        self.list.setSpacing(TIGHT)
        self.empty = quiet_label(tr("asset_file.documents.empty"), is_centred=True)
        self.picture = PlainLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumHeight(200)
        self.told = quiet_label()
        self.add_button = self.button("asset_file.documents.add", "mdi6.paperclip", self._choose_files)
        self.save_button = self.button("asset_file.documents.save", "mdi6.download-outline", self._save)
        self.remove_button = self.button("asset_file.documents.remove", "mdi6.delete-outline", self._remove)
        self._lay_out()
        self.list.currentItemChanged.connect(self._chosen)
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._remove)
        self.widget.setAcceptDrops(True)
        self.widget.installEventFilter(self)
        self._take(())

    def show_asset(self, asset: Asset | None) -> None:
        """Turn to another asset."""
        if (None if asset is None else asset.id) != (None if self._asset is None else self._asset.id):
            self._loaded = None
            self._take(())
        self._asset = asset

    def load(self) -> None:
        """Ask for the documents, once an asset."""
        asset = self._asset
        if asset is not None and self._loaded != asset.id:
            self.ask(lambda: self._look(asset), "documents")

    def add_files(self, paths: Sequence[Path]) -> None:
        """Send these files to the backend, one after the other; what it refuses is told."""
        asset, tr = self._asset, self._context.texts
        if asset is None:
            return

        async def add() -> None:
            try:
                for path in paths:
                    self.said.emit(tr("asset_file.documents.sending", name=path.name), False)
                    content = await asyncio.to_thread(_read, path)
                    if content is None:
                        self.said.emit(tr("asset_file.documents.too_large", name=path.name), True)
                        return
                    await self._context.client.add_document(asset.id, path.name, content)
                self.said.emit(tr("asset_file.documents.added", count=len(paths)), False)
            except OSError as error:
                self.said.emit(tr("asset_file.documents.unreadable", reason=error.strerror or ""), True)
            finally:
                await self._look(asset)

        self.ask(add, "add documents")

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Files that are dragged here are taken."""
        if isinstance(event, QDragEnterEvent):
            if any(url.isLocalFile() for url in event.mimeData().urls()):
                event.acceptProposedAction()
            return True
        if isinstance(event, QDropEvent) and event.type() is QEvent.Type.Drop:
            event.acceptProposedAction()
            self.add_files([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
            return True
        return False

    async def _look(self, asset: Asset) -> None:
        found = (await self._context.client.documents(asset.id)).items
        if self._asset is None or self._asset.id != asset.id:
            return
        self._loaded = asset.id
        self._take(found)
        for number, document in enumerate(found):
            if document.width is not None:
                await self._dress(asset, number, document)

    async def _dress(self, asset: Asset, number: int, document: AssetDocument) -> None:
        try:
            content = await self._context.client.document_picture(asset.id, document.id, PictureSize.THUMBNAIL)
        except RequestFailed:
            return  # its name is there all the same; opening it tells why
        item = self.list.item(number) if number < self.list.count() else None
        picture = QPixmap()
        if item is not None and item.data(_ID) == document.id and picture.loadFromData(content):
            item.setIcon(QIcon(picture))

    def _take(self, documents: Sequence[AssetDocument]) -> None:
        tr, now = self._context.texts, self._context.clock()
        self._documents = documents
        self.list.clear()
        for document in documents:
            name = "mdi6.image-outline" if document.width is not None else _icon_of(document.kind)
            words = document.name
            if document.removed_at is not None:
                words = tr("asset_file.documents.removed_name", name=document.name)
                name = "mdi6.delete-clock-outline"
            item = QListWidgetItem(icon(name, self._context.palette), words)
            item.setData(_ID, document.id)
            item.setSizeHint(_CELL)
            at = day_and_time(document.added_at, now)
            item.setToolTip(tr("asset_file.documents.line", name=document.name, at=at, who=document.added_by))
            self.list.addItem(item)
        self.empty.setVisible(not documents)
        self.list.setVisible(bool(documents))
        self._chosen()

    def _chosen(self, *_items: object) -> None:
        document, tr = self._current(), self._context.texts
        self.picture.clear()
        self.picture.setVisible(document is not None and document.width is not None)
        for button in (self.save_button, self.remove_button):
            button.setEnabled(document is not None)
        is_removed = document is not None and document.removed_at is not None
        self.remove_button.setText(tr("asset_file.documents.restore" if is_removed else "asset_file.documents.remove"))
        if document is None:
            self.told.setText(tr("asset_file.documents.hint"))
            return
        size = number_text(round(document.size_bytes / _MEGABYTE, 1), tr.language)
        at = day_and_time(document.added_at, self._context.clock())
        parts = [
            tr("asset_file.documents.line", name=document.name, at=at, who=document.added_by),
            tr("asset_file.documents.size", size=size),
        ]
        if document.width is not None and document.height is not None:
            parts.append(f"{document.width} × {document.height}")
            self._context.tasks.start(self._show_picture(document), name="picture of a document")
        if document.note:
            parts.append(document.note)
        self.told.setText(" · ".join(parts))

    async def _show_picture(self, document: AssetDocument) -> None:
        try:
            client = self._context.client
            content = await client.document_picture(document.asset_id, document.id, PictureSize.PREVIEW)
        except RequestFailed:
            self.said.emit(self._context.texts("asset_file.documents.no_picture", name=document.name), True)
            return
        picture = QPixmap()
        if self._current() == document and picture.loadFromData(content):
            room = self.picture.size().expandedTo(QSize(1, 200))
            self.picture.setPixmap(
                picture.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
            )
            self.picture.setAccessibleName(document.name)

    def _current(self) -> AssetDocument | None:
        chosen = self.list.currentIndex()
        wanted = chosen.data(_ID) if chosen.isValid() else None
        return next((one for one in self._documents if one.id == wanted), None)

    def _choose_files(self) -> None:
        tr = self._context.texts
        paths, _kind = QFileDialog.getOpenFileNames(
            self.widget, tr("asset_file.documents.add"), "", f"{tr('asset_file.documents.title')} ({_ENDINGS})"
        )
        if paths:
            self.add_files([Path(path) for path in paths])

    def _save(self) -> None:
        document = self._current()
        if document is not None:
            path, _kind = QFileDialog.getSaveFileName(
                self.widget, self._context.texts("asset_file.documents.save"), document.name
            )
            if path:
                self.save_into(document, Path(path))

    def save_into(self, document: AssetDocument, path: Path) -> None:
        """The file as it came, onto this disk."""
        tr = self._context.texts

        async def save() -> None:
            content = await self._context.client.document_content(document.asset_id, document.id)
            try:
                await asyncio.to_thread(path.write_bytes, content)
            except OSError as error:
                self.said.emit(tr("asset_file.documents.unwritable", reason=error.strerror or ""), True)
            else:
                self.said.emit(tr("asset_file.documents.saved", path=str(path)), False)

        self.ask(save, "save a document")

    def _remove(self) -> None:
        document, asset = self._current(), self._asset
        if document is None or asset is None:
            return
        client, tr = self._context.client, self._context.texts

        async def act() -> None:
            if document.removed_at is None:
                await client.remove_document(asset.id, document.id)
                self.said.emit(tr("asset_file.documents.removed", name=document.name), False)
            else:
                await client.restore_document(asset.id, document.id)
                self.said.emit(tr("asset_file.documents.restored", name=document.name), False)
            await self._look(asset)

        self.ask(act, "remove a document")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(TIGHT)
        column.addWidget(self.empty, 1)
        column.addWidget(self.list, 1)
        column.addWidget(self.picture, 1)
        column.addWidget(self.told)
        row = QHBoxLayout()
        row.addWidget(self.add_button)
        row.addStretch(1)
        row.addWidget(self.remove_button)
        row.addWidget(self.save_button)
        nest(column, row)


def _read(path: Path) -> bytes | None:
    """None when it is larger than the backend takes. Raises OSError."""
    if path.stat().st_size > MOST_BYTES:
        return None
    return path.read_bytes()


def _icon_of(kind: DocumentKind) -> str:
    if kind is DocumentKind.PDF:
        return "mdi6.file-pdf-box"
    return "mdi6.file-table-outline" if kind in {DocumentKind.XLSX, DocumentKind.ODS} else "mdi6.file-document-outline"
