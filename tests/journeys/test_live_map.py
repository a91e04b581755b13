"""The live map at work: find, choose and drive, look there, report; several maps, each with its own view."""

import re
import unicodedata
from functools import partial
from pathlib import Path
from typing import Any

import pyproj
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication

from console.panels.map.panel import MapPanel
from console.shell.workspace_names import shown_name
from console.store.map_look import MapLook, ViewKind
from contract.api import JournalPage
from contract.assets import Asset
from contract.places import PlaceHit, PlaceHits, PlaceKind
from tests.eventually import eventually
from tests.exported_maps.reading import ReadPage
from tests.journeys import map_hands as hands
from tests.journeys.seat import Seat, play, seated
from tests.journeys.stage import Stage, assets, register

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
GLOBE = pyproj.Geod(ellps="WGS84")
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
REASON = "the caller cannot see the kerb"


def test_what_a_caller_says_is_found_and_shown(lasting_stage: Stage, qapp: QApplication, tmp_path: Path) -> None:
    async def story() -> None:
        stage = lasting_stage
        await stage.is_alive()
        street, house = await _places_of_the_city(stage)
        async with seated(stage, qapp, tmp_path, "operator1", with_video=True, theme="light") as seat:
            await seat.start_afresh()
            stores, panel = seat.console.stores, seat.map

            # A camera by its number: the map is there, it is selected, and its picture is asked for.
            await hands.go(seat, panel, "1")
            camera = stores.assets.camera_of_number(1)
            assert camera is not None
            assert stores.selection.asset_id == panel.city_map.selected == camera.id
            assert _distance_m(panel, camera.lon, camera.lat) < 5
            await eventually(lambda: camera.id in seat.cameras.wall.cameras, "it is on the wall")
            await eventually(lambda: any(tile.has_picture for tile in seat.cameras.tiles), "its picture is seen", 45)

            # A street without its accents.
            await hands.find(seat, panel, _plain(street.name))
            box = panel.guide.search.box
            assert street.name in box.list.currentItem().text()
            seat.picture(tmp_path / "pictures", "street found, light, en")
            seat.press(box, Qt.Key.Key_Return)
            await hands.at_rest(panel.city_map)
            lons, lats = zip(*(street.line or ()), strict=True)
            lon, lat = panel.city_map.view.lon_lat
            assert min(lons) <= lon <= max(lons)
            assert min(lats) <= lat <= max(lats)

            # An address, in capitals; coordinates in degrees and minutes.
            await hands.go(seat, panel, _plain(f"{house.label} dijon").upper())
            assert _distance_m(panel, house.lon, house.lat) < 5
            await hands.go(seat, panel, "47 19 30 N 5 2 24 E")
            assert _distance_m(panel, 5.04, 47.325) < 5

            # Nothing is called that: words say so, and the map stays.
            await hands.find(seat, panel, "zzyzx avenue")
            assert box.words.text() == seat.console.texts("find.nothing")
            assert not box.list.count()
            seat.press(box, Qt.Key.Key_Return)
            assert _distance_m(panel, 5.04, 47.325) < 5
            seat.press(box, Qt.Key.Key_Escape)
            assert not box.is_open

    play(qapp, story, 220)


def test_what_a_rectangle_holds_is_listed_driven_and_reported(
    lasting_stage: Stage, qapp: QApplication, tmp_path: Path
) -> None:
    async def story() -> None:
        stage = lasting_stage
        await stage.is_alive()
        with hands.no_browser() as opened:
            async with seated(stage, qapp, tmp_path, "operator1", theme="light") as seat:
                await seat.start_afresh()
                city_map, contents = seat.map.city_map, seat.console.stores.contents
                await hands.go(seat, seat.map, "1")
                box = QRect(city_map.rect().center() - QPoint(90, 70), city_map.rect().center() + QPoint(90, 70))
                everything = list(seat.console.stores.assets.all())

                # R, and a rectangle by hand: the list holds exactly what lies in it.
                seat.press(city_map, Qt.Key.Key_R)
                surely, perhaps = hands.inside(city_map, everything, box)
                hands.drag(city_map, box)
                await eventually(lambda: contents.chosen.total, "something is chosen")
                chosen = set(contents.chosen.asset_ids)
                assert surely
                assert surely <= chosen <= perhaps
                listed = {line.asset_id for line in seat.selection.table.lines}
                assert listed == chosen
                seat.picture(tmp_path / "pictures", "chosen, light, en")

                await _the_twin_is_in_step(stage, seat)
                lamps = [asset for asset in everything if asset.id in chosen and asset.class_ == "streetlight"]
                await _chosen_lamps_obey(stage, seat, lamps, tmp_path)
                await _report_holds(seat, chosen, tmp_path / "report.html")
                assert [Path(url.toLocalFile()).name for url in opened] == ["report.html"]

                # Escape lays the tool down, and then lets go.
                city_map.setFocus()
                for _ in range(3):
                    seat.press(city_map, Qt.Key.Key_Escape)
                assert contents.chosen.total == 0
                assert not city_map.chosen.ids.size
                await eventually(lambda: not seat.selection.acts.widget.isVisible(), "nothing can be driven any more")

    play(qapp, story, 220)


async def _the_twin_is_in_step(stage: Stage, seat: Seat) -> None:
    """The table counts what the map counts, and both what the register holds in that rectangle."""
    city_map = seat.map.city_map
    session = await stage.session("operator1")
    try:
        known = await register(session)
    finally:
        await session.close()
    seat.selection.lists.setCurrentIndex(0)
    for _ in range(2):
        surely, perhaps = hands.inside(city_map, known, city_map.rect())
        await eventually(lambda: _lists_what_is_in_view(seat), "the list follows the view")
        total = seat.console.stores.contents.in_view.total
        assert len(surely) <= total <= len(perhaps)
        listed = [line.asset_id for line in seat.selection.table.lines]
        assert len(listed) == min(total, 500)
        assert set(listed) <= perhaps
        seat.press(city_map, Qt.Key.Key_Minus)
        await hands.at_rest(city_map)


def _lists_what_is_in_view(seat: Seat) -> bool:
    """Both are asked at once: vehicles drive through the picture."""
    return seat.console.stores.contents.in_view.total == seat.map.city_map.in_view(1).total


async def _chosen_lamps_obey(stage: Stage, seat: Seat, lamps: list[Asset], folder: Path) -> None:
    """Claim a level for all of them: the lamps themselves burn so."""
    seat.selection.lists.setCurrentIndex(1)
    acts = seat.selection.acts
    assert lamps
    wanted = 45  # the program of no hour gives it
    acts.claim.click()
    at = next(number for number in range(acts.property_choice.count()) if _is_level(seat, number))
    acts.property_choice.setCurrentIndex(at)
    group = acts.group_form.group
    assert group is not None
    form = acts.group_form.form
    form.number.setValue(wanted)
    form.reason.setText(REASON)
    await eventually(lambda: form.place.visibleRegion().boundingRect().height() > 0, "the form has room")
    seat.picture(folder / "pictures", "claim for the chosen, light, en")
    form.place.click()

    async def obey() -> bool:
        now: list[Any] = [await stage.ask_field(f"/lamps/{lamp.code}") for lamp in lamps]
        return all(each["level_percent"] == wanted for each in now)

    await eventually(obey, "every chosen lamp burns as claimed", 60)
    await eventually(lambda: "verified" in acts.group_form.progress.text(), "it is verified", 30)


def _is_level(seat: Seat, number: int) -> bool:
    acts = seat.selection.acts
    acts.property_choice.setCurrentIndex(number)
    group = acts.group_form.group
    return group is not None and (group.class_, group.spec.name) == ("streetlight", "level_percent")


async def _report_holds(seat: Seat, chosen: set[int], file: Path) -> None:
    """A report of what is chosen is one file with exactly that, which asks the network for nothing."""
    form = seat.map.exporting.form
    seat.selection.acts.report.click()
    await eventually(form.isVisible, "it is asked where the report goes")
    form.making.file.setText(str(file))
    form.making.confirm.click()
    await eventually(file.exists, "the report is made", 40)
    await eventually(lambda: not form.isVisible(), "the form is gone")
    page = file.read_text("utf-8")
    read = ReadPage(page)
    codes = {asset.code for asset in map(seat.console.stores.assets.get, chosen) if asset is not None}
    assert {row[0] for row in read.cells[1:]} == codes
    assert len(read.cells) == len(codes) + 1
    asked = [values.get(name, "") for _tag, values in read.tags for name in ("src", "href")]
    assert not [address for address in asked if re.match(r"(https?:)?//", address)]
    assert "default-src 'none'" in read.policy


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # a menu pops up where there is no screen
def test_domes_turn_to_a_place_and_one_that_cannot_says_why(
    lasting_stage: Stage, qapp: QApplication, tmp_path: Path
) -> None:
    async def story() -> None:
        stage = lasting_stage
        await stage.is_alive()
        async with seated(stage, qapp, tmp_path, "operator1", theme="light") as seat:
            await seat.start_afresh()
            panel, cameras = seat.map, seat.console.stores.assets
            domes = [camera for camera in map(cameras.camera_of_number, (2, 4)) if camera is not None]
            unconnected = cameras.camera_of_number(17)
            assert len(domes) == 2
            assert unconnected is not None

            # Shift+C on a place between two domes: both turn, as they say themselves, and are shown.
            place = round(domes[1].lon + 0.0002, 6), round(domes[1].lat + 0.00015, 6)
            await hands.go(seat, panel, f"{place[1]}, {place[0]}")
            seat.press(panel.city_map, Qt.Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
            await eventually(lambda: all(dome.code in seat.said for dome in domes), "it is said which turn", 20)
            seat.picture(tmp_path / "pictures", "domes turn, light, en")
            for dome in domes:
                await eventually(partial(_looks_at, stage, dome, place), f"{dome.code} looks there", 20)
                await _journal_has(stage, dome, f"look at {place[1]:.6f}, {place[0]:.6f}")
            assert {dome.id for dome in domes} <= set(seat.cameras.wall.cameras)

            # The menu of a place that only one sees which is not connected: it says why it stays as it is.
            await hands.go(seat, panel, f"{unconnected.lat + 0.0002:.6f}, {unconnected.lon + 0.0002:.6f}")
            menu = hands.menu_at(panel.city_map, panel.city_map.rect().center())
            seat.picture(tmp_path / "pictures", "menu, light, en")
            assert menu.grab().save(str(tmp_path / "pictures" / "menu itself, light, en.png"))
            words = seat.console.texts("map.turn_cameras")
            next(each for each in menu.actions() if each.text().startswith(words)).trigger()
            menu.close()
            await eventually(lambda: "register only" in seat.said, "it is said why", 20)
            assert seat.console.texts("places.look_all_refused") in seat.said
            assert unconnected.code in seat.said

    play(qapp, story, 220)


async def _looks_at(stage: Stage, dome: Asset, place: tuple[float, float]) -> bool:
    said: Any = await stage.ask_field(f"/cameras/{dome.code}")
    bearing, _, _ = GLOBE.inv(dome.lon, dome.lat, *place)
    return not said["is_moving"] and abs((said["azimuth_deg"] - bearing + 180) % 360 - 180) < 0.5


async def _journal_has(stage: Stage, dome: Asset, reason: str) -> None:
    session = await stage.session("supervisor")
    try:
        journal = await session.get("/journal", JournalPage, {"asset_id": dome.id, "limit": 50})
    finally:
        await session.close()
    told = [entry for entry in reversed(journal.items) if entry.payload.get("reason") == reason]
    states = [entry.payload["state"] for entry in told]
    assert states[-4:] == ["REQUESTED", "AUTHORISED", "SENT", "DEVICE_ACK"]
    assert {entry.actor for entry in told} == {"operator1"}
    assert {entry.payload["action"] for entry in told} == {"ptz_absolute"}


def test_each_map_keeps_its_own_view_and_look(lasting_stage: Stage, qapp: QApplication, tmp_path: Path) -> None:
    async def story() -> None:
        stage = lasting_stage
        await stage.is_alive()
        async with seated(stage, qapp, tmp_path, "operator2", language="fr") as seat:
            await seat.start_afresh()
            first = seat.map
            await hands.go(seat, first, "1")
            seen = first.city_map.view

            # Ctrl+Shift+1 opens a second map; what is found there moves that one alone.
            seat.press(seat.screen, Qt.Key.Key_1, CONTROL | SHIFT)
            second = seat.another_map("map:2")
            assert abs(second.city_map.width() - first.city_map.width()) < 20
            assert first.city_map.height() > 300
            await hands.go(seat, second, "47.3000, 5.0300")
            assert _distance_m(second, 5.03, 47.3) < 5
            await hands.at_rest(first.city_map)
            assert first.city_map.view.lon_lat == seen.lon_lat

            # Ctrl+7, layers: they steer the map that was worked on last.
            seat.press(second.city_map, Qt.Key.Key_7, CONTROL)
            layers = seat.layers
            layers.content.services.press("class:camera")
            layers.display.views[ViewKind.LIGHTING_NIGHT].click()
            second_look = second.opened.look
            assert second_look.view is ViewKind.LIGHTING_NIGHT
            assert second_look.hidden_classes == {"camera"}
            first.city_map.setFocus()
            assert layers.maps.currentIndex() == 0
            assert not layers.display.views[ViewKind.LIGHTING_NIGHT].isChecked()
            layers.content.services.press("class:lighting_cabinet")
            assert first.opened.look.hidden_classes == {"lighting_cabinet"}
            assert second.opened.look == second_look
            for panel, hidden in ((first, "lighting_cabinet"), (second, "camera")):
                await _shows_all_but(seat, panel, hidden)
            seat.picture(tmp_path / "pictures", "two maps, dark, fr")

            # Ctrl+S keeps the workspace.
            seat.press(seat.screen, Qt.Key.Key_S, CONTROL)
            name = shown_name("operator", seat.console.texts)
            kept = seat.console.texts("workspace.kept", name=name)
            await eventually(lambda: seat.said == kept, "it is said that it is kept")
            looks = {panel.opened.panel_id: (panel.opened.look, panel.opened.place) for panel in (first, second)}

        async with seated(stage, qapp, tmp_path / "elsewhere", "operator2") as seat:
            for panel_id, (look, place) in looks.items():
                panel = seat.another_map(panel_id)
                assert panel.opened.look == look
                assert _distance_m(panel, place.lon, place.lat) < 5
                assert panel.opened.place.metres_per_pixel == pytest.approx(place.metres_per_pixel, rel=0.01)
            await seat.start_afresh()
            assert seat.console.panel("map:2") is None
            assert seat.map.opened.look == MapLook()

    play(qapp, story, 220)


async def _shows_all_but(seat: Seat, panel: MapPanel, hidden: str) -> None:
    """What the map counts in view is what stands there, less the class that is hidden."""
    everything = [asset for asset in seat.console.stores.assets.all() if asset.class_ != hidden]
    await hands.at_rest(panel.city_map)
    surely, perhaps = hands.inside(panel.city_map, everything, panel.city_map.rect())
    assert surely <= set(hands.visuals(panel.city_map)) <= perhaps


async def _places_of_the_city(stage: Stage) -> tuple[Asset, PlaceHit]:
    """A street with an accent in its name that no other has, and a house of the demo."""
    session = await stage.session("operator1")
    try:
        streets = await assets(session, "street", limit=1000)
        names = [_plain(each.name) for each in streets]
        street = next(
            each for each in streets if names.count(_plain(each.name)) == 1 and _plain(each.name) != each.name
        )
        houses = await eventually(lambda: _houses(session), "the city's houses are known", 60)
    finally:
        await session.close()
    return street, houses[0]


async def _houses(session: Any) -> list[PlaceHit]:
    found = await session.get("/places", PlaceHits, {"text": "12 r.", "limit": 50})
    return [hit for hit in found.items if hit.kind is PlaceKind.ADDRESS]


def _plain(words: str) -> str:
    """As somebody types in a hurry."""
    letters = unicodedata.normalize("NFD", words)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).replace("œ", "oe")


def _distance_m(panel: MapPanel, lon: float, lat: float) -> float:
    here = panel.city_map.view.lon_lat
    return float(GLOBE.inv(*here, lon, lat)[2])
