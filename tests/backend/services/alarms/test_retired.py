"""An asset that was taken away: what stood ends at that moment, and what still speaks in its name raises nothing."""

import msgspec

from backend.ports import JournalQuery
from contract.assets import AssetStatus
from contract.journal import EntryKind
from tests.backend.services.rig import NEIGHBOURS, SmallCity

LAMP = NEIGHBOURS[0]


async def _set_status(city: SmallCity, status: AssetStatus, asset_id: int = LAMP) -> None:
    asset = city.register.get(asset_id)
    assert asset is not None
    await city.register.apply([msgspec.structs.replace(asset, status=status)], "anne", note="by hand")


def _stands(city: SmallCity) -> bool:
    return any(alarm.asset_id == LAMP and alarm.is_active for alarm in city.shown())


async def test_a_retired_lamp_raises_no_alarm_and_one_in_service_does(city: SmallCity) -> None:
    await _set_status(city, AssetStatus.RETIRED)
    await city.tells(LAMP, "lampFailure", True)
    await city.pass_time(120)
    assert not _stands(city)
    await _set_status(city, AssetStatus.IN_SERVICE)
    await city.tells(LAMP, "lampFailure", False)
    await city.tells(LAMP, "lampFailure", True)
    await city.pass_time(120)
    assert _stands(city)


async def test_what_stood_when_it_was_retired_ends_at_that_moment_and_the_journal_says_why(city: SmallCity) -> None:
    await city.tells(LAMP, "lampFailure", True)
    await city.pass_time(120)
    assert _stands(city)
    await _set_status(city, AssetStatus.RETIRED)
    assert city.alarms.accounting().is_whole
    await city.intake.look()
    await city.settle()
    assert not _stands(city)
    assert city.alarms.accounting().is_whole
    entry = (await city.storage.journal(JournalQuery(kinds=(EntryKind.ALARM,), limit=1)))[0]
    assert (entry.asset_id, entry.payload["note"]) == (LAMP, "its asset was retired")
    # Nobody has seen it yet: it is still there to be acknowledged, then gone.
    [alarm] = city.alarms.of_asset(LAMP)
    assert not alarm.is_active
    await city.alarms.acknowledge(alarm.id, alarm.occurrence, by="anne")
    assert city.alarms.of_asset(LAMP) == []


async def test_a_silent_lamp_that_was_retired_is_not_missed(city: SmallCity) -> None:
    await city.all_lamps_burn()
    city.sink.assets_unreachable([LAMP], "no answer")
    await city.intake.take_all()
    await city.pass_time(120)
    assert _stands(city)
    await _set_status(city, AssetStatus.RETIRED)
    await city.pass_time(1)
    assert not _stands(city)


async def test_what_waited_for_its_delay_is_never_raised(city: SmallCity) -> None:
    await city.tells(LAMP, "lampFailure", True)
    await _set_status(city, AssetStatus.RETIRED)
    await city.pass_time(120)
    assert not city.alarms.of_asset(LAMP)


async def test_what_was_retired_by_mistake_is_in_alarm_again_once_it_is_back(city: SmallCity) -> None:
    await city.all_lamps_burn()
    await city.tells(LAMP, "lampFailure", True)
    city.sink.assets_unreachable([NEIGHBOURS[1]], "no answer")
    await city.intake.take_all()
    await city.pass_time(120)
    await _set_status(city, AssetStatus.RETIRED)
    await _set_status(city, AssetStatus.RETIRED, NEIGHBOURS[1])
    await city.pass_time(1)
    assert not any(alarm.is_active for alarm in city.shown())
    await _set_status(city, AssetStatus.IN_SERVICE)
    await _set_status(city, AssetStatus.IN_SERVICE, NEIGHBOURS[1])
    await city.pass_time(120)
    assert {alarm.asset_id for alarm in city.shown() if alarm.is_active} >= {LAMP, NEIGHBOURS[1]}
    assert city.alarms.accounting().is_whole


async def test_what_was_retired_while_the_backend_was_away_ends_at_its_start(city: SmallCity) -> None:
    await city.tells(LAMP, "lampFailure", True)
    await city.pass_time(120)
    await _set_status(city, AssetStatus.RETIRED)  # and killed before any alarm was looked at
    await city.restart()
    await city.intake.look()
    await city.settle()
    assert not _stands(city)
    assert city.alarms.accounting().is_whole


async def test_an_end_that_is_not_kept_yet_is_still_counted_where_its_alarm_stands(city: SmallCity) -> None:
    await city.tells(LAMP, "lampFailure", True)
    await city.pass_time(120)
    await _set_status(city, AssetStatus.RETIRED)
    city.alarms.rules_changed([(LAMP, "lampFailure")])  # judged anew: it ends, and nothing has settled it
    assert city.alarms.accounting().is_whole
    await city.pass_time(1)
    assert not _stands(city)
    assert city.alarms.accounting().is_whole
