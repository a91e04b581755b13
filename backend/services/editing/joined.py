"""What people do and write by hand, joined: one after the other, and never half done."""

from collections.abc import Sequence
from pathlib import Path

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.ports import Feed, Storage
from backend.services.documents.desk import Documents
from backend.services.editing.bulk import BulkEditing
from backend.services.editing.changes import Edit, EditBook, EditedAsset
from backend.services.editing.communes import CommuneEditing
from backend.services.editing.editor import AssetEditor, May
from backend.services.logbook.logbook import Logbook
from backend.services.register import Register
from backend.services.serial import Serial
from backend.services.stock_takes.desk import StockTakes
from contract.asset_editing import AssetEdit, BulkEdit, BulkReport, NewAsset
from contract.assets import Asset


class AssetWork:
    """`load` before it is asked, `close` before storage. Whoever calls says what he `may`."""

    def __init__(self, storage: Storage, register: Register, clock: Clock, feed: Feed, folder: Path) -> None:
        """Documents lie in a folder of their own in `folder`, pictures of notes in another."""
        self.documents = Documents(storage, clock, folder / "documents")
        self.logbook = Logbook(storage, clock, folder / "logbook")
        self.stock_takes = StockTakes(storage, register, clock)
        self.communes = CommuneEditing(register, feed)
        self._editor = AssetEditor(storage, register, clock)
        self._bulk = BulkEditing(register, self._editor)
        self._tasks = Tasks("asset work")
        self._in_turn = Serial(self._tasks, "edit")

    @property
    def edits(self) -> EditBook:
        """The last changes."""
        return self._editor.book

    async def load(self) -> None:
        """What was kept."""
        await self._editor.book.load()
        await self.documents.load()
        await self.logbook.load()
        await self.stock_takes.load()

    async def close(self) -> None:
        """What is under way ends; may be called twice."""
        await self._tasks.close()
        await self.documents.close()
        await self.logbook.close()
        await self.stock_takes.close()

    async def create(self, wanted: NewAsset, *, by: str, may: May) -> tuple[Asset, Edit]:
        """A new asset. Raises EditRefused."""
        return await self._in_turn.run(lambda: self._editor.create(wanted, by=by, may=may))

    async def change(self, asset_id: int, wanted: AssetEdit, *, by: str, may: May) -> tuple[Asset, Edit]:
        """Set fields of one asset. Raises EditRefused, EditConflict."""
        return await self._in_turn.run(lambda: self._editor.change(asset_id, wanted, by=by, may=may))

    async def bulk(self, wanted: BulkEdit, *, by: str, may: May, seal: str) -> tuple[BulkReport, Edit | None]:
        """Say what would change on many; with the seal of what was said, do it. Raises EditRefused, EditConflict."""
        if not seal:
            return await self._bulk.run(wanted, by=by, may=may)
        return await self._in_turn.run(lambda: self._bulk.run(wanted, by=by, may=may, seal=seal))

    async def undo(self, edits: Sequence[str], *, by: str, may: May, reason: str) -> Edit:
        """Take changes back together. Raises EditRefused, EditConflict."""
        return await self._in_turn.run(lambda: self._editor.undo(edits, by=by, may=may, reason=reason))

    async def assets_of(self, edit: Edit) -> Sequence[EditedAsset]:
        """Every asset that a change touched."""
        return await self._editor.book.assets_of(edit)
