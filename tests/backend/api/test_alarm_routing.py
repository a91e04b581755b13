"""Rules, rosters and channels over the wire: who may, what is refused, and that no secret comes back."""

import datetime as dt

import msgspec
import pytest

from backend.ports import JournalQuery
from backend_client.errors import Refused
from backend_client.session import Session
from contract.alarm_routing import (
    Address,
    Channel,
    ChannelKind,
    ChannelList,
    ChannelSecret,
    ChannelSettings,
    ChannelState,
    Contact,
    Contacts,
    HttpTarget,
    MailSecurity,
    MailServer,
    NoticePage,
    OnCall,
    Outcome,
    Roster,
    RoutingPlan,
    RoutingRule,
    Shift,
    Step,
    Target,
    TargetKind,
    TestMessage,
    TestOutcome,
)
from contract.rights import Grant, Level, Scope
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, TwoCommunes
from tests.backend.services.alarms.routing.mail_server import Postmaster, mail_server

MAIL = ChannelSettings(
    id="mail",
    name="Mail",
    kind=ChannelKind.MAIL,
    mail=MailServer(host="127.0.0.1", port=1, security=MailSecurity.NONE, sender="beffroi@dijon.example"),
)
ANNA = Contact(id="anna", name="Anna", addresses=(Address(channel="mail", to="anna@example.org"),))
NIGHTS = Roster(id="nights", name="Nights", first_monday=dt.date(2026, 1, 5), shifts=(Shift(contacts=("anna",)),))
PLAN = RoutingPlan(
    rules=(
        RoutingRule(
            id="all", name="All", steps=(Step(targets=(Target(kind=TargetKind.ROSTER, id="nights"),), after_s=60.0),)
        ),
    )
)


@pytest.fixture
async def chief(served: ServedCity, city: TwoCommunes) -> Session:
    await city.account("chief", [Grant(level=Level.CONFIGURE)])
    return await served.login("chief")


async def set_up(chief: Session, port: int) -> None:
    assert MAIL.mail is not None
    settings = msgspec.structs.replace(MAIL, mail=msgspec.structs.replace(MAIL.mail, port=port))
    await chief.put_for("/alarm-routing/channels/mail", settings, Channel)
    await chief.put_for("/alarm-routing/people", Contacts(contacts=(ANNA,), rosters=(NIGHTS,)), Contacts)
    await chief.put_for("/alarm-routing/plan", PLAN, RoutingPlan)


async def test_a_test_message_goes_out_by_mail_and_stands_in_the_log(chief: Session) -> None:
    post = Postmaster()
    async with mail_server(post) as port:
        await set_up(chief, port)
        path = "/alarm-routing/channels/mail/test"
        tried = await chief.post_for(path, TestMessage(to="anna@example.org", language="en"), TestOutcome)
        post.rcpt = ["550 unknown"]
        refused = await chief.post_for(path, TestMessage(to="bruno@example.org"), TestOutcome)
    assert (tried.outcome, refused.outcome) == (Outcome.DELIVERED, Outcome.REFUSED)
    assert post.mails[0]["Subject"] == "Beffroi test"
    log = await chief.get("/alarm-routing/log", NoticePage)
    assert [item.outcome for item in log.items] == [Outcome.REFUSED, Outcome.DELIVERED]
    assert "bruno" not in str(log)


async def test_a_secret_goes_in_and_never_comes_out(chief: Session, city: TwoCommunes) -> None:
    await set_up(chief, 1)
    kept = await chief.put_for("/alarm-routing/channels/mail/secret", ChannelSecret(secret="tr0ub4dor"), Channel)
    assert kept.has_secret
    seen = await chief.get("/alarm-routing/channels", ChannelList)
    assert "tr0ub4dor" not in str(seen)
    for entry in await city.storage.journal(JournalQuery(limit=1000)):
        assert "tr0ub4dor" not in str(entry)
        assert "anna@example.org" not in str(entry.payload)


async def test_a_secret_stays_with_the_server_it_was_given_for(chief: Session) -> None:
    await set_up(chief, 1)
    await chief.put_for("/alarm-routing/channels/mail/secret", ChannelSecret(secret="tr0ub4dor"), Channel)
    assert MAIL.mail is not None
    renamed = msgspec.structs.replace(MAIL, name="Mail", mail=msgspec.structs.replace(MAIL.mail, port=1))
    assert (await chief.put_for("/alarm-routing/channels/mail", renamed, Channel)).has_secret
    elsewhere = msgspec.structs.replace(renamed, mail=msgspec.structs.replace(MAIL.mail, port=2))
    assert not (await chief.put_for("/alarm-routing/channels/mail", elsewhere, Channel)).has_secret


async def test_an_operator_sees_who_is_on_call_and_neither_addresses_nor_channels(
    chief: Session, served: ServedCity, city: TwoCommunes
) -> None:
    await set_up(chief, 1)
    await city.account("operator", [Grant(level=Level.OPERATE)])
    operator = await served.login("operator")
    now = await operator.get("/alarm-routing/on-call", OnCall)
    assert now.items[0].periods[0].names == ("Anna",)
    assert "@" not in str(now)
    for path, answer in (("people", Contacts), ("channels", ChannelList), ("plan", RoutingPlan), ("log", NoticePage)):
        with pytest.raises(Refused):
            await operator.get(f"/alarm-routing/{path}", answer)


async def test_who_manages_one_commune_does_not_read_everybodys_addresses(
    chief: Session, served: ServedCity, city: TwoCommunes
) -> None:
    await set_up(chief, 1)
    await city.account("dijon", [Grant(level=Level.MANAGE, scope=Scope(communes=(DIJON,)))])
    dijon = await served.login("dijon")
    with pytest.raises(Refused):
        await dijon.get("/alarm-routing/people", Contacts)
    assert (await dijon.get("/alarm-routing/log", NoticePage)).items == ()


async def test_two_who_change_the_same_do_not_overwrite_each_other(chief: Session) -> None:
    await set_up(chief, 1)
    with pytest.raises(Refused) as caught:
        await chief.put_for("/alarm-routing/plan", PLAN, RoutingPlan)
    assert "somebody changed this meanwhile" in caught.value.problem.detail


def web(**fields: object) -> ChannelSettings:
    target = msgspec.structs.replace(HttpTarget(url="https://sms.example/send", body="{to} {text}"), **fields)
    return ChannelSettings(id="sms", name="SMS", kind=ChannelKind.SMS, http=target)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (web(url="http://sms.example/send"), "channel_url"),
        (web(url="https://user:pass@sms.example/"), "channel_url"),
        (web(url="file:///etc/passwd"), "channel_url"),
        (web(body="{to}"), "channel_body"),
        (web(headers={"Host": "x"}), "channel_headers"),
        (web(headers={"X": "a\r\nB: c"}), "channel_headers"),
        (msgspec.structs.replace(web(), id="../x"), None),
        (msgspec.structs.replace(web(), ca_pem="nonsense"), "channel_ca"),
        (msgspec.structs.replace(web(), timeout_s=600.0), "channel_time"),
        (msgspec.structs.replace(web(), kind=ChannelKind.WEBHOOK), "channel_unsigned"),
        (msgspec.structs.replace(web(), kind=ChannelKind.MAIL), "channel_kind"),
        (
            ChannelSettings(
                id="sms",
                name="x",
                kind=ChannelKind.MAIL,
                mail=MailServer(host="mail.example", security=MailSecurity.NONE, sender="a@b.fr"),
            ),
            "channel_plain",
        ),
    ],
)
async def test_what_is_not_safe_is_not_kept(chief: Session, settings: ChannelSettings, code: str | None) -> None:
    with pytest.raises(Refused) as caught:
        await chief.put_for("/alarm-routing/channels/sms", settings, Channel)
    if code is not None:
        assert caught.value.problem.detail_code == code
    assert (await chief.get("/alarm-routing/channels", ChannelList)).total == 0


async def test_a_channel_that_contacts_use_stays_and_its_state_is_told(chief: Session) -> None:
    await set_up(chief, 1)
    with pytest.raises(Refused) as caught:
        await chief.delete("/alarm-routing/channels/mail")
    assert caught.value.problem.detail_code == "channel_used"
    for _ in range(3):
        tried = await chief.post_for("/alarm-routing/channels/mail/test", TestMessage(to="a@b.fr"), TestOutcome)
        assert tried.outcome is Outcome.FAILED
    assert (await chief.get("/alarm-routing/channels", ChannelList)).items[0].state is ChannelState.DOWN
