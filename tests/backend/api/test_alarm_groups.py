"""Floods over the API: members behind a card, the accounting, inhibition rules; only of what one may see."""

from backend.services.alarms.records import alarm_number
from backend_client.errors import Refused
from backend_client.session import Session
from contract.alarm_flood import AlarmAccounting, GroupPage, InhibitionRule, InhibitionRules, InhibitionScope
from contract.assets import Label
from contract.points import Reading
from contract.rights import Grant, Level, Scope
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, QUETIGNY, TwoCommunes

RULE = InhibitionRule(
    name="door work",
    reason=Label(fr="Porte ouverte : travaux", en="Door open: works"),
    source_class="lighting_cabinet",
    source_kind="cabinetDoorOpen",
    target_class="streetlight",
    kinds=("lampFailure",),
    scope=InhibitionScope.FED_BY_IT,
)


async def cabinet_goes_dark(city: TwoCommunes, commune: str) -> int:
    cabinet = city.cabinet(commune)
    lamps = [asset for asset in city.register.all() if asset.supply_parent == cabinet.id]
    assert lamps
    await city.say(Reading(cabinet.id, "supplyLoss", True))
    await city.say(*(Reading(lamp.id, "lampFailure", True) for lamp in lamps))
    for _ in range(20):
        city.clock.pass_time(0.5)
        await city.alarms.settle()
    return alarm_number(cabinet.id, "supplyLoss")


async def problem(session: Session, method: str, path: str, body: object = None) -> int:
    try:
        if method == "PUT":
            await session.put(path, body)
        elif method == "DELETE":
            await session.delete(path)
        else:
            await session.get(path, GroupPage)
    except Refused as error:
        return error.problem.status
    return 200


async def test_members_come_in_pages_of_what_one_may_see(served: ServedCity, city: TwoCommunes) -> None:
    card = await cabinet_goes_dark(city, DIJON)
    await city.account("leila", (Grant(level=Level.VIEW, scope=Scope(communes=(DIJON,))),))
    await city.account("marc", (Grant(level=Level.VIEW, scope=Scope(communes=(QUETIGNY,))),))
    leila, marc = await served.login("leila"), await served.login("marc")
    everything = await leila.get(f"/alarms/{card}/members", GroupPage)
    assert everything.total == len(everything.items) > 0
    assert [member.rank for member in everything.items][:1] == [1]
    assert {member.alarm.folded_into for member in everything.items} == {card}
    first = await leila.get(f"/alarms/{card}/members?limit=1", GroupPage)
    assert (len(first.items), first.total) == (1, everything.total)
    if first.next is not None:
        second = await leila.get(f"/alarms/{card}/members?limit=1&cursor={first.next}", GroupPage)
        assert second.items == everything.items[1:2]
    assert await problem(marc, "GET", f"/alarms/{card}/members") == 404
    mine = await leila.get("/alarms/accounting", AlarmAccounting)
    assert mine.is_whole
    assert mine.folded == everything.total
    theirs = await marc.get("/alarms/accounting", AlarmAccounting)
    assert (theirs.received, theirs.new_cards, theirs.is_whole) == (0, 0, True)


async def test_an_inhibition_rule_takes_the_right_to_configure_everywhere(
    served: ServedCity, city: TwoCommunes
) -> None:
    await city.account("leila", (Grant(level=Level.CONFIGURE, scope=Scope(communes=(DIJON,))),))
    await city.account("admin", (Grant(level=Level.CONFIGURE),))
    leila, admin = await served.login("leila"), await served.login("admin")
    assert await problem(leila, "PUT", "/alarms/inhibitions", RULE) == 403
    assert await problem(admin, "PUT", "/alarms/inhibitions", RULE) == 200
    assert (await leila.get("/alarms/inhibitions", InhibitionRules)).items == (RULE,)
    wrong = InhibitionRule(
        name="no such",
        reason=RULE.reason,
        source_class="lighting_cabinet",
        source_kind="nothing",
        target_class="streetlight",
        kinds=("lampFailure",),
        scope=InhibitionScope.FED_BY_IT,
    )
    assert await problem(admin, "PUT", "/alarms/inhibitions", wrong) == 422
    assert await problem(leila, "DELETE", "/alarms/inhibitions/door%20work") == 403
    assert await problem(admin, "DELETE", "/alarms/inhibitions/door%20work") == 200
    assert await problem(admin, "DELETE", "/alarms/inhibitions/door%20work") == 404
