from asyncio import Queue

class Session:
    username: str | None
    password: str | None
    remote_address: str | None
    client_id: str | None
    will_flag: bool
    will_topic: str | None
    retained_messages: Queue[object]
