"""TALQ's bytes: what we send we can read back, and no bytes at all lead to anything but a ProtocolError."""

import contextlib
import json
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from backend.devkit.errors import ProtocolError
from backend.integrations.talq_lighting.protocol import wire
from backend.integrations.talq_lighting.protocol.logs import LoggerConfig, LogReport
from backend.integrations.talq_lighting.protocol.programs import Calendar, ControlProgram
from backend.integrations.talq_lighting.protocol.values import DeviceClass, OverrideCommand, Service
from backend.integrations.talq_lighting.simulator.announced import device_classes, every_night, night_program, services
from tests.backend.integrations.talq_lighting.bench_gateway import Bench

_PARSERS: tuple[Callable[[bytes], object], ...] = (
    lambda body: wire.parse(body, LogReport),
    lambda body: wire.parse(body, LoggerConfig),
    lambda body: wire.parse(body, OverrideCommand),
    lambda body: wire.parse(body, tuple[Service, ...]),
    lambda body: wire.parse(body, tuple[DeviceClass, ...]),
    lambda body: wire.parse_many(body, Calendar),
    lambda body: wire.parse_many(body, ControlProgram),
    wire.parse_devices,
    wire.parse_device,
    wire.parse_partial_devices,
    wire.parse_partial_device,
    wire.parse_function,
    wire.parse_errors,
)

_NAMES = st.sampled_from(
    ["id", "type", "name", "class", "address", "functions", "entries", "data", "value", "timestamp", "srcAddress",
     "attributeName", "attributeValue", "eventType", "command", "state", "startEndFlag", "AttributeLogData",
     "EventLogData", "StateChangeEventLogData", "AttributeFloat", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59"]
)  # fmt: skip
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), _NAMES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES | st.text(max_size=3), inner, max_size=6),
    max_leaves=12,
)
_BOMBS = (
    b"[" * 100_000,
    b'{"functions":' * 50_000,
    b'[{"address":"a","name":"n","class":"c","functions":[{"id":"i","type":"t","x":' + b"[" * 20_000,
    b'{"id":"i","type":"t","x":{"type":"f","value":' + b"9" * 5_000 + b"}}",
    b'{"id":"i","type":"t","x":{"type":"f","value":1e999}}',
    b'{"id":"a","id":"b","type":"t"}',
)


def _only_protocol_errors(body: bytes) -> None:
    for parse in _PARSERS:
        began = time.thread_time()
        with contextlib.suppress(ProtocolError):
            parse(body)
        assert time.thread_time() - began < 0.5


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=200))
@example(b"")
@example(b"null")
def test_no_bytes_break_a_parser(body: bytes) -> None:
    _only_protocol_errors(body)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_JSON)
def test_no_json_breaks_a_parser(value: object) -> None:
    _only_protocol_errors(json.dumps(value).encode())
    _only_protocol_errors(json.dumps([value]).encode())


@pytest.mark.parametrize("bomb", _BOMBS, ids=range(len(_BOMBS)))
def test_bombs_are_refused_quickly(bomb: bytes) -> None:
    _only_protocol_errors(bomb)


def test_what_we_send_reads_back_the_same() -> None:
    assert wire.parse(wire.compose(services()), tuple[Service, ...]) == services()
    assert wire.parse(wire.compose(device_classes()), tuple[DeviceClass, ...]) == device_classes()
    assert wire.parse(wire.compose(night_program("x")), ControlProgram) == night_program("x")
    assert wire.parse(wire.compose(every_night("x")), Calendar) == every_night("x")


def test_devices_keep_their_attributes_through_the_wire() -> None:
    devices = list(Bench().gateway.devices())
    read = wire.parse_devices(wire.compose(devices))
    assert [device.address for device in read] == [device.address for device in devices]
    actuator = read[-1].function("LampActuatorFunction")
    assert actuator is not None
    assert wire.level_of(actuator.attributes["actualLightState"].value) in {0, 60, 100}
