"""A storm at night: a commune that falls silent is one card; it is read, acknowledged, assigned, over, handed over."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from contract.alarms import Alarm, ShownState
from contract.api import JournalPage
from contract.assets import Asset
from contract.handover import HandoverState
from contract.journal import EntryKind
from tests.eventually import eventually
from tests.journeys.seat import Seat, play, seated
from tests.journeys.stage import PASSWORD, Stage, assets

pytestmark = [pytest.mark.journey, pytest.mark.timeout(420)]
COMMUNE, DIJON = "21515", "21231"
BLOWN_OUT = 25
WITHIN_S = 60.0


def test_a_storm_at_night_from_its_root_to_the_signed_handover(
    stage: Stage, qapp: QApplication, tmp_path: Path
) -> None:
    async def story() -> None:
        await stage.is_alive()
        gateway, below, lamps = await _struck(stage)
        async with seated(stage, qapp, tmp_path, "operator1") as seat:
            # The wind: a commune's gateway falls silent, and lamps that have nothing to do with it break.
            await stage.pull(f"/gateways/{COMMUNE}/silence")
            for lamp in lamps:
                await stage.pull(f"/lamps/{lamp.code}/fail")
            await eventually(lambda: seat.console.stores.alarms.of_asset(gateway.id), "the gateway's card", WITHIN_S)
            await eventually(lambda: _card(seat, gateway).folded_count == len(below), "one card for all", WITHIN_S)
            await eventually(lambda: _card(seat, gateway).shown is ShownState.B_UNACK, "it is annunciated", WITHIN_S)
            await eventually(lambda: len(_waiting(seat)) == 1 + BLOWN_OUT, "the lamps are listed too", WITHIN_S)
            await eventually(lambda: seat.console.stores.flood.is_on, "the flood is told", WITHIN_S)
            await eventually(lambda: seat.headline.startswith("Gateway unreachable"), "the bar says the cause")
            await eventually(
                lambda: [what for what, _ in seat.listed()] == ["Gateway unreachable"], "one card is listed"
            )
            seat.picture(tmp_path, "flood")

            # The operator opens it, and reads what to do.
            listed = seat.alarms.list
            seat.alarms.focus_first()
            listed.select(_card(seat, gateway).id)
            seat.press(listed.table, Qt.Key.Key_D)
            assert "cannot be commanded" in seat.alarms.details.guidance.text()
            seat.press(listed.table, Qt.Key.Key_Right)
            await eventually(lambda: len(listed.model.rows) == 1 + len(below), "what stands behind it is seen")
            seat.picture(tmp_path, "opened")
            seat.press(listed.table, Qt.Key.Key_Left)
            await eventually(lambda: len(listed.model.rows) == 1, "it is shut again")

            # What the flood holds back is called up, and acknowledged as a group: exactly what was shown.
            seat.press(listed.table, Qt.Key.Key_M)
            await eventually(lambda: len(listed.model.rows) == 2, "a card and a group of strays")
            listed.table.selectAll()
            seat.press(listed.table, Qt.Key.Key_A)
            preview = seat.alarms.acting.preview
            assert preview.list.model().rowCount() == 1 + BLOWN_OUT
            await eventually(lambda: preview.confirm.width() >= preview.confirm.sizeHint().width(), "it is laid out")
            seat.picture(tmp_path, "group")
            preview.confirm.click()
            await eventually(lambda: not _waiting(seat), "all of it is acknowledged")
            assert {alarm.acknowledged_by for alarm in _cards(seat)} == {"operator1"}

            # A colleague takes care of it.
            listed.table.selectRow(0)
            seat.alarms.acting.button("assign").click()
            await eventually(lambda: preview.person.findData("operator2") >= 0, "who may take care is offered")
            preview.person.setCurrentIndex(preview.person.findData("operator2"))
            preview.confirm.click()
            await eventually(lambda: _card(seat, gateway).assigned_to == "operator2", "it is assigned")
            assert [alarm for alarm in _cards(seat) if alarm.assigned_to] == [_card(seat, gateway)]

            # The report is drawn while it lasts; both sign it.
            await _hand_over(seat, gateway, tmp_path)

            # The wind drops: what was acknowledged goes by itself.
            await stage.pull(f"/gateways/{COMMUNE}/speak")
            for lamp in lamps:
                await stage.pull(f"/lamps/{lamp.code}/mend")
            await eventually(lambda: not seat.console.stores.alarms.standing(), "no alarm is left", 90)
            await _journal_tells_it(stage, gateway)

    play(qapp, story, 400)


async def _hand_over(seat: Seat, gateway: Asset, folder: Path) -> None:
    assert seat.console.desk is not None
    seat.console.desk.open_panel("handover")
    panel = seat.handover
    panel.draw.click()
    await eventually(panel.form.isVisible, "who comes is asked")  # nobody else is logged in yet: whoever comes
    panel.form.remarks.setPlainText("Storm over Quetigny; crew called at 03:10.")
    panel.form.confirm.click()
    await eventually(lambda: panel.shown is not None, "the report is drawn")
    assert panel.shown is not None
    report = panel.shown.report
    assert gateway.id in {line.alarm.asset_id for line in report.open}
    assert report.open_total == 1 + BLOWN_OUT
    assert gateway.name in panel.page.toPlainText()
    panel.bar.sign.click()
    await eventually(lambda: panel.shown and panel.shown.state is HandoverState.LEFT, "who leaves has signed")
    panel.bar.user.setText("operator2")
    panel.bar.password.setText(PASSWORD)
    seat.picture(folder, "handover")
    panel.bar.sign.click()
    await eventually(lambda: panel.shown and panel.shown.state is HandoverState.SIGNED, "who comes has signed")
    assert panel.shown.outgoing is not None
    assert panel.shown.incoming is not None
    assert (panel.shown.outgoing.user, panel.shown.incoming.user) == ("operator1", "operator2")


async def _struck(stage: Stage) -> tuple[Asset, list[Asset], list[Asset]]:
    """A commune's gateway, what talks through it, and lamps elsewhere of which no cabinet has many."""
    session = await stage.session("operator1")
    try:
        gateways = await assets(session, "lighting_gateway", COMMUNE)
        below = [*await assets(session, "lighting_cabinet", COMMUNE), *await assets(session, "streetlight", COMMUNE)]
        lamps = await assets(session, "streetlight", DIJON)
    finally:
        await session.close()
    return gateways[0], below, lamps[:: len(lamps) // BLOWN_OUT][:BLOWN_OUT]


def _cards(seat: Seat) -> list[Alarm]:
    return [alarm for alarm in seat.console.stores.alarms.standing() if alarm.folded_into is None]


def _waiting(seat: Seat) -> list[Alarm]:
    return [alarm for alarm in _cards(seat) if alarm.shown is ShownState.B_UNACK]


def _card(seat: Seat, gateway: Asset) -> Alarm:
    """The commune's one card."""
    [found] = seat.console.stores.alarms.of_asset(gateway.id)
    return found


async def _journal_tells_it(stage: Stage, gateway: Asset) -> None:
    session = await stage.session("supervisor")
    try:
        page = await session.get("/journal", JournalPage, {"asset_id": gateway.id, "limit": 100})
        signed = await session.get("/journal", JournalPage, {"kinds": "handover", "limit": 10})
    finally:
        await session.close()
    kinds = {entry.kind for entry in page.items}
    assert {EntryKind.ALARM, EntryKind.ALARM_WORK} <= kinds
    assert {"operator1", "operator2"} <= {entry.actor for entry in signed.items}
