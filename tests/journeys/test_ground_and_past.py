"""Under and behind the live map: a base map that comes and breaks, what was and is replayed, a backend that falls."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidgetItem, QToolButton

from console.panels.map.panel import MapPanel
from contract.alarms import ShownState
from contract.assets import Asset
from contract.stream import Visual
from tests.eventually import eventually
from tests.journeys import map_hands as hands
from tests.journeys.painted_tiles import mbtiles, spoil
from tests.journeys.seat import Seat, play, seated
from tests.journeys.stage import Stage
from widgets.timeline import ReplayFrame

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
PAINT = QColor(70, 160, 110)
NAME = "Painted plan"
CREDIT = "© Painters of Dijon"
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_a_base_map_is_dropped_in_shown_and_breaks(lasting_stage: Stage, qapp: QApplication, tmp_path: Path) -> None:
    async def story() -> None:
        stage = lasting_stage
        await stage.is_alive()
        async with seated(stage, qapp, tmp_path, "operator1", theme="light") as seat:
            await seat.start_afresh()
            city_map = seat.map.city_map
            await hands.at_rest(city_map)
            assert hands.share_of(city_map, PAINT) == 0

            # Dropped into the folder while everything runs, and switched on among the layers.
            file = stage.base_maps / "plan.mbtiles"
            mbtiles(file, PAINT, CREDIT)
            await _switch_on(seat, NAME)
            await eventually(lambda: hands.share_of(city_map, PAINT) > 0.5, "its colour is on the map", 20)
            assert CREDIT in city_map.readout.furniture.attribution
            seat.picture(tmp_path / "pictures", "base map, light, en")

            # The file breaks: words say so, on the map and among the layers, and the rest goes on.
            spoil(file)
            seat.layers.tabs.setCurrentIndex(0)
            seat.layers.tabs.setCurrentWidget(seat.layers.grounds)
            await eventually(lambda: city_map.readout.furniture.notices, "the map says that it is broken", 20)
            assert city_map.readout.furniture.notices[0].startswith("plan")
            await eventually(seat.layers.grounds.trouble.text, "so do the layers")
            seat.picture(tmp_path / "pictures", "base map broken, light, en")
            assert seat.console.stores.link.is_live
            await _lamp_fails_and_is_seen(stage, seat)

            # Mended, it is there again.
            mbtiles(file, PAINT, CREDIT)
            seat.layers.grounds.again.click()
            await eventually(lambda: not city_map.readout.furniture.notices, "nothing ails it", 20)
            await eventually(lambda: hands.share_of(city_map, PAINT) > 0.5, "its colour is on the map again", 20)

    play(qapp, story, 220)


async def _switch_on(seat: Seat, name: str) -> None:
    """Ctrl+7, the page of the base maps, and Space on this one."""
    seat.press(seat.map.city_map, Qt.Key.Key_7, CONTROL)
    layers = seat.layers
    layers.tabs.setCurrentWidget(layers.grounds)
    names = layers.grounds.list

    def found() -> list[QListWidgetItem]:
        return names.findItems(name, Qt.MatchFlag.MatchStartsWith)

    [line] = await eventually(found, "the base map is listed", 30)
    names.setCurrentItem(line)
    seat.press(names, Qt.Key.Key_Space)
    await eventually(lambda: found()[0].checkState() is Qt.CheckState.Checked, "it is on")


async def _lamp_fails_and_is_seen(stage: Stage, seat: Seat) -> None:
    map_ = seat.map.city_map
    seat.press(map_, Qt.Key.Key_Home)
    await hands.at_rest(map_)
    lamp = next(asset for asset in seat.console.stores.assets.all() if asset.class_ == "streetlight")
    await stage.pull(f"/lamps/{lamp.code}/fail")
    await eventually(lambda: hands.visuals(map_)[lamp.id] != Visual.NORMAL, "a lamp fails on the map")
    await stage.pull(f"/lamps/{lamp.code}/mend")
    await _acknowledged(seat)
    await eventually(lambda: hands.visuals(map_)[lamp.id] == Visual.NORMAL, "and is well again", 30)


def test_an_outage_is_replayed_while_the_present_goes_on(
    lasting_stage: Stage, qapp: QApplication, tmp_path: Path
) -> None:
    async def story() -> None:
        stage = lasting_stage
        await stage.is_alive()
        async with seated(stage, qapp, tmp_path, "operator1", language="fr") as seat:
            await seat.start_afresh()
            panel, stores, tr = seat.map, seat.console.stores, seat.console.texts
            city_map = panel.city_map
            dark, other = _two_cabinets(seat)
            lamps = [lamp.id for lamp in stores.assets.supplied_by(dark.id)]
            assert len(lamps) > 10
            seat.press(city_map, Qt.Key.Key_Home)
            await hands.at_rest(city_map)

            # An outage, and its end.
            await stage.pull(f"/cabinets/{dark.code}/lose_supply")
            await eventually(lambda: _all(panel, lamps, is_normal=False), "its lamps are dark on the map", 20)
            await eventually(lambda: _explained(seat, lamps), "they are explained")
            during = _of(panel, [*lamps, dark.id])
            await _acknowledged(seat)
            await stage.pull(f"/cabinets/{dark.code}/restore_supply")
            await eventually(lambda: _all(panel, lamps, is_normal=True), "they answer again", 40)
            await eventually(lambda: not seat.listed(), "no alarm is left", 40)

            seat.press(city_map, Qt.Key.Key_Escape)
            assert stores.selection.asset_id is None

            # F7: the past. To its end, and back to the last alarm: that cabinet, with its lamps as they were.
            await _into_the_past(seat, panel)
            _press_replay(panel, tr("replay.previous_alarm"))
            await eventually(lambda: stores.selection.asset_id == dark.id, "the cabinet is selected")
            _press_replay(panel, tr("replay.play"))
            await eventually(lambda: _of(panel, [*lamps, dark.id]) == during, "its lamps are as they were", 30)
            if panel.replay.past.is_playing:  # else it has come to the end of what was recorded
                _press_replay(panel, tr("replay.pause"))
            seat.picture(tmp_path / "pictures", "outage replayed, dark, fr")
            assert stores.states.visual_of(lamps[0]) is Visual.NORMAL
            assert _banner(panel).endswith(tr("replay.banner").split("{time}")[1])

            # Nothing is commanded from the past, and a live alarm still comes.
            city_map.setFocus()
            seat.press(city_map, Qt.Key.Key_C, SHIFT)
            await eventually(lambda: seat.said == tr("replay.no_commands"), "commands are refused in words")
            await stage.pull(f"/cabinets/{other.code}/open_door")
            await eventually(lambda: (other.name or other.code) in seat.headline, "a live alarm is in the bar", 15)
            assert _banner(panel)
            assert _of(panel, [other.id])[other.id] == Visual.NORMAL

            # F7: live again, with live states.
            seat.press(city_map, Qt.Key.Key_F7)
            await eventually(lambda: not _banner(panel), "the map is live again")
            assert _all(panel, lamps, is_normal=True)
            await eventually(lambda: _of(panel, [other.id])[other.id] > Visual.FAULT, "with its live alarm")
            await stage.pull(f"/cabinets/{other.code}/shut_door")
            await _acknowledged(seat)
            await eventually(lambda: not seat.listed(), "all is well", 30)

    play(qapp, story, 220)


def test_a_backend_that_falls_greys_the_map_and_leaves_a_gap(
    lasting_stage: Stage, qapp: QApplication, tmp_path: Path
) -> None:
    async def story() -> None:
        stage = lasting_stage
        await stage.is_alive()
        mbtiles(stage.base_maps / "plan.mbtiles", PAINT, CREDIT)
        async with seated(stage, qapp, tmp_path, "operator1", language="fr", theme="light") as seat:
            await seat.start_afresh()
            panel, tr = seat.map, seat.console.texts
            city_map = panel.city_map
            await _switch_on(seat, NAME)
            await eventually(lambda: hands.share_of(city_map, PAINT) > 0.5, "the base map is there", 20)

            # kill -9: within seconds nothing on the map looks live any more.
            stage.kill()
            await eventually(lambda: seat.veil, "the screens say that the link is lost")
            await eventually(lambda: not hands.has_colour(city_map), "the map is grey, all of it")
            seat.picture(tmp_path / "pictures", "backend down, light, fr")

            # It is back: live, in colour, and what was missed is told as a gap.
            stage.start()
            await eventually(lambda: seat.console.stores.link.is_live, "the link is live again", 60)
            await stage.is_alive()
            await eventually(lambda: hands.share_of(city_map, PAINT) > 0.5, "the base map is there again", 30)
            await _into_the_past(seat, panel)
            span = panel.replay.past.span
            assert span is not None
            gap = span.gaps[-1]
            timeline = panel.replay.bar.timeline
            x = round(timeline.scale.x_of((gap.since_ms + gap.until_ms) / 2))
            QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(x, 20))
            await eventually(lambda: panel.replay.past.gap is not None, "the gap is reached")
            await eventually(lambda: set(hands.visuals(city_map).values()) == {Visual.UNKNOWN}, "all is unknown")
            seat.picture(tmp_path / "pictures", "gap, light, fr")
            assert tr("replay.banner_unknown").split("{time}")[1] in _banner(panel)
            seat.press(timeline, Qt.Key.Key_F7)
            await eventually(lambda: not _banner(panel), "the map is live again")

    play(qapp, story, 230)


async def _acknowledged(seat: Seat) -> None:
    """A on the first line of the alarm list, which is the only one."""
    list_ = seat.alarms.list
    await eventually(lambda: len(list_.model.rows) == 1, "one alarm is in the list", 20)
    seat.alarms.focus_first()
    list_.select(list_.model.rows[0].alarm_id)
    seat.press(list_.table, Qt.Key.Key_A)
    await eventually(lambda: seat.console.stores.alarms.most_urgent() is None, "it is acknowledged")


async def _into_the_past(seat: Seat, panel: MapPanel) -> None:
    """F7, and to the end of what was recorded."""
    panel.city_map.setFocus()
    seat.press(panel.city_map, Qt.Key.Key_F7)
    await eventually(lambda: _banner(panel), "the map says that it is not live")
    seat.press(panel.replay.bar.timeline, Qt.Key.Key_End)
    await eventually(lambda: not panel.replay.past.is_loading, "the past is there", 30)


def _press_replay(panel: MapPanel, words: str) -> None:
    buttons = panel.replay.bar.findChildren(QToolButton)
    next(button for button in buttons if button.accessibleName() == words).click()


def _banner(panel: MapPanel) -> str:
    frame = panel.city_map.findChild(ReplayFrame)
    assert isinstance(frame, ReplayFrame)
    return frame.text


def _two_cabinets(seat: Seat) -> tuple[Asset, Asset]:
    """Two of Dijon, the first with lamps enough."""
    stores = seat.console.stores
    cabinets = [
        asset for asset in stores.assets.all() if (asset.class_, asset.commune) == ("lighting_cabinet", "21231")
    ]
    cabinets.sort(key=lambda cabinet: -len(stores.assets.supplied_by(cabinet.id)))
    return cabinets[0], cabinets[1]


def _explained(seat: Seat, lamps: list[int]) -> bool:
    standing = seat.console.stores.alarms.standing()
    return {alarm.asset_id for alarm in standing if alarm.shown is ShownState.F_DSUPR} >= set(lamps)


def _of(panel: MapPanel, ids: list[int]) -> dict[int, int]:
    """What the map itself shows of these."""
    seen = hands.visuals(panel.city_map)
    return {asset_id: seen[asset_id] for asset_id in ids}


def _all(panel: MapPanel, lamps: list[int], *, is_normal: bool) -> bool:
    return all((visual == Visual.NORMAL) is is_normal for visual in _of(panel, lamps).values())
