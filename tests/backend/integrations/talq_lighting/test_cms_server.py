"""Hostile and broken gateways meet our CMS: they are refused in TALQ's words, and nothing else suffers."""

import asyncio
import json
import uuid
from collections.abc import Mapping
from typing import cast

import aiohttp
import pytest

from backend.devkit.adapter import IntegrationContext
from backend.devkit.clock import SystemClock
from backend.devkit.kept_ports import KeptPorts
from backend.integrations.talq_lighting.adapter import create
from backend.integrations.talq_lighting.cms_server import CmsServer
from tests.backend.integrations.talq_lighting.bench_gateway import GATEWAY, LAMPS, Bench
from tests.eventually import eventually

_BOMBS = {
    "depth": b"[" * 100_000 + b"]" * 100_000,
    "nested entries": b'{"entries":' + b'[{"data":' * 50_000 + b"}]" * 50_000 + b"}",
    "not a number": b'{"address":"x","entries":[{"data":{"type":"AttributeLogData","srcAddress":"a",'
    b'"attributeName":"activePower","attributeValue":{"type":"AttributeFloat","value":NaN}}}]}',
    "half a frame": b'{"address":"x","entries":[{"da',
    "bad utf-8": b'{"address":"\xff\xfe"}',
    "wrong shape": b'{"entries":{"data":1}}',
    "empty": b"",
}


async def _send(
    bench: Bench, method: str, path: str, body: bytes = b"", drop: str = "", **query: str
) -> tuple[int, object]:
    params = {"clientAddress": GATEWAY, "talqRequestId": str(uuid.uuid4()), **query}
    headers = {"talq-api-version": "2.7.1", "Content-Type": "application/json"}
    params.pop(drop, None)
    headers.pop(drop, None)
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, bench.integration.cms_uri + path, params=params, data=body, headers=headers) as answer,
    ):
        text = await answer.read()
        return answer.status, json.loads(text) if text else None


def _key(answer: object) -> str:
    (error,) = cast("list[Mapping[str, str]]", answer)
    return error["key"]


@pytest.mark.parametrize("bomb", list(_BOMBS))
async def test_a_broken_report_is_a_400_and_the_next_one_counts(bench: Bench, bomb: str) -> None:
    status, answer = await _send(bench, "POST", "/log-reports", _BOMBS[bomb])
    assert (status, _key(answer)) == (400, "payloadError")
    bench.gateway.fail_lamp(LAMPS[0].address, "highTemperature")
    await eventually(lambda: bench.sink.value(bench.lamp(0), "highTemperature") is True)


async def test_a_very_long_integer_is_no_server_error(bench: Bench) -> None:
    body = b'{"address":"x","entries":[{"data":{"type":"AttributeLogData","srcAddress":"' + LAMPS[0].address.encode()
    body += b'/lampMonitor","attributeName":"activePower","attributeValue":{"type":"AttributeFloat","value":'
    status, _ = await _send(bench, "POST", "/log-reports", body + b"9" * 5_000 + b"}}}]}")
    assert status in {201, 400}


async def test_an_unknown_gateway_is_refused(bench: Bench) -> None:
    status, answer = await _send(bench, "POST", "/log-reports", b"{}", clientAddress=str(uuid.uuid4()))
    assert (status, _key(answer)) == (400, "parameterValueNotValid")


@pytest.mark.parametrize(
    ("drop", "key"),
    [
        ("talq-api-version", "headerMissing"),
        ("clientAddress", "parameterMissing"),
        ("talqRequestId", "parameterMissing"),
    ],
)
async def test_what_talq_requires_is_required(bench: Bench, drop: str, key: str) -> None:
    status, answer = await _send(bench, "POST", "/log-reports", b"{}", drop=drop)
    assert (status, _key(answer)) == (400, key)


async def test_a_repeated_request_counts_once(bench: Bench) -> None:
    entry = {
        "data": {
            "type": "EventLogData",
            "srcAddress": f"{LAMPS[0].address}/lampMonitor",
            "eventType": "lampFailure",
            "startEndFlag": True,
        }
    }
    body = json.dumps({"address": "x", "entries": [entry]}).encode()
    request_id = str(uuid.uuid4())
    for _ in range(3):
        status, _ = await _send(bench, "POST", "/log-reports", body, talqRequestId=request_id)
        assert status == 201
    assert sum(reading.point == "lampFailure" for reading in bench.sink.readings) == 1


async def test_devices_of_other_gateways_are_not_believed(bench: Bench) -> None:
    entry = {
        "data": {"type": "EventLogData", "srcAddress": f"{uuid.uuid4()}/x", "eventType": "supplyLoss"},
    }
    before = len(bench.sink.readings)
    status, _ = await _send(bench, "POST", "/log-reports", json.dumps({"entries": [entry]}).encode())
    assert status == 201
    assert not [reading for reading in bench.sink.readings[before:] if reading.point == "supplyLoss"]


async def test_types_are_kept_changed_and_forgotten(bench: Bench) -> None:
    lamp_type = {"address": "led-60", "name": "LED 60 W", "controlType": "DALI"}
    body = json.dumps([lamp_type]).encode()
    assert await _send(bench, "POST", "/lamp-types", body) == (201, [lamp_type])
    assert (await _send(bench, "POST", "/lamp-types", body))[0] == 409
    assert await _send(bench, "GET", "/lamp-types/count") == (200, 1)
    assert await _send(bench, "DELETE", "/lamp-types/led-60") == (200, lamp_type)
    assert (await _send(bench, "GET", "/lamp-types/led-60"))[0] == 404


async def test_a_body_that_drips_is_cut_off() -> None:
    server = CmsServer("127.0.0.1", 0, body_deadline_s=0.2)
    bench = Bench()
    server.register(GATEWAY, bench.make_adapter().ear)
    await server.start()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(server.uri.rpartition(":")[2]))
        head = (
            f"POST /log-reports?clientAddress={GATEWAY}&talqRequestId={uuid.uuid4()} HTTP/1.1\r\n"
            "Host: x\r\ntalq-api-version: 2.7.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
        )
        writer.write(head.encode())
        await writer.drain()
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n"), 30)
        assert b" 408 " in answer
        writer.close()
        await writer.wait_closed()
    finally:
        await server.close()
        await bench.close()


async def test_a_body_announced_as_4_gib_is_refused_before_it_comes(bench: Bench) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(bench.integration.cms_uri.rpartition(":")[2]))
    head = (
        f"POST /log-reports?clientAddress={GATEWAY}&talqRequestId={uuid.uuid4()} HTTP/1.1\r\n"
        f"Host: x\r\ntalq-api-version: 2.7.1\r\nContent-Length: {1 << 32}\r\n\r\n"
    )
    writer.write(head.encode())
    await writer.drain()
    assert b" 400 " in await asyncio.wait_for(reader.readuntil(b"\r\n"), 30)
    writer.close()
    await writer.wait_closed()


def test_other_addresses_than_loopback_need_tls() -> None:
    context = IntegrationContext(clock=SystemClock(), settings={"cms_host": "192.0.2.1"}, read_secret=lambda name: name)
    with pytest.raises(ValueError, match="TLS"):
        create(context)


async def test_closing_twice_is_no_trouble(bench: Bench) -> None:
    await bench.integration.close()
    await bench.integration.close()
    assert bench.adapter is not None
    await bench.adapter.close()
    await bench.adapter.close()


async def test_what_cannot_be_kept_is_not_confirmed_and_counts_once_when_it_comes_again(bench: Bench) -> None:
    await eventually(lambda: bench.sink.last(bench.lamp(0), "power_w") is not None)
    event = (
        '{"address":"x","entries":[{"data":{"type":"EventLogData","srcAddress":"' + LAMPS[0].address + '/lampMonitor",'
        '"timestamp":"2026-03-01T21:00:00Z","eventType":"leakageDetected","startEndFlag":true}}]}'
    ).encode()
    same = {"talqRequestId": str(uuid.uuid4())}
    bench.sink.is_kept = False
    status, _ = await _send(bench, "POST", "/log-reports", event, **same)
    assert status == 503
    bench.sink.is_kept = True
    status, _ = await _send(bench, "POST", "/log-reports", event, **same)
    assert status == 201
    told = [one for one in bench.sink.readings if (one.asset_id, one.point) == (bench.lamp(0), "leakageDetected")]
    assert len(told) == 1


async def test_gateways_find_us_where_they_found_us_before_unless_somebody_else_is_there() -> None:
    ports = KeptPorts()
    context = IntegrationContext(clock=SystemClock(), settings={}, read_secret=str, ports=ports)
    first = create(context)
    await first.start()
    where = first.cms_uri
    second = create(context)
    await second.start()
    assert second.cms_uri != where
    await second.close()
    await first.close()
    ports.keep("talq_lighting", int(where.rpartition(":")[2]))
    third = create(context)
    await third.start()
    assert third.cms_uri == where
    await third.close()


async def test_a_port_that_was_asked_for_and_is_taken_is_told() -> None:
    first = create(IntegrationContext(clock=SystemClock(), settings={}, read_secret=str))
    await first.start()
    port = first.cms_uri.rpartition(":")[2]
    second = create(IntegrationContext(clock=SystemClock(), settings={"cms_port": port}, read_secret=str))
    with pytest.raises(OSError, match="address already in use"):
        await second.start()
    await second.close()
    await first.close()
