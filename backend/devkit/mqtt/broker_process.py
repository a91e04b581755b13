"""The child process in which a broker of our own runs: one order on standard input, its port on standard output."""

import asyncio
import logging
import ssl
import sys
from collections import Counter
from typing import Final

import amqtt.broker
import msgspec
from amqtt.adapters import StreamReaderAdapter, StreamWriterAdapter
from amqtt.broker import Broker
from amqtt.errors import AMQTTError

from backend.devkit.mqtt.broker_bounds import SESSION_EXPIRES_S, keep_bounds
from backend.devkit.mqtt.broker_entrance import entrance
from backend.devkit.mqtt.broker_order import BrokerListens, BrokerOrder, BrokerRefused

_LISTENER: Final = "default"
_LONGEST_PACKET_BYTES: Final = 256 * 1024
_MOST_CONNECTIONS: Final = 2_000
_FIRST_WORD_S: Final = 10.0
_TELL_EVERY_S: Final = 1.0
_MOST_ADDRESSES: Final = 100


class _Answering(StreamWriterAdapter):
    """Knows whether the broker has answered: a CONNECT that was understood is."""

    has_answered = False

    def write(self, data: bytes) -> None:
        self.has_answered = True
        super().write(data)


class _Bounded(StreamReaderAdapter):
    """A packet says its length before it comes: one that is too long is refused before any room is made for it.

    Who connects and does not say in time who he is, is not waited for.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: _Answering) -> None:
        super().__init__(reader)
        self._writer = writer
        self._until = asyncio.get_running_loop().time() + _FIRST_WORD_S

    async def read(self, n: int = -1) -> bytes:
        if n > _LONGEST_PACKET_BYTES:
            raise AMQTTError(f"a packet of {n} bytes")
        if self._writer.has_answered:
            return await super().read(n)
        try:
            async with asyncio.timeout_at(self._until):
                return await super().read(n)
        except TimeoutError as error:
            raise AMQTTError("it connects and says nothing") from error


async def _serve(order: BrokerOrder) -> None:
    broker = Broker(
        {
            "listeners": {_LISTENER: {"type": "external", "max_connections": _MOST_CONNECTIONS}},
            "session_expiry_interval": SESSION_EXPIRES_S,
            "plugins": {
                "backend.devkit.mqtt.broker_accounts.Accounts": {"passwords": order.passwords},
                "backend.devkit.mqtt.broker_topics.Topics": {"trusted": list(order.trusted)},
            },
        }
    )
    # amqtt takes no other reader of CONNECT by its settings.
    refused: Counter[str] = Counter()
    amqtt.broker.BrokerProtocolHandler = entrance(
        order.passwords, frozenset(order.trusted), lambda address: _count(refused, address)
    )
    await broker.start()

    async def enter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answering = _Answering(writer)
        try:
            await broker.external_connected(_Bounded(reader, answering), answering, _LISTENER)
        finally:
            writer.close()

    try:
        server = await asyncio.start_server(enter, order.host, order.port, ssl=_tls(order))
    except (OSError, ssl.SSLError) as error:
        _say(BrokerListens(trouble=f"it cannot listen on {order.host}:{order.port}: {error}"))
        return
    _say(BrokerListens(port=int(server.sockets[0].getsockname()[1])))
    async with asyncio.TaskGroup() as group:
        bounds = group.create_task(keep_bounds(broker), name="bounds")
        telling = group.create_task(_tell_refused(refused), name="refused")
        await asyncio.to_thread(sys.stdin.buffer.read)  # our parent went, or wants us to go
        bounds.cancel()
        telling.cancel()
    server.close()
    await broker.shutdown()


def _tls(order: BrokerOrder) -> ssl.SSLContext | None:
    if not order.certificate_file:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(order.certificate_file, order.key_file or None)
    return context


def _count(refused: Counter[str], address: str) -> None:
    refused[address if address in refused or len(refused) < _MOST_ADDRESSES else ""] += 1


async def _tell_refused(refused: Counter[str]) -> None:
    while True:
        await asyncio.sleep(_TELL_EVERY_S)
        if refused:
            _say(BrokerRefused(addresses=dict(refused)))
            refused.clear()


def _say(said: BrokerListens | BrokerRefused) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    """Run until standard input ends."""
    logging.disable(logging.ERROR)  # amqtt tells of each packet; what matters is the port and the end
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=BrokerOrder)
    asyncio.run(_serve(order))


if __name__ == "__main__":
    main()
