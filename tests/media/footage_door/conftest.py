"""Recordings behind a footage door, and a console's tiles in front of it."""

import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from contract.footage import FootageTicket
from contract.masks import Mask
from contract.media import IssueFootageTicket, MediaEvent, ViewingEnded
from media.footage_door.door import FootageDoor
from media.footage_door.ports import Masking
from tests.eventually import eventually
from tests.media.footage_door.stamped_footage import NOON, record_stamped, shows
from tests.video.conftest import BarFilms
from video.decoding.pool import DecoderPool
from video.decoding.pool_tile import TileStatus
from video.footage.places import utc
from video.states import StreamFailure, StreamState


class Archive:
    """A footage door over a folder, and what it reported."""

    def __init__(self, folder: Path, masking: Masking | None = None) -> None:
        self.folder = folder
        self.reports: list[MediaEvent] = []
        self._masking = masking
        self.door = FootageDoor(folder, self.reports.append, masking)
        self.tickets = 0
        self.refusal = ""
        self.period = (NOON - 3600.0, NOON + 3600.0)
        self.masks: tuple[Mask, ...] = ()
        self.lasts_s: float | None = None

    async def reopen(self) -> None:
        """A media process that was started anew, at the port it had."""
        port = self.door.port
        self.door = FootageDoor(self.folder, self.reports.append, self._masking)
        await self.door.start("127.0.0.1", port)

    def ticket(self, camera_id: int = 7, user: str = "anne", session: str = "") -> str:
        secret = secrets.token_urlsafe(24)
        since, until = (utc(at) for at in self.period)
        self.door.issue(
            IssueFootageTicket(
                ticket=secret,
                camera_id=camera_id,
                user=user,
                expires_in=30.0,
                since=since,
                until=until,
                masks=self.masks,
                session=session,
                lasts_s=self.lasts_s,
            )
        )
        self.tickets += 1
        return secret

    async def access(self, at: float) -> FootageTicket:
        """As the console asks the backend for a ticket."""
        del at
        if self.refusal:
            raise StreamFailure(StreamState.REFUSED, self.refusal)
        return FootageTicket(
            host="127.0.0.1",
            port=self.door.port,
            is_encrypted=False,
            ticket=self.ticket(),
            expires_in=30,
            is_masked=bool(self.masks),
            server_time=utc(NOON),
        )

    def ended(self) -> list[ViewingEnded]:
        return [event for event in self.reports if isinstance(event, ViewingEnded)]


class Tiles:
    """A decoder pool, and what it said of its tiles."""

    def __init__(self, workers: int = 1) -> None:
        self.said: dict[str, list[TileStatus]] = {}
        self.pool = DecoderPool(
            workers=workers, on_status=lambda name, status: self.said.setdefault(name, []).append(status)
        )

    async def until_shown(self, tile: str, at: float, within_s: float = 15.0) -> None:
        await eventually(lambda: shows(self.pool.newest(tile), at), f"{tile} shows {at - NOON:.3f}", within_s)

    async def until_said(self, tile: str, state: StreamState, within_s: float = 15.0) -> TileStatus:
        await eventually(lambda: self.pool.states[tile].state is state, f"{tile} says {state}", within_s)
        return self.pool.states[tile]


@pytest.fixture(scope="session")
def bar_films() -> BarFilms:
    return BarFilms()


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory, bar_films: BarFilms) -> Path:
    """Camera 7: forty seconds, a minute of nothing, twenty seconds."""
    folder = tmp_path_factory.mktemp("footage")
    record_stamped(folder, bar_films, seconds=40.0)
    record_stamped(folder, bar_films, begins_at=NOON + 100.0, seconds=20.0)
    return folder


@pytest.fixture
async def archive(recordings: Path) -> AsyncIterator[Archive]:
    archive = Archive(recordings)
    await archive.door.start("127.0.0.1")
    yield archive
    await archive.door.close()
    await archive.door.close()


@pytest.fixture
async def tiles() -> AsyncIterator[Tiles]:
    tiles = Tiles()
    await tiles.pool.start()
    yield tiles
    await tiles.pool.close()


@pytest.fixture
def watch(tiles: Tiles, archive: Archive) -> Callable[[str], None]:
    """Opens a footage tile on camera 7."""
    return lambda name: tiles.pool.open_footage(name, archive.access, 640, 360)
