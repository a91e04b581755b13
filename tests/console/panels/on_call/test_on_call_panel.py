"""Who is on call is read at a glance; people, rules and channels are changed with the keyboard."""

from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.panels.on_call.panel import OnCallPanel
from contract.alarm_routing import ChannelKind, Outcome, TargetKind, TestOutcome
from tests.console.conftest import Bench

WEEK, PEOPLE, RULES, CHANNELS, LOG = range(5)


@pytest.fixture
async def panel(bench: Bench) -> AsyncIterator[OnCallPanel]:
    async with bench.shown(OnCallPanel(bench.context), 1000, 700) as made:
        yield made


async def turn_to(bench: Bench, panel: OnCallPanel, page: int) -> None:
    panel.tabs.setCurrentIndex(page)
    await bench.work_done()


async def test_it_says_who_is_on_call_now_who_is_next_and_where_nobody_is(panel: OnCallPanel) -> None:
    lighting, video = panel.week.now_lines
    assert lighting.startswith("Astreinte éclairage · ")
    assert "then " in lighting
    assert "Karim Benali" in video
    assert "Astreinte vidéo: nobody from Sa 17/01 00:00" in panel.week.gaps.text()


async def test_the_week_is_walked_with_the_arrows_and_told_in_words(panel: OnCallPanel) -> None:
    panel.focus_first()
    QTest.keyClick(panel.week.week, Qt.Key.Key_Down)
    QTest.keyClick(panel.week.week, Qt.Key.Key_Right)
    assert panel.week.chosen.text().startswith("Astreinte vidéo: Karim Benali")


async def test_without_anything_set_up_each_page_says_how_to_begin(bench: Bench) -> None:
    bench.client.have_nothing_routed()
    empty = OnCallPanel(bench.context)
    await bench.work_done()
    assert "No roster" in empty.week.empty.text()
    await turn_to(bench, empty, PEOPLE)
    assert "Channels" in empty.people.state.text()
    await turn_to(bench, empty, RULES)
    assert "P1 or P2" in empty.rules.words.text()
    await turn_to(bench, empty, CHANNELS)
    assert "nobody outside the room" in empty.channels.state.text()
    await turn_to(bench, empty, LOG)
    assert not empty.log.empty.isHidden()
    empty.close()
    empty.widget.deleteLater()


async def test_a_shift_is_added_and_what_is_not_touched_stays_as_it_was(bench: Bench, panel: OnCallPanel) -> None:
    before = bench.client.routing_book
    await turn_to(bench, panel, PEOPLE)
    panel.people.shifts.add_row(("astreinte video", "theo petit", "sa–su", "", "1/1"))
    assert "not saved" in panel.people.state.text()
    panel.people.keep.click()
    await bench.work_done()
    kept = bench.client.routing_book
    (_, weekend) = kept.rosters[1].shifts
    assert (weekend.contacts, weekend.weekdays) == (("t.petit",), (5, 6))
    assert (kept.contacts, kept.rosters[0]) == (before.contacts, before.rosters[0])
    assert kept.rosters[1].shifts[:1] == before.rosters[1].shifts
    assert not panel.people.keep.isEnabled()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("Astreinte vidéo", "Nemo", "", "", ""), 'nobody called "Nemo"'),
        (("Astreinte vidéo", "Théo Petit", "every", "", ""), '"every" says no days'),
        (("Astreinte vidéo", "Théo Petit", "", "25:99", ""), '"25:99" is no span of hours'),
        (("Lune", "Théo Petit", "", "", ""), 'no roster "Lune"'),
    ],
)
async def test_what_cannot_be_read_is_told_by_table_and_row_and_nothing_is_lost(
    bench: Bench, panel: OnCallPanel, row: tuple[str, ...], words: str
) -> None:
    await turn_to(bench, panel, PEOPLE)
    panel.people.shifts.add_row(row)
    panel.people.save()
    await bench.work_done()
    assert words in panel.notice.text
    assert "Shifts, row 5" in panel.notice.text
    assert bench.client.routing_book.version == 4
    await turn_to(bench, panel, WEEK)
    await turn_to(bench, panel, PEOPLE)
    assert panel.people.shifts.rowCount() == 5


async def test_a_contact_is_told_by_the_channel_named_before_his_address(bench: Bench, panel: OnCallPanel) -> None:
    await turn_to(bench, panel, PEOPLE)
    addresses = "passerelle sms +33 6 00 00 00 00; nina@ville.example"
    panel.people.contacts.add_row(("Nina Roy", addresses, "", "21231", "en", "", "22:00–06:00 P3", "yes"))
    panel.people.save()
    await bench.work_done()
    nina = bench.client.routing_book.contacts[-1]
    assert [(at.channel, at.to) for at in nina.addresses] == [
        ("sms", "+33 6 00 00 00 00"), ("mail", "nina@ville.example")
    ]  # fmt: skip
    assert (nina.id, nina.scope.communes, nina.most_an_hour, nina.quiet[0].from_minute) == (
        "nina-roy", ("21231",), 12, 1320
    )  # fmt: skip


async def test_a_rule_is_read_in_words_and_changed_in_its_cell(bench: Bench, panel: OnCallPanel) -> None:
    await turn_to(bench, panel, RULES)
    assert "1. after 2 min: seats" in panel.rules.words.text()
    assert "2. after response: Astreinte éclairage" in panel.rules.words.text()
    rules = bench.client.routing_rules.rules
    steps = panel.rules.rules.item(1, 6)
    assert steps is not None
    steps.setText("30 s: seats + cadre de permanence; response: on duty")
    panel.rules.save()
    await bench.work_done()
    kept = bench.client.routing_rules
    first, second = kept.rules[1].steps
    assert (first.after_s, [target.kind for target in first.targets]) == (30.0, [TargetKind.SEATS, TargetKind.CONTACT])
    assert (second.after_s, second.targets[0].kind) == (None, TargetKind.ON_DUTY)
    assert (kept.rules[0], kept.rules[2], kept.respond_s) == (rules[0], rules[2], {"2": 300.0})


async def test_rules_change_their_order_with_alt_and_the_arrows(bench: Bench, panel: OnCallPanel) -> None:
    await turn_to(bench, panel, RULES)
    panel.rules.rules.setCurrentCell(1, 0)
    QTest.keyClick(panel.rules.rules, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    panel.rules.save()
    await bench.work_done()
    assert [rule.id for rule in bench.client.routing_rules.rules] == ["urgent", "eclairage", "video"]


async def test_a_channel_that_is_down_says_why_and_a_test_says_what_became_of_it(
    bench: Bench, panel: OnCallPanel
) -> None:
    await turn_to(bench, panel, CHANNELS)
    panel.channels.table.setCurrentCell(1, 0)
    assert "503" in panel.channels.state.text()
    panel.channels.to.setText("+33 6 12 34 56 78")
    panel.channels.test.click()
    await bench.work_done()
    assert "went out" in panel.channels.outcome.text()
    bench.client.routing_test_outcome = TestOutcome(outcome=Outcome.FAILED, detail="it answers 503")
    panel.channels.test.click()
    await bench.work_done()
    assert "503" in panel.channels.outcome.text()
    assert [(id_, test.to) for id_, test in bench.client.routing_tests] == [("sms", "+33 6 12 34 56 78")] * 2


async def test_a_new_channel_has_its_secret_before_it_is_switched_on_and_the_field_forgets_it(
    bench: Bench, panel: OnCallPanel
) -> None:
    await turn_to(bench, panel, CHANNELS)
    panel.channels.new.click()
    form = panel.channels.form
    form.kind.setCurrentIndex(form.kind.findData(ChannelKind.WEBHOOK.value))
    form.name.setText("Pompiers")
    form.url.setText("https://sdis.example/alarms")
    form.secret.setText("a key of more than sixteen")
    panel.channels.keep.click()
    await bench.work_done()
    assert bench.client.routing_secrets == {"pompiers": "a key of more than sixteen"}
    assert bench.client.routing_ways["pompiers"].settings.is_active
    assert form.secret.text() == ""
    assert "vault" in form.secret.placeholderText()


async def test_a_channel_is_removed_only_when_asked_twice(bench: Bench, panel: OnCallPanel) -> None:
    await turn_to(bench, panel, CHANNELS)
    panel.channels.remove.click()
    await bench.work_done()
    assert "mail" in bench.client.routing_ways
    panel.channels.remove.click()
    await bench.work_done()
    assert "mail" not in bench.client.routing_ways


async def test_the_log_reads_from_the_last_try_back(bench: Bench, panel: OnCallPanel) -> None:
    await turn_to(bench, panel, LOG)
    lines = panel.log.words()
    assert "delivered" in lines[0]
    assert "Lucie Moreau" in lines[0]
    assert "the seats ring" in lines[4]
