"""Somebody new at the demo city is led through the main path; he leaves in the middle and is met where he was."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from console.shell.tour.steps import SETTING, STEPS, Stand, Step, read
from console.shell.tour.tour import Tour
from tests.eventually import eventually
from tests.journeys.seat import Seat, play, seated
from tests.journeys.stage import Stage
from widgets.tour_strip import TourStrip

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


def test_the_tour_leads_along_the_main_path_and_waits_where_it_was_left(
    stage: Stage, qapp: QApplication, tmp_path: Path
) -> None:
    async def story() -> None:
        await stage.is_alive()
        async with seated(stage, qapp, tmp_path, "operator1") as seat:
            dark = next(one for one in seat.console.stores.assets.all() if one.class_ == "lighting_cabinet")
            await eventually(lambda: _tour(seat).strip is not None, "the tour is offered")
            strip = _strip(seat)
            assert strip.begin.isVisibleTo(strip), "it is offered, and asks for nothing by itself"
            strip.begin.click()
            await eventually(lambda: _asked(seat) is Step.ALARM, "the first thing is asked for")
            quiet = strip.words.text()
            await stage.pull(f"/cabinets/{dark.code}/lose_supply")
            await eventually(lambda: _strip(seat).words.text() != quiet, "what is asked for can be done now", 20)
            _strip(seat).where.click()
            await eventually(seat.listed, "the alarm is in the list", 20)
            seat.alarms.list.select(seat.alarms.list.model.rows[0].alarm_id)
            seat.press(seat.alarms.list.table, Qt.Key.Key_Return)
            await eventually(lambda: _asked(seat) is Step.CAMERA, "the alarm was chosen, its place looked at")
            seat.picture(tmp_path / "pictures", "tour")
            _strip(seat).skip.click()
            await eventually(lambda: _asked(seat) is Step.ACKNOWLEDGE, "the next thing is asked for")
            _strip(seat).leave.click()
            assert _tour(seat).strip is None
            await eventually(lambda: _kept(seat, Stand.PUT_OFF), "the backend keeps how far he is", 20)

        async with seated(stage, qapp, tmp_path, "operator1") as seat:
            stores = seat.console.stores
            assert _tour(seat).strip is None, "who left it is not bothered"
            seat.choose("menu.tour")
            await eventually(lambda: _asked(seat) is Step.ACKNOWLEDGE, "the next thing is asked for")
            _strip(seat).where.click()
            await eventually(seat.listed, "the alarm is in the list", 20)
            seat.alarms.list.select(seat.alarms.list.model.rows[0].alarm_id)
            seat.press(seat.alarms.list.table, Qt.Key.Key_A)
            await eventually(lambda: _asked(seat) is Step.CLAIM, "it was acknowledged", 20)
            others = (one for one in stores.assets.all() if one.class_ == "lighting_cabinet" and one.id != dark.id)
            lamp = next(lamp for other in others for lamp in stores.assets.supplied_by(other.id))
            truth = await stage.ask_field(f"/lamps/{lamp.code}")
            stores.selection.select(lamp.id)
            form = seat.card.control.form
            form.number.setValue(40 if truth["program_percent"] == 100 else 100)
            form.reason.setText("the tour asks for it")
            form.place.click()
            await eventually(lambda: _tour(seat).place.stand is Stand.ENDED, "the lamp obeyed: that was all", 60)
            await eventually(lambda: _tour(seat).strip is not None and _strip(seat).words.text(), "the end is told")
            _strip(seat).leave.click()
            assert _tour(seat).strip is None

    play(qapp, story, 280)


def _tour(seat: Seat) -> Tour:
    return seat.console.at_hand.tour


def _strip(seat: Seat) -> TourStrip:
    strip = _tour(seat).strip
    assert strip is not None
    return strip


async def _kept(seat: Seat, stand: Stand) -> bool:
    assert seat.console.connection is not None
    kept = {item.name: item.content for item in (await seat.console.connection.requests.own_settings()).items}
    return SETTING in kept and read(kept[SETTING]).stand is stand


def _asked(seat: Seat) -> Step | None:
    """What the strip asks for at this moment."""
    place, strip = _tour(seat).place, _tour(seat).strip
    if place.stand is not Stand.UNDER_WAY or strip is None:
        return None
    assert f"{place.number}" in strip.head.text()
    assert f"{len(STEPS)}" in strip.head.text()
    return place.step
