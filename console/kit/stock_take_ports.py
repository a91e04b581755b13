"""What presenters ask of the backend about stock-takes."""

from typing import Protocol

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


class StockTakeCalls(Protocol):
    """Part of Client. Opening, marking and closing take the right to operate the assets."""

    async def stock_takes(self) -> StockTakeList: ...
    async def open_stock_take(self, wanted: StockTakeRequest) -> StockTake: ...
    async def stock_lines(
        self, take_id: str, *, mark: StockMark | None = None, cursor: str | None = None, limit: int = 500
    ) -> StockLines: ...
    async def stock_report(self, take_id: str) -> bytes: ...
    async def mark_stock(self, take_id: str, wanted: MarkRequest) -> StockTake: ...
    async def scan_stock(self, take_id: str, wanted: ScanRequest) -> ScanAnswer: ...
    async def close_stock_take(self, take_id: str) -> StockTake: ...
    async def delete_stock_take(self, take_id: str) -> None: ...
