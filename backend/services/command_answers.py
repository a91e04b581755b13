"""What an adapter's answer to a command means, whichever way it ends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

from backend.devkit.adapter import DeviceCommand, Outcome
from backend.devkit.errors import CommandRefused, DeviceError, LinkDown
from backend.domain.alarms.conditions import same_value
from backend.services.said import TEXTS, Said, quoted, say
from contract.commands import Command, CommandState
from contract.points import PointValue, Quality

log = logging.getLogger(__name__)
ANSWERS = frozenset(
    {
        CommandState.DEVICE_ACK,
        CommandState.VERIFIED,
        CommandState.REJECTED,
        CommandState.FAILED,
        CommandState.UNKNOWN,
    }
)


class Answer(msgspec.Struct, frozen=True):
    """What became of a command on one asset, and why."""

    state: CommandState
    why: Said


Execute = Callable[[DeviceCommand], Awaitable[Sequence[Outcome]]]


async def answers(execute: Execute, command: DeviceCommand, left_s: float) -> Mapping[int, Answer]:
    """Have it done once, within `left_s`; by asset, what became of it. What is not known is UNKNOWN, and says why."""
    try:
        async with asyncio.timeout(left_s):
            outcomes = await execute(command)
    except TimeoutError:
        state, why = CommandState.UNKNOWN, say("no_answer_within", seconds=f"{left_s:.0f}")
    except CommandRefused as error:
        state, why = CommandState.REJECTED, quoted(str(error))
    except LinkDown as error:
        state, why = CommandState.UNKNOWN, quoted(str(error))
    except DeviceError as error:
        state, why = CommandState.UNKNOWN, say("answer_garbled", error=error)
    except Exception:
        log.exception("command %s failed inside its integration", command.action)
        state, why = CommandState.UNKNOWN, say("integration_failed")
    else:
        return {o.asset_id: Answer(o.state, said_of(o)) for o in outcomes if o.state in ANSWERS}
    return dict.fromkeys(command.asset_ids, Answer(state, why))


def said_of(outcome: Outcome) -> Said:
    """What an integration says of an outcome; only sentences that consoles know keep their code."""
    if outcome.code not in TEXTS:
        return quoted(outcome.detail)
    return Said(outcome.detail, outcome.code, {name: str(value) for name, value in outcome.args.items()})


def proves(command: Command, value: PointValue) -> bool:
    """Whether what a device reports is what it was told."""
    wanted = command.arguments.get("value")
    return wanted is not None and value.quality is Quality.GOOD and same_value(value.value, wanted)
