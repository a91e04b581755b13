"""Recordings over the API: who may plan, see, mark and seal, and what he is told when he may not."""

import datetime as dt
from collections.abc import Callable

import msgspec
import pytest

from backend_client.errors import Refused
from backend_client.session import Session
from contract.api import Approval, ApprovalRequest, JournalPage
from contract.devices import Binding, Connection
from contract.footage import (
    Bookmark,
    BookmarkList,
    BookmarkRequest,
    CameraFootage,
    FootageLock,
    FootageSpan,
    LockList,
    LockRelease,
    LockRequest,
    NearbyFootage,
    PlanChange,
    RecordingList,
    RecordingMode,
    RecordingPlan,
)
from contract.media import FootageListed, ListFootage, MediaCommand, MediaEvent
from contract.rights import Grant, Level, Scope
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, QUETIGNY, TwoCommunes

CONTINUOUS = RecordingPlan(mode=RecordingMode.CONTINUOUS)
HOUR = dt.timedelta(hours=1)


def _connect_cameras(city: TwoCommunes) -> tuple[int, int]:
    """Each behind a connection of its own; gives those of Dijon and Quetigny."""
    cameras = city.camera(DIJON).id, city.camera(QUETIGNY).id
    connections = [Connection(id=f"camera-{number}", integration="x", url="test:") for number in cameras]
    bindings = {f"camera-{number}": [Binding(asset_id=number, address="p")] for number in cameras}
    city.devices.take({}, connections, bindings)
    return cameras


async def _dijon(served: ServedCity, city: TwoCommunes, level: Level) -> Session:
    await city.account("dijon", [Grant(level=level, scope=Scope(communes=(DIJON,)))])
    return await served.login("dijon")


def _listed(since: dt.datetime, until: dt.datetime) -> Callable[[MediaCommand], MediaEvent | None]:
    """The recorder has every camera in this period."""

    def listed(command: MediaCommand) -> MediaEvent | None:
        span = FootageSpan(since=since, until=until)
        return FootageListed(id=command.id, spans=(span,)) if isinstance(command, ListFootage) else None

    return listed


async def test_one_plans_the_cameras_that_one_configures(served: ServedCity, city: TwoCommunes) -> None:
    mine, foreign = _connect_cameras(city)
    session = await _dijon(served, city, Level.CONFIGURE)
    planned = await session.put_for("/recordings", PlanChange(camera_ids=(mine,), plan=CONTINUOUS), RecordingList)
    assert [(item.camera_id, item.plan, item.version) for item in planned.items] == [(mine, CONTINUOUS, 1)]
    with pytest.raises(Refused, match="No such asset"):
        await session.put_for("/recordings", PlanChange(camera_ids=(mine, foreign), plan=CONTINUOUS), RecordingList)
    too_long = PlanChange(camera_ids=(mine,), plan=msgspec.structs.replace(CONTINUOUS, kept_days=60))
    with pytest.raises(Refused, match="30 days"):
        await session.put_for("/recordings", too_long, RecordingList)
    assert city.footage.plans.of(foreign) is None
    misspelt = {"camera_ids": [mine], "plan": {"mode": "continuous", "kept_day": 3}}
    with pytest.raises(Refused, match="kept_day"):
        await session.put_for("/recordings", misspelt, RecordingList)


async def test_lists_and_counts_hold_only_the_cameras_one_may_see(served: ServedCity, city: TwoCommunes) -> None:
    mine, foreign = _connect_cameras(city)
    await city.account("all", [Grant(level=Level.CONFIGURE)])
    everywhere = await served.login("all")
    change = PlanChange(camera_ids=(mine, foreign), plan=CONTINUOUS)
    await everywhere.put_for("/recordings", change, RecordingList)
    first = await everywhere.get("/recordings", RecordingList, {"limit": 1})
    assert ([item.camera_id for item in first.items], first.total, first.next) == ([mine], 2, str(mine))
    second = await everywhere.get("/recordings", RecordingList, {"limit": 1, "cursor": first.next or ""})
    assert ([item.camera_id for item in second.items], second.next) == ([foreign], None)
    session = await _dijon(served, city, Level.VIEW)
    seen = await session.get("/recordings", RecordingList)
    assert ([item.camera_id for item in seen.items], seen.total) == ([mine], 1)


async def test_timelines_and_nearby_recordings_stop_at_the_commune(served: ServedCity, city: TwoCommunes) -> None:
    mine, foreign = _connect_cameras(city)
    now = city.clock.now()
    city.media.answer = _listed(now - 5 * HOUR, now)
    change = PlanChange(camera_ids=(mine, foreign), plan=CONTINUOUS)
    await city.footage.plans.change(change, by="system")
    session = await _dijon(served, city, Level.VIEW)
    period = {"since": (now - HOUR).isoformat(), "until": now.isoformat()}
    shown = await session.get(f"/cameras/{mine}/footage", CameraFootage, period)
    assert shown.spans == (FootageSpan(since=now - HOUR, until=now),)
    with pytest.raises(Refused, match="No such asset"):
        await session.get(f"/cameras/{foreign}/footage", CameraFootage, period)
    with pytest.raises(Refused, match="No such camera"):
        await session.get(f"/cameras/{city.cabinet().id}/footage", CameraFootage, period)
    moment: dict[str, str | float] = {"lon": 5.08, "lat": 47.32, "at": (now - HOUR).isoformat()}
    near = await session.get("/footage/nearest", NearbyFootage, moment)
    assert [(item.camera_id, item.has_footage) for item in near.items] == [(mine, True)]
    assert near.total == 1


@pytest.mark.parametrize(
    "query",
    [
        {"since": "2026-01-01T00:00:00", "until": "2026-01-01T01:00:00Z"},
        {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T01:00:00Z"},
        {"since": "2020-01-02T00:00:00Z", "until": "2026-01-01T01:00:00Z"},
        {"since": "x", "until": "2026-01-01T01:00:00Z"},
        {},
    ],
)
async def test_a_period_that_makes_no_sense_is_refused(
    served: ServedCity, city: TwoCommunes, query: dict[str, str]
) -> None:
    session = await _dijon(served, city, Level.VIEW)
    with pytest.raises(Refused):
        await session.get(f"/cameras/{city.camera().id}/footage", CameraFootage, query)


async def test_a_bookmark_is_removed_by_who_made_it_or_who_manages(served: ServedCity, city: TwoCommunes) -> None:
    camera = city.camera().id
    for name, level in (("anne", Level.OPERATE), ("paul", Level.OPERATE), ("claire", Level.MANAGE)):
        await city.account(name, [Grant(level=level)])
    anne, paul, claire = [await served.login(name) for name in ("anne", "paul", "claire")]
    viewer = await _dijon(served, city, Level.VIEW)
    path = f"/cameras/{camera}/bookmarks"
    request = BookmarkRequest(at=city.clock.now(), label="here")
    with pytest.raises(Refused):
        await viewer.post_for(path, request, Bookmark)
    first = await anne.post_for(path, request, Bookmark)
    second = await anne.post_for(path, request, Bookmark)
    third = await anne.post_for(path, request, Bookmark)
    assert (await viewer.get(path, BookmarkList)).total == 3
    with pytest.raises(Refused, match="anne made this bookmark"):
        await paul.delete(f"/bookmarks/{first.id}")
    await anne.delete(f"/bookmarks/{first.id}")
    await claire.delete(f"/bookmarks/{second.id}")
    with pytest.raises(Refused, match="No such bookmark"):
        await anne.delete(f"/bookmarks/{second.id}")
    assert [item.id for item in (await viewer.get(path, BookmarkList)).items] == [third.id]


async def _agreed(asker: Session, second: Session, act: str, payload: dict[str, object]) -> str:
    approval = await asker.post_for("/approvals", ApprovalRequest(act=act, payload=payload, reason="PV"), Approval)
    await second.post(f"/approvals/{approval.id}/approve", None)
    return approval.id


def _lock(city: TwoCommunes, *camera_ids: int) -> LockRequest:
    now = city.clock.now()
    return LockRequest(
        camera_ids=camera_ids,
        since=now - 2 * HOUR,
        until=now - HOUR,
        reason="accident",
        requisition="PV 1",
        expires_at=now + 240 * HOUR,
        approval_id="",
    )


def _payload(request: LockRequest) -> dict[str, object]:
    payload: dict[str, object] = msgspec.to_builtins(request)
    del payload["approval_id"]
    return payload


async def test_two_persons_seal_and_release(served: ServedCity, city: TwoCommunes) -> None:
    for name in ("claire", "marc"):
        await city.account(name, [Grant(level=Level.MANAGE)])
    claire, marc = await served.login("claire"), await served.login("marc")
    request = _lock(city, city.camera().id)
    with pytest.raises(Refused, match="nothing to seal"):
        await claire.post_for("/footage-locks", request, FootageLock)
    city.media.answer = _listed(request.since, request.until)
    with pytest.raises(Refused, match="second person"):
        await claire.post_for("/footage-locks", request, FootageLock)
    approval_id = await _agreed(claire, marc, "lock_footage", _payload(request))
    other = msgspec.structs.replace(request, since=request.since - HOUR, approval_id=approval_id)
    with pytest.raises(Refused, match="not what was approved"):
        await claire.post_for("/footage-locks", other, FootageLock)
    agreed = msgspec.structs.replace(request, approval_id=approval_id)
    seal = await claire.post_for("/footage-locks", agreed, FootageLock)
    assert (seal.requested_by, seal.approved_by, seal.state) == ("claire", "marc", "sealing")
    with pytest.raises(Refused):
        await claire.post_for("/footage-locks", agreed, FootageLock)
    await city.footage.seals.settle()
    (listed,) = (await marc.get("/footage-locks", LockList)).items
    assert listed.state == "sealed"
    path = f"/footage-locks/{seal.id}/release"
    with pytest.raises(Refused, match="second person"):
        await claire.post_for(path, LockRelease(reason="over", approval_id="none"), FootageLock)
    approval_id = await _agreed(claire, marc, "release_footage_lock", {"lock_id": seal.id})
    given_up = await claire.post_for(path, LockRelease(reason="over", approval_id=approval_id), FootageLock)
    assert given_up.state == "releasing"


async def test_seals_of_foreign_cameras_do_not_exist(served: ServedCity, city: TwoCommunes) -> None:
    both = _lock(city, city.camera(DIJON).id, city.camera(QUETIGNY).id)
    await city.footage.seals.make(both, by="claire", approved_by="marc")
    seal = await city.footage.seals.make(_lock(city, city.camera(DIJON).id), by="claire", approved_by="marc")
    session = await _dijon(served, city, Level.MANAGE)
    listed = await session.get("/footage-locks", LockList)
    assert ([item.id for item in listed.items], listed.total) == ([seal.id], 1)
    with pytest.raises(Refused, match="No such asset"):
        await session.post_for("/footage-locks", both, FootageLock)
    foreign = next(item for item in city.footage.seals.all() if item.id != seal.id)
    release = LockRelease(reason="x", approval_id="x")
    with pytest.raises(Refused, match="No such seal"):
        await session.post_for(f"/footage-locks/{foreign.id}/release", release, FootageLock)


async def test_health_says_that_recordings_are_in_trouble(city: TwoCommunes) -> None:
    _connect_cameras(city)
    change = PlanChange(camera_ids=(city.camera().id,), plan=CONTINUOUS)
    await city.footage.plans.change(change, by="system")
    city.media.is_down = True
    await city.footage.watch_recorder()
    assert "nothing is recorded" in city.footage.trouble


async def test_why_something_is_sealed_is_read_by_those_who_manage(served: ServedCity, city: TwoCommunes) -> None:
    camera = city.camera().id
    await city.footage.seals.make(_lock(city, camera), by="claire", approved_by="marc")
    for name, level, count in (("viewer", Level.VIEW, 0), ("operator", Level.OPERATE, 0), ("chief", Level.MANAGE, 1)):
        await city.account(name, [Grant(level=level, scope=Scope(communes=(DIJON,)))])
        session = await served.login(name)
        page = await session.get("/journal", JournalPage, {"asset_id": camera})
        sealed = [entry for entry in page.items if entry.payload.get("event") == "seal_ordered"]
        assert len(sealed) == count, name
