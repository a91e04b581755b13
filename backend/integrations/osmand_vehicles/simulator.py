"""A phone in a vehicle: fixes its place, keeps what it cannot send, and sends it in order once it can."""

import asyncio
from collections import deque
from typing import Final, Literal
from urllib.parse import urlencode

import aiohttp
import aiomqtt

from backend.devkit.mqtt.client import MqttClient
from backend.integrations.osmand_vehicles.protocol import Fix
from backend.integrations.osmand_vehicles.saying import osmand_query, owntracks_json, traccar_json

__all__ = ["Fix", "OwnTracksUplink", "SimulatedPhone", "Style"]

Style = Literal["query", "json", "owntracks"]
_MOST_KEPT: Final = 500
_AGAIN_S: Final = 2.0
_AT_ONCE: Final = 50
_TIMEOUT: Final = aiohttp.ClientTimeout(total=8)


class OwnTracksUplink:
    """One session with a broker through which the simulated phones publish; kept until cancelled."""

    def __init__(self) -> None:
        self._client: aiomqtt.Client | None = None

    async def run(self, port: int, user: str, password: str) -> None:
        """Enter the broker on this machine, and enter again when it was away."""
        while True:
            try:
                async with MqttClient("127.0.0.1", port, username=user, password=password) as client:
                    self._client = client
                    async for _ in client.messages:
                        pass
            except aiomqtt.MqttError:
                self._client = None
            await asyncio.sleep(_AGAIN_S)

    async def publish(self, device: str, token: str, fix: Fix) -> bool:
        """Whether the broker took it."""
        if self._client is None:
            return False
        try:
            await self._client.publish(f"owntracks/{device}/{token}", owntracks_json(fix, device), qos=1, retain=True)
        except aiomqtt.MqttError:
            return False
        return True


class SimulatedPhone:
    """`query`: one request a fix, as Traccar Client 8 sends it; `json`: several at once, as version 9 may.

    `owntracks`: one message a fix, through a broker.
    """

    def __init__(self, device: str, token: str, style: Style) -> None:
        self.device = device
        self.has_signal = True
        self._token = token
        self._style = style
        self._kept: deque[Fix] = deque(maxlen=_MOST_KEPT)
        self._sending = asyncio.Lock()

    @property
    def kept(self) -> int:
        """How many fixes wait to be sent."""
        return len(self._kept)

    def note(self, fix: Fix) -> None:
        """Its place was fixed; sent with the next `send`."""
        self._kept.append(fix)

    async def publish(self, uplink: OwnTracksUplink) -> None:
        """Send what waits through a broker, oldest first."""
        async with self._sending:
            while self._kept and self.has_signal:
                if not await uplink.publish(self.device, self._token, self._kept[0]):
                    return
                self._kept.popleft()

    async def send(self, session: aiohttp.ClientSession, url: str) -> None:
        """Send what waits, oldest first; what is not taken waits on. Without signal nothing is tried."""
        async with self._sending:
            while self._kept and self.has_signal:
                fixes = list(self._kept)[: 1 if self._style == "query" else _AT_ONCE]
                if not await self._is_taken(session, url, fixes):
                    return
                for _ in fixes:
                    self._kept.popleft()

    async def _is_taken(self, session: aiohttp.ClientSession, url: str, fixes: list[Fix]) -> bool:
        address = f"{url}/{self._token}"
        try:
            if self._style != "query":
                sent = session.post(
                    address,
                    data=traccar_json(self.device, fixes),
                    headers={"Content-Type": "application/json"},
                    timeout=_TIMEOUT,
                )
            else:
                sent = session.get(f"{address}?{urlencode(osmand_query(self.device, fixes[0]))}", timeout=_TIMEOUT)
            async with sent as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False
