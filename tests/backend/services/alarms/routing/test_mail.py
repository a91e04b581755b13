"""Mail through a real server of others: what it takes, refuses, delays; how it is trusted."""

import datetime as dt
import socket
from pathlib import Path

import msgspec
import pytest

from backend.services.alarms.routing.carriers.carrier import Letter, Result
from backend.services.alarms.routing.carriers.mail import MailCarrier
from contract.alarm_routing import ChannelKind, ChannelSettings, MailSecurity, MailServer
from tests.backend.services.alarms.routing.mail_server import PASSWORD, Postmaster, mail_server
from tests.certificates import own_certificate

LETTER = Letter(
    key="3f1c-1",
    to="anna@example.org",
    title="P2 Armoire hors tension ARM-0213",
    text="Éclairage : l'armoire « Clémenceau » est hors tension.\n",
    short="",
    facts={},
    made_at=dt.datetime(2026, 3, 3, 2, 0, tzinfo=dt.UTC),
)


def carrier(port: int, **fields: object) -> MailCarrier:
    server = MailServer(host="127.0.0.1", port=port, security=MailSecurity.NONE, sender="beffroi@dijon.example")
    settings = ChannelSettings(id="mail", name="Mail", kind=ChannelKind.MAIL, mail=server, timeout_s=1.0)
    for name, value in fields.items():
        if name in MailServer.__struct_fields__:
            server = msgspec.structs.replace(server, **{name: value})
        elif name != "password":
            settings = msgspec.structs.replace(settings, **{name: value})
    return MailCarrier(settings, server, str(fields.get("password", "")))


async def test_a_mail_arrives_whole_and_can_be_told_from_its_twin() -> None:
    post = Postmaster()
    async with mail_server(post) as port:
        for _ in range(2):
            assert (await carrier(port).send(LETTER)).result is Result.DELIVERED
    first, second = post.mails
    assert post.recipients[0] == ["anna@example.org"]
    assert first["Subject"] == LETTER.title
    assert first["Message-ID"] == second["Message-ID"] == "<3f1c-1@dijon.example>"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first.get_content().replace("\r\n", "\n") == LETTER.text


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ("550 5.1.1 <anna@example.org> no such user", Result.REFUSED),
        ("451 4.7.1 greylisted, come back in five minutes", Result.LATER),
    ],
)
async def test_an_address_that_is_refused_is_not_a_mail_server_that_is_down(answer: str, result: Result) -> None:
    post = Postmaster()
    post.rcpt = [answer]
    async with mail_server(post) as port:
        tried = await carrier(port).send(LETTER)
    assert tried.result is result
    assert "anna" not in tried.detail.text
    assert answer[:3] in tried.detail.text


async def test_a_message_the_server_puts_off_is_tried_again() -> None:
    post = Postmaster()
    post.data = ["452 4.3.1 disk full", "250 OK"]
    async with mail_server(post) as port:
        assert (await carrier(port).send(LETTER)).result is Result.LATER
        assert (await carrier(port).send(LETTER)).result is Result.DELIVERED


async def test_a_slow_server_and_a_dead_one_are_down_within_the_channels_time() -> None:
    post = Postmaster()
    post.slow_s = 5.0
    async with mail_server(post) as port:
        slow = await carrier(port).send(LETTER)
    assert (slow.result, slow.detail.text) == (Result.DOWN, "the mail server did not answer within 1 s")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    assert (await carrier(port).send(LETTER)).result is Result.DOWN


@pytest.mark.parametrize("is_implicit", [False, True])
async def test_with_tls_and_the_right_password_it_goes_and_with_the_wrong_one_it_does_not(
    tmp_path: Path, is_implicit: bool
) -> None:
    post = Postmaster()
    certificate = own_certificate(tmp_path, "127.0.0.1")
    secure = {
        "security": MailSecurity.TLS if is_implicit else MailSecurity.STARTTLS,
        "ca_pem": certificate[0].read_text(),
        "user": "beffroi",
    }
    async with mail_server(post, certificate, is_implicit=is_implicit) as port:
        tried = await carrier(port, **secure, password=PASSWORD).send(LETTER)
        assert (tried.result, post.logins) == (Result.DELIVERED, ["beffroi"]), tried.detail.text
        wrong = await carrier(port, **secure, password="wrong").send(LETTER)
    assert wrong.result is Result.DOWN
    assert "password" in wrong.detail.text
    assert "wrong" not in wrong.detail.text.replace("password", "")
    assert len(post.mails) == 1


@pytest.mark.parametrize("is_implicit", [False, True])
async def test_a_certificate_nobody_vouches_for_or_of_another_machine_gets_no_mail_and_no_password(
    tmp_path: Path, is_implicit: bool
) -> None:
    post = Postmaster()
    right, other = own_certificate(tmp_path, "127.0.0.1"), own_certificate(tmp_path, "127.0.0.9")
    security = MailSecurity.TLS if is_implicit else MailSecurity.STARTTLS
    for served, trusted in ((right, ""), (other, other[0].read_text())):
        async with mail_server(post, served, is_implicit=is_implicit) as port:
            sent = carrier(port, security=security, ca_pem=trusted, user="beffroi", password=PASSWORD)
            tried = await sent.send(LETTER)
        assert tried.result is Result.DOWN
        assert "certificate" in tried.detail.text
    assert (post.mails, post.logins) == ([], [])


async def test_a_server_that_offers_no_starttls_gets_no_mail() -> None:
    post = Postmaster()
    async with mail_server(post) as port:
        tried = await carrier(port, security=MailSecurity.STARTTLS, user="beffroi", password=PASSWORD).send(LETTER)
    assert tried.result is Result.DOWN
    assert (post.mails, post.logins) == ([], [])
