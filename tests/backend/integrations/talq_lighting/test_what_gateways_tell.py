"""What lamps and cabinets report reaches the points of their assets; silence and lies are seen as such."""

import asyncio
import datetime as dt
import json

import pytest

from backend.devkit.adapter import DeviceCommand
from backend.integrations.talq_lighting.client import GatewayClient
from backend.integrations.talq_lighting.protocol.values import Device
from contract.claims import Rank
from contract.devices import LinkState
from contract.points import Quality
from tests.backend.integrations.talq_lighting.bench_gateway import CABINETS, LAMPS, Bench
from tests.eventually import eventually


async def test_first_contact_brings_every_value(bench: Bench) -> None:
    for point in ("level_percent", "power_w", "energy_kwh", "operating_hours", "supply_voltage_v"):
        assert bench.sink.last(bench.lamp(2), point) is not None, point
    assert bench.sink.value(bench.cabinet(0), "supplyLoss") is False
    lamps_w = float(bench.gateway.field.cabinet_power_kw()[0]) * 1000
    power = bench.sink.value(bench.cabinet(0), "power_w")
    assert isinstance(power, float)
    assert abs(power - lamps_w) < 1, "a meter speaks kilowatts, the point is in watts"


async def test_a_cabinet_without_supply_says_so_and_its_lamps_fall_silent(bench: Bench) -> None:
    bench.gateway.lose_supply(CABINETS[0].address)
    await eventually(lambda: bench.sink.value(bench.cabinet(0), "supplyLoss") is True)
    await eventually(lambda: set(bench.sink.unreachable) == {bench.lamp(n) for n in (0, 2, 4, 6)})
    assert "AR-0 reports supply loss" in bench.sink.unreachable[bench.lamp(0)]
    bench.gateway.restore_supply(CABINETS[0].address)
    await eventually(lambda: not bench.sink.unreachable)
    await eventually(lambda: bench.sink.value(bench.cabinet(0), "supplyLoss") is False)


async def test_what_a_lamp_said_before_it_fell_silent_is_old_however_late_it_comes(bench: Bench) -> None:
    bench.gateway.lose_supply(CABINETS[0].address)
    await eventually(lambda: len(bench.sink.unreachable) == 4)
    before = bench.clock.now() - dt.timedelta(minutes=1)
    bench.gateway.lie(LAMPS[0].address, "activePower", 31.0, before)
    await eventually(lambda: bench.sink.value(bench.lamp(0), "power_w") == 31.0)
    late = bench.sink.last(bench.lamp(0), "power_w")
    assert late is not None
    assert late.is_late, "it does not say that the lamp answers again"
    bench.gateway.lie(LAMPS[0].address, "activePower", 32.0, bench.clock.now() + dt.timedelta(seconds=1))
    await eventually(lambda: bench.sink.value(bench.lamp(0), "power_w") == 32.0)
    since = bench.sink.last(bench.lamp(0), "power_w")
    assert since is not None
    assert not since.is_late


async def test_lamps_that_answer_again_say_all_they_know(bench: Bench) -> None:
    bench.gateway.lose_supply(CABINETS[0].address)
    await eventually(lambda: len(bench.sink.unreachable) == 4)
    bench.sink.readings.clear()
    bench.gateway.restore_supply(CABINETS[0].address)
    points = ("level_percent", "power_w", "energy_kwh", "operating_hours", "supply_voltage_v")
    await eventually(lambda: all(bench.sink.last(bench.lamp(2), point) is not None for point in points))


async def test_lamp_faults_and_doors_keep_talqs_names(bench: Bench) -> None:
    bench.gateway.fail_lamp(LAMPS[3].address, "highTemperature")
    bench.gateway.open_cabinet_door(CABINETS[1].address)
    await eventually(lambda: bench.sink.value(bench.lamp(3), "highTemperature") is True)
    await eventually(lambda: bench.sink.value(bench.cabinet(1), "cabinetDoorOpen") is True)
    bench.gateway.mend_lamp(LAMPS[3].address)
    await eventually(lambda: bench.sink.value(bench.lamp(3), "highTemperature") is False)


async def test_a_flapping_lamp_comes_in_order_and_ends_at_rest(bench: Bench) -> None:
    bench.gateway.flap(LAMPS[3].address, "lampFailure", 50)
    await eventually(lambda: sum(r.point == "lampFailure" for r in bench.sink.readings) >= 100)
    values = [r.value for r in bench.sink.readings if r.point == "lampFailure"]
    assert values == [True, False] * 50


async def test_lies_turn_failed_and_future_stamps_are_dropped(bench: Bench) -> None:
    bench.gateway.lie(LAMPS[1].address, "activePower", 1e308)
    await eventually(lambda: _quality(bench, "power_w") is Quality.FAILED)
    assert bench.sink.value(bench.lamp(1), "power_w") is None
    bench.gateway.lie(LAMPS[1].address, "activePower", "very much")
    bench.gateway.lie(LAMPS[1].address, "actualLightState", {"name": "LevelState", "value": 400})
    await eventually(lambda: _quality(bench, "level_percent") is Quality.FAILED)
    bench.gateway.lie(LAMPS[1].address, "activePower", 12.5, bench.clock.now() + dt.timedelta(days=400))
    await eventually(lambda: bench.sink.value(bench.lamp(1), "power_w") == 12.5)
    reading = bench.sink.last(bench.lamp(1), "power_w")
    assert reading is not None
    assert reading.device_time is None
    assert bench.adapter is not None
    assert bench.adapter.sanitiser.counts["future stamp"] == 1


async def test_an_answer_that_was_on_its_way_does_not_undo_what_was_told_since(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, is_on_its_way, arrives = GatewayClient.device, asyncio.Event(), asyncio.Event()

    async def slow(client: GatewayClient, address: str) -> Device:
        answer = await real(client, address)
        is_on_its_way.set()
        await arrives.wait()
        return answer

    lamp = LAMPS[3].address
    await eventually(lambda: bench.sink.last(bench.lamp(3), "power_w") is not None)
    monkeypatch.setattr(GatewayClient, "device", slow)
    assert bench.adapter is not None
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(bench.adapter.read_back([bench.lamp(3)]))
        await is_on_its_way.wait()
        bench.gateway.lie(lamp, "activePower", 12.5)
        await eventually(lambda: bench.sink.value(bench.lamp(3), "power_w") == 12.5)
        bench.sink.readings.clear()
        arrives.set()
        await reading
    assert bench.sink.last(bench.lamp(3), "supply_voltage_v") is not None, "the rest of the answer counts"
    assert bench.sink.last(bench.lamp(3), "power_w") is None
    await bench.adapter.read_back([bench.lamp(3)])
    assert bench.sink.last(bench.lamp(3), "power_w") is not None, "the next answer counts whole"


def _quality(bench: Bench, point: str) -> Quality | None:
    reading = bench.sink.last(bench.lamp(1), point)
    return reading.quality if reading is not None else None


async def test_a_silent_gateway_is_down_within_three_polls(bench: Bench) -> None:
    began = bench.clock.monotonic()
    bench.gateway.fall_silent()
    await eventually(lambda: bench.sink.state is LinkState.DOWN)
    assert bench.clock.monotonic() - began <= 3 * 0.2 + 3.0  # the machine may be busy
    assert bench.sink.states[-1][1] == "the gateway did not answer within 0.1 s"


async def test_what_happened_meanwhile_is_told_once_when_the_gateway_is_back(bench: Bench) -> None:
    bench.gateway.fall_silent()
    await eventually(lambda: bench.sink.state is LinkState.DOWN)
    bench.gateway.fail_lamp(LAMPS[3].address, "highTemperature")
    happened = bench.clock.now()
    await asyncio.sleep(0.3)
    bench.gateway.speak_again()
    await bench.up()
    await eventually(lambda: bench.sink.value(bench.lamp(3), "highTemperature") is True)
    told = [r for r in bench.sink.readings if r.point == "highTemperature" and r.device_time is not None]
    assert len(told) == 1
    assert told[0].device_time is not None
    assert abs((told[0].device_time - happened).total_seconds()) < 0.2


async def test_a_gateway_that_was_switched_off_comes_back_by_itself(bench: Bench) -> None:
    await bench.shut_gateway()
    await eventually(lambda: bench.sink.state is LinkState.DOWN)
    await bench.open_gateway()
    await bench.up()
    assert (await bench.dim([1], 20))[0].state == "VERIFIED"


async def test_the_gateways_calendar_shows_as_a_read_only_claim(bench: Bench) -> None:
    await eventually(lambda: bench.lamp(0) in bench.sink.claims)
    (claim,) = bench.sink.claims[bench.lamp(0)]
    assert claim.is_read_only
    assert claim.rank is Rank.CALENDAR
    assert claim.value == int(bench.gateway.field.program_level[0])
    assert claim.reason == "every-night: night"
    assert claim.placed_at <= bench.clock.now()
    assert claim.expires_at is not None
    assert claim.expires_at > bench.clock.now()


async def test_programs_are_written_read_back_and_followed(bench: Bench) -> None:
    assert bench.adapter is not None
    outcomes = await bench.adapter.execute(_write_program(level=17))
    assert outcomes[0].state == "VERIFIED"
    await eventually(lambda: int(bench.gateway.field.level[0]) == 17)
    await eventually(lambda: bench.sink.claims[bench.lamp(0)][0].value == 17)


def _write_program(level: int) -> DeviceCommand:
    command = {"state": {"name": "LevelState", "value": level}}
    program = {
        "type": "ControlProgramOne",
        "id": "flat",
        "ownerCMS": "us",
        "activePeriods": [],
        "fixedTimeControls": [{"startTime": "00:00:00", "command": command}],
    }
    calendar = {"id": "every-night", "ownerCMS": "us", "defaultProgram": "flat"}
    arguments = {"programs": json.dumps([program]), "calendars": json.dumps([calendar])}
    return DeviceCommand(id="p", asset_ids=(1,), action="write_programs", arguments=arguments)


async def test_each_message_is_one_report(bench: Bench) -> None:
    bench.sink.messages.clear()
    bench.gateway.flap(LAMPS[3].address, "lampFailure", 100)
    await eventually(lambda: sum(bench.sink.messages) >= 200)
    assert len(bench.sink.messages) < 20


def test_a_gateway_refuses_levers_on_devices_it_does_not_have() -> None:
    gateway = Bench().gateway
    with pytest.raises(KeyError, match="no cabinet nowhere"):
        gateway.lose_supply("nowhere")
    with pytest.raises(ValueError, match="no lamp event"):
        gateway.fail_lamp(LAMPS[0].address, "sneezes")
