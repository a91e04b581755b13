"""A shift ends at a seat: the report is drawn, read, signed by two, and printed."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtPdf import QPdfDocument

from console.kit.errors import RequestRefused
from console.kit.translations import Translations
from console.panels.handover.panel import HandoverPanel
from console.panels.handover.report_page import PAPER, ReportPage
from contract.handover import HandoverState
from tests.console.conftest import Bench
from tools.screenshots.sample_handover import ME


@pytest.fixture
async def panel(bench: Bench) -> AsyncIterator[HandoverPanel]:
    bench.stores.link.user = ME
    made = HandoverPanel(bench.context)
    made.widget.show()
    await bench.work_done()
    yield made
    made.close()
    made.widget.close()
    made.widget.deleteLater()


def state(panel: HandoverPanel) -> HandoverState | None:
    return None if panel.shown is None else panel.shown.state


async def drawn(bench: Bench, panel: HandoverPanel) -> None:
    panel.draw.click()
    await bench.work_done()
    panel.form.incoming.setCurrentIndex(panel.form.incoming.findData("m.lambert"))
    panel.form.remarks.setPlainText("market until 2")
    panel.form.confirm.click()
    await bench.work_done()


async def test_without_a_report_it_says_what_to_do(panel: HandoverPanel) -> None:
    assert panel.empty.text().startswith("Draw a handover")
    assert not panel.bar.isVisible()
    assert panel.bar.sign.isHidden()
    assert not panel.print.isEnabled()


async def test_the_drawn_report_tells_all_that_is_handed_over(bench: Bench, panel: HandoverPanel) -> None:
    await drawn(bench, panel)
    (request,) = bench.client.handovers_drawn
    assert (request.incoming, request.communes, request.remarks) == ("m.lambert", None, "market until 2")
    assert request.passes_alarms
    text = panel.page.toPlainText()
    for words in ("Open alarms (7)", "Shelved (1)", "Out of service (1)", "OT-2231", "Overrides in force (1)"):
        assert words in text
    assert "Suppressed by a rule or a cause (38)" in text
    assert "37 more" not in text
    assert "Since m.lambert left" in text
    assert "Clés chez le gardien" in text
    assert panel.table.rowCount() == 1


async def test_the_one_who_leaves_signs_and_the_other_signs_here_with_his_password(
    bench: Bench, panel: HandoverPanel
) -> None:
    await drawn(bench, panel)
    assert panel.bar.user.isHidden()
    panel.bar.sign.click()
    await bench.work_done()
    assert state(panel) is HandoverState.LEFT
    assert not panel.bar.sign.isEnabled()
    panel.bar.user.setText("m.lambert")
    panel.bar.password.setText("secret")
    panel.bar.sign.click()
    assert panel.bar.password.text() == ""
    await bench.work_done()
    assert [user for _, user in bench.client.handovers_signed] == ["", "m.lambert"]
    assert state(panel) is HandoverState.SIGNED
    assert panel.bar.sign.isHidden()
    assert "at this seat, with his password" in panel.page.toPlainText()


async def test_the_one_who_comes_signs_at_his_own_seat(bench: Bench, panel: HandoverPanel) -> None:
    await drawn(bench, panel)
    assert panel.shown is not None
    left = await bench.client.sign_handover(panel.shown)
    bench.client.handovers_held[left.report.id] = msgspec.structs.replace(left, is_for_you=True)
    bench.stores.link.user = "m.lambert"
    panel.since.click()  # the report is read no more, as at another seat
    await bench.work_done()
    row = panel.table.item(0, 2)
    assert row is not None
    assert row.text() == "Waits for you to sign"
    panel.table.setCurrentCell(0, 0)
    await bench.work_done()
    assert panel.bar.sign.text() == "Sign and take over"


async def test_a_refusal_is_said_in_words(bench: Bench, panel: HandoverPanel) -> None:
    await drawn(bench, panel)
    bench.client.refusal = RequestRefused(409, "The handover was left as it is.", "two persons must sign")
    panel.bar.sign.click()
    await bench.work_done()
    assert "two persons must sign" in panel.notice.text


async def test_the_report_is_printed_on_numbered_pages(bench: Bench, panel: HandoverPanel, tmp_path: Path) -> None:
    await drawn(bench, panel)
    file = tmp_path / "handover.pdf"
    panel.print_into(file)
    document = QPdfDocument()
    document.load(str(file))
    text = document.getAllText(0).text()
    assert "Open alarms (7)" in text
    assert f"1 / {document.pageCount()}" in text
    last = document.getAllText(document.pageCount() - 1).text()
    assert "Signatures" in "".join(document.getAllText(page).text() for page in range(document.pageCount()))
    assert last
    document.close()
    panel.print_into(tmp_path / "no such folder" / "x.pdf")
    assert "cannot be written" in panel.notice.text


async def test_what_people_wrote_is_never_markup(bench: Bench, panel: HandoverPanel) -> None:
    await drawn(bench, panel)
    assert panel.shown is not None
    report = msgspec.structs.replace(panel.shown.report, remarks="<img src=x><b>bold</b>", seat="<h1>")
    page = ReportPage(bench.stores.catalogue, Translations("fr"), PAPER)
    html = page.whole(msgspec.structs.replace(panel.shown, report=report, is_intact=False))
    assert "<img" not in html
    assert "&lt;b&gt;bold" in html
    assert "Prévenez l'administrateur" in html.replace("&#x27;", "'")


async def test_a_note_and_being_away_are_told(bench: Bench, panel: HandoverPanel) -> None:
    panel.write.click()
    panel.note.reason.setText("the prefecture called")
    panel.note.confirm.click()
    panel.away.setChecked(True)
    await bench.work_done()
    assert bench.client.notes_written == ["the prefecture called"]
    assert [said.is_away for said in bench.client.presence_said] == [True]
