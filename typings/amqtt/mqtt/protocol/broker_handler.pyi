from typing import Any, Self

from amqtt.adapters import StreamReaderAdapter, StreamWriterAdapter
from amqtt.session import Session

class BrokerProtocolHandler:
    @classmethod
    async def init_from_connect(
        cls, reader: StreamReaderAdapter, writer: StreamWriterAdapter, plugins_manager: Any, loop: Any = None
    ) -> tuple[Self, Session]: ...
