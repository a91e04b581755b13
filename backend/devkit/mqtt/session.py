"""One session with an MQTT broker: kept by the broker while we are away, proven alive, said goodbye by a last will."""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import aiomqtt
import msgspec
from paho.mqtt.reasoncodes import ReasonCode

from backend.devkit.errors import LinkDown, LinkRefused
from backend.devkit.mqtt.address import BrokerAddress, tls_context
from backend.devkit.mqtt.client import MqttClient

log = logging.getLogger(__name__)

ONLINE: Final = b"online"
OFFLINE: Final = b"offline"
_AT_LEAST_ONCE: Final = 1
_GOODBYE_S: Final = 1.0
_REFUSALS: Final = {
    132: "our version of MQTT",
    133: "our client id",
    134: "the user name or the password: enter them as user:password",
    135: "us: no account, a wrong password or one without the right; enter it as user:password",
}
_MOST_WAITING: Final = 20_000  # messages that came and were not taken yet; beyond it new ones are lost


class Heard(NamedTuple):
    """A message from the broker. `is_retained`: kept by the broker, it may be old."""

    topic: str
    payload: bytes
    is_retained: bool


class SessionTerms(msgspec.Struct, frozen=True, kw_only=True):
    """How a session is held.

    `client_id` must be ours alone on that broker. Every `poll_s` the broker must acknowledge a beat of ours within
    `poll_s`: a broker that keeps the connection and says nothing is found out. `status_topic` tells others whether
    we listen (retained "online", by last will "offline"); the broker keeps what comes while we are away.
    """

    client_id: str
    status_topic: str
    user: str = ""
    password: str = ""
    poll_s: float = 10.0
    answer_s: float = 10.0


class MqttSession:
    """Opened, served until it is lost, closed; then it can be opened again."""

    def __init__(self, address: BrokerAddress, terms: SessionTerms) -> None:
        self._address = address
        self._terms = terms
        self._client: MqttClient | None = None
        self._stack = contextlib.AsyncExitStack()
        self._is_lost = False

    @property
    def was_kept(self) -> bool:
        """Whether the broker kept our session while we were away: then nothing sent meanwhile is lost."""
        return self._client is not None and self._client.was_kept

    async def open(self, topics: Sequence[str]) -> None:
        """Connect and subscribe, at least once each. Raises LinkDown, LinkRefused in words."""
        await self.close()
        terms = self._terms
        client = MqttClient(
            self._address.host,
            self._address.port,
            username=terms.user or None,
            password=terms.password or None,
            identifier=terms.client_id,
            clean_session=False,
            will=aiomqtt.Will(terms.status_topic, OFFLINE, qos=_AT_LEAST_ONCE, retain=True),
            timeout=terms.answer_s,
            keepalive=max(5, round(terms.poll_s * 3)),
            max_queued_incoming_messages=_MOST_WAITING,
            tls_context=tls_context(self._address),
        )
        try:
            await self._stack.enter_async_context(client)
            self._client, self._is_lost = client, False
            for topic in topics:
                await self._subscribe(client, topic)
            await client.publish(terms.status_topic, ONLINE, qos=_AT_LEAST_ONCE, retain=True)
        except aiomqtt.MqttError as error:
            await self.close()
            raise self._in_words(error) from error
        except BaseException:
            await self.close()
            raise

    async def serve(self, take: Callable[[Heard], None]) -> None:
        """Hand over what comes until the session is lost. Raises LinkDown."""
        client = self._open_client()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._hear(client, take), name="hear the broker")
                group.create_task(self._beat(client), name="ask the broker")
        except BaseExceptionGroup as failed:
            self._is_lost = True
            lost = failed.exceptions[0]
            if isinstance(lost, aiomqtt.MqttError):
                raise self._in_words(lost) from lost
            raise lost from None

    async def publish(self, topic: str, payload: bytes) -> None:
        """Send at least once; returns when the broker has it. Raises LinkDown."""
        client = self._open_client()
        try:
            await client.publish(topic, payload, qos=_AT_LEAST_ONCE)
        except aiomqtt.MqttError as error:
            raise self._in_words(error) from error

    async def close(self) -> None:
        """Say goodbye and disconnect; may be called twice."""
        client, self._client = self._client, None
        stack, self._stack = self._stack, contextlib.AsyncExitStack()
        with contextlib.suppress(aiomqtt.MqttError):
            if client is not None and not self._is_lost:
                await client.publish(
                    self._terms.status_topic, OFFLINE, qos=_AT_LEAST_ONCE, retain=True, timeout=_GOODBYE_S
                )
        with contextlib.suppress(aiomqtt.MqttError):
            if client is not None:
                client.timeout = _GOODBYE_S
            await stack.aclose()

    async def _subscribe(self, client: "MqttClient", topic: str) -> None:
        granted = await client.subscribe(topic, qos=_AT_LEAST_ONCE)
        if any(_is_refused(code) for code in granted):
            raise LinkRefused(f"the broker at {self._address} does not let us listen to {topic}")

    def _open_client(self) -> "MqttClient":
        if self._client is None:
            raise LinkDown(f"there is no session with the broker at {self._address}")
        return self._client

    async def _hear(self, client: "MqttClient", take: Callable[[Heard], None]) -> None:
        async for message in client.messages:
            take(Heard(message.topic.value, bytes(message.payload), message.retain))

    async def _beat(self, client: "MqttClient") -> None:
        while True:
            await asyncio.sleep(self._terms.poll_s)
            await client.publish(
                f"{self._terms.status_topic}/beat", b"", qos=_AT_LEAST_ONCE, timeout=self._terms.poll_s
            )

    def _in_words(self, error: aiomqtt.MqttError) -> LinkDown | LinkRefused:
        where = f"the broker at {self._address}"
        if isinstance(error, aiomqtt.MqttCodeError) and isinstance(error.rc, ReasonCode):
            refused = _REFUSALS.get(error.rc.value)
            if refused is not None:
                return LinkRefused(f"{where} refuses {refused}")
        text = str(error)
        if isinstance(error.__context__, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in text:
            return LinkRefused(f"the certificate of {where} is not one we trust: {text}")
        if "timed out" in text:
            return LinkDown(f"{where} does not answer")
        return LinkDown(f"{where} cannot be reached: {text}")


def _is_refused(code: int | ReasonCode) -> bool:
    return code.is_failure if isinstance(code, ReasonCode) else code >= 128
