"""Stock-takes and documents through the API: within rights, nothing hostile served, every list a page."""

import aiohttp
import pytest

from backend_client.errors import Refused
from backend_client.session import Session
from contract.asset_documents import AssetDocument, AssetDocumentList
from contract.asset_editing import AssetFilter
from contract.rights import Grant, Level, Scope
from contract.stock_take import MarkRequest, ScanAnswer, ScanRequest, StockLines, StockMark, StockTake, StockTakeRequest
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, QUETIGNY, TwoCommunes

PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
async def local(served: ServedCity, city: TwoCommunes) -> Session:
    """Operates one commune and sees no other."""
    await city.account("local", (Grant(level=Level.OPERATE, scope=Scope(communes=(DIJON,))),))
    return await served.login("local")


@pytest.fixture
async def viewer(served: ServedCity, city: TwoCommunes) -> Session:
    """Sees everything and does nothing."""
    await city.account("viewer", (Grant(level=Level.VIEW),))
    return await served.login("viewer")


async def test_a_stock_take_covers_what_one_may_operate(local: Session, viewer: Session, city: TwoCommunes) -> None:
    wanted = StockTakeRequest(name="Été", zone=AssetFilter(class_="streetlight"))
    take = await local.post_for("/stock-takes", wanted, StockTake)
    assert (take.asset_count, take.unknown_count) == (3, 3)
    lamp = city.lamps()[0]
    marked = MarkRequest(asset_ids=(lamp.id,), mark=StockMark.NOT_FOUND, note="=cmd()")
    assert (await local.post_for(f"/stock-takes/{take.id}/marks", marked, StockTake)).not_found_count == 1
    scanned = await local.post_for(f"/stock-takes/{take.id}/scans", ScanRequest(code="PL-21515-0"), ScanAnswer)
    assert scanned.line is None, "an asset that one may not see is a stray"
    page = await local.get(f"/stock-takes/{take.id}/lines", StockLines, {"mark": "not_found"})
    assert [line.code for line in page.items] == [lamp.code]
    report = (await local.get_bytes(f"/stock-takes/{take.id}/report")).decode("utf-8-sig")
    assert "\t=cmd()" in report
    with pytest.raises(Refused, match="right to operate"):
        await viewer.post_for(f"/stock-takes/{take.id}/close", None, StockTake)
    with pytest.raises(Refused, match="No such stock-take"):
        await local.get("/stock-takes/nothing", StockTake)


async def test_a_document_is_served_as_an_attachment_that_runs_nowhere(
    served: ServedCity, local: Session, viewer: Session, city: TwoCommunes
) -> None:
    lamp = city.lamps()[0]
    path = f"/assets/{lamp.id}/documents"
    document = await local.post_file(f"{path}?name=no%22tice.pdf&note=plan", PDF, AssetDocument)
    headers = {"Authorization": f"Bearer {viewer.access_token}"}
    url = f"{served.url}/api/v1{path}/{document.id}/content"
    async with aiohttp.ClientSession(headers=headers) as http, http.get(url) as response:
        assert await response.read() == PDF
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in response.headers["Content-Security-Policy"]
    with pytest.raises(Refused, match="right to"):
        await viewer.post_file(f"{path}?name=x.pdf", PDF, AssetDocument)
    with pytest.raises(Refused, match="No such document"):
        await local.get_bytes(f"{path}/{document.id}/picture")
    other = city.lamps()[1]
    with pytest.raises(Refused, match="No such document"):
        await local.get_bytes(f"/assets/{other.id}/documents/{document.id}/content")


async def test_one_removes_what_one_added_and_a_manager_anything(
    served: ServedCity, local: Session, city: TwoCommunes
) -> None:
    lamp = city.lamps()[0]
    path = f"/assets/{lamp.id}/documents"
    await city.account("chief", (Grant(level=Level.MANAGE),))
    chief = await served.login("chief")
    theirs = await chief.post_file(f"{path}?name=a.pdf", PDF, AssetDocument)
    with pytest.raises(Refused, match="right to manage"):
        await local.delete_for(f"{path}/{theirs.id}", AssetDocument)
    mine = await local.post_file(f"{path}?name=b.txt", b"b", AssetDocument)
    assert (await local.delete_for(f"{path}/{mine.id}", AssetDocument)).removed_by == "local"
    listed = await chief.get(path, AssetDocumentList)
    assert [one.id for one in listed.items] == [theirs.id, mine.id]
    assert (await chief.post_for(f"{path}/{mine.id}/restore", None, AssetDocument)).removed_at is None


async def test_documents_of_a_foreign_commune_do_not_exist(local: Session, city: TwoCommunes) -> None:
    foreign = city.lamps(QUETIGNY)[0]
    with pytest.raises(Refused, match="No such asset"):
        await local.get(f"/assets/{foreign.id}/documents", AssetDocumentList)
    with pytest.raises(Refused, match="No such asset"):
        await local.post_file(f"/assets/{foreign.id}/documents?name=a.pdf", PDF, AssetDocument)
