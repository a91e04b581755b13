"""Assets changed by hand on every storage: kept with their way back, refused in words, never half done."""

import asyncio
import math
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.devkit.clock import ManualClock
from backend.ports import JournalQuery, Storage
from backend.services.refusals import EditConflict, EditRefused
from contract.asset_editing import AssetEdit, AssetFields, EditKind, NewAsset
from contract.assets import AssetStatus
from contract.journal import EntryKind
from tests.backend.services.editing.edited_city import (
    CABINET,
    EAST,
    LAMP,
    STREET,
    WEST,
    EditedCity,
    everything,
    only_west,
)


@pytest.fixture
async def city(storage: Storage, clock: ManualClock, tmp_path: Path) -> AsyncIterator[EditedCity]:
    """A city that people edit."""
    edited = await EditedCity(storage, clock, tmp_path).start()
    yield edited
    await edited.close()


def new(**fields: object) -> NewAsset:
    place = {"lon": 5.03, "lat": 47.31} | fields
    return NewAsset(class_="streetlight", code="", fields=msgspec.convert(place, AssetFields), reason="forgotten")


async def test_a_change_its_history_and_its_undoing_survive_restarts(
    city: EditedCity, storage: Storage, clock: ManualClock, tmp_path: Path
) -> None:
    before = city.asset()
    edit_id = await city.set(name="Lampe du marché", height_m=6.5, extra={"mast": None, "colour": "green"})
    now = city.asset()
    assert (now.name, now.height_m, now.extra, now.version) == ("Lampe du marché", 6.5, {"colour": "green"}, 2)
    again = await EditedCity(storage, clock, tmp_path).start()
    history = await again.register.history(LAMP)
    assert history[0].edit == edit_id
    assert history[0].before == {"name": "", "height_m": None, "extra": {"mast": "steel"}}
    entry = (await storage.journal(JournalQuery(kinds=(EntryKind.ASSET,), limit=1)))[0]
    assert (entry.actor, entry.asset_id, entry.payload["edit"]) == ("anne", LAMP, edit_id)
    undone = await again.work.undo([edit_id], by="paul", may=everything, reason="wrong lamp")
    assert msgspec.structs.replace(again.asset(), version=1) == before
    assert (undone.kind, undone.undoes) == (EditKind.UNDO, (edit_id,))
    with pytest.raises(EditConflict, match="already"):
        await again.work.undo([edit_id], by="paul", may=everything, reason="")
    await again.work.undo([undone.id], by="paul", may=everything, reason="it was right")
    assert again.asset().name == "Lampe du marché"
    assert await storage.verify_journal() is None
    await again.close()


async def test_the_last_three_changes_go_back_together_or_not_at_all(city: EditedCity) -> None:
    first = await city.set(name="A")
    second = await city.set(name="B", street="Rue Musette")
    third = await city.set(height_m=4.0)
    with pytest.raises(EditConflict, match="name of PL-0010 was changed since"):
        await city.work.undo([first], by="anne", may=everything, reason="")
    await city.work.undo([first, third, second], by="anne", may=everything, reason="")
    asset = city.asset()
    assert (asset.name, asset.street, asset.height_m) == ("", "Rue Monge", None)


async def test_a_field_that_nobody_touched_since_goes_back_alone(city: EditedCity) -> None:
    first = await city.set(name="A")
    await city.set(height_m=4.0)
    await city.work.undo([first], by="anne", may=everything, reason="")
    assert (city.asset().name, city.asset().height_m) == ("", 4.0)


async def test_a_moved_asset_takes_the_commune_it_stands_in(city: EditedCity) -> None:
    edit_id = await city.set(lon=5.15, lat=47.33)
    assert (city.asset().commune, city.asset().lon) == (EAST, 5.15)
    edit = city.work.edits.get(edit_id)
    assert edit is not None
    assert edit.kind is EditKind.MOVED


async def test_nobody_moves_an_asset_out_of_what_he_manages(city: EditedCity) -> None:
    with pytest.raises(EditRefused, match="manage streetlight in 21515"):
        await city.set(lon=5.15, lat=47.33, may=only_west)
    with pytest.raises(EditRefused, match="manage streetlight in 21515"):
        await city.set(commune=EAST, may=only_west)
    with pytest.raises(EditRefused, match="manage streetlight in 21515"):
        await city.work.create(new(lon=5.15), by="anne", may=only_west)
    assert city.asset().version == 1


async def test_a_new_asset_gets_the_next_code_its_commune_and_its_service(city: EditedCity) -> None:
    asset, edit = await city.work.create(new(name="Neuve"), by="anne", may=everything)
    assert (asset.code, asset.commune, asset.service, asset.version) == ("PL-0060", WEST, "lighting", 1)
    assert (await city.register.history(asset.id))[0].edit == edit.id
    await city.work.undo([edit.id], by="anne", may=everything, reason="")
    assert city.asset(asset.id).status is AssetStatus.RETIRED
    other, _ = await city.work.create(new(), by="anne", may=everything)
    assert other.code == "PL-0061"


async def test_two_who_create_at_once_make_two_assets(city: EditedCity) -> None:
    made = await asyncio.gather(*(city.work.create(new(), by=by, may=everything) for by in ("anne", "paul")))
    assert len({asset.id for asset, _ in made}) == 2
    assert len({asset.code for asset, _ in made}) == 2


async def test_a_created_asset_that_was_changed_is_not_undone_into_nothing(city: EditedCity) -> None:
    asset, edit = await city.work.create(new(), by="anne", may=everything)
    await city.set(asset.id, name="B")
    with pytest.raises(EditConflict, match="changed since it was created"):
        await city.work.undo([edit.id], by="anne", may=everything, reason="")


async def test_a_cabinet_is_not_retired_while_it_feeds(city: EditedCity) -> None:
    with pytest.raises(EditRefused, match="ARM-1 still feeds 50 assets, PL-0010 among them"):
        await city.set(CABINET, status=AssetStatus.RETIRED)
    edit_id = await city.set(LAMP, status=AssetStatus.RETIRED)
    edit = city.work.edits.get(edit_id)
    assert edit is not None
    assert edit.kind is EditKind.RETIRED
    await city.work.undo([edit_id], by="anne", may=everything, reason="")
    assert city.asset().status is AssetStatus.IN_SERVICE


async def test_of_two_who_change_the_same_lamp_at_once_one_is_told(city: EditedCity) -> None:
    answers = await asyncio.gather(city.set(name="A"), city.set(name="B", by="paul"), return_exceptions=True)
    assert [isinstance(answer, EditConflict) for answer in answers] == [False, True]
    assert city.asset().name == "A"


async def test_an_undo_that_two_ask_for_is_done_once(city: EditedCity) -> None:
    edit_id = await city.set(name="A")
    undoing = (city.work.undo([edit_id], by=by, may=everything, reason="") for by in ("anne", "paul"))
    answers = await asyncio.gather(*undoing, return_exceptions=True)
    assert sum(isinstance(answer, EditConflict) for answer in answers) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "say which field"),
        ({"lon": 5.0}, "give both"),
        ({"lon": 47.3, "lat": 5.0}, "exchanged"),
        ({"lon": 0.0, "lat": 0.0}, "not in WGS84"),
        ({"lon": 181.0, "lat": 5.0}, "not in WGS84"),
        ({"lon": math.nan, "lat": 47.3}, "not in WGS84"),
        ({"height_m": math.inf}, "between"),
        ({"height_m": -1.0}, "between"),
        ({"azimuth_deg": 361.0}, "between"),
        ({"number": 2**31}, "between"),
        ({"name": "x" * 501}, "longer than"),
        ({"extra": {"": "x"}}, "without a name"),
        ({"extra": {str(number): "x" for number in range(41)}}, "at most 40"),
        ({"commune": "99999"}, "no commune 99999"),
        ({"service": "espionage"}, "no service espionage"),
        ({"parent": 4_000_000}, "no asset 4000000"),
        ({"parent": LAMP}, "belong to itself"),
        ({"street": "Rue Monge"}, "nothing changes"),
    ],
)
async def test_what_cannot_be_is_refused_in_words(city: EditedCity, fields: dict[str, Any], said: str) -> None:
    with pytest.raises(EditRefused, match=said):
        await city.set(**fields)
    assert city.asset().version == 1


async def test_texts_lose_what_turns_the_direction_of_writing(city: EditedCity) -> None:
    await city.set(name="a\u202ebc\n d\x00")
    assert city.asset().name == "abc d"


async def test_parents_never_close_a_circle(city: EditedCity) -> None:
    await city.set(LAMP + 1, parent=LAMP)
    with pytest.raises(EditRefused, match="PL-0010 would belong to itself"):
        await city.set(LAMP, parent=LAMP + 1)


async def test_a_line_is_not_moved_and_not_drawn_by_hand(city: EditedCity) -> None:
    with pytest.raises(EditRefused, match="R-1 is a line"):
        await city.set(STREET, lon=5.01, lat=47.31)
    wanted = NewAsset(class_="street", code="R-2", fields=AssetFields(lon=5.0, lat=47.3))
    with pytest.raises(EditRefused, match="is a line"):
        await city.work.create(wanted, by="anne", may=everything)


async def test_a_number_belongs_to_one_camera(city: EditedCity) -> None:
    await city.set(LAMP, number=7)
    with pytest.raises(EditRefused, match="PL-0010 has the number 7 already"):
        await city.set(LAMP + 1, number=7)


@pytest.mark.parametrize("code", ["PL-0010", "x" * 81])
async def test_a_code_is_short_and_its_own(city: EditedCity, code: str) -> None:
    with pytest.raises(EditRefused, match="code"):
        await city.work.create(msgspec.structs.replace(new(), code=code), by="anne", may=everything)


async def test_what_was_seen_at_another_version_is_refused(city: EditedCity) -> None:
    with pytest.raises(EditConflict, match="somebody changed PL-0010"):
        await city.work.change(LAMP, AssetEdit(version=9, fields=AssetFields(name="A")), by="anne", may=everything)
