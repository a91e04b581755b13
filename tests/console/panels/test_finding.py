"""Find and go: what is typed becomes places; what is near, and who looks there, is said in words."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.kit.errors import RequestRefused
from console.kit.formats import distance_text
from console.panels.map.around import Around
from console.parts.place_finding import Finding, Findings, FoundKind
from console.parts.place_text import typed_place
from contract.places import PlaceHit, PlaceHits, PlaceKind
from tests.console.conftest import Bench


def finding(bench: Bench) -> Finding:
    return Finding(bench.client, bench.stores.assets, bench.stores.catalogue, bench.context.texts)


async def find(bench: Bench, text: str) -> Findings:
    found = await finding(bench).find(text, (5.04, 47.32))
    assert found is not None
    return found


@pytest.mark.parametrize(
    "text",
    [
        "47.32, 5.04",
        "47,32 5,04",
        "47,32;5,04",
        " 47.32   5.04 ",
        "47°19'12\"N 5°2'24\"E",
        "N 47 19 12 E 5 2 24",
        "5°2.4'E, 47°19.2'N",
        "47.32N 5.04E",
    ],
)
def test_coordinates_however_they_are_written(text: str) -> None:
    assert typed_place(text) == pytest.approx((5.04, 47.32))


@pytest.mark.parametrize(
    "text", ["12 13", "12 rue de la Liberté", "91.5, 5.0", "47 60 0 N 5 0 0 E", "", "N", "1e5, 2.0"]
)
def test_what_is_no_place_is_searched_as_words(text: str) -> None:
    assert typed_place(text) is None


@given(text=st.text(alphabet="0123456789.,;°'\" NSEWOdm/+-\t\x00é", max_size=200))
def test_hostile_text_never_becomes_a_place_off_the_earth(text: str) -> None:
    place = typed_place(text)
    assert place is None or (abs(place[0]) <= 180 and abs(place[1]) <= 90)


async def test_a_camera_number_finds_that_camera_first(bench: Bench) -> None:
    camera = next(asset for asset in bench.stores.assets.all() if asset.class_ == "camera" and asset.number)
    for text in (str(camera.number), f"cam {camera.number}", f"CAM-{camera.number:03d}", f"caméra n°{camera.number}"):
        best = (await find(bench, text)).best
        assert best is not None
        assert (best.asset_id, best.kind) == (camera.id, FoundKind.ASSET), text


async def test_results_stand_in_groups_and_no_asset_twice(bench: Bench) -> None:
    found = await find(bench, "avenue")
    titles = [group.title for group in found.groups]
    assert {"Equipment", "Streets"} <= set(titles)
    ids = [item.asset_id for item in found.items if item.asset_id is not None]
    assert len(ids) == len(set(ids))
    assert found.best == found.items[0]


async def test_typed_coordinates_need_no_backend(bench: Bench) -> None:
    bench.client.refusal = RequestRefused(500, "No.")
    best = (await find(bench, "47.32, 5.04")).best
    assert best is not None
    assert (best.kind, best.label, best.lon) == (FoundKind.PLACE, "47.320000, 5.040000", 5.04)


async def test_while_nobody_answers_equipment_is_still_found_and_it_says_so(bench: Bench) -> None:
    bench.client.refusal = RequestRefused(500, "The search failed.")
    found = await find(bench, "ARM-003")
    assert found.best is not None
    assert found.best.asset_id == bench.asset("ARM-003").id
    assert found.trouble.startswith("Only equipment is searched:")


async def test_only_the_newest_query_is_answered(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = asyncio.Event()

    async def answer(text: str, *, near: object = None, limit: int = 20) -> PlaceHits:
        if text == "rue":
            await slow.wait()
        return PlaceHits(items=())

    monkeypatch.setattr(bench.client, "places", answer)
    box = finding(bench)
    async with asyncio.TaskGroup() as group:
        older = group.create_task(box.find("rue"))
        await asyncio.sleep(0)
        newer = group.create_task(box.find("rue de"))
        await asyncio.sleep(0)
        slow.set()
    assert older.result() is None
    assert newer.result() is not None


@pytest.mark.parametrize(
    ("kind", "note"),
    [(PlaceKind.STREET, "the street is shown"), (PlaceKind.ADDRESS, "this one is")],
)
async def test_a_number_that_is_not_in_the_base_is_said(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, kind: PlaceKind, note: str
) -> None:
    async def answer(text: str, *, near: object = None, limit: int = 20) -> PlaceHits:
        return PlaceHits(items=(PlaceHit(kind=kind, label=text, detail="Dijon", lon=5, lat=47, is_exact=False),))

    monkeypatch.setattr(bench.client, "places", answer)
    best = (await find(bench, "999 rue de la liberte")).best
    assert best is not None
    assert note in best.note


async def test_look_here_says_who_turns_and_who_does_not(bench: Bench) -> None:
    around = Around(bench.client, bench.stores.assets, bench.context.texts)
    place = bench.asset("ARM-003")
    looked = await around.look_here(place.lon, place.lat)
    assert len(looked.turned) == 2
    assert looked.text.startswith("2 cameras turn to it: ")
    assert "in the register only" in looked.text
    assert bench.client.looked[0].id
    bench.client.refusal = RequestRefused(403, "You may not do this.")
    assert (await around.look_here(place.lon, place.lat)).is_failure


async def test_the_nearest_are_told_with_their_distance(bench: Bench) -> None:
    around = Around(bench.client, bench.stores.assets, bench.context.texts)
    place = bench.asset("ARM-003")
    near = await around.nearest("camera", place.lon, place.lat, 3)
    assert [item.distance_m for item in near] == sorted(item.distance_m for item in near)
    assert near[0].text.endswith("m")
    texts = bench.context.texts
    assert [distance_text(m, texts) for m in (8.4, 344, 2360, 24_000)] == [
        "8\u202fm",
        "340\u202fm",
        "2.4\u202fkm",
        "24\u202fkm",
    ]


async def test_what_was_pasted_with_line_breaks_and_control_characters_is_one_line(bench: Bench) -> None:
    assert (await find(bench, " ARM-003\r\n\x00\x1b ")).text == "ARM-003"
