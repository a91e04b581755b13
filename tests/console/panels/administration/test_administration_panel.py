"""An administrator sees what rights come to before anybody has them; keys are told once; devices are tried first."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QTableWidget

from console.kit.errors import RequestRefused
from console.panels.administration.panel import AdministrationPanel
from contract.rights import Grant, Level, Scope
from tests.console.conftest import Bench
from widgets.words_table import chosen_rows

ACCOUNTS, ROLES, KEYS, DEVICES, HEALTH, BACKUPS = range(6)


@pytest.fixture
async def panel(bench: Bench) -> AsyncIterator[AdministrationPanel]:
    async with bench.shown(AdministrationPanel(bench.context), 1180, 760) as made:
        yield made


async def turn_to(bench: Bench, panel: AdministrationPanel, page: int) -> None:
    panel.tabs.setCurrentIndex(page)
    await bench.work_done()


def column(table: QTableWidget, row: int) -> list[str]:
    items = [table.item(row, place) for place in range(table.columnCount())]
    return ["" if item is None else item.text() for item in items]


async def test_what_rights_come_to_is_told_before_they_are_saved(bench: Bench, panel: AdministrationPanel) -> None:
    page = panel.accounts
    page.table.setCurrentCell(3, 0)
    assert page.name.text() == "police"
    assert page.rights.table.rows()[0][1] == ("View", "granted", "Dijon", "", "Camera", "")
    page.rights.preview.click()
    await bench.work_done()
    assert "Sees 15,102 of 35,412 assets" in page.rights.outcome.text()
    assert column(page.rights.seen["communes"], 0)[1:4] == ["15,102", "all", "14,880"]
    assert bench.client.kept_accounts["police"].grants == bench.client.previewed[-1]


async def test_a_right_is_written_by_names_or_by_codes(bench: Bench, panel: AdministrationPanel) -> None:
    rights = panel.accounts.rights
    scope = Scope(communes=("21231", "21617"), services=("lighting",), classes=("streetlight",))
    for row in (("Dijon, 21617", "public lighting", "Streetlight"), ("21231 21617", "lighting", "streetlight")):
        rights.table.show_rows([("", ("Operate", "granted", *row, ""))])
        assert rights.grants() == (Grant(level=Level.OPERATE, scope=scope),)
    assert rights.summary(rights.grants()) == "Operate: Dijon, Talant · Public lighting · Streetlight"


async def test_a_right_that_cannot_be_read_is_told_by_its_row(bench: Bench, panel: AdministrationPanel) -> None:
    page = panel.accounts
    page.table.setCurrentCell(1, 0)
    page.rights.table.show_rows([("", ("Operate", "granted", "99999", "", "", ""))])
    page.save()
    await bench.work_done()
    assert panel.notice.text.startswith("Right 1: 99999 is not known")
    page.rights.table.show_rows([("", ("Operate", "granted", "", "", "", "25:00-26:00"))])
    page.save()
    await bench.work_done()
    assert "08:00-18:00" in panel.notice.text
    assert bench.client.kept_accounts["operator1"].grants == (Grant(level=Level.OPERATE),)


async def test_another_role_brings_its_rights_and_an_account_is_closed_when_sure(
    bench: Bench, panel: AdministrationPanel
) -> None:
    page = panel.accounts
    page.table.setCurrentCell(1, 0)
    page.role.setCurrentIndex(page.role.findData("lighting-crew"))
    page.role.activated.emit(page.role.currentIndex())
    page.save()
    await bench.work_done()
    hours = Scope(services=("lighting",), from_minute=1020, to_minute=480)
    assert bench.client.kept_accounts["operator1"].grants == (Grant(level=Level.OPERATE, scope=hours),)
    page.close_it.click()
    await bench.work_done()
    assert "logged out everywhere" in panel.notice.text
    assert bench.client.kept_accounts["operator1"].is_active
    page.close_it.click()
    await bench.work_done()
    assert not bench.client.kept_accounts["operator1"].is_active


async def test_a_new_account_gets_the_rights_of_its_role(bench: Bench, panel: AdministrationPanel) -> None:
    page = panel.accounts
    page.new.click()
    page.name.setText("Jean")
    page.display_name.setText("Jean Dupont")
    page.password.setText("a long enough one")
    page.save()
    await bench.work_done()
    made = bench.client.kept_accounts["jean"]
    assert (made.role, made.grants) == ("operator", (Grant(level=Level.OPERATE),))
    assert page.password.text() == ""


async def test_a_key_is_shown_once_and_revoked_when_sure(bench: Bench, panel: AdministrationPanel) -> None:
    await turn_to(bench, panel, KEYS)
    page = panel.keys
    assert column(page.table, 1)[1] == "■ revoked by anne"
    page.name.setText("Snow ploughs")
    page.rights.table.show_rows([("", ("View", "granted", "", "", "camera", ""))])
    page.make.click()
    await bench.work_done()
    assert page.secret.isVisible()
    assert page.secret.text().startswith("bfk_")
    assert bench.client.kept_keys[0].name == "Snow ploughs"
    page.table.setCurrentCell(0, 0)
    page.revoke.click()
    assert bench.client.kept_keys[0].revoked_at is None
    page.revoke.click()
    await bench.work_done()
    assert "revoked by" in column(page.table, 0)[1]


async def test_a_key_whose_maker_left_is_stopped_until_somebody_answers_for_it(
    bench: Bench, panel: AdministrationPanel
) -> None:
    left = msgspec.structs.replace(bench.client.kept_keys[0], answered_by="luc", is_stopped=True, revoked_at=None)
    bench.client.kept_keys[0] = left
    await turn_to(bench, panel, KEYS)
    page = panel.keys
    assert column(page.table, 0)[1] == "■ stopped: the account of luc is closed"
    page.table.setCurrentCell(1, 0)
    assert not page.take_over.isEnabled()
    page.table.setCurrentCell(0, 0)
    page.take_over.click()
    await bench.work_done()
    assert column(page.table, 0)[1] == "● good"


async def test_a_key_whose_maker_was_demoted_says_what_is_left_of_it(bench: Bench, panel: AdministrationPanel) -> None:
    now = (Grant(level=Level.VIEW, scope=Scope(communes=("21515",))),)
    first, second = bench.client.kept_keys
    bench.client.kept_keys[:] = [
        msgspec.structs.replace(first, answered_by="luc", is_limited=True, grants_now=now),
        msgspec.structs.replace(
            second, answered_by="luc", is_limited=True, revoked_at=None, expires_at=first.expires_at
        ),
    ]
    await turn_to(bench, panel, KEYS)
    page = panel.keys
    assert column(page.table, 0)[1] == "▲ limited: luc may no more than this"
    assert "21515" in column(page.table, 0)[4]
    assert column(page.table, 1)[1] == "■ does nothing: luc may nothing of it any more"
    page.table.setCurrentCell(0, 0)
    assert page.take_over.isEnabled()


async def test_a_device_is_tried_and_paused_with_its_consequence(bench: Bench, panel: AdministrationPanel) -> None:
    await turn_to(bench, panel, DEVICES)
    page = panel.devices
    page.table.setCurrentCell(2, 0)
    assert column(page.table, 2)[:2] == ["talq 21231", "● up"]
    assert column(page.table, 2)[5] != ""
    page.credentials.setText("user:wrong")
    page.test.click()
    await bench.work_done()
    assert "refuses the user name or password" in page.outcome.text()
    assert bench.client.tried_connections[0].of == "talq 21231"
    page.pause.click()
    await bench.work_done()
    assert "14880 assets" in panel.notice.text
    page.pause.click()
    await bench.work_done()
    assert column(page.table, 2)[1] == "Ⅱ paused"
    assert chosen_rows(page.table) == [2]
    page.search.setText("camera")
    await bench.work_done()
    assert page.table.rowCount() == 2


async def test_health_says_what_to_watch_without_colour_alone(bench: Bench, panel: AdministrationPanel) -> None:
    await turn_to(bench, panel, HEALTH)
    page = panel.health
    assert "83 % full" in page.line.text()
    words = [column(page.table, row) for row in range(page.table.rowCount())]
    assert ["▲ Disk used", "83 %", "95 %", "to watch"] in words
    assert ["▲ Requests of keys, too often", "312 (Open Data)", "600", "to watch"] in words
    assert any(line[0] == "▲ Refused at the door of vehicles" and "24 (192.0.2.17, last " in line[1] for line in words)
    assert ["▲ Consoles that do not keep up", "1 (mur)", "10", "to watch"] in words
    assert any(line[0].startswith("■ Free memory") and line[3] == "bad" for line in words)


async def test_a_backup_is_begun_followed_and_given_up(bench: Bench, panel: AdministrationPanel) -> None:
    await turn_to(bench, panel, BACKUPS)
    page = panel.backups
    page.passphrase.setText("a belfry above the roofs")
    page.again.setText("a belfry")
    page.make.click()
    assert "not the same" in panel.notice.text
    page.again.setText("a belfry above the roofs")
    page.make.click()
    await bench.work_done()
    assert (page.bar.isVisible(), page.bar.value()) == (True, 42)
    assert page.passphrase.text() == ""
    page.cancel.click()
    await bench.work_done()
    assert not page.bar.isVisible()
    assert "given up" in page.run.text()


async def test_a_configuration_is_compared_before_it_is_taken(
    bench: Bench, panel: AdministrationPanel, tmp_path: Path
) -> None:
    await turn_to(bench, panel, BACKUPS)
    page = panel.backups
    (tmp_path / "bad.json").write_text("{")
    page.open_file(tmp_path / "bad.json")
    assert "cannot be used" in panel.notice.text
    page.back.click()
    await bench.work_done()
    assert column(page.difference, 0)[1:3] == ["talq 21231", "changed"]
    assert bench.client.taken == []
    page.take.click()
    await bench.work_done()
    assert len(bench.client.taken) == 1
    assert "Taken: 1." in page.compared.text()


async def test_who_may_not_is_told_which_right_it_takes(bench: Bench) -> None:
    bench.client.administration_refusal = RequestRefused(403, "You may not do this.", "", None)
    async with bench.shown(AdministrationPanel(bench.context), 900, 600) as panel:
        await bench.work_done()
        assert "configure the whole city" in panel.notice.text
