"""The entrance of the broker of our own: who comes in is known before anything of an earlier session is touched."""

import hmac
from collections.abc import Callable, Collection, Mapping
from typing import Any, Self

from amqtt.adapters import StreamReaderAdapter, StreamWriterAdapter
from amqtt.errors import AMQTTError
from amqtt.mqtt.connack import NOT_AUTHORIZED, ConnackPacket
from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler
from amqtt.session import Session

from backend.devkit.mqtt.broker_topics import is_for_the_field


def is_known(passwords: Mapping[str, str], user: str | None, password: str | None) -> bool:
    """Whether this is one of them; it takes the same time for a wrong name and for a wrong password."""
    known = passwords.get(user or "")
    expected = known or "\0"
    is_right = hmac.compare_digest(expected.encode(), (password or "").encode())
    return is_right and bool(known)


def may_enter(session: Session, passwords: Mapping[str, str], trusted: Collection[str]) -> bool:
    """Whether its account is known, and its last will is on a topic on which it may speak."""
    if not is_known(passwords, session.username, session.password):
        return False
    return not session.will_flag or session.username in trusted or is_for_the_field(session.will_topic or "")


def entrance(
    passwords: Mapping[str, str], trusted: Collection[str], refused: Callable[[str], None]
) -> type[BrokerProtocolHandler]:
    """What reads a CONNECT in amqtt's stead; `refused` is told the address of who is not let in.

    amqtt looks for an earlier session of the client's name before it asks who it is, takes over its last will and its
    user, or ends it. Here a stranger gets no further than the CONNECT, and a name of a client is one of its account.
    """

    class Entrance(BrokerProtocolHandler):
        @classmethod
        async def init_from_connect(
            cls, reader: StreamReaderAdapter, writer: StreamWriterAdapter, plugins_manager: Any, loop: Any = None
        ) -> tuple[Self, Session]:
            handler, session = await super().init_from_connect(reader, writer, plugins_manager, loop)
            if not may_enter(session, passwords, trusted):
                refused(session.remote_address or "")
                await ConnackPacket.build(0, NOT_AUTHORIZED).to_stream(writer)
                await writer.close()
                raise AMQTTError("refused at the entrance")
            if session.client_id:
                session.client_id = f"{session.username}/{session.client_id}"
            return handler, session

    return Entrance
