"""SMS gateways and webhooks as their receivers see them."""

import asyncio
import contextlib
import datetime as dt
import json
import shutil
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from aiohttp import web

from backend.devkit.clock import ManualClock
from backend.services.alarms.routing.carriers.carrier import Letter, Result
from backend.services.alarms.routing.carriers.sms import SmsCarrier
from backend.services.alarms.routing.carriers.webhook import WebhookCarrier
from contract.alarm_routing import ChannelKind, ChannelSettings, HttpTarget

SECRET = "a key of thirty-two characters.."
LETTER = Letter(
    key="3f1c-1",
    to="+33 6 12 34 56 78",
    title="P2",
    text="long",
    short='P2 Armoire "Clémenceau" & co',
    facts={"event": "raised", "level": 1},
    made_at=dt.datetime(2026, 3, 3, tzinfo=dt.UTC),
)


class Receiver:
    """Remembers requests; answers `status`, or after `slow_s`."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.slow_s = 0.0
        self._is_over = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        self.requests.append((dict(request.headers), await request.read()))
        if self.slow_s:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._is_over.wait(), self.slow_s)
        return web.Response(status=self.status, headers=self.headers)

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[str]:
        application = web.Application()
        application.router.add_route("*", "/{tail:.*}", self.take)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/send"
        finally:
            self._is_over.set()
            await runner.cleanup()


def settings(kind: ChannelKind) -> ChannelSettings:
    return ChannelSettings(id="one", name="One", kind=kind, timeout_s=1.0)


def sms(url: str, body: str, content_type: str = "application/json") -> SmsCarrier:
    target = HttpTarget(url=url, body=body, content_type=content_type, headers={"Authorization": "Bearer {secret}"})
    return SmsCarrier(settings(ChannelKind.SMS), target, SECRET)


async def test_a_gateway_gets_its_own_kind_of_body_with_number_text_and_key() -> None:
    receiver = Receiver()
    async with receiver.listening() as url:
        tried = await sms(url, '{"to": ["{to}"], "message": "{text}", "ref": "{key}"}').send(LETTER)
        form = await sms(url, "to={to}&text={text}", "application/x-www-form-urlencoded").send(LETTER)
        xml = await sms(url, "<sms to='{to}'>{text}</sms>", "text/xml; charset=utf-8").send(LETTER)
    assert [one.result for one in (tried, form, xml)] == [Result.DELIVERED] * 3
    headers, body = receiver.requests[0]
    assert json.loads(body) == {"to": [LETTER.to], "message": LETTER.short, "ref": LETTER.key}
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert headers["Idempotency-Key"] == LETTER.key
    assert parse_qs(receiver.requests[1][1].decode()) == {"to": [LETTER.to], "text": [LETTER.short]}
    assert "&quot;Clémenceau&quot; &amp; co" in receiver.requests[2][1].decode()


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (202, Result.DELIVERED),
        (302, Result.DOWN),
        (400, Result.REFUSED),
        (401, Result.DOWN),
        (404, Result.DOWN),
        (422, Result.REFUSED),
        (429, Result.LATER),
        (503, Result.DOWN),
    ],
)
async def test_what_an_answer_means(status: int, result: Result) -> None:
    receiver = Receiver()
    receiver.status, receiver.headers = status, {"Retry-After": "90", "Location": "/elsewhere"}
    async with receiver.listening() as url:
        tried = await sms(url, "{to} {text}").send(LETTER)
    assert tried.result is result
    assert len(receiver.requests) == 1  # no redirect is followed
    assert tried.retry_after_s == (90.0 if status in {302, 401, 404, 429, 503} else 0.0)


async def test_a_receiver_that_is_slow_or_gone_is_down_and_no_secret_is_told() -> None:
    receiver = Receiver()
    receiver.slow_s = 5.0
    async with receiver.listening() as url:
        slow = await sms(url, "{to} {text}").send(LETTER)
    gone = await sms(url, "{to} {text}").send(LETTER)
    assert (slow.result, gone.result) == (Result.DOWN, Result.DOWN)
    assert SECRET not in slow.detail.text + gone.detail.text
    assert "1234" not in (slow.detail.text + gone.detail.text).replace(" ", "")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl")
async def test_a_webhook_is_signed_as_anybody_can_check(tmp_path: Path) -> None:
    receiver = Receiver()
    clock = ManualClock()
    async with receiver.listening() as url:
        hook = WebhookCarrier(settings(ChannelKind.WEBHOOK), HttpTarget(url=url), SECRET, clock)
        assert (await hook.send(LETTER)).result is Result.DELIVERED
    headers, body = receiver.requests[0]
    assert headers["Beffroi-Time"] == str(int(clock.now().timestamp()))
    signed = tmp_path / "signed"
    signed.write_bytes(headers["Beffroi-Time"].encode() + b"." + body)
    found = subprocess.run(
        ["openssl", "dgst", "-sha256", "-hmac", SECRET, "-r", str(signed)], capture_output=True, check=True, text=True
    )
    assert headers["Beffroi-Signature"] == "v1=" + found.stdout.split()[0]
    assert json.loads(body) == {
        "version": 1, "key": LETTER.key, "title": "P2", "text": "long", "event": "raised", "level": 1
    }  # fmt: skip
