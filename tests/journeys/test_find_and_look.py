"""Somebody calls from an address: the operator finds it, and the domes around turn to it, as they themselves say."""

from typing import Any

import pyproj
import pytest
from PySide6.QtWidgets import QApplication

from backend_client.errors import ClientError
from backend_client.session import Session
from contract.api import JournalPage
from contract.assets import Asset
from contract.places import LookOutcome, LookRequest, PlaceHit, PlaceHits, PlaceKind
from tests.eventually import eventually
from tests.journeys.seat import play
from tests.journeys.stage import Stage, assets

pytestmark = [pytest.mark.journey, pytest.mark.timeout(200)]
WGS84 = pyproj.Geod(ellps="WGS84")


def test_an_address_is_found_and_the_domes_around_it_turn_to_it(stage: Stage, qapp: QApplication) -> None:
    async def story() -> None:
        session = await stage.session("operator1")
        try:
            await _tell(stage, session)
        finally:
            await session.close()

    play(qapp, story, 180)


async def _tell(stage: Stage, session: Session) -> None:
    await eventually(lambda: _finds_houses(session), "the city's houses are known", 90)
    domes = [camera for camera in await assets(session, "camera") if camera.extra.get("ptz") == "yes"]
    dome = min(domes, key=lambda camera: camera.number or 0)
    near = (dome.lon + 0.0002, dome.lat + 0.0002)  # some 27 m away
    await eventually(lambda: _turns(session, near, dome), "the dome answers and turns", 60)
    await eventually(lambda: _looks_at(stage, dome, near), "its head has arrived", 10)
    journal = await session.get("/journal", JournalPage, {"asset_id": dome.id, "limit": 20})
    acts = [entry for entry in journal.items if entry.payload.get("action") == "ptz_absolute"]
    assert {entry.actor for entry in acts} == {"operator1"}


async def _finds_houses(session: Session) -> bool:
    try:
        found = await session.get("/places", PlaceHits, {"text": "12 r.", "limit": 50})
    except ClientError:
        return False
    houses: list[PlaceHit] = [hit for hit in found.items if hit.kind is PlaceKind.ADDRESS]
    if not houses:
        return False
    again = await session.get("/places", PlaceHits, {"text": f"{houses[0].label} dijon".upper()})
    assert again.items[0] == houses[0], "the same house by its whole name, in capitals"
    return True


async def _turns(session: Session, place: tuple[float, float], dome: Asset) -> bool:
    outcome = await session.post_for("/cameras/look", LookRequest(lon=place[0], lat=place[1]), LookOutcome)
    return any(camera.asset_id == dome.id and not camera.refusal for camera in outcome.cameras)


async def _looks_at(stage: Stage, dome: Asset, place: tuple[float, float]) -> bool:
    said: Any = await stage.ask_field(f"/cameras/{dome.code}")
    bearing, _, _ = WGS84.inv(dome.lon, dome.lat, *place)
    off_deg = abs((said["azimuth_deg"] - bearing + 180) % 360 - 180)
    return not said["is_moving"] and off_deg < 0.5 and said["tilt_deg"] < -5
