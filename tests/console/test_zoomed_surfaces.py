"""Large text in what a panel alone does not show: the alarm bar, windows and forms, and rows that are painted."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Final

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from console.kit.translations import LANGUAGES, Translations
from console.shell.login_window import LoginWindow
from console.shell.seat_strip import SeatStrip
from contract.alarms import Priority
from tests.console.clipped import clipped_in
from tests.console.conftest import Bench
from tools.screenshots import fleet_panels, parking_panels, workspace_shots
from tools.screenshots.studio import panel_size
from widgets.alarm_bar import AlarmBar, LinkWords, UrgentAlarm
from widgets.bay_board import BayBoard
from widgets.duty_rows import DutyBlock, DutyRow
from widgets.duty_week import DutyWeek
from widgets.frame_clock import FrameClock
from widgets.giving_way import give_way
from widgets.key_form import KeyForm
from widgets.look import load_palette
from widgets.palette_box import PaletteBox, PaletteLine
from widgets.parking_lines import BayCell, BayLook
from widgets.sound_bar import SoundLook
from widgets.words_table import fill, words_table
from widgets.wrapping_row import WrappingRow

ZOOMS: Final = (100, 150, 200)
SCREEN: Final = (1920, 1080)
_MONDAY: Final = dt.datetime(2026, 1, 12, tzinfo=dt.UTC)
_NAMES: Final = "Karim Benali, Théo Petit"


@pytest.fixture
def bar(qtbot: QtBot, language: str) -> Iterator[AlarmBar]:
    """A bar in the midst of a flood, with everything wrong at once."""
    texts, clock = Translations(language), FrameClock()
    made = AlarmBar(load_palette("dark"), texts, clock)
    screen = QWidget()
    qtbot.addWidget(screen)
    column = QVBoxLayout(screen)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(made)
    column.addStretch(1)
    screen.resize(*SCREEN)
    screen.show()
    made.show_urgent(UrgentAlarm(1, 1, Priority.P1, "Alarme incendie — École avenue Maréchal-Foch — 02:12:58"))
    made.show_counts(dict(zip(Priority, (1, 12, 47, 306), strict=True)))
    lost = f"{texts('link.lost')} {texts('link.since', time='02:12:52')}"
    made.show_link(LinkWords(lost, is_live=False))
    made.show_clock("02:13:40 UTC", "")
    made.show_user("c.moreau")
    made.sound.show_sound(SoundLook(rings=True, fault=texts("sound.fault.no_device")))
    made.flood.show_flood(306, 22, 248)
    yield made
    made.stop()
    clock.close()


def _login(texts: Translations) -> QWidget:
    window = LoginWindow(load_palette("dark"), texts)
    window.show_server("https://beffroi.mairie-de-la-ville.example:41873")
    window.show_first_password("admin", "corbeau-talus-mistral-42")
    window.show_demo_accounts({"operateur": "", "superviseur": "", "admin": ""})
    return window


def _key_form(texts: Translations) -> QWidget:
    form = KeyForm(texts)
    form.ask(texts("menu.keep_workspace"))
    return form


def _seat(texts: Translations) -> QWidget:
    words = texts("seat.locked", user="m.lambert", since="02:10")
    return SeatStrip(texts, load_palette("dark"), words, "m.lambert", is_locked=True)


WINDOWS: Final[dict[str, Callable[[Translations], QWidget]]] = {
    "workspaces": lambda texts: workspace_shots.window("workspaces-window", texts),
    "kiosk door": lambda texts: workspace_shots.window("kiosk-door", texts),
    "login": _login,
    "another key": _key_form,
    "locked seat": _seat,
}


@pytest.mark.parametrize("zoomed", ZOOMS, indirect=True)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_alarm_bar_says_its_alarm_and_its_link_whole(bar: AlarmBar, zoomed: int, language: str) -> None:
    for _ in range(5):
        QApplication.processEvents()
    headline = bar.findChild(QPushButton, "headline")
    assert headline is not None
    assert "Alarme incendie — École" in headline.text(), f"{headline.text()!r} at {zoomed} % in {language}"
    assert not clipped_in(bar)


@pytest.mark.parametrize("zoomed", ZOOMS, indirect=True)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(WINDOWS))
def test_a_window_fits_the_screen_with_all_its_words_and_buttons(
    qtbot: QtBot, name: str, zoomed: int, language: str
) -> None:
    window = WINDOWS[name](Translations(language))
    qtbot.addWidget(window)
    window.show()
    if name in {"kiosk door", "another key", "locked seat"}:
        window.resize(min(window.sizeHint().width(), SCREEN[0]), window.sizeHint().height())
    QApplication.processEvents()
    asked = window.minimumSizeHint()
    assert (asked.width() <= SCREEN[0], asked.height() <= SCREEN[1] - 60) == (True, True), asked
    assert not clipped_in(window)
    for button in window.findChildren(QPushButton):
        if button.isVisible():
            corner = button.mapTo(window, button.rect().bottomRight())
            assert window.rect().contains(corner), f"{button.text()!r} is outside of its window at {zoomed} %"
    if isinstance(window, LoginWindow):
        window.finish()


@pytest.mark.parametrize("zoomed", ZOOMS, indirect=True)
def test_a_bay_has_room_for_its_number_and_for_how_long(qtbot: QtBot, zoomed: int) -> None:
    board = BayBoard(load_palette("dark"), "Darcy")
    qtbot.addWidget(board)
    board.show_cells([BayCell(1, "128", BayLook.OVER, "+11h08", "128")])
    board.show()
    metrics, box = QFontMetrics(board.font()), board.box(0)
    assert box.height() >= 2 * 0.9 * metrics.height()
    assert box.width() >= 0.85 * metrics.horizontalAdvance("+11h08"), f"{zoomed} %"


@pytest.mark.parametrize("zoomed", ZOOMS, indirect=True)
def test_a_week_on_call_has_room_for_two_lines_of_names(qtbot: QtBot, zoomed: int) -> None:
    week = DutyWeek(load_palette("dark"), "personne")
    qtbot.addWidget(week)
    until = _MONDAY + dt.timedelta(days=7)
    week.show_week(
        [(_MONDAY + dt.timedelta(days=day), f"lu {day}") for day in range(7)],
        until,
        [DutyRow("Astreinte éclairage", (DutyBlock(_MONDAY, until, _NAMES, _NAMES),))],
        None,
    )
    week.show()
    one_row = week.sizeHint().height()
    week.show_week([(_MONDAY, "lu")], until, [DutyRow("A", ()), DutyRow("B", ())], None)
    row = week.sizeHint().height() - one_row
    assert row >= 2 * QFontMetrics(week.font()).height(), f"{row} px a row at {zoomed} %"


@pytest.mark.parametrize("zoomed", ZOOMS, indirect=True)
@pytest.mark.parametrize("panel_id", ["alarms", "assets", "fleet", "journal", "logbook", "parking", "supply"])
async def test_the_rows_of_a_full_list_are_as_high_as_what_is_painted_in_them(
    bench: Bench, panel_id: str, zoomed: int
) -> None:
    fleet_panels.join(bench.client, bench.stores)
    parking_panels.join(bench.client, bench.stores)
    panel = bench.open(panel_id)
    width, height = panel_size(panel_id)
    async with bench.shown(panel, width * zoomed // 100, height * zoomed // 100):
        for _ in range(5):
            QApplication.processEvents()
            bench.stores.flush()
        full = [view for view in panel.widget.findChildren(QAbstractItemView) if view.model().rowCount()]
        assert full, f"nothing is listed in {panel_id}"
        assert not clipped_in(panel.widget)


@pytest.mark.parametrize("zoomed", ZOOMS, indirect=True)
def test_the_lines_of_the_palette_are_as_high_as_their_words(qtbot: QtBot, zoomed: int) -> None:
    screen = QWidget()
    qtbot.addWidget(screen)
    screen.resize(*SCREEN)
    screen.show()
    box = PaletteBox(load_palette("dark"), Translations("fr"), screen, screen)
    line = PaletteLine("a", "Caméra boulevard de Sévigné", "Dijon", "Caméras", "mdi6.cctv", "Ctrl+Maj+1")
    box.show_lines([line, line], "2 lignes")
    box.open()
    QApplication.processEvents()
    assert not clipped_in(box)


@pytest.mark.parametrize("zoomed", ZOOMS, indirect=True)
def test_a_column_is_as_wide_beside_large_text_as_beside_usual_text(qtbot: QtBot, zoomed: int) -> None:
    table = words_table(("Code", "Nom", "Depuis le"), "Communes", (70, 150, 100), stretched=1)
    qtbot.addWidget(table)
    table.resize(300, 300)
    table.show()
    wide = [table.columnWidth(column) for column in range(3)]
    assert wide[0] == pytest.approx(70 * zoomed / 100, rel=0.05)
    assert wide[2] == pytest.approx(100 * zoomed / 100, rel=0.05)
    assert wide[1] >= (130 * zoomed // 100 if zoomed > 100 else 1), "the names were squeezed out"


def test_a_field_takes_what_room_its_row_leaves_and_what_comes_after_a_gap_stands_at_the_right(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    row = WrappingRow(4, window)
    row.setContentsMargins(0, 0, 0, 0)
    field, first, last = QLineEdit(), QPushButton("Filtre"), QPushButton("Enregistrer")
    row.addWidget(field)
    row.addWidget(first)
    window.resize(700, 40)
    window.show()
    QApplication.processEvents()
    assert first.geometry().right() >= 698
    assert field.width() > 500
    row.removeWidget(field)
    field.hide()
    row.add_gap()
    row.addWidget(last)
    last.show()
    QApplication.processEvents()
    assert first.x() == 0
    assert last.geometry().right() >= 698


def test_a_low_panel_leaves_out_what_its_list_needs_the_room_of(qtbot: QtBot) -> None:
    panel = QWidget()
    qtbot.addWidget(panel)
    column = QVBoxLayout(panel)
    strip, table = QWidget(), QWidget()
    column.addWidget(strip)
    column.addWidget(table)
    give_way(strip, panel, least_lines=20)
    panel.resize(300, 400)
    panel.show()
    seen = [strip.isVisible()]
    panel.resize(300, 200)
    QApplication.processEvents()
    seen.append(strip.isVisible())
    assert seen == [True, False]


def test_a_row_too_low_for_its_lines_would_be_found(qtbot: QtBot) -> None:
    table = words_table(("Alarme",), "Alarmes", (200,), stretched=0)
    qtbot.addWidget(table)
    fill(table, [["Perte d'alimentation\nArmoire 003 rue Berbisey"]])
    table.show()
    QApplication.processEvents()
    assert [each.split(" (")[0] for each in clipped_in(table)] == ["QTableWidget: row 0"]
    table.setRowHeight(0, 60)
    assert not clipped_in(table)
