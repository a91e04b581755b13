"""Assets edited through the API: within rights, under a seal, with a way back, and nothing hostile gets through."""

import aiohttp
import msgspec
import pytest

from backend_client.errors import Refused
from backend_client.session import Session
from contract.api import AssetDetail
from contract.asset_editing import (
    AssetEdit,
    AssetFields,
    AssetFilter,
    BulkEdit,
    BulkReport,
    EditDone,
    EditKind,
    EditList,
    EditSummary,
    NewAsset,
    UndoEdits,
)
from contract.assets import AssetStatus
from contract.rights import Grant, Level, Scope
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, EVERYTHING, QUETIGNY, TwoCommunes

MANAGES_DIJON = (Grant(level=Level.MANAGE, scope=Scope(communes=(DIJON,))),)


@pytest.fixture
async def anne(served: ServedCity, city: TwoCommunes) -> Session:
    """May do everything."""
    await city.account("anne", EVERYTHING)
    return await served.login("anne")


@pytest.fixture
async def local(served: ServedCity, city: TwoCommunes) -> Session:
    """Manages one commune and sees no other."""
    await city.account("local", MANAGES_DIJON)
    return await served.login("local")


async def rename(session: Session, city: TwoCommunes, name: str) -> EditDone:
    lamp = city.register.get(city.lamps()[0].id)
    assert lamp is not None
    wanted = AssetEdit(version=lamp.version, fields=AssetFields(name=name))
    return await session.post_for(f"/assets/{lamp.id}/edits", wanted, EditDone)


async def test_an_asset_is_created_moved_retired_and_all_of_it_told(local: Session) -> None:
    wanted = NewAsset(class_="streetlight", code="", fields=AssetFields(lon=5.041, lat=47.321, commune=DIJON))
    created = await local.post_for("/assets", wanted, EditDone)
    assert created.asset.code == "PL-21231-3"
    path = f"/assets/{created.asset.id}"
    moved = AssetEdit(version=1, fields=AssetFields(lon=5.042, lat=47.322), reason="as built")
    assert (await local.post_for(f"{path}/edits", moved, EditDone)).edit.kind is EditKind.MOVED
    retired = AssetEdit(version=2, fields=AssetFields(status=AssetStatus.RETIRED))
    assert (await local.post_for(f"{path}/edits", retired, EditDone)).asset.status is AssetStatus.RETIRED
    told = (await local.get("/assets/edits", EditList, {"asset_id": created.asset.id})).items
    assert [edit.kind for edit in told] == [EditKind.RETIRED, EditKind.MOVED, EditKind.CREATED]
    assert told[1].assets[0].changes[0].before == 5.041
    history = (await local.get(path, AssetDetail)).history
    assert [change.edit for change in history] == [edit.id for edit in told]
    back = await local.post_for("/assets/edits/undo", UndoEdits(edits=(told[0].id, told[1].id)), EditSummary)
    assert back.kind is EditKind.UNDO
    assert (await local.get(path, AssetDetail)).asset.lon == 5.041


async def test_many_are_looked_at_then_taken_then_taken_back(anne: Session, city: TwoCommunes) -> None:
    wanted = BulkEdit(fields=AssetFields(height_m=7.5), filter=AssetFilter(class_="streetlight"), reason="survey")
    shown = await anne.post_for("/assets/bulk", wanted, BulkReport)
    assert (shown.is_done, shown.changed_count, shown.edit) == (False, 6, None)
    done = await anne.post_for(f"/assets/bulk?seal={shown.seal}", wanted, BulkReport)
    assert done.is_done
    assert done.edit is not None
    assert (done.edit.asset_count, done.edit.can_undo) == (6, True)
    await anne.post_for("/assets/edits/undo", UndoEdits(edits=(done.edit.id,)), EditSummary)
    assert all(lamp.height_m is None for lamp in city.lamps())


async def test_who_manages_one_commune_neither_changes_nor_learns_of_another(
    anne: Session, local: Session, city: TwoCommunes
) -> None:
    foreign = city.lamps(QUETIGNY)[0]
    wanted = BulkEdit(fields=AssetFields(height_m=7.5), filter=AssetFilter(class_="streetlight"))
    shown = await anne.post_for("/assets/bulk", wanted, BulkReport)
    done = await anne.post_for(f"/assets/bulk?seal={shown.seal}", wanted, BulkReport)
    assert done.edit is not None
    told = (await local.get("/assets/edits", EditList)).items[0]
    assert (told.asset_count, len(told.assets), told.can_undo) == (3, 3, False)
    with pytest.raises(Refused, match="right to manage"):
        await local.post_for("/assets/edits/undo", UndoEdits(edits=(done.edit.id,)), EditSummary)
    edit = AssetEdit(version=foreign.version, fields=AssetFields(name="x"))
    with pytest.raises(Refused, match="No such asset"):
        await local.post_for(f"/assets/{foreign.id}/edits", edit, EditDone)
    with pytest.raises(Refused, match="No such asset"):
        await local.post_for("/assets/bulk", BulkEdit(fields=AssetFields(name="x"), ids=(foreign.id,)), BulkReport)
    place = AssetFields(lon=5.11, lat=47.32, commune=QUETIGNY)
    with pytest.raises(Refused, match="manage streetlight in 21515"):
        await local.post_for("/assets", NewAsset(class_="streetlight", code="", fields=place), EditDone)


async def test_who_only_operates_changes_nothing(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("operator", (Grant(level=Level.OPERATE), *MANAGES_DIJON[:0]))
    operator = await served.login("operator")
    with pytest.raises(Refused, match="right to manage"):
        await rename(operator, city, "x")


async def test_who_comes_too_late_is_told_what_to_do(anne: Session, city: TwoCommunes) -> None:
    lamp = city.lamps()[0]
    await rename(anne, city, "A")
    stale = AssetEdit(version=1, fields=AssetFields(name="B"))
    with pytest.raises(Refused, match="meanwhile: look at it"):
        await anne.post_for(f"/assets/{lamp.id}/edits", stale, EditDone)


HOSTILE = {
    "huge number": '{"version": 1, "fields": {"number": ' + "9" * 400 + "}}",
    "huge version": '{"version": ' + "9" * 400 + ', "fields": {"name": "x"}}',
    "huge height": '{"version": 1, "fields": {"height_m": 1e308}}',
    "an id": '{"version": 1, "fields": {"id": 7}}',
    "a feeder": '{"version": 1, "fields": {"supply_parent": 7}}',
    "a list": '{"version": 1, "fields": {"name": ["x"]}}',
    "no date": '{"version": 1, "fields": {"commissioned": "2026-02-31"}}',
    "year one": '{"version": 1, "fields": {"commissioned": "0001-01-01"}}',
    "no status": '{"version": 1, "fields": {"status": "gone"}}',
    "null name": '{"version": 1, "fields": {"name": null}}',
    "null place": '{"version": 1, "fields": {"lon": null, "lat": null}}',
    "huge parent": '{"version": 1, "fields": {"parent": ' + "9" * 30 + "}}",
    "negative parent": '{"version": 1, "fields": {"parent": -1}}',
    "long text": '{"version": 1, "fields": {"name": "' + "x" * 30_000 + '"}}',
    "surrogate": '{"version": 1, "fields": {"name": "\\ud800"}}',
    "many extras": '{"version": 1, "fields": {"extra": {' + ",".join(f'"{n}": "x"' for n in range(500)) + "}}}",
    "nothing": "{}",
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_fields_are_refused_and_nothing_changes(
    served: ServedCity, city: TwoCommunes, anne: Session, name: str
) -> None:
    lamp = city.lamps()[0]
    headers = {"Authorization": f"Bearer {anne.access_token}"}
    url = f"{served.url}/api/v1/assets/{lamp.id}/edits"
    async with aiohttp.ClientSession(headers=headers) as http, http.post(url, data=HOSTILE[name]) as response:
        assert response.status in {400, 409, 422}, await response.text()
        assert (await response.json())["title"]
    assert city.register.get(lamp.id) == lamp


async def test_refusals_name_no_asset_that_one_may_not_see(anne: Session, local: Session, city: TwoCommunes) -> None:
    ours, theirs = city.lamps()[0], city.lamps(QUETIGNY)[0]
    cabinet = city.cabinet()
    numbered = AssetEdit(version=theirs.version, fields=AssetFields(number=4077))
    edit = (await anne.post_for(f"/assets/{theirs.id}/edits", numbered, EditDone)).edit
    fed = msgspec.structs.replace(city.register.get(theirs.id) or theirs, supply_parent=cabinet.id)
    await city.register.apply([fed], "anne", note="their lamp hangs on our cabinet")
    for lamp in city.lamps():
        moved = msgspec.structs.replace(lamp, supply_parent=None)
        await city.register.apply([moved], "anne", note="only theirs is left")
    attempts = (
        local.post_for(
            f"/assets/{ours.id}/edits",
            AssetEdit(version=city.lamps()[0].version, fields=AssetFields(number=4077)),
            EditDone,
        ),
        local.post_for(
            f"/assets/{cabinet.id}/edits",
            AssetEdit(version=cabinet.version, fields=AssetFields(status=AssetStatus.RETIRED)),
            EditDone,
        ),
        local.post_for("/assets/edits/undo", UndoEdits(edits=(edit.id,)), EditSummary),
    )
    for attempt in attempts:
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.problem.status in {403, 422}
        assert QUETIGNY not in str(refused.value.problem), refused.value.problem
