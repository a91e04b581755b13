"""The equipment card: how old a value is, why a lamp is as it is, and how it is claimed."""

import datetime as dt

from pytestqt.qtbot import QtBot

from console.kit.errors import RequestRefused
from console.panels.card.panel import CardPanel
from console.panels.card.presenter import CardPresenter
from contract.points import PointValue, Quality
from contract.stream import WatchedClaims, WatchedPoints
from tests.console.conftest import Bench
from tools.screenshots import sample_city


def _presenter(bench: Bench) -> CardPresenter:
    stores = bench.stores
    return CardPresenter(
        stores.assets,
        stores.watched,
        stores.states,
        stores.alarms,
        stores.catalogue,
        bench.client,
        bench.context.texts,
    )


async def test_a_stale_value_says_that_it_is_and_how_old(bench: Bench) -> None:
    lamp = bench.asset("PL-003-12")
    bench.watch(lamp)
    level = _presenter(bench).point_lines(lamp, sample_city.NOW)[0]
    assert (level.value, level.age, level.quality) == ("60\u202f%", "2\u202fmin", "stale")
    assert not level.is_believable


async def test_what_was_never_heard_is_unknown_not_zero(bench: Bench) -> None:
    lamp = bench.asset("PL-004-12")
    level = _presenter(bench).point_lines(lamp, sample_city.NOW)[0]
    assert (level.value, level.quality) == ("—", "unknown")


async def test_the_stack_says_who_why_until_when_and_whether_it_is_obeyed(bench: Bench) -> None:
    lamp = bench.asset("PL-004-12")
    bench.watch(lamp)
    presenter = _presenter(bench)
    winner, calendar = presenter.claim_lines(lamp, "level_percent", sample_city.NOW)
    assert (winner.owner, winner.reason, winner.is_winner) == ("c.moreau", "armoire voisine sans courant", True)
    assert "59\u202fmin left" in winner.until
    assert (calendar.rank, calendar.can_release) == ("calendar", False)
    assert presenter.stack_words(lamp, "level_percent").is_obeyed is False
    obeying = PointValue(100, Quality.GOOD, sample_city.NOW, sample_city.NOW)
    bench.stores.message(WatchedPoints(lamp.id, {"level_percent": obeying}))
    assert presenter.stack_words(lamp, "level_percent").is_obeyed is True


async def test_a_dark_lamp_is_not_said_to_obey(bench: Bench) -> None:
    lamp = bench.asset("PL-003-12")
    bench.watch(lamp)
    words = _presenter(bench).stack_words(lamp, "level_percent")
    assert words.is_obeyed is None
    assert "not known" in words.verdict
    assert "(stale)" in words.reported


async def test_a_claim_needs_a_reason_and_carries_its_expiry(bench: Bench, qtbot: QtBot) -> None:
    panel = CardPanel(bench.context)
    qtbot.addWidget(panel.widget)
    lamp = bench.asset("PL-004-12")
    bench.stores.selection.select(lamp.id)
    bench.watch(lamp)
    form = panel.control.form
    form.number.setValue(100)
    assert not form.place.isEnabled()
    form.reason.setText("neighbouring cabinet is dark")
    form.duration.setCurrentIndex(1)
    form.place.click()
    assert not form.place.isEnabled()
    await bench.work_done()
    (claim,) = bench.client.claims_placed
    assert (claim.asset_ids, claim.property, claim.value) == ((lamp.id,), "level_percent", 100)
    assert claim.reason == "neighbouring cabinet is dark"
    assert claim.expires_at is not None
    left = claim.expires_at - bench.stores.link.server_now()
    assert dt.timedelta(minutes=59) < left <= dt.timedelta(minutes=60)
    panel.close()


async def test_a_refused_claim_says_why_and_keeps_what_was_typed(bench: Bench, qtbot: QtBot) -> None:
    panel = CardPanel(bench.context)
    qtbot.addWidget(panel.widget)
    bench.stores.selection.select(bench.asset("PL-004-12").id)
    bench.client.refusal = RequestRefused(403, "Forbidden", "Lighting needs OPERATE.")
    panel.control.form.reason.setText("because")
    panel.control.form.place.click()
    await bench.work_done()
    assert "Ask your supervisor" in panel.notice.text
    assert panel.control.form.reason.text() == "because"
    panel.close()


async def test_releasing_asks_why(bench: Bench, qtbot: QtBot) -> None:
    panel = CardPanel(bench.context)
    qtbot.addWidget(panel.widget)
    lamp = bench.asset("PL-004-12")
    bench.stores.selection.select(lamp.id)
    bench.watch(lamp)
    button = panel.control.stack.release_button("c1")
    assert button is not None
    assert panel.control.stack.release_button("c2") is None
    button.click()
    panel.control.release_form.reason.setText("power is back")
    panel.control.release_form.confirm.click()
    await bench.work_done()
    assert bench.client.claims_released == [("c1", "power is back")]
    panel.close()


async def test_an_expired_claim_leaves_the_card(bench: Bench, qtbot: QtBot) -> None:
    panel = CardPanel(bench.context)
    qtbot.addWidget(panel.widget)
    lamp = bench.asset("PL-004-12")
    bench.stores.selection.select(lamp.id)
    bench.watch(lamp)
    bench.stores.message(WatchedClaims(lamp.id, bench.client.claims(lamp)[1:]))
    bench.stores.flush()
    assert [line.rank for line in panel.control.stack.lines] == ["calendar"]
    panel.close()
    await bench.work_done()


async def test_what_cannot_be_driven_offers_no_control(bench: Bench, qtbot: QtBot) -> None:
    panel = CardPanel(bench.context)
    qtbot.addWidget(panel.widget)
    bench.stores.selection.select(bench.asset("B006").id)
    assert not panel.tabs.isTabEnabled(1)
    assert "P1 Fire alarm" in panel.state.text()
    panel.close()
    await bench.work_done()
