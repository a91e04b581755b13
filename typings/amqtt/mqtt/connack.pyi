from amqtt.adapters import StreamWriterAdapter

NOT_AUTHORIZED: int

class ConnackPacket:
    @classmethod
    def build(cls, session_parent: int, return_code: int) -> ConnackPacket: ...
    async def to_stream(self, writer: StreamWriterAdapter) -> None: ...
