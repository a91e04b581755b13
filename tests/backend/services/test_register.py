"""The register: search by rights, history, cameras that see a place, a supply tree that may be wrong."""

import pytest
from msgspec.structs import replace

from backend.ports import Unit
from backend.services.register import RegisterRefused
from contract.asset_editing import AssetFilter
from contract.assets import Asset, AssetStatus
from contract.journal import EntryKind
from tests.backend.services.rig import BRIGHT_CABINET, CAMERA, DARK_CABINET, GATEWAY, LAMPS, NEIGHBOURS, SmallCity


def anybody(_: Asset) -> bool:
    return True


def asset(city: SmallCity, asset_id: int) -> Asset:
    found = city.register.get(asset_id)
    assert found is not None
    return found


async def test_search_pages_through_everything_once(city: SmallCity) -> None:
    seen: list[int] = []
    cursor: int | None = None
    lamps = AssetFilter(class_="streetlight")
    while True:
        items, cursor, total = await city.register.search(lamps, may_see=anybody, after=cursor, limit=7)
        seen.extend(item.id for item in items)
        assert total == len(LAMPS) + len(NEIGHBOURS)
        if cursor is None:
            break
    assert seen == [*LAMPS, *NEIGHBOURS]


async def test_search_by_words_and_place(city: SmallCity) -> None:
    await city.register.apply(
        [replace(asset(city, CAMERA), name="Place Darcy", number=12, lon=5.03)], "leila", note="renamed"
    )
    assert [a.id for a in city.register.chosen(AssetFilter(text="darcy 12"), may_see=anybody)] == [CAMERA]
    found, _, total = await city.register.search(AssetFilter(bbox=(5.02, 47.0, 5.035, 48.0)), may_see=anybody)
    assert ([a.id for a in found], total) == ([CAMERA], 1)


async def test_what_one_may_not_see_is_not_even_counted(city: SmallCity) -> None:
    items, following, total = await city.register.search(AssetFilter(), may_see=lambda a: a.class_ == "camera")
    assert ([a.id for a in items], following, total) == ([CAMERA], None, 1)


async def test_a_change_says_who_what_from_what_to_what(city: SmallCity) -> None:
    retired = replace(asset(city, CAMERA), status=AssetStatus.RETIRED)
    await city.register.apply([retired], "leila", note="replaced")
    await city.register.apply([asset(city, CAMERA)], "leila", note="nothing changes")
    change = (await city.register.history(CAMERA))[0]
    assert (change.actor, change.before, change.after) == ("leila", {"status": "in_service"}, {"status": "retired"})
    assert asset(city, CAMERA).version == 2
    entries = await city.journal(EntryKind.ASSET)
    assert len(entries) == 2, "the small city, and one change"
    assert entries[-1].payload["after"] == {"status": "retired"}


async def test_all_or_nothing(city: SmallCity) -> None:
    good = replace(asset(city, CAMERA), name="changed")
    for bad in (
        replace(asset(city, CAMERA), id=900),
        replace(asset(city, CAMERA), id=901, code="X", class_="unicorn"),
        replace(asset(city, CAMERA), id=902, code="X", lat=4_800_000.0),
        replace(asset(city, CAMERA), id=0, code="X"),
    ):
        with pytest.raises(RegisterRefused):
            await city.register.apply([good, bad], "leila", note="bad file")
    assert asset(city, CAMERA).name == ""


async def test_a_loop_in_the_supply_tree_hangs_nothing(city: SmallCity) -> None:
    wrong = replace(asset(city, GATEWAY), supply_parent=DARK_CABINET)  # stands in an old database
    await city.storage.commit(Unit(replaced_assets=[wrong]))
    await city.register.load()
    assert list(city.register.supply_ancestors(LAMPS[0])) == [DARK_CABINET, GATEWAY]
    assert len(list(city.register.supply_descendants(GATEWAY))) == 2 + len(LAMPS) + len(NEIGHBOURS)
    await city.all_lamps_burn()
    await city.tells(DARK_CABINET, "supplyLoss", True)
    await city.pass_time(20)


async def test_a_new_loop_is_refused_and_named(city: SmallCity) -> None:
    with pytest.raises(RegisterRefused, match="GW-21231 is fed by ARM-0213 is fed by GW-21231"):
        await city.register.apply([replace(asset(city, GATEWAY), supply_parent=DARK_CABINET)], "leila", note="slip")
    with pytest.raises(RegisterRefused, match="GW-21231 cannot feed itself with network"):
        await city.register.apply([replace(asset(city, GATEWAY), network_parent=GATEWAY)], "leila", note="slip")
    assert not city.register.supply_ancestors(GATEWAY)


async def test_power_and_network_are_two_trees(city: SmallCity) -> None:
    lamp, camera = LAMPS[0], replace(asset(city, CAMERA), network_parent=GATEWAY, supply_parent=GATEWAY)
    talks = replace(asset(city, lamp), network_parent=CAMERA)
    await city.register.apply([camera, talks], "leila", note="cabled")
    register = city.register
    assert (list(register.feeders(lamp)), list(register.feeders(CAMERA))) == ([DARK_CABINET, CAMERA], [GATEWAY])
    assert (list(register.network_ancestors(lamp)), list(register.supply_ancestors(lamp))) == (
        [CAMERA, GATEWAY],
        [DARK_CABINET, GATEWAY],
    )
    assert list(register.network_children(GATEWAY)) == [CAMERA]
    assert list(register.network_descendants(GATEWAY)) == [CAMERA, lamp]
    assert not register.feeders(999)
    # A gateway that gets its power where its network goes is no circle.
    await register.apply([replace(asset(city, GATEWAY), network_parent=DARK_CABINET)], "leila", note="cabled")
    await register.load()
    assert list(register.network_ancestors(lamp)) == [CAMERA, GATEWAY, DARK_CABINET]


async def test_a_lamp_moved_to_another_cabinet_hangs_there_only(city: SmallCity) -> None:
    lamp = LAMPS[0]
    await city.register.apply([replace(asset(city, lamp), supply_parent=BRIGHT_CABINET)], "leila", note="rewired")
    assert lamp in city.register.supply_children(BRIGHT_CABINET)
    assert lamp in city.register.supply_descendants(BRIGHT_CABINET)
    assert lamp not in city.register.supply_children(DARK_CABINET)


async def test_the_camera_that_streams_and_sees_comes_before_the_nearer_one(city: SmallCity) -> None:
    template = replace(asset(city, CAMERA), azimuth_deg=0.0, fov_deg=60.0, range_m=80.0)  # looks north
    near_but_turned_away = replace(template, id=5, code="CAM-5", azimuth_deg=180.0, lat=47.32005)
    far = replace(template, id=6, code="CAM-6", lat=47.40)
    await city.register.apply([template, near_but_turned_away, far], "leila", note="two more")
    lon, lat = 5.04, 47.3203  # 33 m north of CAM-4, 28 m north of CAM-5
    near = city.register.nearest_cameras(lon, lat, may_see=anybody, streams=lambda i: i != 6, count=3)
    assert [(c.asset.code, c.sees_it, c.streams) for c in near] == [
        ("CAM-4", True, True),
        ("CAM-5", False, True),
        ("CAM-6", False, False),
    ]
    assert near[0].distance_m == pytest.approx(33.4, abs=0.5)
