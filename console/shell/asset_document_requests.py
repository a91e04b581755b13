"""Requests about documents and photos of assets."""

from urllib.parse import quote, urlencode

from backend_client.session import Session
from console.shell.asking import asked
from contract.asset_documents import AssetDocument, AssetDocumentList, PictureSize


class AssetDocumentRequests:
    """console.kit.asset_document_ports.AssetDocumentCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def documents(self, asset_id: int) -> AssetDocumentList:
        """What is kept of an asset."""
        return await asked(self._session.get(f"/assets/{asset_id}/documents", AssetDocumentList))

    async def add_document(self, asset_id: int, name: str, content: bytes, *, note: str = "") -> AssetDocument:
        """Add a file."""
        query = urlencode({"name": name, "note": note})
        return await asked(self._session.post_file(f"/assets/{asset_id}/documents?{query}", content, AssetDocument))

    async def document_content(self, asset_id: int, document_id: str) -> bytes:
        """The file as it came."""
        return await asked(self._session.get_bytes(f"{_path(asset_id, document_id)}/content"))

    async def document_picture(self, asset_id: int, document_id: str, size: PictureSize) -> bytes:
        """A JPEG that the backend drew of a photo."""
        return await asked(self._session.get_bytes(f"{_path(asset_id, document_id)}/picture", {"size": size.value}))

    async def remove_document(self, asset_id: int, document_id: str) -> AssetDocument:
        """It can be restored for thirty days."""
        return await asked(self._session.delete_for(_path(asset_id, document_id), AssetDocument))

    async def restore_document(self, asset_id: int, document_id: str) -> AssetDocument:
        """Take a removal back."""
        return await asked(self._session.post_for(f"{_path(asset_id, document_id)}/restore", None, AssetDocument))


def _path(asset_id: int, document_id: str) -> str:
    return f"/assets/{asset_id}/documents/{quote(document_id, safe='')}"
