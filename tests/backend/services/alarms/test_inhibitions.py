"""Alarms inhibited by a state: named, journalled, silent through restarts, edits and states not heard yet."""

import pytest
from msgspec.structs import replace

from backend.services.alarms.records import alarm_number
from backend.services.refusals import AlarmRefused
from contract.alarm_flood import InhibitionRule, InhibitionScope
from contract.alarms import Alarm, Annunciation, ShownState
from contract.assets import Asset, Label
from contract.journal import EntryKind
from contract.points import Quality, Reading
from tests.backend.services.rig import BRIGHT_CABINET, DARK_CABINET, LAMPS, NEIGHBOURS, SmallCity

DOOR_WORK = InhibitionRule(
    name="works at the cabinet",
    reason=Label(fr="Travaux à l'armoire", en="Works at the cabinet"),
    source_class="lighting_cabinet",
    source_point="cabinetDoorOpen",
    target_class="streetlight",
    kinds=("lampPowerTooLow",),
    scope=InhibitionScope.FED_BY_IT,
)
BY_ALARM = replace(DOOR_WORK, source_point="", source_kind="cabinetDoorOpen")
KIND = "lampPowerTooLow"


async def works_begin(city: SmallCity, rule: InhibitionRule = DOOR_WORK) -> None:
    await city.alarms.inhibitions.put(rule, by="admin")
    await city.tells(DARK_CABINET, "cabinetDoorOpen", True)
    await city.pass_time(5)
    await city.tells(LAMPS[0], KIND, True)
    await city.tells(NEIGHBOURS[0], KIND, True)
    await city.pass_time(5)


def lamp(city: SmallCity, asset_id: int = LAMPS[0]) -> Alarm:
    found = city.alarms.get(alarm_number(asset_id, KIND))
    assert found is not None
    return found


@pytest.mark.parametrize("rule", [DOOR_WORK, BY_ALARM], ids=["a point", "an alarm"])
async def test_only_what_the_rule_names_is_silent_and_it_says_by_which_rule(
    city: SmallCity, rule: InhibitionRule
) -> None:
    await works_begin(city, rule)
    assert (lamp(city).shown, lamp(city).suppressed_by) == (ShownState.F_DSUPR, "rule: works at the cabinet")
    assert lamp(city, NEIGHBOURS[0]).shown is ShownState.B_UNACK
    accounting = city.alarms.accounting()
    assert (accounting.inhibited, accounting.is_whole) == (1, True)


async def test_when_the_state_ends_what_still_stands_is_annunciated(city: SmallCity) -> None:
    await works_begin(city)
    await city.tells(DARK_CABINET, "cabinetDoorOpen", False)
    await city.pass_time(5)
    assert lamp(city).annunciation is Annunciation.UNACK


async def test_what_sounded_before_the_works_is_owed_after_them(city: SmallCity) -> None:
    await city.alarms.inhibitions.put(DOOR_WORK, by="admin")
    await city.tells(LAMPS[0], KIND, True)
    await city.pass_time(5)
    await city.tells(DARK_CABINET, "cabinetDoorOpen", True)
    await city.pass_time(5)
    assert lamp(city).shown is ShownState.F_DSUPR
    await city.tells(LAMPS[0], KIND, False)
    await city.pass_time(5)
    assert lamp(city).annunciation is Annunciation.RTNUN


@pytest.mark.parametrize("rule", [DOOR_WORK, BY_ALARM], ids=["a point", "an alarm"])
async def test_f68_alertmanager_after_a_restart_the_inhibited_stay_silent_though_nothing_is_heard_yet(
    city: SmallCity, rule: InhibitionRule
) -> None:
    await works_begin(city, rule)
    city.feed.alarms.clear()
    await city.restart()
    await city.pass_time(60)
    assert lamp(city).shown is ShownState.F_DSUPR
    assert [alarm for alarm in city.feed.alarms if alarm.shown is ShownState.B_UNACK] == []
    await city.tells(DARK_CABINET, "cabinetDoorOpen", False)
    await city.pass_time(15)
    assert lamp(city).annunciation is Annunciation.UNACK


async def test_f68_editing_a_rule_in_force_fires_nothing(city: SmallCity) -> None:
    await works_begin(city)
    city.feed.alarms.clear()
    await city.alarms.inhibitions.put(replace(DOOR_WORK, kinds=(KIND, "lampFailure")), by="admin")
    await city.pass_time(5)
    assert lamp(city).shown is ShownState.F_DSUPR
    assert not [alarm for alarm in city.feed.alarms if alarm.id == lamp(city).id]


async def test_f68_alerta_a_repeat_of_what_is_suppressed_changes_nothing(city: SmallCity) -> None:
    await works_begin(city)
    for _ in range(5):
        await city.tells(LAMPS[0], KIND, True)
    await city.pass_time(5)
    assert lamp(city).shown is ShownState.F_DSUPR


async def test_a_state_that_is_not_known_changes_nothing(city: SmallCity) -> None:
    await works_begin(city)
    city.sink.report([Reading(DARK_CABINET, "cabinetDoorOpen", None, None, Quality.UNKNOWN)])
    await city.intake.take_all()
    await city.pass_time(5)
    assert lamp(city).shown is ShownState.F_DSUPR


async def test_a_rule_that_goes_shows_what_it_hid_and_is_in_the_journal(city: SmallCity) -> None:
    await works_begin(city)
    assert await city.alarms.inhibitions.remove(DOOR_WORK.name, by="admin")
    await city.pass_time(1)
    assert lamp(city).annunciation is Annunciation.UNACK
    entries = await city.journal(EntryKind.ALARM_RULE)
    assert [(entry.actor, entry.payload["inhibition"]) for entry in entries] == [("admin", DOOR_WORK.name)] * 2
    assert not await city.alarms.inhibitions.remove(DOOR_WORK.name, by="admin")


async def test_a_rule_added_while_its_state_holds_is_in_force_at_once(city: SmallCity) -> None:
    await city.tells(DARK_CABINET, "cabinetDoorOpen", True)
    await city.tells(LAMPS[0], KIND, True)
    await city.pass_time(5)
    assert lamp(city).shown is ShownState.B_UNACK
    await city.alarms.inhibitions.put(DOOR_WORK, by="admin")
    await city.pass_time(1)
    assert lamp(city).shown is ShownState.F_DSUPR


async def test_explained_by_supply_and_by_rule_it_is_shown_only_when_neither_holds(city: SmallCity) -> None:
    await works_begin(city)
    await city.tells(DARK_CABINET, "supplyLoss", True)
    await city.pass_time(5)
    await city.tells(DARK_CABINET, "cabinetDoorOpen", False)
    await city.pass_time(5)
    assert lamp(city).shown is ShownState.F_DSUPR, "its supply still explains it"
    await city.tells(DARK_CABINET, "supplyLoss", False)
    await city.pass_time(40)
    assert lamp(city).annunciation is Annunciation.UNACK


@pytest.mark.parametrize(
    "rule",
    [
        replace(DOOR_WORK, name=" "),
        replace(DOOR_WORK, kinds=()),
        replace(DOOR_WORK, source_class="nothing"),
        replace(DOOR_WORK, source_kind="cabinetDoorOpen"),
        replace(DOOR_WORK, source_point="nothing"),
        replace(DOOR_WORK, kinds=("nothing",)),
        replace(BY_ALARM, target_class="lighting_cabinet", kinds=("cabinetDoorOpen",)),
        replace(DOOR_WORK, name="a\nb"),
        replace(DOOR_WORK, name="x" * 81),
        replace(DOOR_WORK, kinds=(KIND,) * 101),
        replace(DOOR_WORK, reason=Label(fr="x" * 501, en="")),
    ],
)
async def test_a_rule_that_makes_no_sense_is_refused_in_words(city: SmallCity, rule: InhibitionRule) -> None:
    with pytest.raises(AlarmRefused) as refused:
        await city.alarms.inhibitions.put(rule, by="admin")
    assert refused.value.said.text
    assert city.alarms.inhibitions.rules() == []


async def test_alarms_that_would_inhibit_each_other_are_refused(city: SmallCity) -> None:
    inhibitions = city.alarms.inhibitions
    back = replace(
        BY_ALARM, name="back", source_class="streetlight", source_kind=KIND, target_class="lighting_cabinet", kinds=()
    )
    there = replace(BY_ALARM, kinds=(KIND,), source_kind="supplyVoltageTooHigh")
    await inhibitions.put(there, by="admin")
    await inhibitions.put(there, by="admin")
    with pytest.raises(AlarmRefused) as refused:
        await inhibitions.put(replace(back, kinds=("supplyVoltageTooHigh",)), by="admin")
    assert refused.value.said.code == "inhibition_circle"
    await inhibitions.put(replace(back, kinds=("supplyLoss",)), by="admin")
    by_supply = replace(back, name="on", source_class="lighting_cabinet", source_kind="supplyLoss")
    with pytest.raises(AlarmRefused):
        await inhibitions.put(replace(by_supply, kinds=("supplyVoltageTooHigh",)), by="admin")
    await inhibitions.put(replace(by_supply, kinds=("supplyVoltageTooHigh",), is_enabled=False), by="admin")


async def test_a_state_that_holds_at_many_places_of_a_commune_costs_by_their_sum_and_not_by_their_product(
    city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    lamps = [*LAMPS, *NEIGHBOURS]
    rule = replace(
        DOOR_WORK, source_class="streetlight", source_point=KIND, scope=InhibitionScope.COMMUNE, kinds=("lampFailure",)
    )
    await city.alarms.inhibitions.put(rule, by="admin")
    city.sink.report([Reading(lamp_id, KIND, True) for lamp_id in lamps])
    await city.intake.take_all()
    await city.pass_time(5)
    asked, get = 0, city.register.get

    def counted(asset_id: int) -> Asset | None:
        nonlocal asked
        asked += 1
        return get(asset_id)

    monkeypatch.setattr(city.register, "get", counted)
    names = {city.alarms.inhibitions.inhibited_by((lamp_id, "lampFailure")) for lamp_id in lamps}
    assert names == {rule.name}
    assert asked <= 3 * len(lamps)
    await city.tells(lamps[0], KIND, False)
    for lamp_id in lamps[1:]:
        await city.tells(lamp_id, KIND, False)
    assert city.alarms.inhibitions.inhibited_by((lamps[0], "lampFailure")) is None


async def test_other_places_are_not_inhibited(city: SmallCity) -> None:
    for scope, is_silent in ((InhibitionScope.COMMUNE, True), (InhibitionScope.PART_OF_IT, False)):
        await city.alarms.inhibitions.put(replace(DOOR_WORK, name=scope.value, scope=scope), by="admin")
        await city.tells(BRIGHT_CABINET, "cabinetDoorOpen", True)
        await city.tells(LAMPS[1], KIND, True)
        await city.pass_time(5)
        assert lamp(city, LAMPS[1]).is_suppressed is is_silent
        await city.alarms.inhibitions.remove(scope.value, by="admin")
        await city.pass_time(1)
