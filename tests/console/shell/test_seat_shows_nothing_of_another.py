"""After a change of user no panel shows what only the person before could see; windows and alarms stay."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

import msgspec
import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from console.kit.errors import RequestRefused
from console.kit.panel_registry import load_panels
from console.kit.panel_spec import ChangesHands
from console.kit.ports import Client
from console.kit.task_bag import TaskBag
from console.kit.translations import load_table
from console.panels.alarms.panel import AlarmsPanel
from console.panels.logbook.panel import LogbookPanel
from console.shell.arrangement import Arrangement
from console.shell.at_hand import AtHand
from console.shell.connection import Connection
from console.shell.desk import Desk, Places
from console.shell.dock_field import configure_docking
from console.shell.menus import MenuWishes
from console.shell.palette.offers import Offer, OfferKind
from console.shell.seat_change import SeatChange
from contract.assets import Asset
from contract.fleet import TrailPoint
from contract.stream import AssetsBody, Snapshot, SnapshotsDone, Welcome
from tests.console.conftest import Bench
from tests.console.test_empty_panels import BareClient
from tools.screenshots import fleet_panels, parking_panels, sample_city, video_panels
from tools.screenshots.sample_workspaces import PASSWORD

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
_ROWS: Final = 300
_MANY: Final = 200
_LONG: Final = 7  # letters: a shorter word may stand in our own sentences


def _nothing(*_ignored: object) -> None:
    return


class TwoLogins:
    """One client, as a console has it: what it answers depends on who is logged in. Keeps what the first was told."""

    def __init__(self, bench: Bench) -> None:
        self._full, self._bare = bench.client, BareClient(bench.client)
        self.is_first = True
        self.told: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._full if self.is_first else self._bare, name)
        if not self.is_first or not callable(asked):
            return asked

        async def answered(*args: object, **named: object) -> object:
            answer = await cast("Callable[..., Awaitable[object]]", asked)(*args, **named)
            self.told.update(_words_of(answer))
            return answer

        return answered


def _words_of(answer: object) -> Iterator[str]:
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, tuple | list | set | frozenset):
        for item in cast("Iterator[object]", answer):
            yield from _words_of(item)
    elif isinstance(answer, dict):
        yield from _words_of(tuple(cast("dict[object, object]", answer).items()))
    elif isinstance(answer, msgspec.Struct):
        for name in answer.__struct_fields__:
            yield from _words_of(getattr(answer, name))


def shown_in(root: QWidget) -> str:
    """Every word that a panel holds, also behind its own tabs."""
    said: list[str] = [root.accessibleName()]
    for widget in root.findChildren(QWidget):
        if isinstance(widget, QLabel | QLineEdit):
            said.append(widget.text())
        elif isinstance(widget, QTextEdit | QPlainTextEdit):
            said.append(widget.toPlainText())
        elif isinstance(widget, QComboBox):
            said += [widget.itemText(number) for number in range(widget.count())]
        elif isinstance(widget, QAbstractItemView) and (model := cast("QAbstractItemModel | None", widget.model())):
            said += _cells(model, QModelIndex())
        said += [widget.toolTip(), widget.accessibleName()]
    return "\n".join(said)


def _cells(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[str]:
    for row in range(min(model.rowCount(parent), _ROWS)):
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)):
            yield str(model.index(row, column, parent).data() or "")
        yield from _cells(model, model.index(row, 0, parent))


@dataclass
class Logins:
    """The door to the backend, as `Connection` is."""

    client: TwoLogins
    user_name: str = "leila"
    role: str = "operator"
    fails_late: bool = False

    @property
    def requests(self) -> Client:
        return cast("Client", self.client)

    async def change_user(self, user: str, password: str, leaving: Callable[[], Awaitable[None]]) -> None:
        if password != PASSWORD:
            raise RequestRefused(401, "The login was refused.", "")
        await leaving()
        self.client.is_first = False
        self.user_name = user
        if self.fails_late:
            raise ConnectionError("the line went")


@dataclass
class Seat:
    bench: Bench
    desk: Desk
    change: SeatChange
    logins: Logins
    at_hand: AtHand

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0.005)
            QApplication.processEvents()
            self.bench.stores.flush()

    async def takes(self, user: str, password: str = PASSWORD) -> None:
        await self.change.make(cast("Connection", self.logins), user, password)

    def stream_tells(self, user: str, sees: Callable[[Asset], bool]) -> None:
        """What the backend streams to whoever logged in: some assets, and all alarms of before."""
        for message in sample_city.messages():
            if isinstance(message, Welcome):
                self.bench.stores.message(msgspec.structs.replace(message, user=user))
            elif isinstance(message, Snapshot):
                body = message.body
                if isinstance(body, AssetsBody):
                    body = msgspec.structs.replace(body, assets=tuple(each for each in body.assets if sees(each)))
                    self.bench.stores.message(msgspec.structs.replace(message, body=body))
        self.bench.stores.message(SnapshotsDone())


@pytest.fixture
async def seat(bench: Bench, qtbot: QtBot, tmp_path: Path) -> AsyncIterator[Seat]:
    configure_docking()
    client = TwoLogins(bench)
    context = replace(bench.context, client=cast("Client", client))
    wishes = MenuWishes(*([_nothing] * 13))
    tasks = TaskBag("seat")
    at_hand = AtHand(load_panels(), tasks, bench.stores)
    desk = Desk(at_hand.specs, context, Places(1, 1600, 1000), wishes, _nothing)
    arrangement = Arrangement(
        lambda: desk, Places(1, 1600, 1000), context.ticker, context.clock, lambda: context.texts, tasks
    )
    await arrangement.enter(context.client, tmp_path, "leila", "operator", asked="", last="")
    at_hand.furnish(desk, context)
    await at_hand.meet(context.client)
    bench.stores.link.user = "leila"
    logins = Logins(client)
    change = SeatChange(bench.stores, at_hand, arrangement, tmp_path, tasks)
    yield Seat(bench, desk, change, logins, at_hand)
    at_hand.close()
    await desk.close()
    await tasks.close()


def _canaries(seat: Seat, gone: set[str]) -> set[str]:
    """What only the first could know: what he was told, less what everybody reads on every screen."""
    ours = "\n".join(load_table("en").values())
    public = ours + "\n".join(_words_of(tuple(seat.bench.stores.catalogue.classes.values())))
    public += "\n".join(_words_of(tuple(seat.bench.stores.catalogue.communes.values())))
    long = {word for word in seat.logins.client.told | gone if len(word) >= _LONG and "\n" not in word}
    return {word for word in long if word not in public and word not in {"operator", "supervisor", "liaison"}}


_OPEN_TO_ALL: Final = {
    "communes": "outlines of communes, which everybody reads",
    "selection": "the list of a map that is in sight, and here none is",
}
"""Panels in which nothing changes here, and why."""


async def test_no_panel_shows_anything_of_the_person_before(seat: Seat) -> None:
    stores, window = seat.bench.stores, seat.desk.screens[0]
    await video_panels.prepare(seat.bench.client)
    for joined in (parking_panels, fleet_panels):
        joined.join(seat.bench.client, stores)
    alarmed = next(iter(stores.alarms.standing()))
    stores.selection.select(alarmed.asset_id, alarmed.id)
    before, same = dict[str, str](), set[str]()
    for panel_id in sorted(load_panels()):
        hosted = seat.desk.open_panel(panel_id)
        assert hosted is not None
        for name, (shown, _page) in video_panels.SHOTS.items():
            if shown == panel_id and name != "video-adding":
                video_panels.stage(seat.desk, name, seat.bench.client, stores)
        await seat.settle()
        before[panel_id] = shown_in(hosted.panel.widget)
    held = seat.bench.client.assets.values()
    canaries = _canaries(seat, {text for each in held for text in (each.code, each.name)})
    assert len(canaries) > _MANY
    await seat.takes("police")
    for panel_id, hosted in window.panels.items():
        if not isinstance(hosted.panel, ChangesHands):
            assert "changes hands" in hosted.blind_text, f"{panel_id}: it is not known yet what may be seen"
            assert not hosted.panel.widget.isEnabled()
    seat.stream_tells("police", lambda _asset: False)
    await seat.settle()
    assert list(seat.desk.screens) == [window]
    assert set(window.panels) == set(before)
    for panel_id in before:
        again = seat.desk.open_panel(panel_id)
        assert again is not None
        await seat.settle()
        after = shown_in(again.panel.widget)
        assert not {word for word in canaries if word in after}, panel_id
        assert not again.blind_text
        assert again.panel.widget.isEnabled()
        if after == before[panel_id]:
            same.add(panel_id)
    assert same == set(_OPEN_TO_ALL), "nothing of these would be seen here"
    assert stores.selection.asset_id is None
    assert not stores.contents.chosen.asset_ids


async def test_what_lies_behind_the_panels_is_another_ones_too(seat: Seat) -> None:
    stores = seat.bench.stores
    light = next(iter(seat.bench.client.assets.values()))
    palette = seat.at_hand.palette
    assert palette is not None
    seat.at_hand.recent.take(Offer(key=f"asset:{light.id}", kind=OfferKind.ASSET, label=light.name))
    stores.fleet.show_way(light.id, (TrailPoint(sample_city.NOW, 5.0, 47.3, None, None),))
    stores.contents.choose((light.id,), "map")
    seat.bench.watch(light)
    window = seat.desk.screens[0]
    seat.at_hand.show_palette()
    assert palette.box is not None
    QApplication.clipboard().setText("https://fleet.example/?token=canary")
    await seat.takes("police")
    assert not QApplication.clipboard().text(), "what was copied may be a vehicle's token, or a list of another one"
    assert not palette.is_open
    seat.stream_tells("police", lambda _asset: True)
    await seat.settle()
    assert not seat.at_hand.recent.offers
    assert not stores.fleet.way
    assert not stores.contents.chosen.asset_ids
    assert not stores.watched.points(light.id)
    assert list(seat.desk.screens) == [window]


async def test_a_wrong_password_changes_nothing(seat: Seat) -> None:
    hosted = seat.desk.open_panel("journal")
    assert hosted is not None
    await seat.settle()
    panel, before = hosted.panel, shown_in(hosted.panel.widget)
    QApplication.clipboard().setText("12 rue de la Liberté")
    with pytest.raises(RequestRefused):
        await seat.takes("police", "wrong")
    await seat.settle()
    assert QApplication.clipboard().text() == "12 rue de la Liberté"
    assert not hosted.blind_text
    assert hosted.panel is panel
    assert shown_in(panel.widget) == before


async def test_the_note_that_was_begun_and_the_list_of_alarms_go_on_as_they_are(seat: Seat) -> None:
    hosted, alarms = seat.desk.open_panel("logbook"), seat.desk.open_panel("alarms")
    assert hosted is not None
    assert alarms is not None
    book, listed = hosted.panel, alarms.panel
    assert isinstance(book, LogbookPanel)
    assert isinstance(listed, AlarmsPanel)
    await seat.settle()
    book.form.text.setPlainText("begun by the first")
    assert book.shown
    await seat.takes("marc")
    assert not book.shown, "notes go at once"
    assert listed.list.model.ids, "alarms do not"
    assert not alarms.blind_text
    seat.stream_tells("marc", lambda _asset: True)
    await seat.settle()
    assert hosted.panel is book
    assert book.form.text.toPlainText() == "begun by the first"
    assert alarms.panel is listed


async def test_a_panel_is_covered_until_the_stream_has_told_what_may_be_seen(seat: Seat) -> None:
    hosted = seat.desk.open_panel("journal")
    assert hosted is not None
    await seat.settle()
    await seat.takes("police")
    await seat.settle()
    assert hosted.blind_text
    late = seat.desk.open_panel("register") or seat.desk.open_panel("fleet")
    assert late is not None
    assert late.blind_text, "what is opened meanwhile is covered too"
    hosted.blind("locked")
    hosted.blind("")
    assert hosted.blind_text, "a lock that ends does not uncover it"
    seat.stream_tells("police", lambda _asset: True)
    await seat.settle()
    assert not hosted.blind_text
    assert not late.blind_text


async def test_where_something_fails_after_the_logins_were_exchanged_nothing_of_the_former_is_shown(
    seat: Seat,
) -> None:
    hosted = seat.desk.open_panel("journal")
    assert hosted is not None
    await seat.settle()
    seat.logins.fails_late = True
    with pytest.raises(ConnectionError):
        await seat.takes("police")
    await seat.settle()
    assert hosted.blind_text
    seat.stream_tells("police", lambda _asset: True)
    await seat.settle()
    assert not hosted.blind_text
