"""A cabinet loses its supply at night and nobody is there: the mail of the person on call, by a real mail server."""

import datetime as dt

from contract.alarm_routing import (
    Address,
    ChannelKind,
    ChannelSettings,
    Contact,
    Contacts,
    MailSecurity,
    MailServer,
    Roster,
    RoutingPlan,
    RoutingRule,
    Shift,
    Step,
    Target,
    TargetKind,
)
from contract.alarms import Alarm
from tests.backend.services.alarms.routing.mail_server import Postmaster, mail_server
from tests.backend.services.rig import DARK_CABINET, SmallCity

ANNA = Contact(id="anna", name="Anna", addresses=(Address(channel="mail", to="anna@example.org"),))
NIGHTS = Roster(id="nights", name="Nights", first_monday=dt.date(2026, 1, 5), shifts=(Shift(contacts=("anna",)),))
RULE = RoutingRule(
    id="lighting",
    name="Lighting",
    services=("lighting",),
    steps=(Step(targets=(Target(kind=TargetKind.ROSTER, id="nights"),), after_s=60.0),),
)


async def test_one_dark_cabinet_with_all_its_lamps_is_one_mail_and_its_end_another(city: SmallCity) -> None:
    routing = city.routing
    post = Postmaster()
    async with mail_server(post) as port:
        server = MailServer(host="127.0.0.1", port=port, security=MailSecurity.NONE, sender="beffroi@dijon.example")
        mail = ChannelSettings(id="mail", name="Mail", kind=ChannelKind.MAIL, mail=server)
        await routing.save_channel(mail, by="admin")
        await routing.book.save_people(Contacts(contacts=(ANNA,), rosters=(NIGHTS,)), by="admin")
        await routing.book.save_plan(RoutingPlan(rules=(RULE,), call_back="+33 3 80 00 00 00"), by="admin")

        async def look() -> None:
            await routing.look()
            routing.outbox.look()
            await routing.outbox.settle()

        await city.all_lamps_burn()
        city.clock.pass_time(600)
        await look()
        await city.tells(DARK_CABINET, "supplyLoss", True)
        await city.pass_time(10)
        await look()
        (cabinet,) = city.alarms.of_asset(DARK_CABINET)
        assert (cabinet.escalation_level, cabinet.escalated_to) == (1, ("Nights",))
        assert [mail["To"] for mail in post.mails] == ["anna@example.org"]
        text = post.mails[0].get_content()
        assert "ARM-0213" in text
        assert "+33 3 80 00 00 00" in text
        await city.alarms.acknowledge(cabinet.id, cabinet.occurrence, by="operator")
        await look()
        await look()
        assert [str(mail["Subject"]).partition(":")[0].strip() for mail in post.mails][1:] == ["Fin"]
        assert city.alarms.of_asset(DARK_CABINET)[0].escalation_level == 0


async def test_a_dead_mail_server_is_an_alarm_in_the_room(city: SmallCity) -> None:
    routing = city.routing
    server = MailServer(host="127.0.0.1", port=1, security=MailSecurity.NONE, sender="beffroi@dijon.example")
    settings = ChannelSettings(id="mail", name="Mail", kind=ChannelKind.MAIL, mail=server)
    await routing.save_channel(settings, by="admin")
    for _ in range(3):
        await routing.test(settings, "anna@example.org", "fr", by="admin")
    await city.intake.take_all()
    await city.pass_time(1)

    def down() -> list[Alarm]:
        return [alarm for alarm in city.alarms.standing() if alarm.kind == "mail_down"]

    assert [alarm.asset_code for alarm in down()] == ["APPEL-01"]
    post = Postmaster()
    async with mail_server(post) as port:
        mended = ChannelSettings(
            id="mail",
            name="Mail",
            kind=ChannelKind.MAIL,
            mail=MailServer(host="127.0.0.1", port=port, security=MailSecurity.NONE, sender="a@b.fr"),
        )
        await routing.save_channel(mended, by="admin")
        await routing.test(mended, "anna@example.org", "fr", by="admin")
    await city.intake.take_all()
    await city.pass_time(1)
    assert not down()[0].is_active
