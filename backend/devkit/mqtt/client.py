"""aiomqtt's client as we need it: it hears that it is cancelled, and tells whether the broker kept our session."""

import asyncio
import math
from collections.abc import Awaitable
from typing import Any, TypeVar

import aiomqtt
from paho.mqtt.client import Client as PahoClient
from paho.mqtt.client import ConnectFlags
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

T = TypeVar("T")


class MqttClient(aiomqtt.Client):
    """Cancelled at any moment it ends: Python 3.11's `wait_for`, by which aiomqtt waits, loses a cancelling that comes
    together with its answer, and who was cancelled would stay."""

    was_kept = False

    async def _wait_for(self, fut: Awaitable[T], timeout: float | None) -> T:
        seconds = self.timeout if timeout is None else timeout
        try:
            async with asyncio.timeout(None if seconds == math.inf else seconds):
                return await fut
        except TimeoutError:
            raise aiomqtt.MqttError("Operation timed out") from None

    def _on_connect(
        self,
        client: PahoClient,
        userdata: Any,
        flags: ConnectFlags,
        reason_code: ReasonCode,
        properties: Properties | None = None,
    ) -> None:
        self.was_kept = flags.session_present
        super()._on_connect(client, userdata, flags, reason_code, properties)
