"""A dispatcher asks who is near, sees a crew drive on, sees it lose its signal, and learns later where it had been."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from backend.devkit.clock import SystemClock
from backend_client.errors import ClientError
from backend_client.session import Session
from contract.api import JournalPage
from contract.fleet import DeviceAccess, Trail, VehicleState, VehicleStates, VehicleStatus
from contract.journal import EntryKind
from tests.eventually import eventually
from tests.journeys.seat import play
from tests.journeys.stage import Stage, assets

pytestmark = [pytest.mark.journey, pytest.mark.timeout(420)]


def test_a_crew_is_found_followed_lost_and_found_again(stage: Stage, qapp: QApplication) -> None:
    async def story() -> None:
        session = await stage.session("operator1")
        try:
            await _tell(stage, session)
        finally:
            await session.close()

    play(qapp, story, 400)


async def _tell(stage: Stage, session: Session) -> None:
    moving: VehicleState = await eventually(lambda: _one_that_drives(session), "a vehicle drives", 120)
    codes = {vehicle.id: vehicle.code for vehicle in await assets(session, "vehicle")}
    code = codes[moving.asset_id]
    await eventually(lambda: _is_where_it_is(stage, session, moving.asset_id, code), "it is where it truly is", 60)
    await eventually(lambda: _is_near_itself(session, moving.asset_id), "it is among the three nearest to itself", 60)

    # All lose their signal: one that has just parked for long says little, and which one that is, is chance.
    heard: dict[int, str] = await eventually(lambda: _have_told_all(stage, session, codes), "three told all so far", 90)
    began = SystemClock().now()
    await _pull_for_all(stage, heard, "lose_signal")
    lost: int = await eventually(lambda: _one_that_keeps(stage, heard, 3), "one keeps what it cannot send", 150)
    silent = await _state(session, lost)
    assert silent.heard_at is not None
    await _pull_for_all(stage, heard, "regain_signal")
    trail: Trail = await eventually(lambda: _way_since(session, lost, began, 3), "it told where it was", 90)
    stamps = [point.at for point in trail.points]
    assert stamps == sorted(stamps)

    journal = await session.get("/journal", JournalPage, {"asset_id": lost, "limit": 50})
    asked = [entry for entry in journal.items if entry.kind is EntryKind.WHEREABOUTS]
    assert {entry.actor for entry in asked} == {"operator1"}
    police = await stage.session("police")
    try:
        assert (await police.get("/fleet", VehicleStates)).items == (), "the police see what is shared with them only"
    finally:
        await police.close()
    administrator = await stage.session("administrator")
    try:
        access = await administrator.get(f"/fleet/{moving.asset_id}/access", DeviceAccess)
    finally:
        await administrator.close()
    assert access.device == code
    told_by_mqtt = access.url.startswith("mqtt")  # which vehicle drives first is chance: some report over OwnTracks
    assert (access.topic if told_by_mqtt else access.url).endswith(access.token)
    assert bool(access.topic) == told_by_mqtt


async def _one_that_drives(session: Session) -> VehicleState | None:
    try:
        found = (await session.get("/fleet", VehicleStates)).items
    except ClientError:
        return None
    return next((state for state in found if state.status is VehicleStatus.MOVING), None)


async def _state(session: Session, asset_id: int) -> VehicleState:
    found = (await session.get("/fleet", VehicleStates)).items
    return next(state for state in found if state.asset_id == asset_id)


async def _is_where_it_is(stage: Stage, session: Session, asset_id: int, code: str) -> bool:
    truth: dict[str, Any] = await stage.ask_field(f"/vehicles/{code}")
    told = await _state(session, asset_id)
    assert told.lon is not None
    assert told.lat is not None
    lon, lat = float(truth["lon"]), float(truth["lat"])
    return abs(told.lon - lon) < 0.002 and abs(told.lat - lat) < 0.0015


async def _is_near_itself(session: Session, asset_id: int) -> bool:
    """It may drive on between the two questions, and vehicles stand side by side in their yards."""
    at = await _state(session, asset_id)
    near = await session.get("/fleet/nearest", VehicleStates, {"lon": at.lon, "lat": at.lat, "count": 3})
    away_m = [state.distance_m or 0.0 for state in near.items]
    assert away_m == sorted(away_m)
    return asset_id in {state.asset_id for state in near.items}


async def _have_told_all(stage: Stage, session: Session, codes: Mapping[int, str]) -> dict[int, str] | None:
    """Those that were heard and keep nothing; None while they are fewer than three."""
    told = [state.asset_id for state in (await session.get("/fleet", VehicleStates)).items if state.heard_at]
    kept = {each: (await stage.ask_field(f"/vehicles/{codes[each]}"))["kept"] for each in told}
    found = {each: codes[each] for each in told if kept[each] == 0}
    return found if len(found) >= 3 else None


async def _pull_for_all(stage: Stage, codes: Mapping[int, str], lever: str) -> None:
    for code in codes.values():
        await stage.pull(f"/vehicles/{code}/{lever}")


async def _one_that_keeps(stage: Stage, codes: Mapping[int, str], fixes: int) -> int | None:
    for asset_id, code in codes.items():
        kept: int = (await stage.ask_field(f"/vehicles/{code}"))["kept"]
        if kept >= fixes:
            return asset_id
    return None


async def _way_since(session: Session, asset_id: int, since: dt.datetime, fixes: int) -> Trail | None:
    until = since + dt.timedelta(minutes=30)
    query = {"since": since.isoformat(), "until": until.isoformat()}
    trail = await session.get(f"/fleet/{asset_id}/trail", Trail, query)
    return trail if len(trail.points) >= fixes else None
