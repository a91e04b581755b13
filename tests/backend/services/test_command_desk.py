"""Commands: once and never twice, whatever goes wrong between request and outcome."""

import asyncio
import uuid

import pytest
from msgspec.structs import replace

from backend.devkit.adapter import Outcome
from backend.devkit.errors import CommandRefused, LinkDown, ProtocolError
from backend.services.command_desk import CommandConflict, CommandRejected
from contract.api import CommandRequest
from contract.commands import Command, CommandState
from contract.journal import EntryKind
from tests.backend.services.rig import CAMERA, LAMPS, NEIGHBOURS, SmallCity


def turn(**more: object) -> CommandRequest:
    request = CommandRequest(id=str(uuid.uuid4()), asset_id=CAMERA, action="ptz_move", arguments={"pan": 0.5})
    return replace(request, **more)


async def test_a_camera_is_turned_and_each_step_is_in_the_journal(city: SmallCity) -> None:
    command = await city.commands.submit(turn(), by="leila")
    assert command.state is CommandState.DEVICE_ACK
    states = [entry.payload["state"] for entry in await city.journal(EntryKind.COMMAND)]
    assert states == ["REQUESTED", "AUTHORISED", "SENT", "DEVICE_ACK"]
    assert city.camera.commands[0].arguments == {"pan": 0.5}


async def test_the_same_request_twice_is_done_once(city: SmallCity) -> None:
    request = turn()
    results = await asyncio.gather(*(city.commands.submit(request, by="leila") for _ in range(5)))
    results.append(await city.commands.submit(request, by="leila"))
    assert len(city.camera.commands) == 1
    assert len({result.id for result in results}) == 1
    assert len(set(map(str, results))) == 1


async def test_the_same_id_for_something_else_is_refused(city: SmallCity) -> None:
    request = turn()
    await city.commands.submit(request, by="leila")
    for other, by in ((replace(request, arguments={"pan": -1.0}), "leila"), (request, "marc")):
        with pytest.raises(CommandConflict):
            await city.commands.submit(other, by=by)
    assert len(city.camera.commands) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"asset_id": 77}, "no asset 77"),
        ({"action": "explode"}, "cannot be told"),
        ({"action": "set"}, "is claimed"),
        ({"deadline_s": 0.0}, "deadline"),
        ({"asset_id": LAMPS[0]}, "cannot be told"),
    ],
)
async def test_what_cannot_be_done_is_rejected_in_words_and_not_sent(
    city: SmallCity, change: dict[str, object], words: str
) -> None:
    request = turn(**change)
    for _ in range(2):
        with pytest.raises(CommandRejected, match=words):
            await city.commands.submit(request, by="leila")
    assert city.camera.commands == []
    assert (await city.journal(EntryKind.COMMAND))[-1].payload["state"] == "REJECTED"


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (LinkDown("connection reset"), CommandState.UNKNOWN),
        (ProtocolError("half a frame"), CommandState.UNKNOWN),
        (ZeroDivisionError("a mistake of ours"), CommandState.UNKNOWN),
    ],
)
async def test_after_sending_what_is_not_known_is_said_so(
    city: SmallCity, error: Exception, state: CommandState
) -> None:
    city.camera.answer = error
    command = await city.commands.submit(turn(), by="leila")
    assert command.state is state
    assert command.detail
    assert len(city.camera.commands) == 1


async def test_a_device_that_refuses_is_believed(city: SmallCity) -> None:
    city.camera.answer = CommandRefused("the head is locked")
    with pytest.raises(CommandRejected, match="head is locked"):
        await city.commands.submit(turn(), by="leila")


async def test_an_answer_to_another_request_proves_nothing(city: SmallCity) -> None:
    city.camera.answer = [Outcome(asset_id=LAMPS[0], state=CommandState.VERIFIED)]
    command = await city.commands.submit(turn(), by="leila")
    assert command.state is CommandState.UNKNOWN
    city.camera.sink.late_outcome("another-id", Outcome(asset_id=CAMERA, state=CommandState.VERIFIED))  # type: ignore[union-attr]
    city.sink.late_outcome(command.id, Outcome(asset_id=CAMERA, state=CommandState.VERIFIED))
    await city.settle()
    known = await city.commands.get(command.id)
    assert known is not None
    assert known.state is CommandState.UNKNOWN
    assert sum(city.commands.proofs.discarded.values()) == 2


async def test_a_late_answer_is_shown_as_late_and_nothing_is_sent_again(city: SmallCity) -> None:
    silence = asyncio.Event()

    async def never(_: object) -> list[Outcome]:
        await silence.wait()
        return []

    city.camera.execute = never  # type: ignore[method-assign, assignment]
    command = await city.commands.submit(turn(deadline_s=0.05), by="leila")
    assert command.state is CommandState.UNKNOWN
    assert "no answer" in command.detail
    assert city.camera.sink is not None
    city.camera.sink.late_outcome(command.id, Outcome(asset_id=CAMERA, state=CommandState.DEVICE_ACK))
    await city.settle()
    known = await city.commands.get(command.id)
    assert known is not None
    assert (known.state, known.is_late) == (CommandState.DEVICE_ACK, True)


async def test_accepted_but_never_reported_ends_unknown(city: SmallCity) -> None:
    await city.all_lamps_burn()
    lamp = NEIGHBOURS[0]
    city.gateway.answer = [Outcome(asset_id=lamp, state=CommandState.DEVICE_ACK)]
    await city.claim([lamp], 100)
    assert (await city.last_command(lamp)).state is CommandState.DEVICE_ACK
    await city.pass_time(25)
    command = await city.last_command(lamp)
    assert command.state is CommandState.UNKNOWN
    assert "does not report it" in command.detail
    await city.tells(lamp, "level_percent", 100.0)
    command = await city.last_command(lamp)
    assert (command.state, command.is_late) == (CommandState.VERIFIED, True)
    assert len(city.gateway.commands) == 1


@pytest.mark.parametrize(
    ("cut_at", "sent", "then"),
    [
        (CommandState.REQUESTED, 0, CommandState.FAILED),
        (CommandState.AUTHORISED, 0, CommandState.FAILED),
        (CommandState.SENT, 0, CommandState.UNKNOWN),
        (CommandState.DEVICE_ACK, 1, CommandState.UNKNOWN),
    ],
)
async def test_a_power_cut_at_each_step_loses_and_doubles_nothing(
    cut_at: CommandState, sent: int, then: CommandState
) -> None:
    lamp = NEIGHBOURS[0]
    cut = {"is_armed": False}

    def reached(state: CommandState) -> None:
        if cut["is_armed"] and state is cut_at:
            raise asyncio.CancelledError  # the rest of this road never runs

    city = SmallCity(reached=reached)
    await city.start()
    await city.all_lamps_burn()
    city.gateway.answer = [Outcome(asset_id=lamp, state=CommandState.DEVICE_ACK)]
    cut["is_armed"] = True
    if cut_at is CommandState.REQUESTED:
        await _cut_before_driving(city, lamp)
    else:
        await city.claim([lamp], 100)
    cut["is_armed"] = False
    assert len(city.gateway.commands) == sent
    await city.restart()
    await asyncio.sleep(0)
    command = await city.last_command(lamp)
    assert command.state is then
    assert len(city.gateway.commands) == sent, "never sent again by itself"
    assert city.gateway.read == ([(lamp,)] if then is CommandState.UNKNOWN else [])
    await city.stop()


async def _cut_before_driving(city: SmallCity, lamp: int) -> None:
    def nothing_runs(*_: object) -> None:
        return

    city.commands.drive = nothing_runs  # type: ignore[method-assign, assignment]
    await city.claim([lamp], 100)


async def test_the_list_is_newest_first(city: SmallCity) -> None:
    first = await city.commands.submit(turn(), by="leila")
    city.clock.pass_time(1)
    second = await city.commands.submit(turn(action="ptz_stop", arguments={}), by="leila")
    listed: list[Command] = list(await city.commands.list(CAMERA, None, 10))
    assert [command.id for command in listed] == [second.id, first.id]
