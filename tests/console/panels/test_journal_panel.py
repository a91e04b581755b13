"""The journal panel: what happened can be read, also in a narrow panel and after a black street."""

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from console.kit.translations import Translations, set_in_french
from console.panels.journal.panel import JournalPanel
from console.panels.journal.presenter import JournalPresenter
from console.store.journal_words import entry_text
from contract.api import JournalPage
from contract.journal import EntryKind
from tests.console.conftest import Bench
from tools.screenshots import sample_city


async def test_narrow_the_place_stands_under_what_happened(bench: Bench, qtbot: QtBot) -> None:
    panel = JournalPanel(bench.context)
    qtbot.addWidget(panel.widget)
    panel.widget.resize(900, 400)
    panel.widget.show()
    await bench.work_done()
    wide = panel.table.item(0, 1)
    assert wide is not None
    assert "\n" not in wide.text()
    panel.widget.resize(400, 400)
    narrow = panel.table.item(0, 1)
    where = panel.table.item(0, 2)
    assert narrow is not None
    assert where is not None
    assert where.text() in narrow.text().split("\n")[1]
    assert panel.table.isColumnHidden(2)
    panel.close()


async def test_a_run_of_the_same_happening_is_one_line_with_its_count(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await bench.client.journal()
    run = [msgspec.structs.replace(page.items[0], seq=1000 - number) for number in range(6)]

    async def journal(**_ignored: object) -> JournalPage:
        return msgspec.structs.replace(page, items=(*run, *page.items[1:]))

    monkeypatch.setattr(bench.client, "journal", journal)
    presenter = JournalPresenter(bench.stores.assets, bench.stores.catalogue, bench.client, bench.context.texts)
    part = await presenter.page(sample_city.NOW, asset_id=None, cursor=None)
    assert part.lines[0].what.endswith("×6")
    assert "×" not in part.lines[1].what


async def test_a_login_is_told_in_the_language_of_the_reader(bench: Bench) -> None:
    page = await bench.client.journal()
    entry = next(entry for entry in page.items if entry.kind is EntryKind.LOGIN)
    entry = msgspec.structs.replace(entry, payload={"role": "supervisor"})
    words = entry_text(entry, bench.stores.assets, bench.stores.catalogue, Translations("fr"))
    assert words == set_in_french("Connexion : rôle superviseur")
