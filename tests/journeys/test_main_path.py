"""A cabinet loses its supply: one alarm, its place, neighbouring light raised, and the journal tells it all."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from backend.devkit.clock import SystemClock
from contract.alarms import Alarm, ShownState
from contract.api import AlarmPage, JournalPage
from contract.assets import Asset
from contract.journal import EntryKind
from contract.stream import Visual
from tests.eventually import eventually
from tests.journeys.seat import play, seated
from tests.journeys.stage import Stage, assets

pytestmark = [pytest.mark.journey, pytest.mark.timeout(420)]
REASON = "next cabinet is dark"
WANTED = 85  # percent: the program of no hour gives it


def test_a_cabinet_goes_dark_and_its_neighbour_is_raised(stage: Stage, qapp: QApplication, tmp_path: Path) -> None:
    async def story() -> None:
        await stage.is_alive()
        async with seated(stage, qapp, tmp_path, "operator1", with_video=True) as seat:
            stores = seat.console.stores
            assert seat.console.desk is not None
            assert all("EXERCISE" in screen.exercise.words for screen in seat.console.desk.screens)
            dark, powered = await _two_neighbours(stage)
            dark_lamps = stores.assets.supplied_by(dark.id)
            powered_lamps = stores.assets.supplied_by(powered.id)
            lamp = powered_lamps[0]
            assert len(dark_lamps) > 10
            await eventually(
                lambda: all(stores.states.visual_of(each.id) is Visual.NORMAL for each in dark_lamps),
                "its lamps are well",
                60,
            )

            # Its supply is lost: its lamps go stale, and one alarm comes, not fifty.
            await stage.pull(f"/cabinets/{dark.code}/lose_supply")
            await eventually(lambda: "Supply loss" in seat.headline, "the alarm stands in the bar")
            await eventually(
                lambda: all(stores.states.visual_of(each.id) is not Visual.NORMAL for each in dark_lamps),
                "its lamps are no longer shown as known",
            )
            await eventually(lambda: _has_suppressed(seat.console.stores.alarms.standing(), dark_lamps), "explained")
            await eventually(
                lambda: [what for what, _ in seat.listed()] == ["Supply loss"], "it is the only one listed"
            )

            # Enter on the alarm: its place on the map, the nearest cameras live, its card.
            seat.alarms.focus_first()
            seat.alarms.list.select(seat.alarms.list.model.rows[0].alarm_id)
            seat.press(seat.alarms.list.table, Qt.Key.Key_Return)
            await eventually(lambda: stores.selection.asset_id == dark.id, "the cabinet is selected")
            assert seat.card.title.text() == (dark.name or dark.code)
            assert seat.map.city_map.selected == dark.id
            await eventually(
                lambda: any(tile.has_picture for tile in seat.cameras.tiles), "a camera nearby is live", 45
            )

            # The operator acknowledges, then raises the neighbouring cabinet's lamps and one dark lamp.
            seat.press(seat.alarms.list.table, Qt.Key.Key_A)
            await eventually(
                lambda: [alarm.shown for alarm in stores.alarms.of_asset(dark.id)] == [ShownState.C_ACKED],
                "it is acknowledged",
            )
            stores.selection.select(powered.id)
            form = seat.card.supplied.form
            form.number.setValue(WANTED)
            form.reason.setText(REASON)
            form.duration.addItem("1 min", 1)
            form.duration.setCurrentIndex(form.duration.count() - 1)
            form.place.click()
            await eventually(lambda: _obeys(stage, lamp), "the lamp itself burns as claimed", 30)
            await eventually(lambda: "verified" in seat.card.supplied.progress.text(), "it is verified", 20)

            # The card of a raised lamp says who, why, until when; what waits behind is its program.
            stores.selection.select(lamp.id)
            await eventually(lambda: len(seat.claims("level_percent")) == 2, "claim and calendar are shown")
            winner, calendar = seat.claims("level_percent")
            assert (winner.owner, winner.reason, winner.is_winner) == ("operator1", REASON, True)
            assert winner.until
            assert not calendar.can_release

            # A dark lamp does not answer, and it is said why.
            stores.selection.select(dark_lamps[0].id)
            seat.card.control.form.number.setValue(100)
            seat.card.control.form.reason.setText(REASON)
            seat.card.control.form.place.click()
            await eventually(lambda: "unknown" in seat.card.control.command_text, "a dark lamp does not answer", 45)
            assert dark.code in seat.card.control.command_text

            # The claim on the other expires, and the program applies again.
            stores.selection.select(lamp.id)
            await eventually(lambda: _follows_program(stage, lamp), "the program applies again", 90)
            await eventually(lambda: len(seat.claims("level_percent")) == 1, "the claim is gone from the card")

            # The supply is back: what it fed answers, and the alarm returns to normal.
            await stage.pull(f"/cabinets/{dark.code}/restore_supply")
            await eventually(
                lambda: all(stores.states.visual_of(each.id) is Visual.NORMAL for each in dark_lamps),
                "its lamps answer again",
                40,
            )
            await eventually(lambda: not seat.listed(), "no alarm is left", 40)
            await _journal_tells_it_all(stage, dark, lamp)

    play(qapp, story, 400)


async def _two_neighbours(stage: Stage) -> tuple[Asset, Asset]:
    """Two cabinets of Dijon as near as can be to a camera that streams."""
    session = await stage.session("operator1")
    try:
        cabinets = await assets(session, "lighting_cabinet", "21231")
        cameras = await assets(session, "camera", "21231")
    finally:
        await session.close()
    camera = next(each for each in cameras if each.number == 1)
    near = sorted(cabinets, key=lambda each: (each.lon - camera.lon) ** 2 + (each.lat - camera.lat) ** 2)
    return near[0], near[1]


def _has_suppressed(standing: Sequence[Alarm], lamps: Sequence[Asset]) -> bool:
    suppressed = {alarm.asset_id for alarm in standing if alarm.shown is ShownState.F_DSUPR}
    return suppressed >= {lamp.id for lamp in lamps}


async def _obeys(stage: Stage, lamp: Asset) -> bool:
    return bool((await stage.ask_field(f"/lamps/{lamp.code}"))["level_percent"] == WANTED)


async def _follows_program(stage: Stage, lamp: Asset) -> bool:
    truth = await stage.ask_field(f"/lamps/{lamp.code}")
    return bool(truth["level_percent"] == truth["program_percent"])


async def _journal_tells_it_all(stage: Stage, dark: Asset, lamp: Asset) -> None:
    session = await stage.session("supervisor")
    try:
        of_cabinet = await session.get("/journal", JournalPage, {"asset_id": dark.id, "limit": 100})
        of_lamp = await session.get("/journal", JournalPage, {"asset_id": lamp.id, "limit": 100})
        left = await session.get("/alarms", AlarmPage)
    finally:
        await session.close()
    assert {"alarm"} <= {entry.kind for entry in of_cabinet.items}
    assert "operator1" in {entry.actor for entry in of_cabinet.items}
    kinds = [entry.kind for entry in reversed(of_lamp.items)]
    assert kinds.index(EntryKind.CLAIM_PLACED) < kinds.index(EntryKind.COMMAND) < kinds.index(EntryKind.CLAIM_EXPIRED)
    states = [entry.payload.get("state") for entry in reversed(of_lamp.items) if entry.kind == "command"]
    assert states[:3] == ["REQUESTED", "AUTHORISED", "SENT"]
    assert "VERIFIED" in states
    assert left.total == 0
    assert all(entry.at <= SystemClock().now() for entry in of_lamp.items)
