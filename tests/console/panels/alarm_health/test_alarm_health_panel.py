"""A supervisor reads alarm health, mends a bad actor with a second person, and prints the month."""

import asyncio
import csv
import datetime as dt
import io
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtPdf import QPdfDocument

from console.kit.translations import Translations
from console.panels.alarm_health.panel import AlarmHealthPanel
from console.panels.alarm_health.presenter import HealthPresenter, Period
from console.panels.alarm_health.words import HealthWords
from console.panels.approvals.presenter import ApprovalsPresenter
from contract.alarm_health import BackTest, HealthSeats, Proposals, Remedy, RemedySetting
from contract.api import Approval
from tests.console.conftest import Bench
from widgets.alarm_health.values import TrendBar, Verdict

_DAY = dt.date(2026, 1, 15)


@pytest.fixture
async def panel(bench: Bench) -> AsyncIterator[AlarmHealthPanel]:
    async with bench.shown(AlarmHealthPanel(bench.context), 900, 900) as made:
        yield made


async def chosen(bench: Bench, panel: AlarmHealthPanel, row: int = 0) -> None:
    panel.actors.table.selectRow(row)
    await bench.work_done()


async def test_figures_stand_beside_their_targets_with_a_word_each(bench: Bench, panel: AlarmHealthPanel) -> None:
    panel.period.setCurrentIndex(panel.period.findData(Period.WEEK.value))
    await bench.work_done()
    shown = {figure.title: figure for figure in panel.cards.shown}
    peak = shown[bench.context.texts("health.peak")]
    assert peak.value == "40"
    assert peak.verdict is Verdict.POOR
    assert shown[bench.context.texts("health.rate")].verdict is Verdict.GOOD
    assert panel.trend.has_bars
    assert any(bar.is_flood for bar in _course(bench, panel))
    assert panel.actors.table.rowCount() == 10


def _course(bench: Bench, panel: AlarmHealthPanel) -> list[TrendBar]:
    assert panel.view is not None
    presenter = HealthPresenter(bench.stores.catalogue, bench.client, bench.context.texts)
    return list(presenter.course(panel.view).bars)


async def test_a_month_is_shown_by_days(bench: Bench, panel: AlarmHealthPanel) -> None:
    panel.period.setCurrentIndex(panel.period.findData(Period.MONTH.value))
    await bench.work_done()
    assert panel.view is not None
    presenter = HealthPresenter(bench.stores.catalogue, bench.client, bench.context.texts)
    course = presenter.course(panel.view)
    assert course.width_s == 86_400
    assert course.limit is None
    assert sum(sum(bar.counts) for bar in course.bars) == panel.view.answer.figures.annunciated


async def test_a_bad_actor_is_mended_once_a_second_person_agrees(bench: Bench, panel: AlarmHealthPanel) -> None:
    await chosen(bench, panel)
    panel.second.look_every_s = 0.0
    panel.actors.buttons[0].click()
    assert panel.form.isVisible()
    panel.form.reason.setText("the door is loose")
    panel.form.confirm.click()
    await _asked(bench)
    [asked] = bench.client.waiting_approvals
    assert asked.act == "alarm_remedy"
    assert not bench.client.remedies_applied
    bench.client.waiting_approvals[0] = msgspec.structs.replace(asked, approver="l.petit")
    await bench.work_done()
    [applied] = bench.client.remedies_applied
    assert applied.setting == RemedySetting(remedy=Remedy.ON_DELAY, value=10.0)
    assert applied.reason == "the door is loose"
    assert "l.petit" in panel.notice.text


async def _asked(bench: Bench) -> None:
    while not bench.client.waiting_approvals:
        await asyncio.sleep(0)


async def test_the_second_person_reads_what_is_changed_on_which_equipment(bench: Bench) -> None:
    payload: dict[str, object] = {
        "alarm_id": 77, "asset_code": "ARM-0213", "kind": "cabinetDoorOpen", "reason": "loose",
        "setting": {"remedy": "on_delay", "value": 10.0},
    }  # fmt: skip
    at = dt.datetime(2026, 1, 15, tzinfo=dt.UTC)
    approval = Approval(
        id="1", act="alarm_remedy", payload_hash="", payload=payload, requester="anne", reason="loose",
        requested_at=at, expires_at=at,
    )  # fmt: skip
    presenter = ApprovalsPresenter(bench.stores.assets, bench.stores.catalogue, bench.client, Translations("en"))
    line = presenter.line(approval)
    assert "change an alarm" in line.title
    assert line.details.splitlines() == [
        "Equipment: ARM-0213", "Alarm: cabinetDoorOpen", "Change: Wait 10\u202fs before it is annunciated",
    ]  # fmt: skip
    known = msgspec.structs.replace(approval, payload={**payload, "asset_code": "ARM-003", "kind": "supplyLoss"})
    assert presenter.line(known).details.splitlines()[:2] == [
        "Equipment: Armoire 003 rue Berbisey (ARM-003)",
        "Alarm: Supply loss",
    ]


async def test_what_would_hide_something_useful_says_so(bench: Bench, panel: AlarmHealthPanel) -> None:
    await chosen(bench, panel)
    words = HealthPresenter(bench.stores.catalogue, bench.client, Translations("en")).words
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    test = BackTest(since=at, until=at, came=430, removed=412, hidden=0, mattered=18)
    assert words.test(test) == "would have removed 412 of 430, hidden 0 that mattered"
    found = await bench.client.remedy_proposals(1, at.date(), at.date())
    assert [words.verdict(item) for item in found.items] == [
        Verdict.GOOD, Verdict.NONE, Verdict.NONE, Verdict.POOR,
    ]  # fmt: skip


async def test_nothing_is_proposed_against_what_never_waits(
    bench: Bench, panel: AlarmHealthPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none(alarm_id: int, since: dt.date, until: dt.date) -> Proposals:
        return Proposals(alarm_id=alarm_id, items=())

    monkeypatch.setattr(bench.client, "remedy_proposals", none)
    await chosen(bench, panel, 9)
    assert not panel.actors.buttons
    assert panel.actors.line is not None
    assert panel.actors.line.never_waits


async def test_the_journal_is_still_being_read(bench: Bench, panel: AlarmHealthPanel) -> None:
    assert not panel.progress.isVisible()
    bench.client.health_progress = 0.4
    panel.refresh()
    await bench.work_done()
    assert panel.progress.isVisible()
    assert panel.progress.value() == 40


async def test_a_quiet_period_and_a_role_without_a_seat(
    bench: Bench, panel: AlarmHealthPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.client.is_quiet = True
    panel.refresh()
    await bench.work_done()
    assert not panel.trend.has_bars
    assert panel.actors.table.isHidden()
    assert panel.actors.empty.isVisible()

    async def nowhere() -> HealthSeats:
        return HealthSeats(items=())

    monkeypatch.setattr(bench.client, "health_seats", nowhere)
    visitor = AlarmHealthPanel(bench.context)
    await bench.work_done()
    assert visitor.now.text() == bench.context.texts("health.no_seat")
    assert visitor.view is None
    visitor.close()
    visitor.widget.deleteLater()


async def test_the_month_is_printed_and_given_to_a_spreadsheet(
    bench: Bench, panel: AlarmHealthPanel, tmp_path: Path
) -> None:
    panel.period.setCurrentIndex(panel.period.findData(Period.THIS_MONTH.value))
    await bench.work_done()
    panel.print_into(tmp_path / "month.pdf")
    await bench.work_done()
    document = QPdfDocument()
    document.load(str(tmp_path / "month.pdf"))
    assert document.pageCount() >= 2
    words = document.getAllText(0).text()
    assert bench.context.texts("health.peak") in words
    document.close()
    panel.export_into(tmp_path / "month.csv")
    text = (tmp_path / "month.csv").read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if bench.context.texts.language == "fr" else ","))
    assert ["ARM-0213" in " ".join(row) for row in rows].count(True) == 1
    panel.print_into(tmp_path / "nowhere" / "month.pdf")
    await bench.work_done()
    assert "nowhere" in panel.notice.text


async def test_seat_and_period_stay_chosen(bench: Bench, panel: AlarmHealthPanel) -> None:
    panel.take_state({"period": "month"})
    assert panel.state() == {"seat": "", "period": "month"}
    panel.take_state({"period": "for ever", "seat": 3})
    assert panel.state()["period"] == "month"
    again = AlarmHealthPanel(bench.context)
    again.take_state({"seat": "operator"})
    await bench.work_done()
    assert again.state()["seat"] == "operator"
    assert again.view is not None
    assert again.view.seat == "operator"
    again.close()
    again.widget.deleteLater()


def test_months_begin_on_their_first_day(bench: Bench) -> None:
    presenter = HealthPresenter(bench.stores.catalogue, bench.client, bench.context.texts)
    now = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
    assert presenter.days(Period.LAST_MONTH, now) == (dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    assert presenter.days(Period.THIS_MONTH, now) == (dt.date(2026, 3, 1), dt.date(2026, 3, 10))
    assert presenter.days(Period.WEEK, now) == (dt.date(2026, 3, 4), dt.date(2026, 3, 10))


async def test_ten_sources_of_seven_are_no_reproach(bench: Bench) -> None:
    found = msgspec.structs.replace((await bench.client.alarm_health("", _DAY, _DAY)).figures, sources=7, top_share=1.0)
    figures = HealthWords(bench.context.texts).figures(found, bench.context.clock())
    assert [figure.verdict for figure in figures if figure.value.startswith("100")] == [Verdict.NONE]
