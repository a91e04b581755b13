"""Who is cancelled while a broker answers is cancelled, whatever came first."""

import asyncio

import aiomqtt
import pytest

from backend.devkit.mqtt.client import MqttClient


class Waiting(MqttClient):
    """A client that waits as all of them do for a broker's answer."""

    async def answered(self, answer: "asyncio.Future[str]", seconds: float) -> str:
        return await self._wait_for(answer, seconds)


async def test_a_cancelling_that_comes_together_with_the_answer_is_heard() -> None:
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[str] = loop.create_future()
    waiting = loop.create_task(Waiting("127.0.0.1").answered(answer, 60))
    await asyncio.sleep(0)
    answer.set_result("connected")
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_an_answer_that_comes_is_given_and_one_that_does_not_is_said() -> None:
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    answer.set_result("connected")
    assert await Waiting("127.0.0.1").answered(answer, 60) == "connected"
    never: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    with pytest.raises(aiomqtt.MqttError, match="timed out"):
        await Waiting("127.0.0.1").answered(never, 0.01)
