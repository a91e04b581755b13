"""Workspaces at work: kept, shared, locked and planned on a real backend; screens that go; a kiosk and its way out."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.shell.application import ConsoleApplication
from console.shell.kiosk import DoorStrip
from console.shell.options import ConsoleOptions
from contract.api import JournalPage
from contract.journal import EntryKind
from tests.console.shell.imaginary_screens import ImaginaryScreens, screen
from tests.eventually import eventually
from tests.journeys.seat import Seat, play
from tests.journeys.stage import PASSWORD, Stage

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(240),
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),
]
THREE = tuple(screen(name, column, name.lower()) for column, name in enumerate(("HDMI-1", "DP-1", "DP-2")))


@asynccontextmanager
async def _at(
    stage: Stage,
    qt: QApplication,
    folder: Path,
    user: str,
    screens: ImaginaryScreens,
    *,
    workspace: str | None = None,
    is_kiosk: bool = False,
    language: str = "en",
) -> AsyncGenerator[Seat]:
    """A console on these screens at which `user` has logged in."""
    options = ConsoleOptions(
        server_url=stage.url,
        config_folder=folder,
        language=language,
        theme="dark",
        keeps_login=False,
        workspace=workspace,
        is_kiosk=is_kiosk,
    )
    console = ConsoleApplication(options, qt, screens=screens)
    try:
        await console.start()
        assert await console.log_in(user, PASSWORD)
        await eventually(lambda: console.stores.link.is_live, "the link is live", 30)
        yield Seat(console)
    finally:
        await console.close()


def _desk(seat: Seat) -> dict[str, list[str]]:
    assert seat.console.desk is not None
    return {str(window.number): sorted(window.panels) for window in seat.console.desk.screens}


def _folder(folder: Path) -> Path:
    pictures = folder / "pictures"
    pictures.mkdir(exist_ok=True)
    return pictures


async def _picture(seat: Seat, folder: Path, name: str) -> None:
    assert seat.console.desk is not None
    await asyncio.sleep(0.3)  # widgets take their sizes
    for window in seat.console.desk.screens:
        assert window.grab().save(str(_folder(folder) / f"{name} {window.number + 1}.png"))


def _door(seat: Seat) -> DoorStrip:
    assert seat.console.kiosk.strip is not None
    return seat.console.kiosk.strip


async def _tries(seat: Seat, user: str, password: str) -> None:
    """Ask to leave, as by Alt+F4, and type."""
    seat.screen.close()
    door = _door(seat)
    door.user.setText(user)
    QTest.keyClicks(door.password, password)
    QTest.keyClick(door.password, Qt.Key.Key_Return)
    await eventually(lambda: not door.button.isEnabled() or seat.console.kiosk.strip is None, "it is asked")
    await eventually(lambda: seat.console.kiosk.strip is None or door.button.isEnabled(), "it is answered")


def _said(seat: Seat) -> list[str]:
    assert seat.console.desk is not None
    return [window.notice.text for window in seat.console.desk.screens]


def _name(seat: Seat) -> str:
    assert seat.console.desk is not None
    return seat.console.desk.workspace_name


def test_a_seat_of_three_screens_through_a_shift(lasting_stage: Stage, qapp: QApplication, tmp_path: Path) -> None:
    async def story() -> None:
        stage, screens = lasting_stage, ImaginaryScreens(*THREE)
        await stage.is_alive()
        async with _at(stage, qapp, tmp_path / "one", "operator1", screens) as seat:
            # Three screens: the operator's workspace for three is given.
            assert _name(seat) == "operator-3-screens"
            whole = _desk(seat)
            hosted = seat.console.panel("map")
            await _picture(seat, tmp_path, "three screens")

            # A screen goes: its panels move in, alive; it returns, and all stands as it stood.
            gone = screens.unplug("DP-1")
            seat.console.arrangement.screens_changed()
            assert len(_desk(seat)) == 2
            assert seat.console.panel("map") is hosted
            assert seat.console.desk is not None
            assert any("3 screens" in window.notice.text for window in seat.console.desk.screens)
            await _picture(seat, tmp_path, "a screen went")
            screens.plug(gone)
            seat.console.arrangement.screens_changed()
            assert _desk(seat) == whole

            # The supervisor's panels are opened beside mine; what I have stays as it is.
            seat.console.arrangement.add_workspace("supervisor")
            assert seat.console.panel("approvals") is not None
            assert seat.console.panel("map") is hosted
            await _picture(seat, tmp_path, "added")

            # Kept under a name of mine, on the backend.
            await seat.console.arrangement.keep_as("nuit / été")
            await eventually(lambda: any("nuit / été" in words for words in _said(seat)), "it says that it is kept")
            mine = _desk(seat)

        # The next day, at another machine with the same screens: as it was kept.
        async with _at(stage, qapp, tmp_path / "two", "operator1", screens, workspace="nuit / été") as seat:
            assert _desk(seat) == mine
            room = seat.console.workspaces
            window = room.open_window()
            assert window is not None
            assert window.chosen == "nuit / été"
            window.button("share").click()
            await eventually(lambda: any("Your team may open" in words for words in _said(seat)), "it is shared")
            window.button("start").click()
            await eventually(lambda: seat.console.arrangement.habits.start == "nuit / été", "it opens at start")
            assert room.write_file("", tmp_path / "nuit.json")
            window.grab().save(str(_folder(tmp_path) / "window of workspaces.png"))

        # At a third machine it opens by itself; a colleague opens it too, and takes the file.
        async with _at(stage, qapp, tmp_path / "three", "operator1", screens) as seat:
            assert _name(seat) == "nuit / été"
        async with _at(stage, qapp, tmp_path / "four", "operator2", screens) as seat:
            await seat.console.open_workspace("nuit / été (operator1)")
            assert _desk(seat) == mine
            assert await seat.console.workspaces.read_file(tmp_path / "nuit.json")
            assert _name(seat) == "nuit / été"
            assert _desk(seat) == mine

    play(qapp, story, 220)


def test_a_team_has_its_locked_default_and_a_kiosk_its_way_out(
    lasting_stage: Stage, qapp: QApplication, tmp_path: Path
) -> None:
    async def story() -> None:
        stage, screens = lasting_stage, ImaginaryScreens(THREE[0])
        await stage.is_alive()
        async with _at(stage, qapp, tmp_path / "chief", "supervisor", screens) as seat:
            assert _name(seat) == "supervisor"
            room = seat.console.workspaces
            window = room.open_window()
            assert window is not None
            window.team.setCurrentText("liaison")
            window.button("lock").click()
            await eventually(lambda: "locked default of team liaison" in seat.said, "it is locked for the team")
            window.grab().save(str(_folder(tmp_path) / "locked.png"))

        # The liaison officer is given it, and cannot keep his own under its name.
        async with _at(stage, qapp, tmp_path / "police", "police", screens) as seat:
            assert _name(seat) == "supervisor"
            await seat.console.arrangement.keep()
            assert "locked by your team" in seat.said
            await seat.console.arrangement.keep_as("police")
            assert _name(seat) == "police"

        # The supervisor takes it away again: the next login has the liaison's own.
        async with _at(stage, qapp, tmp_path / "chief", "supervisor", screens) as seat:
            shelf = seat.console.arrangement.shelf
            assert shelf is not None
            await shelf.forget_golden("liaison", "supervisor")
        async with _at(stage, qapp, tmp_path / "fire", "fire", screens, language="fr") as seat:
            assert _name(seat) == "liaison"
            await _picture(seat, tmp_path, "liaison, fr")

        # A wall without a way out, but for who manages the city.
        wall = ImaginaryScreens(
            *(screen(f"W{row}{column}", column, row=row) for row in range(3) for column in range(4))
        )
        async with _at(stage, qapp, tmp_path / "wall", "operator2", wall, workspace="wall-4x3", is_kiosk=True) as seat:
            assert not seat.screen.menuBar().actions()
            seat.screen.close()
            assert seat.screen.isVisible()
            await _tries(seat, "operator1", PASSWORD)
            assert "does not manage" in _door(seat).words.text()
            await _tries(seat, "supervisor", "wrong")
            assert "wrong" in _door(seat).words.text()
            await _picture(seat, tmp_path, "kiosk")

            async def lets_out() -> bool:
                await _tries(seat, "supervisor", PASSWORD)
                return seat.console.kiosk.strip is None

            await eventually(lets_out, "after the wrong password one waits a little, then it opens", 30)
            await asyncio.wait_for(seat.console.wait(), 5)
        session = await stage.session("administrator")
        try:
            page = await session.get("/journal", JournalPage, {"limit": 200})
        finally:
            await session.close()
        told = [entry for entry in page.items if entry.payload.get("event") == "kiosk_left"]
        assert [(entry.kind, entry.actor, entry.payload["account"]) for entry in told] == [
            (EntryKind.SECURITY, "supervisor", "operator2")
        ]

    play(qapp, story, 220)
