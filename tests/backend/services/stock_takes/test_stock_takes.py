"""Stock-takes on every storage: a zone looked through by hand and by scanner, nothing lost, nothing guessed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.devkit.clock import ManualClock
from backend.ports import JournalQuery, Storage
from backend.services.refusals import StockTakeRefused
from backend.services.stock_takes.campaign import Campaign
from backend.services.stock_takes.desk import StockTakes
from contract.asset_editing import AssetFilter
from contract.assets import AssetStatus
from contract.journal import EntryKind
from contract.stock_take import MarkRequest, ScanRequest, StockMark, StockTakeRequest
from tests.backend.services.editing.edited_city import EAST, LAMP, WEST, EditedCity, everything, only_west

LAMPS_EAST = AssetFilter(class_="streetlight", commune=EAST)
FIRST_EAST = LAMP + 40


@pytest.fixture
async def city(storage: Storage, clock: ManualClock, tmp_path: Path) -> AsyncIterator[EditedCity]:
    """A city whose lamps are looked for."""
    made = await EditedCity(storage, clock, tmp_path).start()
    yield made
    await made.close()


@pytest.fixture
def desk(city: EditedCity) -> StockTakes:
    """Its stock-takes."""
    return city.work.stock_takes


async def opened(desk: StockTakes, zone: AssetFilter = LAMPS_EAST) -> str:
    campaign = await desk.open(StockTakeRequest(name="Été 2026", zone=zone), by="anne", may=everything)
    return campaign.head.id


def counts(city: EditedCity, campaign: Campaign) -> tuple[int, int, int, int]:
    told = campaign.told(city.register, lambda _: True)
    return told.found_count, told.not_found_count, told.unknown_count, told.extra_count


async def test_a_zone_is_looked_through_over_a_restart_and_closed(
    city: EditedCity, desk: StockTakes, storage: Storage, clock: ManualClock, tmp_path: Path
) -> None:
    take = await opened(desk)
    ids = (FIRST_EAST, FIRST_EAST + 1, FIRST_EAST + 2)
    await desk.mark(take, MarkRequest(asset_ids=ids, mark=StockMark.FOUND), by="anne", may=everything)
    wanted = MarkRequest(asset_ids=(FIRST_EAST + 2,), mark=StockMark.NOT_FOUND, note="mast gone")
    await desk.mark(take, wanted, by="paul", may=everything)
    again = await EditedCity(storage, clock, tmp_path).start()
    desk = again.work.stock_takes
    assert counts(again, desk.get(take)) == (2, 1, 7, 0)
    [line] = desk.get(take).lines(again.register, lambda _: True, StockMark.NOT_FOUND)
    assert (line.code, line.by, line.note) == ("PL-0052", "paul", "mast gone")
    await desk.finish(take, by="anne", may=everything)
    with pytest.raises(StockTakeRefused, match="is closed"):
        await desk.mark(take, wanted, by="paul", may=everything)
    entries = await storage.journal(JournalQuery(kinds=(EntryKind.STOCK_TAKE,)))
    assert [entry.payload["act"] for entry in entries] == ["closed", "marked", "marked", "opened"]
    assert (entries[0].payload["found"], entries[0].payload["unknown"]) == (2, 7)
    await desk.delete(take, by="anne", may=everything)
    assert not desk.all()
    assert not await storage.records(f"stock_take_marks/{take}")
    await again.close()


async def test_a_scanned_label_finds_its_asset_wherever_it_stands(city: EditedCity, desk: StockTakes) -> None:
    take = await opened(desk)
    for code in ("urn:beffroi:asset:streetlight:PL-0050", "streetlight:PL-0051", " PL-0052 "):
        _, asset = await desk.scan(take, ScanRequest(code=code), by="anne", may=everything)
        assert asset is not None
    campaign, elsewhere = await desk.scan(take, ScanRequest(code="PL-0010"), by="anne", may=everything)
    assert elsewhere is not None
    assert counts(city, campaign) == (3, 0, 7, 1)
    assert campaign.line(elsewhere).is_extra


async def test_a_code_that_nobody_knows_is_kept_and_kept_once(city: EditedCity, desk: StockTakes) -> None:
    take = await opened(desk)
    for _ in range(2):
        campaign, asset = await desk.scan(take, ScanRequest(code="PL-9999"), by="anne", may=everything)
        assert asset is None
        assert campaign.head.strays == ("PL-9999",)


async def test_what_is_taken_back_is_unknown_again(city: EditedCity, desk: StockTakes) -> None:
    take = await opened(desk)
    for mark in (StockMark.FOUND, StockMark.UNKNOWN):
        await desk.mark(take, MarkRequest(asset_ids=(FIRST_EAST,), mark=mark), by="anne", may=everything)
    assert counts(city, desk.get(take)) == (0, 0, 10, 0)


async def test_two_who_scan_at_once_lose_nothing(city: EditedCity, desk: StockTakes) -> None:
    take = await opened(desk)
    scans = [ScanRequest(code=f"PL-00{number}") for number in range(50, 60)] + [
        ScanRequest(code="A"),
        ScanRequest(code="B"),
    ]
    await asyncio.gather(*(desk.scan(take, one, by="anne", may=everything) for one in scans))
    assert counts(city, desk.get(take)) == (10, 0, 0, 0)
    assert desk.get(take).head.strays == ("A", "B")


async def test_nobody_marks_or_ends_what_he_may_not(city: EditedCity, desk: StockTakes) -> None:
    take = await opened(desk, AssetFilter(class_="streetlight"))
    with pytest.raises(StockTakeRefused, match="may not see it"):
        await desk.mark(take, MarkRequest(asset_ids=(FIRST_EAST,), mark=StockMark.FOUND), by="p", may=only_west)
    with pytest.raises(StockTakeRefused, match="right to operate"):
        await desk.finish(take, by="p", may=only_west)
    campaign, asset = await desk.scan(take, ScanRequest(code="PL-0050"), by="p", may=only_west)
    assert asset is None, "whether it exists is not told"
    seen = campaign.told(city.register, lambda one: one.commune == WEST)
    assert seen.asset_count == 40


async def test_a_zone_may_be_drawn_and_leaves_out_what_is_retired(city: EditedCity, desk: StockTakes) -> None:
    await city.set(LAMP, status=AssetStatus.RETIRED)
    ring = ((5.0, 47.3), (5.0114, 47.3), (5.0114, 47.33), (5.0, 47.33))
    wanted = StockTakeRequest(name="A", zone=AssetFilter(class_="streetlight"), ring=ring)
    campaign = await desk.open(wanted, by="anne", may=everything)
    assert campaign.head.asset_ids == (LAMP + 1, LAMP + 2, LAMP + 3)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (StockTakeRequest(name="", zone=LAMPS_EAST), "name"),
        (StockTakeRequest(name="x" * 81, zone=LAMPS_EAST), "name"),
        (StockTakeRequest(name="A", zone=AssetFilter(commune="nowhere")), "no asset"),
        (StockTakeRequest(name="A", zone=LAMPS_EAST, ring=((5.0, 47.0), (5.1, 47.0))), "corners"),
        (StockTakeRequest(name="A", zone=LAMPS_EAST, ring=((5.0, 47.0),) * 501), "corners"),
        (StockTakeRequest(name="A", zone=LAMPS_EAST, ring=((float("nan"), 47.0),) * 3), "corners"),
        (StockTakeRequest(name="A", zone=LAMPS_EAST, ring=((500.0, 47.0),) * 3), "corners"),
    ],
)
async def test_what_is_no_zone_is_refused(desk: StockTakes, wanted: StockTakeRequest, said: str) -> None:
    with pytest.raises(StockTakeRefused, match=said):
        await desk.open(wanted, by="anne", may=everything)


@pytest.mark.parametrize("code", ["", "\u202e", "x" * 201])
async def test_what_is_no_code_is_refused(desk: StockTakes, code: str) -> None:
    take = await opened(desk)
    with pytest.raises(StockTakeRefused, match="a code has"):
        await desk.scan(take, ScanRequest(code=code), by="anne", may=everything)
