"""Requests that change the register by hand."""

from urllib.parse import urlencode

from backend_client.session import Session
from console.shell.asking import asked
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


class AssetEditRequests:
    """console.kit.asset_edit_ports.AssetEditCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def create_asset(self, wanted: NewAsset) -> EditDone:
        """A new asset."""
        return await asked(self._session.post_for("/assets", wanted, EditDone))

    async def edit_asset(self, asset_id: int, wanted: AssetEdit) -> EditDone:
        """Set fields of one."""
        return await asked(self._session.post_for(f"/assets/{asset_id}/edits", wanted, EditDone))

    async def bulk_edit(self, wanted: BulkEdit, *, seal: str = "") -> BulkReport:
        """Look at the same change of many; with the seal of what was shown, make it."""
        query = f"?{urlencode({'seal': seal})}" if seal else ""
        return await asked(self._session.post_for(f"/assets/bulk{query}", wanted, BulkReport))

    async def asset_edits(self, *, asset_id: int | None = None, by: str = "", limit: int = 50) -> EditList:
        """The last changes by hand."""
        query: dict[str, str | int | float | None] = {"asset_id": asset_id, "by": by or None, "limit": limit}
        return await asked(self._session.get("/assets/edits", EditList, query))

    async def undo_edits(self, wanted: UndoEdits) -> EditSummary:
        """Take changes back, all or none."""
        return await asked(self._session.post_for("/assets/edits/undo", wanted, EditSummary))
