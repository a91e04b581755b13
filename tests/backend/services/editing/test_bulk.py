"""Many assets changed at once: shown, sealed, taken as shown, taken back as a whole."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from backend.devkit.clock import ManualClock
from backend.ports import KeptRecord, Storage, Unit
from backend.services.editing.changes import FIELDS_KEPT
from backend.services.refusals import EditConflict, EditRefused
from contract.asset_editing import AssetFields, AssetFilter, BulkEdit, BulkReport
from contract.assets import AssetStatus
from tests.backend.services.editing.edited_city import (
    CABINET,
    EAST,
    LAMP,
    WEST,
    EditedCity,
    everything,
    only_west,
)

LAMPS = tuple(range(LAMP, LAMP + 50))
ALL_LAMPS = AssetFilter(class_="streetlight")


@pytest.fixture
async def city(storage: Storage, clock: ManualClock, tmp_path: Path) -> AsyncIterator[EditedCity]:
    """A city that people edit."""
    edited = await EditedCity(storage, clock, tmp_path).start()
    yield edited
    await edited.close()


async def preview(city: EditedCity, wanted: BulkEdit) -> BulkReport:
    report, edit = await city.work.bulk(wanted, by="anne", may=everything, seal="")
    assert edit is None
    return report


async def test_a_preview_changes_nothing_and_says_what_stands_today(city: EditedCity) -> None:
    await city.set(LAMP, height_m=8.0)
    await city.set(LAMP + 1, height_m=9.0)
    report = await preview(city, BulkEdit(fields=AssetFields(height_m=8.0, extra={"mast": None}), ids=LAMPS))
    assert (report.asset_count, report.changed_count, report.unchanged_count, report.refused_count) == (50, 50, 0, 0)
    height, mast = report.fields
    assert (height.field, height.after, height.changed_count) == ("height_m", 8.0, 49)
    assert [(value.value, value.count) for value in height.before] == [(None, 48), (8.0, 1), (9.0, 1)]
    assert (mast.field, mast.before[0].value, mast.after) == ("extra.mast", "steel", None)
    assert city.asset(LAMP + 2).version == 1


async def test_what_was_shown_is_taken_and_taken_back_as_a_whole(
    city: EditedCity, storage: Storage, clock: ManualClock, tmp_path: Path
) -> None:
    more = [msgspec.structs.replace(city.asset(), id=id_, code=f"X-{id_}") for id_ in range(200, 300)]
    await city.register.apply(more, "system", note="more lamps")
    wanted = BulkEdit(fields=AssetFields(street="Rue de la Liberté", status=AssetStatus.PLANNED), filter=ALL_LAMPS)
    report = await preview(city, wanted)
    done, edit = await city.work.bulk(wanted, by="anne", may=everything, seal=report.seal)
    assert done.is_done
    assert edit is not None
    assert edit.asset_count == 150
    assert {city.asset(id_).street for id_ in (*LAMPS, 200, 299)} == {"Rue de la Liberté"}
    again = await EditedCity(storage, clock, tmp_path).start()
    kept = again.work.edits.get(edit.id)
    assert kept is not None
    assert kept.concerns(299)
    assert not kept.concerns(CABINET)
    await again.work.undo([edit.id], by="paul", may=everything, reason="")
    assert {again.asset(id_).street for id_ in (*LAMPS, 200, 299)} == {"Rue Monge"}
    assert {again.asset(id_).status for id_ in (*LAMPS, 200, 299)} == {AssetStatus.IN_SERVICE}
    await again.close()


async def test_what_changed_since_the_preview_breaks_the_seal(city: EditedCity) -> None:
    wanted = BulkEdit(fields=AssetFields(street="Rue Musette"), ids=LAMPS)
    report = await preview(city, wanted)
    await city.set(LAMP + 3, name="other")
    with pytest.raises(EditConflict, match="look at the preview again"):
        await city.work.bulk(wanted, by="anne", may=everything, seal=report.seal)
    other = msgspec.structs.replace(wanted, fields=AssetFields(street="Rue Piron"))
    fresh = await preview(city, wanted)
    with pytest.raises(EditConflict, match="look at the preview again"):
        await city.work.bulk(other, by="anne", may=everything, seal=fresh.seal)
    assert city.asset().street == "Rue Monge"


async def test_an_undo_is_refused_when_one_of_them_was_changed_since(city: EditedCity) -> None:
    wanted = BulkEdit(fields=AssetFields(street="Rue Musette"), ids=LAMPS)
    _, edit = await city.work.bulk(wanted, by="anne", may=everything, seal=(await preview(city, wanted)).seal)
    assert edit is not None
    await city.set(LAMP + 7, street="Rue Piron")
    with pytest.raises(EditConflict, match="street of PL-0017 was changed since"):
        await city.work.undo([edit.id], by="anne", may=everything, reason="")
    assert city.asset(LAMP).street == "Rue Musette"


async def test_what_one_may_not_manage_is_left_out_and_told(city: EditedCity) -> None:
    def may(level: int, asset: object) -> bool:
        return level == 1 or getattr(asset, "commune", "") == WEST

    wanted = BulkEdit(fields=AssetFields(height_m=5.0), ids=LAMPS)
    report, _ = await city.work.bulk(wanted, by="anne", may=may, seal="")
    assert (report.changed_count, report.refused_count) == (40, 10)
    assert report.refused[0].said_code == "edit_may_not"
    await city.work.bulk(wanted, by="anne", may=may, seal=report.seal)
    assert city.asset(LAMP + 45).height_m is None


async def test_what_one_may_not_see_is_not_there(city: EditedCity) -> None:
    with pytest.raises(EditRefused, match="no asset 50"):
        await city.work.bulk(BulkEdit(fields=AssetFields(height_m=5.0), ids=LAMPS), by="anne", may=only_west, seal="")
    report, _ = await city.work.bulk(
        BulkEdit(fields=AssetFields(height_m=5.0), filter=ALL_LAMPS), by="anne", may=only_west, seal=""
    )
    assert (report.asset_count, report.refused_count) == (40, 0)


async def test_a_cabinet_and_all_it_feeds_are_retired_together(city: EditedCity) -> None:
    retired = AssetFields(status=AssetStatus.RETIRED)
    alone = await preview(city, BulkEdit(fields=retired, ids=(CABINET, LAMP)))
    assert [one.said_code for one in alone.refused] == ["edit_still_feeds"]
    together = await preview(city, BulkEdit(fields=retired, ids=(CABINET, *LAMPS)))
    assert (together.changed_count, together.refused_count) == (51, 0)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (BulkEdit(fields=AssetFields(height_m=5.0)), "not both"),
        (BulkEdit(fields=AssetFields(height_m=5.0), ids=(LAMP,), filter=ALL_LAMPS), "not both"),
        (BulkEdit(fields=AssetFields(), ids=(LAMP,)), "say which field"),
        (BulkEdit(fields=AssetFields(number=7), ids=(LAMP,)), "one asset alone"),
        (BulkEdit(fields=AssetFields(lon=5.0, lat=47.3), ids=(LAMP,)), "one asset alone"),
        (BulkEdit(fields=AssetFields(serial="7"), ids=(LAMP,)), "one asset alone"),
        (BulkEdit(fields=AssetFields(height_m=5.0), ids=(4_000_000,)), "no asset 4000000"),
        (BulkEdit(fields=AssetFields(height_m=5.0), ids=(-1,)), "no asset -1"),
        (BulkEdit(fields=AssetFields(height_m=5.0), filter=AssetFilter(commune="nowhere")), "no asset is found"),
        (BulkEdit(fields=AssetFields(height_m=5.0), ids=tuple(range(20_001))), "at most 20000"),
        (BulkEdit(fields=AssetFields(height_m=5.0), ids=(LAMP,), reason="x" * 501), "500 characters"),
    ],
)
async def test_what_is_no_bulk_edit_is_refused_in_words(city: EditedCity, wanted: BulkEdit, said: str) -> None:
    with pytest.raises(EditRefused, match=said):
        await preview(city, wanted)


async def test_the_bounds_of_the_first_of_many_are_told_with_the_commune(city: EditedCity) -> None:
    found = await preview(
        city,
        BulkEdit(
            fields=AssetFields(commune=WEST),
            filter=AssetFilter(
                class_="streetlight", commune=EAST, status=AssetStatus.IN_SERVICE, service="", text="pl"
            ),
        ),
    )
    assert found.changed_count == 10
    assert {change.changes[0].before for change in found.changed} == {EAST}


async def test_a_change_of_thousands_is_kept_in_slices_and_taken_back_as_a_whole(
    city: EditedCity, storage: Storage, clock: ManualClock, tmp_path: Path
) -> None:
    count = 2_100
    more = [msgspec.structs.replace(city.asset(), id=id_, code=f"X-{id_}") for id_ in range(1_000, 1_000 + count)]
    await city.register.apply(more, "system", note="more lamps")
    ids = tuple(one.id for one in more)
    wanted = BulkEdit(fields=AssetFields(street="Rue de la Liberté"), ids=ids)
    seal = (await preview(city, wanted)).seal
    _, edit = await city.work.bulk(wanted, by="anne", may=everything, seal=seal)
    assert edit is not None
    slices = await storage.records(f"{FIELDS_KEPT}/{edit.id}")
    assert len(slices) == 5
    assert max(len(body) for body in slices.values()) < 100_000
    again = await EditedCity(storage, clock, tmp_path / "again").start()  # a restart
    kept = again.work.edits.get(edit.id)
    assert kept is not None
    assert [one.asset_id for one in await again.work.assets_of(kept)] == list(ids)
    await again.work.undo([edit.id], by="anne", may=everything, reason="")
    assert {again.asset(asset_id).street for asset_id in ids} == {city.asset().street}
    await again.close()


async def test_a_change_that_was_kept_in_one_piece_is_still_taken_back(city: EditedCity, storage: Storage) -> None:
    more = [msgspec.structs.replace(city.asset(), id=id_, code=f"X-{id_}") for id_ in range(1_000, 1_100)]
    await city.register.apply(more, "system", note="more lamps")
    wanted = BulkEdit(fields=AssetFields(street="Rue neuve"), ids=tuple(one.id for one in more))
    seal = (await preview(city, wanted)).seal
    _, edit = await city.work.bulk(wanted, by="anne", may=everything, seal=seal)
    assert edit is not None
    kind = f"{FIELDS_KEPT}/{edit.id}"
    slices = await storage.records(kind)
    whole = [one for key in sorted(slices) for one in msgspec.msgpack.decode(slices[key])]
    records = [KeptRecord(kind, key, None) for key in slices]
    await storage.commit(Unit(records=[*records, KeptRecord(kind, "", msgspec.msgpack.encode(whole))]))
    await city.work.undo([edit.id], by="anne", may=everything, reason="")
    assert {city.asset(one.id).street for one in more} == {city.asset().street}
