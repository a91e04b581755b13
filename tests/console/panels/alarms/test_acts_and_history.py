"""The five acts and their company by key, what two people wanted at once, notes, and the past of the alarms."""

import datetime as dt

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from console.store.alarm_filters import AlarmFilter, Sight
from contract.alarm_work import AlarmAct, AlarmConflict
from contract.alarms import Priority
from tests.console.conftest import Bench
from tests.console.panels.alarms.stage import come, lamp, opened
from tools.screenshots import sample_city


async def test_out_of_service_takes_a_reason_and_its_own_key(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    panel.list.select(3)
    QTest.keyClick(panel.list.table, Qt.Key.Key_O)
    assert panel.acting.form.isVisible()
    panel.acting.form.reason.setText("BT 2026-417")
    panel.acting.form.confirm.click()
    await bench.work_done()
    ((alarm_id, request),) = bench.client.out_of_service
    assert (alarm_id, request.reason) == (3, "BT 2026-417")
    assert panel.notice_text == "Out of service: Camera covered or moved."
    panel.close()


async def test_a_note_and_taking_over_have_their_keys(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    panel.list.select(3)
    QTest.keyClick(panel.list.table, Qt.Key.Key_C)
    panel.acting.form.reason.setText("patrol sent")
    panel.acting.form.confirm.click()
    QTest.keyClick(panel.list.table, Qt.Key.Key_T)
    await bench.work_done()
    assert [note.text for note in bench.client.comments_written] == ["patrol sent"]
    assert bench.client.assigned == [(3, "c.moreau")]
    panel.close()


async def test_what_is_acknowledged_can_be_made_to_be_seen_again(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    panel.list.select(2)
    assert not panel.acting.button("unacknowledge").isVisible()
    panel.list.select(4)
    assert panel.acting.button("unacknowledge").isVisible()
    QTest.keyClick(panel.list.table, Qt.Key.Key_U)
    await bench.work_done()
    assert panel.notice_text.startswith("Acknowledgement taken back")
    panel.close()


async def test_silence_is_asked_of_this_seat_and_acknowledges_nothing(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    panel.list.select(2)
    heard: list[bool] = []
    bench.stores.sounds.silence_requested.connect(lambda: heard.append(True))
    panel.acting.button("silence").click()
    assert heard == [True]
    assert not bench.client.acknowledged
    panel.close()


async def test_suppression_is_shown_with_its_rule_and_done_by_no_hand(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    panel.filtering.choose_sight(Sight.SET_ASIDE)
    panel.list.select(9)
    assert "ARM-003 supplyLoss" in panel.details.guidance.text()
    panel.acting.button("suppressed").click()
    assert "ARM-003 supplyLoss" in panel.notice_text
    panel.list.select(8)
    assert not panel.acting.button("suppressed").isEnabled()
    panel.close()


async def test_every_act_says_its_key_and_its_right(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot, width=360)
    for name, key, right in (
        ("acknowledge", "(A)", "operate"),
        ("shelve", "(S)", "operate"),
        ("out_of_service", "(O)", "manage"),
        ("silence", "(F4)", "operate"),
        ("suppressed", "", "configure"),
    ):
        button = panel.acting.button(name)
        assert key in button.accessibleName()
        assert right in button.toolTip()
    panel.close()


async def test_whoever_was_first_hears_of_the_other(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    alarm = bench.client.alarms_by_id[2]
    at = sample_city.NOW
    bench.stores.message(AlarmConflict(alarm=alarm, act=AlarmAct.ACKNOWLEDGE, actor="m.lambert", at=at))
    assert panel.notice_text == "m.lambert wanted the same alarm (acknowledge): Fire alarm. Your act stands."
    bench.stores.message(AlarmConflict(alarm=alarm, act=AlarmAct.TAKE_OVER, actor="m.lambert", at=at))
    assert "has taken over" in panel.notice_text
    panel.close()


async def test_details_hold_notes_and_the_story_of_the_chosen_alarm(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    panel.list.select(4)
    QTest.keyClick(panel.list.table, Qt.Key.Key_D)
    await bench.work_done()
    assert "Fuse changed" in panel.details.comments.text()
    assert "acknowledged  c.moreau" in panel.details.history.text()
    assert "taken by: nobody" in panel.details.facts.text()
    agreed = panel.details.sheet.text().splitlines()
    assert "Consequence: Live parts can be reached." in agreed
    assert "Time to respond: 8 min" in agreed
    panel.close()


async def test_the_history_is_filtered_and_leads_to_the_place(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    places: list[int] = []
    bench.stores.selection.place_requested.connect(places.append)
    panel.filtering.choose_sight(Sight.HISTORY)
    await bench.work_done()
    assert len(panel.history.lines) == 36
    assert not panel.list.isVisible()
    panel.filtering.choose(AlarmFilter(text="fire returned", priorities=(Priority.P1,)))
    await bench.work_done()
    (line,) = panel.history.lines
    assert (line.what, line.event, line.who) == ("Fire alarm", "returned to normal", "device AR-0117")
    panel.focus_first()
    panel.acting.button("place").click()
    assert places == [bench.asset("B006").id]
    panel.filtering.choose(AlarmFilter(text="nothing of the kind"))
    await bench.work_done()
    assert panel.history.empty.isVisible()
    panel.close()


async def test_an_empty_history_goes_a_day_back(bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dt.datetime | None] = []
    page = bench.client.alarm_history

    async def listening(**query: object) -> object:
        since = query.get("since")
        asked.append(since if isinstance(since, dt.datetime) else None)
        return await page()

    monkeypatch.setattr(bench.client, "alarm_history", listening)
    panel = opened(bench, qtbot)
    panel.filtering.choose_sight(Sight.HISTORY)
    await bench.work_done()
    assert asked == [sample_city.NOW - dt.timedelta(hours=24)]
    panel.close()


@pytest.mark.parametrize("width", [320, 360, 640, 1200])
async def test_nothing_is_cut_off_with_every_form_open(bench: Bench, qtbot: QtBot, width: int) -> None:
    panel = opened(bench, qtbot, width=width, height=1100)
    panel.filtering.toggle_form()
    panel.list.select(1)
    panel.acting.act("shelve")
    panel.details.open(is_wanted=True)
    await bench.work_done()
    assert panel.widget.minimumSizeHint().width() <= max(width, 360)
    for button in panel.widget.findChildren(QPushButton):
        if button.isVisible():
            assert button.width() >= button.sizeHint().width(), button.accessibleName()
            assert button.text() or button.toolTip() or button.accessibleName()
    panel.close()


async def test_an_alarm_is_given_to_a_colleague_who_is_there(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    panel.list.select(3)
    QTest.keyClick(panel.list.table, Qt.Key.Key_G)
    await bench.work_done()
    people = panel.acting.preview.person
    words = [people.itemText(number) for number in range(people.count())]
    assert words == [
        "Claire Moreau, available Poste 1",
        "Marc Lambert, away Poste 2",
        "Sophie Petit, not logged in",
        "nobody: give it back",
    ]
    people.setCurrentIndex(1)
    panel.acting.preview.confirm.click()
    await bench.work_done()
    (asked,) = bench.client.bulks
    assert (asked.act, asked.user, [pick.id for pick in asked.picks]) == (AlarmAct.ASSIGN, "m.lambert", [3])
    panel.close()


async def test_what_chatters_is_proposed_for_shelving_and_one_shelving_ends_with_the_alarm(
    bench: Bench, qtbot: QtBot
) -> None:
    panel = opened(bench, qtbot)
    come(bench, lamp(900, 2, 1, is_chattering=True, shelving_proposed_min=30))
    panel.list.select(900)
    assert panel.details.guidance.text().startswith("It chatters: shelve it for 30")
    QTest.keyClick(panel.list.table, Qt.Key.Key_S)
    durations = panel.acting.form.duration
    assert durations.currentData() == 30
    durations.setCurrentIndex(durations.count() - 1)
    panel.acting.form.reason.setText("bad contact")
    panel.acting.form.confirm.click()
    await bench.work_done()
    ((alarm_id, request),) = bench.client.shelved
    assert alarm_id == 900
    assert request.is_one_shot
    assert request.until == sample_city.NOW + dt.timedelta(hours=8)
    panel.close()


async def test_a_colleagues_note_is_read_while_the_details_stand_open(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    panel.list.select(3)
    panel.details.open(is_wanted=True)
    await bench.work_done()
    assert "seen by the patrol" not in panel.details.comments.text()
    await bench.client.comment_alarm(3, "seen by the patrol")
    come(bench, msgspec.structs.replace(bench.client.alarms_by_id[3], comment_count=1))
    await bench.work_done()
    assert "seen by the patrol" in panel.details.comments.text()
    panel.close()
