"""Fault matrix, heads of cameras: F23, F49, F53."""

import asyncio
import functools
import socket
import time
from collections.abc import AsyncIterator

import msgspec
import pytest

from backend.services.refusals import CommandRejected
from backend_client.session import Session
from contract.api import CommandRequest
from contract.commands import Command
from contract.leases import LEASE_S, Lease, LeaseRequest
from contract.rights import Grant, Level
from contract.stream import PROTOCOL_VERSION, ClientHello
from contract.wire import schema_hash
from tests.backend.api.serving import ServedCity, serve
from tests.backend.api.two_communes import TwoCommunes
from tests.backend.heads import Dome, a_dome, sit_down
from tests.eventually import eventually

ROUNDS = 100


@pytest.fixture
async def served() -> AsyncIterator[ServedCity]:
    """The small city's API, listening."""
    city = TwoCommunes()
    await city.start()
    async with serve(city) as listening:
        yield listening
    await city.close()


def _move(city: TwoCommunes, number: int) -> CommandRequest:
    return CommandRequest(
        id=f"00000000-0000-4000-8000-{number:012d}",
        asset_id=city.camera().id,
        action="ptz_move",
        arguments={"pan": 1.0, "tilt": 0.0, "zoom": 0.0},
    )


async def _console(served: ServedCity, name: str) -> Session:
    await served.city.account(name, [Grant(level=Level.OPERATE)])
    return await served.login(name)


async def test_f23_a_console_that_is_killed_frees_its_camera_which_is_told_to_stop(served: ServedCity) -> None:
    city, dome = served.city, a_dome(served.city)
    leila = await _console(served, "leila")
    marc = await _console(served, "marc")
    async with leila.open_stream(await leila.ticket()) as stream:
        hello = ClientHello(protocol_version=PROTOCOL_VERSION, schema_hash=schema_hash())
        await stream.send_bytes(msgspec.msgpack.encode(hello))
        await stream.receive()
        await leila.post_for("/commands", _move(city, 1), Command)
        held = await marc.get(f"/cameras/{city.camera().id}/lease", Lease)
        assert (held.holder, held.is_mine) == ("leila", False)
        killed_at = time.monotonic()
        stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)  # no word of farewell
    await eventually(lambda: dome.acts == ["ptz_move", "ptz_stop"])
    await eventually(lambda: city.leases.of(city.camera().id, "marc").holder == "")
    assert time.monotonic() - killed_at < LEASE_S
    await marc.post_for("/commands", _move(city, 2), Command)
    assert dome.tokens[-1] > dome.tokens[0]


async def test_f23_a_console_that_only_falls_silent_frees_it_after_fifteen_seconds(served: ServedCity) -> None:
    city, dome = served.city, a_dome(served.city)
    leila = await sit_down(city, "leila")
    await leila.tells()
    city.clock.pass_time(LEASE_S - 0.1)
    await city.leases.end_due()
    assert dome.acts == ["ptz_move"]
    city.clock.pass_time(0.1)
    await city.leases.end_due()
    await eventually(lambda: dome.acts == ["ptz_move", "ptz_stop"])
    assert city.leases.of(city.camera().id, "leila").holder == ""
    assert dome.stops()[0].lease_token > dome.tokens[0], "whatever was still under way is refused by the device"


@pytest.mark.parametrize("how", ["logout", "rights", "account"])
async def test_f49_who_logs_out_or_loses_the_right_loses_the_head(served: ServedCity, how: str) -> None:
    city, dome = served.city, a_dome(served.city)
    leila = await _console(served, "leila")
    await leila.post_for("/commands", _move(city, 1), Command)
    if how == "logout":
        await leila.logout()
    elif how == "rights":
        await city.identity.set_grants("leila", [Grant(level=Level.VIEW)], by="system")
    else:
        await city.identity.set_active("leila", is_active=False, by="system")
    await eventually(lambda: dome.acts == ["ptz_move", "ptz_stop"])
    assert city.leases.of(city.camera().id, "x").holder == ""


async def test_f53_of_two_operators_at_once_one_moves_it_and_the_other_is_told_who(served: ServedCity) -> None:
    city, dome = served.city, a_dome(served.city)
    desks = [await sit_down(city, name) for name in ("leila", "marc")]
    for number in range(ROUNDS):
        barrier = asyncio.Barrier(2)

        async def go(who: int, start: asyncio.Barrier = barrier) -> str:
            await start.wait()
            try:
                await desks[who].tells()
            except CommandRejected as error:
                return error.said.args["who"]
            return ""

        answers = await asyncio.gather(go(0), go(1))
        winner = city.leases.of(city.camera().id, "").holder
        assert sorted(answers) == ["", winner], number
        assert len(dome.commands) == 2 * number + 1, "one move a round, and one stop between rounds"
        await city.leases.end_of(winner)
        stopped = functools.partial(_has_done, dome, 2 * number + 2)
        await eventually(stopped)
    assert dome.tokens == sorted(dome.tokens)


def _has_done(dome: Dome, count: int) -> bool:
    return len(dome.commands) == count


async def test_f53_over_the_api_the_second_is_refused_in_words(served: ServedCity) -> None:
    city = served.city
    a_dome(city)
    leila, marc = await _console(served, "leila"), await _console(served, "marc")
    await leila.post_for("/commands", _move(city, 1), Command)
    with pytest.raises(Exception, match="leila moves CAM-21231"):
        await marc.post_for("/commands", _move(city, 2), Command)
    with pytest.raises(Exception, match="rank above"):
        await marc.post_for(f"/cameras/{city.camera().id}/lease", LeaseRequest(act="take_over"), Lease)
    released = await leila.post_for(f"/cameras/{city.camera().id}/lease", LeaseRequest(act="release"), Lease)
    assert released.holder == ""
    await marc.post_for("/commands", _move(city, 3), Command)
