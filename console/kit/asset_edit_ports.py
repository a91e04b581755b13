"""What presenters ask of the backend about the register: create, change, move, retire, many at once, undo."""

from typing import Protocol

from contract.asset_editing import (
    AssetEdit,
    BulkEdit,
    BulkReport,
    EditDone,
    EditList,
    EditSummary,
    NewAsset,
    UndoEdits,
)


class AssetEditCalls(Protocol):
    """Part of Client. Changing takes the right to manage every asset that is touched."""

    async def create_asset(self, wanted: NewAsset) -> EditDone: ...
    async def edit_asset(self, asset_id: int, wanted: AssetEdit) -> EditDone: ...
    async def bulk_edit(self, wanted: BulkEdit, *, seal: str = "") -> BulkReport: ...
    async def asset_edits(self, *, asset_id: int | None = None, by: str = "", limit: int = 50) -> EditList: ...
    async def undo_edits(self, wanted: UndoEdits) -> EditSummary: ...
