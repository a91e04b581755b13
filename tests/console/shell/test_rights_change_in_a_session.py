"""Somebody's rights change while he works: each panel shows what he may see by now, and what he typed stays."""

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from console.kit.panel_registry import load_panels
from console.kit.panel_spec import ChangesHands
from console.kit.translations import load_table
from console.panels.alarms.panel import AlarmsPanel
from console.panels.logbook.panel import LogbookPanel
from console.shell.typed_text import put_back, typed_in
from contract.stream import RightsChanged, Snapshot, Topic
from tests.console.shell.test_seat_shows_nothing_of_another import Seat, seat, shown_in
from tools.screenshots import sample_city

__all__ = ["seat"]

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def all_topics() -> tuple[Topic, ...]:
    """Everything that the stream told."""
    return tuple(message.topic for message in sample_city.messages() if isinstance(message, Snapshot))


def lose_rights(seat: Seat) -> None:
    """From now on the backend answers nothing, and takes back what it streamed."""
    seat.logins.client.is_first = False
    seat.bench.stores.message(RightsChanged(all_topics()))


async def test_panels_ask_anew_and_stand_where_they_stood(seat: Seat) -> None:
    stores = seat.bench.stores
    alarmed = next(iter(stores.alarms.standing()))
    stores.selection.select(alarmed.asset_id, alarmed.id)
    before: dict[str, object] = {}
    for panel_id in sorted(load_panels()):
        hosted = seat.desk.open_panel(panel_id)
        assert hosted is not None
        before[panel_id] = hosted.panel
    await seat.settle()
    lose_rights(seat)
    await seat.settle()
    window = seat.desk.screens[0]
    assert set(window.panels) == set(before)
    for panel_id, hosted in window.panels.items():
        is_same = hosted.panel is before[panel_id]
        assert is_same == isinstance(hosted.panel, ChangesHands), panel_id
        assert not hosted.blind_text
        assert hosted.panel.widget.isEnabled()
    assert stores.selection.asset_id is None, "what is not seen any more is not selected"


async def test_what_the_journal_showed_is_gone(seat: Seat) -> None:
    hosted = seat.desk.open_panel("journal")
    assert hosted is not None
    await seat.settle()
    ours = "\n".join(load_table("en").values())
    shown = shown_in(hosted.panel.widget)
    told = {word for word in seat.logins.client.told if len(word) > 6 and word in shown and word not in ours}
    assert told
    lose_rights(seat)
    await seat.settle()
    assert not any(word in shown_in(hosted.panel.widget) for word in told)


async def test_what_is_typed_and_not_sent_stays(seat: Seat) -> None:
    logbook, keys = seat.desk.open_panel("logbook"), seat.desk.open_panel("administration")
    assert logbook is not None
    assert keys is not None
    await seat.settle()
    assert isinstance(logbook.panel, LogbookPanel)
    logbook.panel.form.text.setPlainText("begun before")
    line = _first_line(keys.panel.widget)
    QTest.keyClicks(line, "half a word")
    lose_rights(seat)
    await seat.settle()
    again = _first_line(keys.panel.widget)
    assert again is not line, "the panel is another one"
    assert again.text() == "half a word"
    assert logbook.panel.form.text.toPlainText() == "begun before"


async def test_what_comes_together_is_asked_for_once_and_alarms_go_on(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    alarms = seat.desk.open_panel("alarms")
    assert alarms is not None
    listed = alarms.panel
    assert isinstance(listed, AlarmsPanel)
    times = 0
    see_anew = seat.desk.see_anew

    async def counted() -> None:
        nonlocal times
        times += 1
        await see_anew()

    monkeypatch.setattr(seat.desk, "see_anew", counted)
    for _ in range(3):
        seat.bench.stores.message(RightsChanged(()))
    await seat.settle()
    assert times == 1
    assert alarms.panel is listed
    assert listed.list.model.ids, "the alarms that one may see stand there still"


async def test_only_what_hands_typed_is_put_back(seat: Seat) -> None:
    def form() -> tuple[QWidget, QLineEdit, QLineEdit, QPlainTextEdit]:
        panel = QWidget()
        first, second, text = QLineEdit(panel), QLineEdit(panel), QPlainTextEdit(panel)
        first.setAccessibleName("Name")
        second.setAccessibleName("Name")
        return panel, first, second, text

    panel, first, second, text = form()
    first.setText("asked from the backend")
    QTest.keyClicks(second, "typed")
    QTest.keyClicks(text, "a note")
    typed = typed_in(panel)
    anew, first_anew, second_anew, text_anew = form()
    put_back(anew, typed)
    assert (first_anew.text(), second_anew.text(), text_anew.toPlainText()) == ("", "typed", "a note")
    assert typed_in(anew) == typed, "and it lives through the next change too"
    other = QWidget()
    put_back(other, typed)
    for widget in (panel, anew, other):
        widget.deleteLater()


def _first_line(panel: QWidget) -> QLineEdit:
    return next(line for line in panel.findChildren(QLineEdit) if not line.isReadOnly() and line.isEnabled())
