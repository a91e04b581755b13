"""The alarm panel as an operator works with it."""

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from console.kit.errors import BackendSilent, RequestRefused
from console.panels.alarms.acts import AlarmActs
from console.panels.alarms.panel import AlarmsPanel
from console.panels.alarms.presenter import AlarmsPresenter
from console.store.alarm_filters import AlarmFilter, Sight
from contract.alarms import Annunciation, Priority, ShownState
from contract.stream import AlarmsBody, Changes, Topic, TopicKind
from tests.console.conftest import Bench
from tools.screenshots import sample_city
from widgets.alarm_rows import AlarmRow


def _presenter(bench: Bench) -> AlarmsPresenter:
    stores = bench.stores
    return AlarmsPresenter(stores.alarms, stores.assets, stores.catalogue, bench.context.texts, lambda: "c.moreau")


def _acts(bench: Bench) -> AlarmActs:
    return AlarmActs(bench.stores.alarms, bench.stores.catalogue, bench.client, bench.context.texts)


def _rows(
    presenter: AlarmsPresenter, wanted: AlarmFilter | None = None, sight: Sight = Sight.STANDING
) -> list[AlarmRow]:
    presenter.ask(sight=sight, wanted=wanted or AlarmFilter())
    ids = presenter.step(sample_city.NOW).listing.ids.tolist()
    return [row for each in ids if (row := presenter.line(each, 0)) is not None]


async def test_what_waits_stands_first_then_priority_and_what_is_set_aside_is_kept_apart(bench: Bench) -> None:
    presenter = _presenter(bench)
    standing = _rows(presenter)
    assert [row.alarm_id for row in standing[:3]] == [2, 1, 3]
    assert not any(row.is_set_aside for row in standing)
    aside = _rows(presenter, sight=Sight.SET_ASIDE)
    assert {row.alarm_id for row in aside} == {8, 9}
    assert [row.alarm_id for row in _rows(presenter, AlarmFilter(priorities=(Priority.P2,)))] == [1]
    assert [row.what for row in _rows(presenter, AlarmFilter(text="berbisey"))] == ["Supply loss"]


async def test_an_explained_alarm_says_what_explains_it(bench: Bench) -> None:
    presenter = _presenter(bench)
    presenter.step(sample_city.NOW)
    assert "ARM-003 supplyLoss" in presenter.guidance(9)


async def test_somebody_was_first(bench: Bench) -> None:
    bench.client.refusal = RequestRefused(409, "Conflict")
    answer = (await _acts(bench).acknowledge(4, 1)).answer
    assert answer.text.startswith("Already acknowledged by m.lambert")
    assert not answer.is_warning


async def test_an_alarm_that_came_again_must_be_read_before(bench: Bench) -> None:
    newer = msgspec.structs.replace(bench.client.alarms_by_id[1], occurrence=2)
    bench.stores.message(Changes(Topic(TopicKind.ALARMS, "21231", "all"), 2, AlarmsBody((newer,)), 0))
    bench.client.refusal = RequestRefused(409, "Conflict")
    answer = (await _acts(bench).acknowledge(1, 1)).answer
    assert "again since" in answer.text


async def test_no_answer_says_that_nothing_was_done(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(alarm_id: int, occurrence: int, comment: str = "") -> None:
        raise BackendSilent("no")

    monkeypatch.setattr(bench.client, "acknowledge", silent)
    answer = (await _acts(bench).acknowledge(1, 1)).answer
    assert "nothing was done" in answer.text
    assert answer.is_warning


async def test_acknowledging_by_key_sends_the_occurrence_and_nothing_changes_before_the_backend_says_so(
    bench: Bench, qtbot: QtBot
) -> None:
    panel = AlarmsPanel(bench.context)
    qtbot.addWidget(panel.widget)
    panel.list.select(2)
    QTest.keyClick(panel.list.table, Qt.Key.Key_A)
    await bench.work_done()
    assert bench.client.acknowledged == [(2, 1)]
    assert panel.notice_text == "Acknowledged: Fire alarm."
    row = panel.list.current
    assert row is not None
    assert row.wants_acknowledgement
    panel.close()


async def test_enter_goes_to_the_place(bench: Bench, qtbot: QtBot) -> None:
    places: list[int] = []
    bench.stores.selection.place_requested.connect(places.append)
    panel = AlarmsPanel(bench.context)
    qtbot.addWidget(panel.widget)
    panel.list.select(1)
    QTest.keyClick(panel.list.table, Qt.Key.Key_Return)
    assert places == [bench.asset("ARM-003").id]
    assert bench.stores.selection.alarm_id == 1
    panel.close()


async def test_shelving_asks_a_reason_beside_the_list(bench: Bench, qtbot: QtBot) -> None:
    panel = AlarmsPanel(bench.context)
    qtbot.addWidget(panel.widget)
    panel.list.select(3)
    QTest.keyClick(panel.list.table, Qt.Key.Key_S)
    form = panel.shelve_form
    assert not form.isHidden()
    assert not form.confirm.isEnabled()
    form.reason.setText("works in the street")
    form.confirm.click()
    await bench.work_done()
    (shelved,) = bench.client.shelved
    assert shelved[0] == 3
    assert shelved[1].reason == "works in the street"
    panel.close()


async def test_a_latched_alarm_is_reset_once_it_is_acknowledged(bench: Bench, qtbot: QtBot) -> None:
    panel = AlarmsPanel(bench.context)
    qtbot.addWidget(panel.widget)
    panel.widget.show()
    latched = msgspec.structs.replace(
        bench.client.alarms_by_id[1], annunciation=Annunciation.LTCH_A, shown=ShownState.LTCH_A, is_active=False
    )
    panel.list.select(2)
    assert not panel.reset_button.isVisible()
    QTest.keyClick(panel.list.table, Qt.Key.Key_R)
    assert "Nothing to reset" in panel.notice_text
    bench.stores.message(Changes(Topic(TopicKind.ALARMS, "21231", "all"), 2, AlarmsBody((latched,)), 0))
    bench.stores.flush()
    panel.list.select(1)
    bench.stores.alarms.changed_since_tick.emit()
    assert panel.reset_button.isVisible()
    assert not panel.acknowledge_button.isVisible()
    QTest.keyClick(panel.list.table, Qt.Key.Key_R)
    await bench.work_done()
    assert panel.notice_text.startswith("Reset: Supply loss")
    panel.close()


async def test_an_empty_list_has_the_keyboard_and_hands_it_to_its_first_alarm(bench: Bench, qtbot: QtBot) -> None:
    panel = AlarmsPanel(bench.context)
    qtbot.addWidget(panel.widget)
    panel.widget.show()
    panel.text_filter.setText("nothing is called so")
    panel.focus_first()
    assert panel.widget.focusWidget() is panel.list.empty
    panel.text_filter.setText("")
    assert panel.widget.focusWidget() is panel.list.table
    assert panel.list.current is not None
    assert panel.list.table.selectionModel().hasSelection()
    panel.close()


@pytest.mark.parametrize("width", [320, 400, 520, 900])
async def test_no_act_is_cut_off_however_narrow_the_panel(bench: Bench, qtbot: QtBot, width: int) -> None:
    panel = AlarmsPanel(bench.context)
    qtbot.addWidget(panel.widget)
    panel.widget.resize(width, 500)
    panel.widget.show()
    panel.focus_first()
    acts = [
        button for button in panel.widget.findChildren(QPushButton) if button.isVisible() and not button.isCheckable()
    ]
    assert {"Shelve (S)", "Go to place (Return)"} & {button.accessibleName() for button in acts}
    assert all(button.width() >= button.sizeHint().width() for button in acts)
    assert all(button.text() or button.toolTip() for button in acts)
    panel.close()
