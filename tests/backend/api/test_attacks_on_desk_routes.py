"""Attacks on notes, workspaces, stock-takes and keys: nothing is learned of what is foreign, no bound is outrun."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable

import aiohttp
import pytest

from backend.services import named_contents
from backend.services import workspaces as workspaces_module
from backend.services.stock_takes import desk as stock_desk
from backend_client.session import Session
from contract.api import Workspace, WorkspaceList
from contract.asset_editing import AssetFields, AssetFilter, BulkEdit, BulkReport, EditList
from contract.named_content import NamedContent, NamedContentList
from contract.points import Reading
from contract.rights import Grant, Level, Scope
from contract.stock_take import StockTakeList, StockTakeRequest
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, QUETIGNY, TwoCommunes


@pytest.fixture
async def local(served: ServedCity, city: TwoCommunes) -> Session:
    """Manages one commune and sees no other."""
    await city.account("local", (Grant(level=Level.MANAGE, scope=Scope(communes=(DIJON,))),))
    return await served.login("local")


async def said(served: ServedCity, session: Session, path: str, body: dict[str, object]) -> tuple[int, str]:
    """The status and the words of a refusal."""
    headers = {"Authorization": f"Bearer {session.access_token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(f"{served.url}/api/v1{path}", json=body) as response,
    ):
        return response.status, await response.text()


async def slowly(city: TwoCommunes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The storage lets others have their turn before each answer, as one on a disk does."""
    storage = city.storage
    for name in ("workspaces", "save_workspace", "records", "commit"):
        inner: Callable[..., Awaitable[object]] = getattr(storage, name)

        async def later(*args: object, inner: Callable[..., Awaitable[object]] = inner) -> object:
            await asyncio.sleep(0)
            return await inner(*args)

        monkeypatch.setattr(storage, name, later)


async def test_a_foreign_alarm_and_none_are_refused_alike(
    served: ServedCity, city: TwoCommunes, local: Session
) -> None:
    await city.say(Reading(city.cabinet(QUETIGNY).id, "supplyLoss", True))
    [foreign] = city.alarms.of_asset(city.cabinet(QUETIGNY).id)
    answers = [
        await said(served, local, "/notes", {"id": str(uuid.uuid4()), "text": "?", "alarm_id": alarm_id})
        for alarm_id in (foreign.id, 4_000_000_000)
    ]
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


async def test_workspaces_sent_at_once_do_not_outrun_the_bound(
    city: TwoCommunes, local: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspaces_module, "MOST_OF_ONE", 3)
    await slowly(city, monkeypatch)
    wanted = [local.put(f"/workspaces/w{n}", Workspace(name="", content="{}")) for n in range(12)]
    await asyncio.gather(*wanted, return_exceptions=True)
    assert (await local.get("/workspaces", WorkspaceList)).total == 3


async def test_saved_views_sent_at_once_do_not_outrun_the_bound(
    city: TwoCommunes, local: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(named_contents, "MOST_OF_ONE", 3)
    await slowly(city, monkeypatch)
    wanted = [local.put(f"/register-views/v{n}", NamedContent(name="", content="{}")) for n in range(12)]
    await asyncio.gather(*wanted, return_exceptions=True)
    assert (await local.get("/register-views", NamedContentList)).total == 3


async def test_stock_takes_opened_at_once_do_not_outrun_the_bound(
    city: TwoCommunes, local: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock_desk, "_MOST_CAMPAIGNS", 2)
    await slowly(city, monkeypatch)
    wanted = StockTakeRequest(name="Été", zone=AssetFilter(class_="streetlight"))
    await asyncio.gather(*(local.post("/stock-takes", wanted) for _ in range(8)), return_exceptions=True)
    assert len((await local.get("/stock-takes", StockTakeList)).items) == 2


async def test_a_change_of_many_tells_no_count_of_what_is_foreign(
    served: ServedCity, city: TwoCommunes, local: Session
) -> None:
    await city.account("chief")
    chief = await served.login("chief")
    ids = tuple(lamp.id for commune in (DIJON, QUETIGNY) for lamp in city.lamps(commune))
    wanted = BulkEdit(fields=AssetFields(street="Rue neuve"), ids=ids)
    report = await chief.post_for("/assets/bulk", wanted, BulkReport)
    await chief.post_for(f"/assets/bulk?seal={report.seal}", wanted, BulkReport)
    [edit] = (await local.get("/assets/edits", EditList)).items
    assert edit.asset_count == 3
