"""Changes of feeders on every storage: kept with their way back, raced for by two, none half done."""

import asyncio

import pytest

from backend.devkit.clock import ManualClock
from backend.ports import Storage
from backend.services.refusals import SupplyConflict, SupplyRefused
from backend.services.supply.editing import FeedEditor
from backend.storage.memory import MemoryStorage
from contract.assets import Asset, FeedKind
from contract.supply import FeedLink
from tests.backend.feeds import RecordingFeed
from tests.backend.joined_services import JoinedServices

FIRST, SECOND, LAMP = 1, 2, 10
POWER = FeedKind.POWER


async def a_street(storage: Storage, clock: ManualClock) -> JoinedServices:
    """Two cabinets, fifty lamps on the first."""
    joined = JoinedServices(storage, RecordingFeed(), clock)
    await joined.register.load()
    await joined.alarm_services.supply.load()
    if not len(joined.register):
        assets = [_asset(id_, "lighting_cabinet") for id_ in (FIRST, SECOND)]
        assets += [_asset(id_, "streetlight", FIRST) for id_ in range(LAMP, LAMP + 50)]
        await joined.register.apply(assets, "system", note="a street")
    return joined


def _asset(id_: int, class_: str, feeder: int | None = None) -> Asset:
    return Asset(id=id_, code=f"E-{id_}", class_=class_, lon=5.04, lat=47.32, commune="21231", supply_parent=feeder)


def link(asset_id: int, feeder: int | None, version: int = 1, kind: FeedKind = POWER) -> FeedLink:
    return FeedLink(asset_id=asset_id, version=version, kind=kind, feeder=feeder)


async def test_a_change_of_fifty_and_its_undoing_survive_restarts(storage: Storage, clock: ManualClock) -> None:
    before = await a_street(storage, clock)
    links = [link(id_, SECOND) for id_ in range(LAMP, LAMP + 50)]
    links.append(link(LAMP, SECOND, kind=FeedKind.NETWORK))
    change = await before.alarm_services.supply.editor.set_feeders(links, by="anne", reason="new cabinet")
    await before.close()
    after = await a_street(storage, clock)
    assert len(after.register.supply_children(SECOND)) == 50
    assert list(after.register.network_children(SECOND)) == [LAMP]
    history = await after.register.history(LAMP)
    assert history[0].after == {"supply_parent": SECOND, "network_parent": SECOND}
    assert [one.id for one in after.alarm_services.supply.editor.changes()] == [change.id]
    await after.alarm_services.supply.editor.undo(change.id, by="paul")
    await after.close()
    last = await a_street(storage, clock)
    assert len(last.register.supply_children(FIRST)) == 50
    assert not last.register.network_children(SECOND)
    assert last.alarm_services.supply.editor.change(change.id).undone_by
    assert await storage.verify_journal() is None
    await last.close()


async def test_of_two_who_change_the_same_lamp_at_once_one_is_told(storage: Storage, clock: ManualClock) -> None:
    street = await a_street(storage, clock)
    editor = street.alarm_services.supply.editor
    answers = await asyncio.gather(
        editor.set_feeders([link(LAMP, SECOND)], by="anne", reason=""),
        editor.set_feeders([link(LAMP, None)], by="paul", reason=""),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, SupplyConflict) for answer in answers) == 1
    assert len(editor.changes()) == 1
    await street.close()


async def test_two_changes_that_together_close_a_circle_are_not_both_taken(
    storage: Storage, clock: ManualClock
) -> None:
    street = await a_street(storage, clock)
    editor = street.alarm_services.supply.editor
    answers = await asyncio.gather(
        editor.set_feeders([link(FIRST, SECOND)], by="anne", reason=""),
        editor.set_feeders([link(SECOND, FIRST)], by="paul", reason=""),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, SupplyRefused) for answer in answers) == 1
    await street.close()


async def test_old_changes_make_room(clock: ManualClock) -> None:
    street = await a_street(MemoryStorage(clock), clock)
    editor: FeedEditor = street.alarm_services.supply.editor
    first = await editor.set_feeders([link(LAMP, SECOND)], by="anne", reason="")
    for turn in range(200):
        clock.pass_time(1)
        await editor.set_feeders([link(LAMP, None if turn % 2 == 0 else SECOND, turn + 2)], by="anne", reason="")
    assert len(editor.changes()) == 200
    with pytest.raises(SupplyRefused, match="too old"):
        await editor.undo(first.id, by="anne")
    await street.close()
