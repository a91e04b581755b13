"""What hangs on a network: cameras behind a switch that says nothing, and behind a cabinet that says it is dark."""

from collections.abc import Sequence

from contract.alarms import Alarm, ShownState
from contract.assets import Asset
from tests.backend.services.rig import DARK_CABINET, SmallCity

SWITCH = 500
CAMERAS = range(510, 520)


async def cameras_are_connected(city: SmallCity, power: int | None = None) -> None:
    switch = Asset(id=SWITCH, code="SW-1", class_="network_switch", commune="21231", lon=5.04, lat=47.32)
    cameras = [
        Asset(
            id=camera,
            code=f"C-{camera}",
            class_="camera",
            commune="21231",
            supply_parent=power,
            network_parent=SWITCH,
            lon=5.04,
            lat=47.32,
        )
        for camera in CAMERAS
    ]
    await city.register.apply([switch, *cameras], "system", note="a camera network")
    city.intake.own_sink(CAMERAS).assets_reachable(list(CAMERAS))
    await city.settle()


async def lost(city: SmallCity, cameras: Sequence[int] = CAMERAS) -> None:
    city.intake.own_sink(cameras).assets_unreachable(list(cameras), "no answer")
    await city.settle()


def cards(city: SmallCity) -> list[tuple[int, str]]:
    return [(alarm.asset_id, alarm.kind) for alarm in city.shown()]


def members(city: SmallCity, card: Alarm) -> list[int]:
    return [place.key[0] for place in city.alarms.groups.places(card.id)]


async def test_cameras_behind_a_mute_switch_are_one_card(city: SmallCity) -> None:
    await cameras_are_connected(city)
    await lost(city)
    await city.pass_time(25)
    assert cards(city) == [(SWITCH, "suppliedLost")]
    (card,) = city.shown()
    assert card.folded_count == len(CAMERAS)
    assert sorted(members(city, card)) == list(CAMERAS)
    assert {alarm.suppressed_by for alarm in city.alarms.standing() if alarm.folded_into == card.id} == {
        "supply: network_switch SW-1"
    }


async def test_a_cabinet_that_says_it_is_dark_explains_its_cameras_and_the_switch_is_not_blamed(
    city: SmallCity,
) -> None:
    await cameras_are_connected(city, power=DARK_CABINET)
    await city.tells(DARK_CABINET, "supplyLoss", True)
    await lost(city)
    await city.pass_time(25)
    assert cards(city) == [(DARK_CABINET, "supplyLoss")]


async def test_a_mended_register_is_folded_by_anew(city: SmallCity) -> None:
    await cameras_are_connected(city)
    await lost(city)
    await city.pass_time(25)
    moved = [camera for camera in city.register.all() if camera.id in CAMERAS]
    from_there = [_without_network(camera) for camera in moved]
    await city.register.apply(from_there, "leila", note="they were never behind that switch")
    await city.pass_time(40)
    shown = {alarm.asset_id for alarm in city.shown() if alarm.shown is ShownState.B_UNACK}
    assert shown == set(CAMERAS)


def _without_network(asset: Asset) -> Asset:
    return Asset(id=asset.id, code=asset.code, class_=asset.class_, lon=asset.lon, lat=asset.lat, commune=asset.commune)
