"""An operator dims lamps over TALQ, and is told the truth about each of them."""

import asyncio
import datetime as dt

import pytest

from backend.devkit.adapter import DeviceCommand
from backend.devkit.errors import CommandRefused, LinkDown
from backend.devkit.tasks import Tasks
from contract.commands import CommandState
from contract.devices import LinkState
from tests.backend.integrations.talq_lighting.bench_gateway import CABINETS, LAMPS, Bench
from tests.eventually import eventually


async def test_lamps_that_answer_obey_and_it_is_verified(bench: Bench) -> None:
    outcomes = await bench.dim([1, 3], 35)
    assert [outcome.state for outcome in outcomes] == [CommandState.VERIFIED] * 2
    await eventually(lambda: bench.sink.value(bench.lamp(1), "level_percent") == 35)
    assert bench.gateway.field.level[1] == 35
    assert bench.gateway.field.level[0] != 35


async def test_the_gateway_knows_the_end_and_reverts_by_itself(bench: Bench) -> None:
    before = int(bench.gateway.field.level[1])
    await bench.dim([1], 35, expires_at=bench.clock.now() + dt.timedelta(seconds=0.6))
    assert bench.gateway.field.level[1] == 35
    await eventually(lambda: int(bench.gateway.field.level[1]) == before)
    await eventually(lambda: bench.sink.value(bench.lamp(1), "level_percent") == before)


async def test_taking_the_override_back_returns_to_the_program(bench: Bench) -> None:
    before = int(bench.gateway.field.level[1])
    await bench.dim([1], 35)
    outcomes = await bench.dim([1], None)
    assert outcomes[0].state is CommandState.VERIFIED
    assert int(bench.gateway.field.level[1]) == before


async def test_a_lamp_that_already_gives_the_level_is_read_back(bench: Bench) -> None:
    await bench.dim([1], 35)
    outcomes = await bench.dim([1], 35)
    assert outcomes[0].state is CommandState.VERIFIED


async def test_a_dark_lamp_is_unknown_and_the_operator_reads_why(bench: Bench) -> None:
    bench.gateway.lose_supply(CABINETS[0].address)
    await eventually(lambda: bench.lamp(0) in bench.sink.unreachable)
    outcomes = await bench.dim([0, 1], 100)
    states = {outcome.asset_id: outcome.state for outcome in outcomes}
    assert states == {bench.lamp(0): CommandState.UNKNOWN, bench.lamp(1): CommandState.VERIFIED}
    detail = next(outcome.detail for outcome in outcomes if outcome.asset_id == bench.lamp(0))
    assert "not answering since" in detail
    assert "cabinet AR-0 reports supply loss" in detail


async def test_the_lamps_that_obey_are_told_while_one_keeps_the_order_waiting(bench: Bench) -> None:
    obeys, never_shows = bench.lamp(1), bench.lamp(0)
    bench.gateway.lose_supply(CABINETS[0].address)  # nobody noticed yet: the lamp is waited for
    tasks = Tasks("operator")
    outcomes = tasks.start(bench.dim([0, 1], 37), name="dim")  # no program ever asks for it, at whatever hour
    await eventually(lambda: (CommandState.VERIFIED, obeys) in [(o.state, o.asset_id) for _, o in bench.sink.told])
    assert not outcomes.done()
    states = {o.asset_id: o.state for o in await outcomes}
    await tasks.close()
    assert states == {obeys: CommandState.VERIFIED, never_shows: CommandState.UNKNOWN}
    told = [(o.asset_id, o.state) for _, o in bench.sink.told]
    assert [state for asset, state in told if asset == never_shows] == [CommandState.DEVICE_ACK]
    assert len(told) == len(set(told)), "each word once"


async def test_a_late_answer_is_told_as_late(bench: Bench) -> None:
    bench.gateway.lose_supply(CABINETS[0].address)
    await eventually(lambda: bench.lamp(0) in bench.sink.unreachable)
    await bench.dim([0], 42, id="11111111-1111-4111-8111-111111111111")
    bench.gateway.restore_supply(CABINETS[0].address)
    await eventually(lambda: bool(bench.sink.late))
    command_id, outcome = bench.sink.late[0]
    assert command_id == "11111111-1111-4111-8111-111111111111"
    assert outcome.state is CommandState.VERIFIED


async def test_a_lamp_that_cannot_dim_is_acknowledged_but_not_verified(bench: Bench) -> None:
    bench.gateway.fail_lamp(LAMPS[1].address, "dimmingFailure")
    outcomes = await bench.dim([1], 40)
    assert outcomes[0].state is CommandState.DEVICE_ACK
    assert "accepted 40 % and gives 100 %" in outcomes[0].detail
    assert (outcomes[0].code, outcomes[0].args) == ("gives_other", {"wanted": "40", "level": "100"})


async def test_an_answer_to_somebody_elses_command_proves_nothing(bench: Bench) -> None:
    bench.gateway.lose_supply(CABINETS[0].address)
    await eventually(lambda: bench.lamp(0) in bench.sink.unreachable)
    await bench.dim([0], 42)
    bench.gateway.override([0], 42, float("inf"), "somebody-else")
    bench.gateway.restore_supply(CABINETS[0].address)
    await eventually(lambda: bench.sink.value(bench.lamp(0), "level_percent") == 42)
    assert not bench.sink.late


async def test_a_gateway_that_falls_silent_on_our_command_leaves_it_unknown_and_it_is_not_repeated() -> None:
    bench = Bench()
    try:
        await bench.start(poll_s="30", answer_s="0.3")
        await bench.up()
        bench.gateway.fall_silent()
        (outcome,) = await bench.dim([1], 10)
        assert outcome.state is CommandState.UNKNOWN
        assert "did not answer within 0.3 s" in outcome.detail
        bench.gateway.speak_again()
        bench.gateway.override([1], None, float("inf"), None)
        await asyncio.sleep(0.3)
        assert int(bench.gateway.field.level[1]) != 10
    finally:
        await bench.close()


async def test_a_gateway_that_is_down_gets_no_command(bench: Bench) -> None:
    bench.gateway.fall_silent()
    await eventually(lambda: bench.sink.state is LinkState.DOWN)
    with pytest.raises(LinkDown):
        await bench.dim([1], 10)


@pytest.mark.parametrize("value", [-1, 101, float("nan"), "bright", True])
async def test_an_impossible_level_is_refused_before_anything_is_sent(bench: Bench, value: float | str | bool) -> None:
    with pytest.raises(CommandRefused):
        await bench.dim([1], value)


async def test_an_act_that_lamps_do_not_know_is_refused(bench: Bench) -> None:
    assert bench.adapter is not None
    with pytest.raises(CommandRefused):
        await bench.adapter.execute(DeviceCommand(id="x", asset_ids=(1,), action="explode"))


async def test_a_cabinet_is_no_lamp(bench: Bench) -> None:
    assert bench.adapter is not None
    outcomes = await bench.adapter.execute(
        DeviceCommand(id="x", asset_ids=(bench.cabinet(0),), action="set", property="level_percent", value=10)
    )
    assert outcomes[0].state is CommandState.REJECTED
    assert "no lamp" in outcomes[0].detail
    assert outcomes[0].code == "no_lamp"
