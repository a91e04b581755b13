"""No entry in the register of viewings, no picture."""

import pytest

from backend.devkit.errors import LinkDown
from backend.services.media import MediaUnavailable
from backend.services.reasons import Reasons
from backend.services.viewing_register import ViewingRegister
from backend.services.viewings import ViewingRefused, Viewings
from backend.storage.memory import MemoryStorage
from contract.api import ViewRequest
from contract.devices import Binding, Connection
from contract.journal import EntryKind
from contract.masks import Mask
from contract.media import OpenCamera, TicketRefused, TicketUsed, ViewingEnded
from tests.backend.services.rig import CAMERA, LAMP_MANIFEST, LAMPS, ScriptedGateway, SmallCity


class ScriptedCamera(ScriptedGateway):
    """A camera with a picture."""

    def __init__(self) -> None:
        super().__init__()
        self.error: Exception | None = None

    async def stream_uri(self, asset_id: int, stream: str) -> str:
        if self.error is not None:
            raise self.error
        return f"rtsp://10.0.0.4/{stream}"

    async def snapshot(self, asset_id: int) -> bytes:
        return b""


class ScriptedMedia:
    """Gives tickets, and remembers what the journal held at that moment."""

    def __init__(self, city: SmallCity) -> None:
        self.city = city
        self.asked: list[tuple[int, str, str, str, str]] = []
        self.sessions: list[str] = []
        self.entries_before = 0
        self.is_down = False

    async def issue_ticket(
        self, camera: OpenCamera, user: str, masks: tuple[Mask, ...], *, session: str = "", lasts_s: float | None = None
    ) -> tuple[str, int]:
        self.entries_before = len(await self.city.journal(EntryKind.VIEWING))
        if self.is_down:
            raise MediaUnavailable("the video service is starting")
        self.sessions.append(session)
        credentials = f"{camera.user}:{camera.password}"
        self.asked.append((camera.camera_id, camera.stream, camera.url, credentials, user))
        return "rtsp://127.0.0.1:8554/live/4/sub?ticket=once", 30


class OneSecret:
    """A vault with one password."""

    async def load(self) -> None:
        """Nothing to read."""

    async def store(self, name: str, secret: str) -> None:
        """Not kept."""

    def read(self, name: str) -> str:
        return {"camera-4": "viewer:s3cret"}[name]

    def names(self) -> list[str]:
        return ["camera-4"]


class Room:
    """A city with one camera, and who shows it."""

    def __init__(self, city: SmallCity, *, is_in_vault: bool = True) -> None:
        self.city = city
        self.camera = ScriptedCamera()
        self.media = ScriptedMedia(city)
        name = "camera-4" if is_in_vault else "lost"
        connection = Connection(id="camera-4", integration="scripted", url="test:", secret_name=name)
        bindings = {"camera-4": [Binding(asset_id=CAMERA, address="profile")]}
        city.devices.take({"scripted": LAMP_MANIFEST}, [connection], bindings)
        city.devices.set_adapter("camera-4", self.camera)
        reasons = Reasons(city.register, city.live, city.alarms, city.devices)
        self.viewings = Viewings(city.storage, city.register, city.devices, reasons, OneSecret(), self.media)


async def test_the_register_is_written_before_the_ticket_is_made(city: SmallCity) -> None:
    room = Room(city)
    ticket = await room.viewings.view(CAMERA, ViewRequest(reason="appel citoyen"), by="leila", session="desk-1")
    assert room.media.sessions == ["desk-1"], "the picture ends with the login that asked for it"
    assert ticket.url.endswith("ticket=once")
    assert room.media.entries_before == 1
    assert room.media.asked == [(CAMERA, "sub", "rtsp://10.0.0.4/sub", "viewer:s3cret", "leila")]
    (entry,) = await city.journal(EntryKind.VIEWING)
    assert (entry.actor, entry.asset_id, entry.payload["reason"]) == ("leila", CAMERA, "appel citoyen")
    assert "s3cret" not in str(entry.payload)


async def test_no_entry_no_picture(city: SmallCity) -> None:
    room = Room(city)
    storage = city.storage
    assert isinstance(storage, MemoryStorage)
    storage.fail_next = "the disk is full"
    with pytest.raises(Exception, match="disk is full"):
        await room.viewings.view(CAMERA, ViewRequest(), by="leila")
    assert room.media.asked == []


@pytest.mark.parametrize("what_fails", ["camera", "media", "vault"])
async def test_a_picture_that_does_not_come_says_why_and_is_entered(city: SmallCity, what_fails: str) -> None:
    room = Room(city, is_in_vault=what_fails != "vault")
    words = {"camera": "no answer", "media": "starting", "vault": "not in the vault"}[what_fails]
    if what_fails == "camera":
        room.camera.error = LinkDown("no answer")
    room.media.is_down = what_fails == "media"
    with pytest.raises(ViewingRefused, match=words):
        await room.viewings.view(CAMERA, ViewRequest(), by="leila")
    acts = [entry.payload["act"] for entry in await city.journal(EntryKind.VIEWING)]
    assert acts == ["asked", "refused"]


async def test_a_camera_of_the_register_only_has_no_picture(city: SmallCity) -> None:
    room = Room(city)
    assert room.viewings.streams(CAMERA)
    city.devices.set_adapter("camera-4", None)
    assert not room.viewings.streams(CAMERA)
    for asset_id, request in ((CAMERA, ViewRequest()), (LAMPS[0], ViewRequest()), (CAMERA, ViewRequest(stream="x"))):
        with pytest.raises(ViewingRefused):
            await room.viewings.view(asset_id, request, by="leila")


async def test_how_long_was_watched_is_in_the_register(city: SmallCity) -> None:
    register = ViewingRegister(city.storage)
    register.hear(TicketUsed(ticket="t", camera_id=CAMERA, stream="sub", user="leila"))
    register.hear(ViewingEnded(ticket="t", camera_id=CAMERA, stream="sub", user="leila", seconds=12.34))
    register.hear(TicketRefused(camera_id=CAMERA, reason="burnt"))
    await city.settle()
    assert [e.payload["act"] for e in await city.journal(EntryKind.VIEWING)] == ["began", "ended"]
    assert (await city.journal(EntryKind.VIEWING))[-1].payload["seconds"] == 12.3
    assert len(await city.journal(EntryKind.SECURITY)) == 1
    await register.close()
