"""A camera with a picture, a media process that does what it is told, and everybody who may look."""

from typing import Final

from backend.services.approvals import Approvals
from backend.services.reasons import Reasons
from backend.services.viewing.gate import Viewer
from backend.services.viewing.viewing import Viewing
from contract.api import ApprovalRequest
from contract.devices import Binding, Connection
from contract.journal import EntryKind, JournalEntry
from contract.masks import Mask
from contract.rights import Grant, Level, User
from tests.backend.scripted_media import ScriptedMedia
from tests.backend.services.rig import CAMERA, LAMP_MANIFEST, ScriptedGateway, SmallCity

FACADE: Final = Mask(id="m1", name="façade", corners=((0.1, 0.1), (0.5, 0.1), (0.5, 0.5), (0.1, 0.5)))
LEILA: Final = Viewer(user="leila", session="desk-1")
MARC: Final = Viewer(user="marc", session="desk-2")


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


class People:
    """Accounts that the test changes as it likes; logins stand until it ends them."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.ended: set[str] = set()
        for name, level in (("leila", Level.OPERATE), ("marc", Level.VIEW), ("paul", Level.CONFIGURE)):
            self.grant(name, Grant(level=level))

    def grant(self, name: str, *grants: Grant) -> User:
        self.users[name] = User(name=name, person=name, display_name=name.title(), role="operator", grants=grants)
        return self.users[name]

    def user(self, name: str) -> User | None:
        return self.users.get(name)

    def has_login(self, name: str, session: str) -> bool:
        return name in self.users and session not in self.ended


class Room:
    """A city with one camera, and who shows it."""

    def __init__(self, city: SmallCity, *, is_in_vault: bool = True) -> None:
        self.city = city
        self.camera = ScriptedCamera()
        self.media = ScriptedMedia()
        self.people = People()
        name = "camera-4" if is_in_vault else "lost"
        connection = Connection(id="camera-4", integration="scripted", url="test:", secret_name=name)
        bindings = {"camera-4": [Binding(asset_id=CAMERA, address="profile")]}
        city.devices.take({"scripted": LAMP_MANIFEST}, [connection], bindings)
        city.devices.set_adapter("camera-4", self.camera)
        self.join()

    def join(self, *, allows_sound: bool = False) -> None:
        """Built anew on what is kept, as after a restart."""
        city = self.city
        self.approvals = Approvals(city.storage, city.clock, self.people.user)
        self.viewing = Viewing(
            city.storage,
            city.clock,
            city.register,
            city.live,
            city.devices,
            Reasons(city.register, city.live, city.alarms, city.devices),
            OneSecret(),
            self.people,
            self.approvals,
            self.media,
            allows_sound=allows_sound,
        )

    async def restart(self) -> None:
        await self.viewing.close()
        self.join()
        await self.approvals.open()
        await self.viewing.open()

    async def approved(self, act: str, payload: dict[str, object], *, by: str = "leila", second: str = "paul") -> str:
        """A second person agrees."""
        requester = self.people.users[by]
        approval = await self.approvals.request(ApprovalRequest(act=act, payload=payload, reason="why"), by=requester)
        await self.approvals.approve(approval.id, by=self.people.users[second])
        return approval.id

    async def viewings(self) -> list[JournalEntry]:
        return await self.city.journal(EntryKind.VIEWING)

    async def acts(self) -> list[object]:
        return [entry.payload["act"] for entry in await self.viewings()]
