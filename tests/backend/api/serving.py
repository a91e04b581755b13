"""The small city's API on a real loopback port."""

from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace

from backend.api.application import build_application
from backend.api.server import Server
from backend.api.stream.endpoint import StreamEndpoint
from backend_client.session import Session
from tests.backend.api.two_communes import TwoCommunes


class ServedCity:
    """Where it listens, and how one logs in."""

    def __init__(self, city: TwoCommunes, url: str, endpoint: StreamEndpoint) -> None:
        self.city = city
        self.url = url
        self.endpoint = endpoint
        self._sessions: list[Session] = []

    async def login(self, name: str) -> Session:
        """A session for an account that `city.account` made."""
        session = Session(self.url)
        self._sessions.append(session)
        await session.login(name, f"{name}-password")
        return session

    async def close(self) -> None:
        for session in self._sessions:
            await session.close()


@asynccontextmanager
async def serve(city: TwoCommunes, *, troubles: Callable[[], Iterable[str]] = tuple) -> AsyncGenerator[ServedCity]:
    """Listen on a free loopback port."""
    endpoint = StreamEndpoint(city.hub, city.identity, city.clock, "small", city.leases.lose)
    server = Server(build_application(replace(city.parts(), troubles=troubles), endpoint), "127.0.0.1", 0)
    await server.start()
    city.hub.start()
    served = ServedCity(city, server.url, endpoint)
    try:
        yield served
    finally:
        await served.close()
        await endpoint.close()
        await server.close()
