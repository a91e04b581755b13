"""An operator who works in French reads in French why something is so, wherever the reason comes from."""

import asyncio
import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.kit.errors import RequestRefused
from console.kit.failures import failure_text
from console.kit.translations import Translations, set_in_french
from console.kit.video import PictureState
from console.panels.administration.words import AdministrationWords
from console.panels.camera_admin.panel import CameraAdminPanel
from console.panels.cameras.presenter import CamerasPresenter
from console.panels.card.presenter import CardPresenter
from console.panels.map.replay_words import condition
from console.store.journal_words import entry_text
from contract.administration import DeviceConnection, LinkFigures, SystemHealth
from contract.claims import Explanation
from contract.devices import Connection, LinkState, LinkStatus
from contract.journal import EntryKind, JournalEntry
from tests.console.conftest import Bench
from tools.screenshots import sample_city

FR = Translations("fr")
SILENT = "not answering since 04:05 CET; cabinet ARM-12 reports supply loss"
SILENT_FR = set_in_french("ne répond pas depuis 04:05 CET ; l'armoire ARM-12 signale une perte d'alimentation")
DOWN = "the gateway cannot be reached: Connection refused"
DOWN_FR = set_in_french("la passerelle est injoignable : connexion refusée")


@pytest.mark.parametrize(
    ("code", "args", "shown"),
    [
        ("quoted", {"text": SILENT}, SILENT_FR),
        ("", {}, SILENT_FR),
        (
            "link_down_because",
            {"connection": "talq-lev", "reason": DOWN},
            f"sa liaison talq-lev est coupée ({DOWN_FR})",
        ),
    ],
)
async def test_the_card_of_a_dark_lamp(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, code: str, args: dict[str, str], shown: str
) -> None:
    lamp, stores = bench.asset("PL-003-12"), bench.stores

    async def explain(asset_id: int, property_: str) -> Explanation:
        return Explanation(
            asset_id=asset_id, property=property_, claims=(), wanted=None, reported=None, is_obeyed=None,
            note=SILENT, detail_code=code, detail_args=args,
        )  # fmt: skip

    monkeypatch.setattr(bench.client, "explain", explain)
    presenter = CardPresenter(
        stores.assets, stores.watched, stores.states, stores.alarms, stores.catalogue, bench.client, FR
    )
    assert await presenter.note_of(lamp, "level_percent") == shown


def test_the_list_of_devices_and_the_page_of_health() -> None:
    words, now = AdministrationWords(FR), sample_city.NOW
    link = LinkStatus(connection_id="talq-lev", state=LinkState.DOWN, reason=DOWN)
    one = DeviceConnection(
        connection=Connection(id="talq-lev", integration="talq_lighting", url="http://10.0.0.1"),
        link=link, figures=LinkFigures(), assets=3, has_credentials=False,
    )  # fmt: skip
    assert words.connection(one, now, "TALQ")[-1] == DOWN_FR
    health = SystemHealth(
        figures=(), troubles=("the data disk is 83 % full: free space on it, or give it more",),
        started_at=now, server_time=now,
    )  # fmt: skip
    assert "le disque des données est plein à 83" in words.health_line(health, now)


async def test_the_journal_of_a_lost_link(bench: Bench) -> None:
    payload: dict[str, object] = {"connection": "talq-lev", "state": "down", "reason": DOWN}
    at = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    entry = JournalEntry(seq=1, at=at, kind=EntryKind.LINK, version=1, actor="system", asset_id=None, payload=payload)
    stores = bench.stores
    assert DOWN_FR in entry_text(entry, stores.assets, stores.catalogue, FR)


async def test_a_row_of_a_list_of_cameras(bench: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    panel = CameraAdminPanel(replace(bench.context, texts=FR))
    qtbot.addWidget(panel.widget)
    panel.take_state({"page": "adding"})
    file = tmp_path / "cameras.csv"
    file.write_text("code;lon;lat;url\n")
    panel.adding.read_file(file)
    await bench.work_done()
    shown = [panel.adding.table.item(row, panel.adding.table.columnCount() - 1) for row in (2, 4)]
    assert [item.text() for item in shown if item is not None] == [
        set_in_french("mot de passe faux : la caméra refuse le nom d'utilisateur ou le mot de passe"),
        "elle n'a pas de position",
    ]
    panel.close()
    await asyncio.get_running_loop().shutdown_default_executor()  # the file was read in a thread of the loop's pool


async def test_a_tile_of_the_wall_and_the_past(bench: Bench) -> None:
    stores = bench.stores
    presenter = CamerasPresenter(stores.assets, stores.states, bench.client, FR)
    assert presenter.state_text(PictureState.REFUSED, "the camera refuses connections", sample_city.NOW).endswith(
        "\nla caméra refuse les connexions"
    )
    full = "The disk is full: nothing of this was kept. Free space on the disk of the data directory."
    assert "Le disque est plein" in condition(FR, gap=None, is_loading=False, trouble=full)


def test_a_request_that_was_refused_without_a_code() -> None:
    refused = RequestRefused(503, "Not now.", "the video service is restarting: try again in a few seconds")
    assert set_in_french("le service vidéo redémarre : réessayez dans quelques secondes") in failure_text(refused, FR)
