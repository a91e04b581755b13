"""The tour asks for one thing at a time, hears when it is done, and is where one left it."""

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.kit.errors import BackendSilent
from console.kit.panel_registry import load_panels
from console.kit.task_bag import TaskBag
from console.shell.at_hand import AtHand
from console.shell.default_workspaces import DEFAULTS
from console.shell.desk import Desk, Places
from console.shell.dock_field import configure_docking
from console.shell.menus import MenuWishes
from console.shell.palette.commands import command_of, own_offers
from console.shell.tour.steps import STEPS, Stand, Step, TourPlace, after, read, skipped, written
from contract.commands import Command, CommandState
from contract.named_content import NamedContentList
from contract.stream import AlarmsBody, Topic, TopicKind
from tests.console.conftest import Bench
from tests.eventually import eventually
from tools.screenshots import sample_city
from widgets.tour_strip import TourStrip

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def _nothing(*_ignored: object) -> None:
    return


class Newcomer:
    """Somebody at a desk of the demo city."""

    def __init__(self, bench: Bench, *, is_exercise: bool = True, is_kiosk: bool = False) -> None:
        configure_docking()
        self.bench, self.tasks = bench, TaskBag("tour")
        bench.stores.occasion.take(is_exercise=is_exercise)
        self.at_hand = AtHand(load_panels(), self.tasks, bench.stores)
        self.tour = self.at_hand.tour
        wishes = MenuWishes(*([_nothing] * 13))
        wishes = replace(wishes, show_tour=self.tour.show, bind_keys=self.at_hand.keyboard.bind)
        self.desk = Desk(self.at_hand.specs, bench.context, Places(1, 1600, 900), wishes, _nothing, is_kiosk=is_kiosk)

    async def sit_down(self) -> None:
        """Log in."""
        await self.at_hand.meet(self.bench.client)
        self.at_hand.furnish(self.desk, self.bench.context)
        self.desk.open(DEFAULTS["operator"], ())
        self.tour.look()

    async def get_up(self) -> None:
        """Log out."""
        while self.tasks.running_count:
            await eventually(lambda: not self.tasks.running_count)
        self.at_hand.close()
        await self.desk.close()
        await self.tasks.close()

    @property
    def strip(self) -> TourStrip:
        """What the tour says."""
        assert self.tour.strip is not None
        return self.tour.strip

    def step(self) -> Step:
        """What is asked for now."""
        return self.tour.place.step

    def stand(self) -> Stand:
        """How far the tour is."""
        return self.tour.place.stand

    def acknowledge(self, alarm_id: int, user: str) -> None:
        """The backend tells that this user has acknowledged."""
        stores = self.bench.stores
        alarm = stores.alarms.get(alarm_id)
        assert alarm is not None
        now = stores.link.server_now() + dt.timedelta(seconds=1)
        acked = msgspec.structs.replace(alarm, acknowledged_by=user, acknowledged_at=now, version=alarm.version + 1)
        topic = Topic(kind=TopicKind.ALARMS, commune=alarm.commune, class_=alarm.class_)
        stores.alarms.apply(topic, AlarmsBody(alarms=(acked,)), is_snapshot=False)
        stores.flush()

    def is_told(self, state: CommandState, user: str) -> None:
        """The backend tells how a claim's command does."""
        now = sample_city.NOW
        command = Command(
            id="c1", asset_id=1, action="set", arguments={}, actor=user, requested_at=now, deadline=now, state=state,
            changed_at=now, claim_id="k1",
        )  # fmt: skip
        self.bench.stores.watched.take_command(command)


@pytest.fixture
async def newcomer(bench: Bench, qtbot: QtBot) -> AsyncIterator[Newcomer]:
    seated = Newcomer(bench)
    await seated.sit_down()
    yield seated
    await seated.get_up()


async def test_each_step_ends_by_what_one_does(newcomer: Newcomer) -> None:
    stores = newcomer.bench.stores
    user = stores.link.user
    assert "New here?" in newcomer.strip.words.text()
    QTest.mouseClick(newcomer.strip.begin, Qt.MouseButton.LeftButton)
    assert (newcomer.step(), newcomer.strip.head.text()) == (Step.ALARM, "Tour 1/6")
    alarm = stores.alarms.standing()[0]
    stores.selection.select(alarm.asset_id, alarm.id)
    assert newcomer.step() is Step.MAP
    stores.selection.go_to(alarm.asset_id, alarm.id)
    assert newcomer.step() is Step.CAMERA
    stores.selection.select(newcomer.bench.asset("CAM-009").id)
    assert newcomer.step() is Step.ACKNOWLEDGE
    newcomer.acknowledge(alarm.id, "somebody else")
    assert newcomer.step() is Step.ACKNOWLEDGE, "what others do is no step of mine"
    newcomer.acknowledge(alarm.id, user)
    assert newcomer.step() is Step.CLAIM
    newcomer.is_told(CommandState.SENT, user)
    assert newcomer.step() is Step.VERIFY
    assert newcomer.stand() is Stand.UNDER_WAY, "sent is not done"
    newcomer.is_told(CommandState.VERIFIED, user)
    assert newcomer.stand() is Stand.ENDED
    assert "main path" in newcomer.strip.words.text()
    QTest.mouseClick(newcomer.strip.leave, Qt.MouseButton.LeftButton)
    assert newcomer.tour.strip is None


async def test_it_covers_nothing_and_holds_nobody_up(newcomer: Newcomer) -> None:
    window = newcomer.desk.screens[0]
    newcomer.tour.show()
    QApplication.processEvents()
    strip, bar, docks = newcomer.strip, window.alarm_bar, window.docks.manager
    assert not strip.isModal()
    assert bar.geometry().bottom() < strip.geometry().top()
    assert strip.geometry().bottom() < docks.geometry().top()
    assert strip.window() is window


async def test_a_step_can_be_skipped_and_the_panel_shown(newcomer: Newcomer) -> None:
    newcomer.tour.show()
    QTest.mouseClick(newcomer.strip.where, Qt.MouseButton.LeftButton)
    alarms = newcomer.desk.panel("alarms")
    assert alarms is not None
    assert alarms.is_in_sight
    for _ in STEPS:
        QTest.mouseClick(newcomer.strip.skip, Qt.MouseButton.LeftButton)
    assert newcomer.tour.place.stand is Stand.ENDED


async def test_it_is_left_and_taken_up_again_at_another_seat(bench: Bench, qtbot: QtBot) -> None:
    first = Newcomer(bench)
    await first.sit_down()
    first.tour.show()
    QTest.mouseClick(first.strip.skip, Qt.MouseButton.LeftButton)
    QTest.mouseClick(first.strip.leave, Qt.MouseButton.LeftButton)
    assert first.tour.strip is None
    await first.get_up()
    second = Newcomer(bench)
    await second.sit_down()
    assert second.tour.strip is None, "who put it off is not asked again"
    action = command_of(second.desk.screens[0], "menu.tour")
    assert action is not None
    action.trigger()
    assert second.tour.place == TourPlace(Stand.UNDER_WAY, Step.MAP)
    await second.get_up()


async def test_the_palette_and_f1_know_it(newcomer: Newcomer) -> None:
    at_hand, tr = newcomer.at_hand, newcomer.bench.context.texts
    offers = own_offers(newcomer.desk.screens[0], at_hand.specs, at_hand.keyboard, tr)
    assert "Guided tour of the main path" in [offer.label for offer in offers]
    assert "Guided tour of the main path" in [act.title for act in at_hand.keyboard.acts(tr)]


async def test_in_the_real_city_nobody_is_sent_to_play(bench: Bench, qtbot: QtBot) -> None:
    seated = Newcomer(bench, is_exercise=False)
    await seated.sit_down()
    assert seated.tour.strip is None
    seated.tour.show()
    assert "demo city only" in seated.strip.words.text()
    assert seated.strip.begin.isHidden()
    assert seated.tour.place == TourPlace()
    await seated.get_up()


async def test_a_kiosk_is_not_asked(bench: Bench, qtbot: QtBot) -> None:
    seated = Newcomer(bench, is_kiosk=True)
    await seated.sit_down()
    assert seated.tour.strip is None
    await seated.get_up()


async def test_a_silent_backend_offers_nothing(bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent() -> NamedContentList:
        raise BackendSilent("away")

    monkeypatch.setattr(bench.client, "own_settings", silent)
    seated = Newcomer(bench)
    await seated.sit_down()
    assert seated.tour.strip is None
    await seated.get_up()


def test_what_was_kept_is_read_whatever_it_is() -> None:
    place = TourPlace(Stand.UNDER_WAY, Step.CLAIM)
    assert read(written(place)) == place
    for broken in ("", "[]", '{"stand":"dancing"}', '{"step":7}', "\ud800"):
        assert read(broken) == TourPlace()


def test_what_was_done_before_it_was_asked_for_is_not_asked_for() -> None:
    begun = TourPlace(Stand.UNDER_WAY)
    assert after(begun, {Step.ALARM, Step.MAP, Step.CLAIM}).step is Step.CAMERA
    assert after(begun, set(STEPS)).stand is Stand.ENDED
    assert skipped(TourPlace(Stand.UNDER_WAY, Step.VERIFY)).stand is Stand.ENDED
