"""Requests about stock-takes."""

from urllib.parse import quote

from backend_client.session import Session
from console.shell.asking import asked
from contract.stock_take import (
    MarkRequest,
    ScanAnswer,
    ScanRequest,
    StockLines,
    StockMark,
    StockTake,
    StockTakeList,
    StockTakeRequest,
)


class StockTakeRequests:
    """console.kit.stock_take_ports.StockTakeCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def stock_takes(self) -> StockTakeList:
        """All of them."""
        return await asked(self._session.get("/stock-takes", StockTakeList))

    async def open_stock_take(self, wanted: StockTakeRequest) -> StockTake:
        """Begin one."""
        return await asked(self._session.post_for("/stock-takes", wanted, StockTake))

    async def stock_lines(
        self, take_id: str, *, mark: StockMark | None = None, cursor: str | None = None, limit: int = 500
    ) -> StockLines:
        """A page of its assets."""
        query: dict[str, str | int | float | None] = {"cursor": cursor, "limit": limit}
        query["mark"] = None if mark is None else mark.value
        return await asked(self._session.get(f"{_path(take_id)}/lines", StockLines, query))

    async def stock_report(self, take_id: str) -> bytes:
        """Its result as CSV."""
        return await asked(self._session.get_bytes(f"{_path(take_id)}/report"))

    async def mark_stock(self, take_id: str, wanted: MarkRequest) -> StockTake:
        """Say what was seen."""
        return await asked(self._session.post_for(f"{_path(take_id)}/marks", wanted, StockTake))

    async def scan_stock(self, take_id: str, wanted: ScanRequest) -> ScanAnswer:
        """A code was scanned or written."""
        return await asked(self._session.post_for(f"{_path(take_id)}/scans", wanted, ScanAnswer))

    async def close_stock_take(self, take_id: str) -> StockTake:
        """No more marks."""
        return await asked(self._session.post_for(f"{_path(take_id)}/close", None, StockTake))

    async def delete_stock_take(self, take_id: str) -> None:
        """Forget one that is closed."""
        await asked(self._session.delete(_path(take_id)))


def _path(take_id: str) -> str:
    return f"/stock-takes/{quote(take_id, safe='')}"
