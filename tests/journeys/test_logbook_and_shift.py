"""A shift at one seat: notes, a lock, and another person who takes over while an alarm rings."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.panels.logbook.panel import LogbookPanel
from contract.api import JournalPage
from contract.logbook import LogbookPage
from tests.eventually import eventually
from tests.journeys.seat import Seat, play, seated
from tests.journeys.stage import PASSWORD, Stage, assets

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


class Watch:
    """Looks at every tick whether the alarm is still there and still rings."""

    def __init__(self, seat: Seat, alarm_id: int) -> None:
        self.stores = seat.console.stores
        self.alarm_id = alarm_id
        self.looks = 0
        self.losses: list[str] = []
        self._ticking = seat.console.frame_clock.subscribe(10, self._look)

    def _look(self, _now: float) -> None:
        self.looks += 1
        if self.stores.alarms.get(self.alarm_id) is None:
            self.losses.append("the alarm was gone")
        if not self.stores.sounds.waiting_count:
            self.losses.append("nothing rang")

    def stop(self) -> None:
        self._ticking.stop()


def test_a_seat_goes_from_hand_to_hand_and_no_alarm_is_lost(stage: Stage, qapp: QApplication, tmp_path: Path) -> None:
    pictures = Path(os.environ.get("BEFFROI_PICTURES", tmp_path))

    async def story() -> None:
        await stage.is_alive()
        session = await stage.session("operator1")
        cabinet = (await assets(session, "lighting_cabinet", "21231"))[0]
        await session.close()
        async with seated(stage, qapp, tmp_path, "operator1") as seat:
            console = seat.console
            await stage.pull(f"/cabinets/{cabinet.code}/open_door")
            await eventually(lambda: "Cabinet door open" in seat.headline, "the alarm stands")
            (alarm,) = console.stores.alarms.standing()
            console.stores.selection.select(cabinet.id, alarm.id)

            # A note on the alarm, by keyboard; then one that stays half written.
            seat.screen.activateWindow()
            await eventually(seat.screen.isActiveWindow, "the keyboard is in the window")
            seat.press(seat.screen, Qt.Key.Key_N, _CTRL_ALT)
            book = _logbook(seat)
            QTest.keyClicks(book.form.text, "the guard is on his way")
            seat.press(book.form.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            await eventually(lambda: len(book.shown) == 1, "it is in the logbook")
            assert (book.shown[0].note.alarm_id, book.shown[0].note.author) == (alarm.id, "operator1")
            QTest.keyClicks(book.form.text, "draft of the first")

            # Locked: the alarm stays in sight, and no key does anything.
            windows = list(_screens(seat))
            seat.press(seat.screen, Qt.Key.Key_L, _CTRL_ALT)
            assert console.seat.is_locked
            seat.alarms.list.select(alarm.id)
            seat.press(seat.alarms.list.table, Qt.Key.Key_A)
            assert "Cabinet door open" in seat.headline
            assert not seat.veil
            await eventually(console.seat.strips[0].isVisible, "it says that it is locked")
            seat.picture(pictures, "locked")

            # Another person takes over at the locked seat; from one to the other nothing is lost or falls silent.
            watch = Watch(seat, alarm.id)
            _type(seat, "operator2")
            await eventually(lambda: console.stores.link.user == "operator2", "the stream is the second's", 15)
            await eventually(lambda: console.stores.link.is_live, "and live", 15)
            await eventually(lambda: watch.looks > 0, "it was looked at")
            watch.stop()
            assert watch.losses == []
            await eventually(lambda: console.seat.strips == (), "nothing says any more that it is locked")
            assert list(_screens(seat)) == windows
            assert console.stores.alarms.get(alarm.id) == alarm, "nobody acknowledged it"
            assert book.form.text.toPlainText() == "draft of the first"
            book.focus_first()
            seat.press(book.form.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            await eventually(lambda: len(book.shown) == 2, "what was begun is finished")
            assert book.shown[0].note.author == "operator2"
            seat.picture(pictures, "taken over")

            # The same again by the menu, by somebody who sees less: what he may not see goes.
            before = console.stores.assets.count
            seat.choose("menu.change_user")
            _type(seat, "police")
            await eventually(lambda: console.stores.link.user == "police", "the police hold the seat", 15)
            await eventually(lambda: console.stores.assets.get(cabinet.id) is None, "cabinets are not theirs", 15)
            assert console.stores.assets.count < before
            assert console.stores.alarms.get(alarm.id) is None
            assert console.connection is not None
            assert console.connection.role == "liaison"
        await _is_journalled(stage)

    play(qapp, story, 250)


_CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def _logbook(seat: Seat) -> LogbookPanel:
    hosted = seat.console.panel("logbook")
    assert hosted is not None
    assert isinstance(hosted.panel, LogbookPanel)
    return hosted.panel


def _screens(seat: Seat) -> list[object]:
    assert seat.console.desk is not None
    return list(seat.console.desk.screens)


def _type(seat: Seat, user: str) -> None:
    (strip,) = seat.console.seat.strips
    strip.user.setText(user)
    QTest.keyClicks(strip.password, PASSWORD)
    seat.press(strip.password, Qt.Key.Key_Return)


async def _is_journalled(stage: Stage) -> None:
    session = await stage.session("administrator")
    try:
        page = await session.get("/journal", JournalPage, {"kinds": "security,login,logout", "limit": 200})
        notes = await session.get("/notes", LogbookPage)
    finally:
        await session.close()
    seat_events = [(entry.payload["event"], entry.actor) for entry in page.items if "seat" in entry.payload]
    assert list(reversed(seat_events)) == [
        ("seat_locked", "operator1"),
        ("seat_taken_over", "operator2"),
        ("seat_taken_over", "police"),
    ]
    logged_out = [entry.actor for entry in page.items if entry.kind.value == "logout"]
    assert {"operator1", "operator2"} <= set(logged_out), "who left is logged out"
    assert [note.author for note in notes.items] == ["operator2", "operator1"]
