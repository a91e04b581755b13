"""Workspaces that came with the console, and teams, are called in words, in the language of whoever reads them."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from console.kit.forgiving import asked_words
from console.kit.translations import LANGUAGES, Translations
from console.shell.default_workspaces import DEFAULTS
from console.shell.palette.commands import own_offers
from console.shell.palette.offers import OfferKind, best_among
from console.shell.workspace_hours import Habits
from console.shell.workspace_names import named_by, shown_name
from console.shell.workspace_shelf import Entry, Whose
from console.shell.workspace_window import WorkspaceWindow
from tests.console.conftest import Bench
from tests.console.shell.palette_bench import HandyDesk

ENTRIES = [Entry(key=key, layout=layout, whose=Whose.DELIVERED) for key, layout in DEFAULTS.items()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_has_a_name_of_its_own_in_each_language(language: str) -> None:
    tr = Translations(language)
    names = {key: shown_name(key, tr) for key in DEFAULTS}
    assert len(set(names.values())) == len(DEFAULTS)
    for key, name in names.items():
        assert name != key
        assert "." not in name, "a text is missing"
        assert named_by(name.upper(), tr) == key, "who keeps it under the name he reads keeps the same one"


def test_what_people_named_themselves_stands_and_so_does_whose_it_is() -> None:
    tr = Translations("fr")
    assert shown_name("Nuit d'orage", tr) == named_by("Nuit d'orage", tr) == "Nuit d'orage"
    assert shown_name("operator (anne)", tr) == "Opérateur (anne)"


async def test_menu_and_title_say_it(bench: Bench, qtbot: QtBot) -> None:
    assert qtbot is not None
    bench.context = replace(bench.context, texts=Translations("fr"))
    handy = HandyDesk(bench)
    await handy.open()
    window = handy.desk.screens[0]
    assert window.windowTitle().startswith("Beffroi — Opérateur")
    menu = window.menuBar().findChild(QMenu, "workspaces")
    assert isinstance(menu, QMenu)
    texts = [action.text() for action in menu.actions()]
    assert "Opérateur, trois écrans" in texts
    assert not set(texts) & set(DEFAULTS)
    await handy.close()


async def test_the_palette_finds_it_by_either_name(bench: Bench, qtbot: QtBot) -> None:
    assert qtbot is not None
    handy = HandyDesk(bench)
    await handy.open()
    own = own_offers(handy.desk.screens[0], handy.at_hand.specs, handy.at_hand.keyboard, bench.context.texts)
    for text in ("police and fire", "liaison", "wall 4x3"):
        best = best_among([offer for offer in own if offer.kind is OfferKind.COMMAND], asked_words(text), 1)
        assert best[0].offer.label in {"Liaison, police and fire", "Wall of 4 × 3 screens"}, text
    await handy.close()


def test_the_window_of_workspaces_says_it_and_calls_teams_by_their_role(qtbot: QtBot) -> None:
    window = WorkspaceWindow(Translations("fr"))
    qtbot.addWidget(window)
    window.show_entries(ENTRIES, "operator", Habits(), ("supervisor", "brigade de nuit"))
    items = [window.list.topLevelItem(number) for number in range(window.list.topLevelItemCount())]
    names = [item.text(0) for item in items if item is not None]
    assert any(name.startswith("Opérateur (") for name in names)
    assert "Mur des alarmes" in names
    assert [window.team.itemText(number) for number in range(2)] == ["superviseur", "brigade de nuit"]
    locked: list[str] = []

    def lock(key: str, team: str, _hours: object) -> None:
        locked.append(f"{key} for {team}")

    window.lock_requested.connect(lock)
    window.button("lock").click()
    assert locked == ["operator for supervisor"]
    kept: list[str] = []
    window.keep_requested.connect(kept.append)
    window.ask_for_name("operator")
    assert window.name.text() == "Opérateur"
    window.button("keep").click()
    assert kept == ["operator"]
