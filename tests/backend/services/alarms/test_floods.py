"""Floods through the real intake and desk, on both kinds of storage: the exact roots, and everything accounted for."""

import random
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from backend.devkit.clock import ManualClock
from backend.ports import JournalQuery
from backend.storage.memory import MemoryStorage
from backend.storage.opening import create_storage
from contract.alarms import ShownState
from contract.journal import EntryKind
from tests.backend.domain.alarms import lit_city as model
from tests.backend.services.alarms.lit_city import INTRUSION, PANEL, LitCity


@pytest.fixture(params=["memory", "sqlite"])
async def city(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[LitCity]:
    """The reference city."""
    clock = ManualClock()
    if request.param == "memory":
        lit = LitCity(MemoryStorage(clock), clock)
        await lit.start()
        yield lit
        await lit.stop()
        return
    kept = create_storage(None, tmp_path / "kept", tmp_path / "secrets", clock, ballast_bytes=0)
    await kept.open()
    lit = LitCity(kept, clock)
    await lit.start()
    yield lit
    await lit.stop()
    await kept.close()


async def test_a_ten_thousand_lights_are_their_twenty_two_true_roots(city: LitCity) -> None:
    await city.lose_over_ten_seconds(range(10_000))
    await city.pass_time(20)
    assert city.roots() == model.ROOTS_OF_10_000
    assert len(city.cards()) == 22
    assert {alarm.kind for alarm in city.cards()} == {"suppliedLost"}
    assert sum(alarm.folded_count for alarm in city.cards()) == 10_000
    assert not any(alarm.stray_group for alarm in city.cards())
    accounting = city.desk.accounting()
    assert (accounting.received, accounting.folded, accounting.shown, accounting.derived) == (10_000, 10_000, 0, 22)
    assert accounting.is_whole
    annunciated = [a for a in city.feed.alarms if a.shown is ShownState.B_UNACK and a.occurrence and not a.folded_into]
    assert {a.asset_id - 1 for a in annunciated} == model.ROOTS_OF_10_000, "nothing else sounded on the way"


async def test_b_ten_thousand_repeats_of_one_cabinets_lights_are_one_card(city: LitCity) -> None:
    lights = list(model.lights_of(model.CABINET + 7))
    for _ in range(250):
        await city.falls_silent(lights)
        city.clock.pass_time(0.02)
        await city.answers(lights)
        city.clock.pass_time(0.02)
    await city.falls_silent(lights)
    await city.pass_time(25)
    assert city.roots() == {model.CABINET + 7}
    assert len(city.cards()) == 1
    assert city.desk.accounting().is_whole


async def test_c_strays_a_cabinet_and_an_intrusion_are_three_lines_and_the_intrusion_comes_at_once(
    city: LitCity,
) -> None:
    chance = random.Random(3)
    cabinet = model.CABINET + 100
    lonely = [model.lights_of(model.CABINET + c)[chance.randrange(40)] for c in chance.sample(range(200, 850), 40)]
    await city.falls_silent([*lonely, *model.lights_of(cabinet)])
    await city.pass_time(1)
    assert city.cards() == []
    await city.tells(PANEL, INTRUSION, True)
    assert [alarm.kind for alarm in city.cards()] == [INTRUSION], "it is there before anything else"
    await city.pass_time(25)
    assert city.lines() == sorted([f"intrusion {PANEL}", f"suppliedLost {cabinet}", "strays:communicationFailure"])
    strays = [alarm for alarm in city.cards() if alarm.stray_group]
    assert {alarm.asset_id - 1 for alarm in strays} == set(lonely)
    assert {alarm.shown for alarm in strays} == {ShownState.B_UNACK}, "each waits for an operator"
    accounting = city.desk.accounting()
    assert (accounting.received, accounting.shown, accounting.folded) == (81, 41, 40)
    assert accounting.strays == 40
    assert accounting.is_whole
    await city.pass_time(1)
    city.clock.pass_time(601)
    await city.pass_time(1)
    assert not any(alarm.stray_group for alarm in city.cards()), "the flood is over: each has its line"


async def test_d_all_lights_are_one_card(city: LitCity) -> None:
    await city.lose_over_ten_seconds(range(model.LIGHTS))
    await city.pass_time(20)
    assert city.roots() == {model.CORE}
    (card,) = city.cards()
    assert card.folded_count == model.LIGHTS
    assert city.desk.accounting().is_whole


async def test_e_five_lights_far_apart_are_five_cards_after_three_seconds(city: LitCity) -> None:
    lights = [11, 4_000, 9_999, 20_000, 33_999]
    await city.falls_silent(lights)
    await city.pass_time(2.5)
    assert city.cards() == []
    await city.pass_time(1)
    assert city.roots() == set(lights)
    await city.pass_time(60)
    assert city.roots() == set(lights)
    assert not any(alarm.stray_group for alarm in city.cards())


async def test_a_restart_in_the_middle_of_a_fold_ends_in_the_same_roots_and_sounds_nothing_else(city: LitCity) -> None:
    lights = list(range(2_000))
    await city.lose_over_ten_seconds(lights)
    await city.pass_time(3)
    before = city.desk.accounting()
    assert before.held + before.folded == 2_000
    assert len(city.cards()) < 12, "all have come, not all is decided"
    already = city.roots()
    city.feed.alarms.clear()
    await city.restart()
    await city.pass_time(40)
    assert city.roots() == {model.SWITCH, model.SWITCH + 1, *range(model.CABINET + 40, model.CABINET + 50)}
    assert city.desk.accounting().folded == 2_000
    sounded = {a.asset_id - 1 for a in city.feed.alarms if a.shown is ShownState.B_UNACK}
    assert sounded == city.roots() - already


async def test_what_stays_down_when_the_others_are_back_is_taken_out_of_the_fold(city: LitCity) -> None:
    cabinet = model.CABINET + 9
    lights = list(model.lights_of(cabinet))
    await city.falls_silent(lights)
    await city.pass_time(25)
    assert city.roots() == {cabinet}
    await city.answers(lights[3:])
    await city.pass_time(10)
    assert {alarm.kind for alarm in city.cards()} == {"suppliedLost"}, "they are given time to come back"
    await city.pass_time(10)
    shown = {(alarm.asset_id - 1, alarm.kind, alarm.shown) for alarm in city.cards()}
    assert shown == {
        *((light, "communicationFailure", ShownState.B_UNACK) for light in lights[:3]),
        (cabinet, "suppliedLost", ShownState.D_RTNUN),
    }
    assert city.desk.accounting().is_whole


async def test_lights_shown_before_their_cause_was_known_fold_and_are_owed_afterwards(city: LitCity) -> None:
    cabinet = model.CABINET + 9
    lights = list(model.lights_of(cabinet))
    await city.falls_silent(lights[:2])
    await city.pass_time(10)
    assert city.roots() == set(lights[:2])
    await city.falls_silent(lights[2:])
    await city.pass_time(25)
    assert city.roots() == {cabinet}
    await city.answers(lights)
    await city.pass_time(25)
    owed = {alarm.asset_id - 1 for alarm in city.cards() if alarm.shown is ShownState.D_RTNUN}
    assert owed == {cabinet, *lights[:2]}, "what sounded is not forgotten"


async def test_a_cabinets_own_word_takes_the_place_of_the_card_made_for_it(city: LitCity) -> None:
    cabinet = model.CABINET + 9
    await city.falls_silent(model.lights_of(cabinet))
    await city.pass_time(25)
    await city.tells(cabinet, "supplyLoss", True)
    await city.pass_time(5)
    (card,) = city.cards()
    assert (card.asset_id - 1, card.kind, card.folded_count) == (cabinet, "supplyLoss", 41)


async def test_every_fold_is_in_the_journal(city: LitCity) -> None:
    await city.falls_silent(model.lights_of(model.CABINET + 9))
    await city.pass_time(25)
    entries = await city.storage.journal(JournalQuery(kinds=(EntryKind.ALARM,), limit=1000))
    raised = [entry for entry in entries if '"type":"raise"' in str(msgspec.json.encode(entry.payload))]
    assert len(raised) == 41
    assert not any("refused" in entry.payload for entry in entries)
