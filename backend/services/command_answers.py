"""What an adapter's answer to a command means, whichever way it ends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from backend.devkit.adapter import DeviceCommand, Outcome
from backend.devkit.errors import CommandRefused, DeviceError, LinkDown
from backend.domain.conditions import same_value
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
Execute = Callable[[DeviceCommand], Awaitable[Sequence[Outcome]]]


async def answers(execute: Execute, command: DeviceCommand, left_s: float) -> Mapping[int, Outcome]:
    """Have it done once, within `left_s`; by asset, what became of it. What is not known is UNKNOWN, and says why."""
    try:
        async with asyncio.timeout(left_s):
            outcomes = await execute(command)
    except TimeoutError:
        state, detail = CommandState.UNKNOWN, f"no answer within {left_s:.0f} s"
    except CommandRefused as error:
        state, detail = CommandState.REJECTED, str(error)
    except LinkDown as error:
        state, detail = CommandState.UNKNOWN, str(error)
    except DeviceError as error:
        state, detail = CommandState.UNKNOWN, f"the answer cannot be understood: {error}"
    except Exception:
        log.exception("command %s failed inside its integration", command.action)
        state, detail = CommandState.UNKNOWN, "the integration failed; the log says how"
    else:
        return {outcome.asset_id: outcome for outcome in outcomes if outcome.state in ANSWERS}
    return {i: Outcome(asset_id=i, state=state, detail=detail) for i in command.asset_ids}


def proves(command: Command, value: PointValue) -> bool:
    """Whether what a device reports is what it was told."""
    wanted = command.arguments.get("value")
    return wanted is not None and value.quality is Quality.GOOD and same_value(value.value, wanted)
