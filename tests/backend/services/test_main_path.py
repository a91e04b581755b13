"""The main job at the backend: a cabinet loses its supply, an operator answers, and the journal tells it all."""

from contract.alarms import Annunciation, Priority, ShownState
from contract.commands import CommandState
from contract.journal import EntryKind
from contract.points import Quality
from contract.stream import LEVEL_UNKNOWN, UNACKNOWLEDGED_FLAG, Visual
from tests.backend.services.rig import DARK_CABINET, LAMPS, NEIGHBOURS, SmallCity

DARK_LAMP = LAMPS[0]


async def cabinet_goes_dark(city: SmallCity) -> None:
    """Its lamps fall silent first; the cabinet's own word comes two seconds later."""
    await city.all_lamps_burn()
    city.gateway.dark.update(LAMPS)
    city.sink.assets_unreachable(list(LAMPS), "no answer over the lighting line")
    await city.settle()
    await city.pass_time(2)
    await city.tells(DARK_CABINET, "supplyLoss", True)
    await city.pass_time(10)


async def test_one_alarm_comes_not_fifty(city: SmallCity) -> None:
    await cabinet_goes_dark(city)
    (alarm,) = city.shown()
    assert (alarm.asset_code, alarm.kind, alarm.priority) == ("ARM-0213", "supplyLoss", Priority.P2)
    assert alarm.annunciation is Annunciation.UNACK
    explained = [a for a in city.alarms.standing() if a.is_suppressed]
    assert len(explained) == len(LAMPS), "nothing received is hidden: shown and explained are all there are"
    assert {a.suppressed_by for a in explained} == {"supply: lighting_cabinet ARM-0213"}
    assert all(a.occurrence == 0 for a in explained), "none of them was ever annunciated"


async def test_its_lamps_are_visibly_stale(city: SmallCity) -> None:
    await cabinet_goes_dark(city)
    assert city.live.points_of(DARK_LAMP)["level_percent"].quality is Quality.STALE
    assert city.live.visual(DARK_LAMP) == Visual.STALE
    assert city.live.level(DARK_LAMP) == LEVEL_UNKNOWN
    assert city.live.visual(DARK_CABINET) == Visual.ALARM_P2 | UNACKNOWLEDGED_FLAG
    assert city.live.visual(NEIGHBOURS[0]) == Visual.NORMAL
    visuals, levels = city.live.visuals([NEIGHBOURS[0], DARK_LAMP, 999])
    assert list(visuals) == [Visual.NORMAL, Visual.STALE, Visual.UNKNOWN]
    assert list(levels) == [30, 255, 255]


async def test_the_neighbours_obey_and_their_card_says_who_why_and_until_when(city: SmallCity) -> None:
    await cabinet_goes_dark(city)
    await city.claim(NEIGHBOURS, 100)
    assert (await city.last_command(NEIGHBOURS[0])).state is CommandState.VERIFIED
    assert len(city.gateway.commands) == 1, "one order to the gateway, not ten"
    assert city.gateway.commands[0].expires_at is not None, "the device itself will fall back"
    why = city.claims.explain(NEIGHBOURS[0], "level_percent")
    assert (why.wanted, why.reported, why.is_obeyed) == (100, 100.0, True)
    assert (why.claims[0].owner, why.claims[0].reason) == ("leila", "panne rue voisine")


async def test_a_dark_lamp_shows_unknown_and_why(city: SmallCity) -> None:
    await cabinet_goes_dark(city)
    await city.claim([DARK_LAMP], 100)
    command = await city.last_command(DARK_LAMP)
    assert command.state is CommandState.UNKNOWN
    assert "does not answer since" in command.detail
    assert "its cabinet ARM-0213 has lost its supply" in command.detail
    why = city.claims.explain(DARK_LAMP, "level_percent")
    assert why.is_obeyed is None
    assert "ARM-0213" in why.note


async def test_it_expires_and_the_program_applies_again(city: SmallCity) -> None:
    await cabinet_goes_dark(city)
    await city.claim(NEIGHBOURS, 100, minutes=5)
    await city.pass_time(301)
    assert city.claims.of_asset(NEIGHBOURS[0]) == []
    assert city.gateway.commands[-1].value is None, "our override is taken back"
    level = city.live.point(NEIGHBOURS[0], "level_percent")
    assert level is not None
    assert level.value == 30.0


async def test_the_journal_tells_it_all(city: SmallCity) -> None:
    await cabinet_goes_dark(city)
    await city.alarms.acknowledge(city.shown()[0].id, 1, by="leila")
    await city.claim([NEIGHBOURS[0]], 100, minutes=5)
    await city.pass_time(301)
    kinds = [entry.kind for entry in await city.journal()]
    for kind in (EntryKind.ALARM, EntryKind.POINT, EntryKind.CLAIM_PLACED, EntryKind.CLAIM_EXPIRED, EntryKind.LINK):
        assert kind in kinds
    states = [entry.payload["state"] for entry in await city.journal(EntryKind.COMMAND)]
    assert states[:3] == ["REQUESTED", "AUTHORISED", "SENT"]
    acknowledged = [e for e in await city.journal(EntryKind.ALARM) if e.actor == "leila"]
    assert [entry.payload["to"] for entry in acknowledged] == [ShownState.C_ACKED]


async def test_when_the_supply_is_back_only_the_lamp_that_stays_dark_is_shown(city: SmallCity) -> None:
    await cabinet_goes_dark(city)
    await city.alarms.acknowledge(city.shown()[0].id, 1, by="leila")
    await city.tells(DARK_CABINET, "supplyLoss", False)
    stays_dark = LAMPS[7]
    back = [lamp for lamp in LAMPS if lamp != stays_dark]
    await city.pass_time(4)
    city.sink.assets_reachable(back)
    await city.settle()
    assert city.shown() == []
    await city.pass_time(15)
    (alarm,) = city.shown()
    assert (alarm.asset_id, alarm.annunciation) == (stays_dark, Annunciation.UNACK)
    assert [a.asset_id for a in city.alarms.standing()] == [stays_dark]


async def test_a_cause_that_comes_late_still_explains(city: SmallCity) -> None:
    await city.all_lamps_burn()
    city.sink.assets_unreachable(list(LAMPS), "no answer")
    await city.settle()
    await city.pass_time(8)
    assert [(alarm.asset_code, alarm.kind) for alarm in city.shown()] == [("ARM-0213", "suppliedLost")]
    await city.tells(DARK_CABINET, "supplyLoss", True)
    await city.pass_time(4)
    assert [(alarm.asset_code, alarm.kind) for alarm in city.shown()] == [("ARM-0213", "supplyLoss")]
