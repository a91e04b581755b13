"""The one gate before all pictures: right, login, purpose and masks are settled and the register is written first."""

import datetime as dt
import enum
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

import msgspec

from backend.devkit.clock import Clock
from backend.domain.rights import allows
from backend.domain.rights_place import service_of
from backend.ports import Storage, Unit
from backend.services.refusals import ViewingRefused
from backend.services.register import Register
from backend.services.said import Said, say
from backend.services.viewing.marks import session_mark, ticket_mark
from backend.services.viewing.purposes import LONGEST_REASON, purpose_payload
from contract.assets import Asset
from contract.footage import ViewingPurpose
from contract.journal import EntryKind, NewEntry
from contract.masks import Mask
from contract.rights import Level, User


class Door(enum.StrEnum):
    """The four ways by which pictures leave."""

    LIVE = "live"
    FOOTAGE = "footage"
    STILL = "still"
    EVIDENCE = "evidence"


LEVELS: Final[Mapping[Door, Level]] = {
    Door.LIVE: Level.VIEW,
    Door.FOOTAGE: Level.VIEW,
    Door.STILL: Level.VIEW,
    Door.EVIDENCE: Level.MANAGE,
}
WITHOUT_REASON: Final = frozenset({Door.LIVE})  # routine duty; with lifted masks the lift has its own reason


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, from which login. `purpose`: stated with the request itself, in place of the login's.

    Work that outlives a login (evidence) is for `session` "": the account as it is then decides.
    """

    user: str
    session: str = ""
    purpose: ViewingPurpose | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What of which camera. `details` go into the register as they are."""

    camera_id: int
    door: Door
    stream: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    reason: str = ""
    details: Mapping[str, object] = {}


class Permit(msgspec.Struct, frozen=True, kw_only=True):
    """The gate's word that these pictures may leave, masked so. Made by the gate alone.

    `lasts_s`: they may be bare for so long only. `ticket` is the secret that opens the door; the register has its mark.
    """

    camera: Asset
    viewer: Viewer
    asked: Asked
    purpose: ViewingPurpose
    masks: tuple[Mask, ...]
    lasts_s: float | None
    ticket: str
    seq: int

    def __repr__(self) -> str:
        """Without the ticket."""
        return f"Permit({self.asked.door.value}, {self.camera.code!r}, {self.viewer.user!r}, entry {self.seq})"


class Accounts(Protocol):
    """Who there is, and who is logged in."""

    def user(self, name: str) -> User | None:
        """An account as it is now."""
        ...

    def has_login(self, name: str, session: str) -> bool:
        """Whether this login of this account still stands."""
        ...


MasksFor = Callable[[int, str], tuple[tuple[Mask, ...], float | None]]
"""(camera, login) -> what is covered for it, and for how long it is bare."""


class Gate:
    """No permit without an entry in the register of viewings; no picture without a permit."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        register: Register,
        accounts: Accounts,
        purpose_of: Callable[[str], ViewingPurpose],
        masks_for: MasksFor,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._register = register
        self._accounts = accounts
        self._purpose_of = purpose_of
        self._masks_for = masks_for

    def camera(self, viewer: Viewer, camera_id: int, door: Door) -> Asset:
        """The camera, when this person may see it through this door; nothing is entered yet. Raises ViewingRefused."""
        return self._seen(viewer, Asked(camera_id=camera_id, door=door))

    async def admit(self, viewer: Viewer, asked: Asked) -> Permit:
        """One camera's pictures. Raises ViewingRefused, PurposeNeeded, StorageError: then nothing may leave."""
        (permit,) = await self.admit_all(viewer, [asked])
        return permit

    async def admit_all(self, viewer: Viewer, asks: Sequence[Asked]) -> tuple[Permit, ...]:
        """All of them or none, in one commit."""
        permits = [self._considered(viewer, asked) for asked in asks]
        entries = await self._storage.commit(Unit(entries=[_entry(permit, "asked", {}) for permit in permits]))
        return tuple(
            msgspec.structs.replace(permit, seq=entry.seq) for permit, entry in zip(permits, entries, strict=True)
        )

    def current(self, permit: Permit) -> Permit:
        """The permit as of this moment: to be asked just before pictures are let out, nothing awaited between.

        Raises ViewingRefused when the right, the login or the camera has gone since.
        """
        camera = self._seen(permit.viewer, permit.asked)
        masks, lasts_s = self._masks_for(camera.id, permit.viewer.session)
        return msgspec.structs.replace(permit, camera=camera, masks=masks, lasts_s=lasts_s)

    def still_may(self, permit: Permit) -> bool:
        """Whether what this permit opened may stay open."""
        try:
            self._seen(permit.viewer, permit.asked)
        except ViewingRefused:
            return False
        return True

    async def enter(self, permit: Permit, act: str, details: Mapping[str, object]) -> None:
        """What became of it: refused and why, taken, handed out."""
        await self._storage.commit(Unit(entries=[_entry(permit, act, details)]))

    def _considered(self, viewer: Viewer, asked: Asked) -> Permit:
        camera = self._seen(viewer, asked)
        if len(asked.reason) > LONGEST_REASON:
            raise ViewingRefused(say("viewing_reason", count=LONGEST_REASON))
        purpose = viewer.purpose or self._purpose_of(viewer.session)
        if asked.door not in WITHOUT_REASON and not purpose.reason:
            raise PurposeNeeded(say("purpose_needed"))
        masks, lasts_s = self._masks_for(camera.id, viewer.session)
        return Permit(
            camera=camera,
            viewer=viewer,
            asked=asked,
            purpose=purpose,
            masks=masks,
            lasts_s=lasts_s,
            ticket=secrets.token_urlsafe(24),
            seq=0,
        )

    def _seen(self, viewer: Viewer, asked: Asked) -> Asset:
        """The camera, which this person may see through this door now. Raises ViewingRefused."""
        camera = self._register.get(asked.camera_id)
        user = self._accounts.user(viewer.user)
        if camera is None or camera.class_ != "camera":
            raise ViewingRefused(say("no_camera"))
        if user is None or not user.is_active:
            raise ViewingRefused(say("viewing_login"))
        if viewer.session and not self._accounts.has_login(viewer.user, viewer.session):
            raise ViewingRefused(say("viewing_login"))
        if not self._may(user, Level.VIEW, camera):
            raise ViewingRefused(say("no_camera"))
        if not self._may(user, LEVELS[asked.door], camera):
            raise ViewingRefused(say("viewing_right", asset=camera.code))
        return camera

    def _may(self, user: User, level: Level, camera: Asset) -> bool:
        service = service_of(camera, self._register.classes)
        return allows(
            user.grants, level, commune=camera.commune, service=service, class_=camera.class_, at=self._clock.now()
        )


class PurposeNeeded(ViewingRefused):
    """These pictures need a stated reason."""

    def __init__(self, said: Said) -> None:
        super().__init__(said)


def _entry(permit: Permit, act: str, details: Mapping[str, object]) -> NewEntry:
    asked = permit.asked
    payload: dict[str, object] = {
        "act": act,
        "door": asked.door.value,
        "stream": asked.stream or asked.door.value,
        **purpose_payload(permit.purpose),
        "session": session_mark(permit.viewer.session),
        "ticket": ticket_mark(permit.ticket),
        "masks": len(permit.masks),
        "is_lifted": permit.lasts_s is not None,
        **asked.details,
        **details,
    }
    if asked.reason:
        payload["reason"] = asked.reason
    if asked.since is not None and asked.until is not None:
        payload |= {"since": asked.since.isoformat(), "until": asked.until.isoformat()}
    if permit.seq:
        payload["asked"] = permit.seq
    return NewEntry(kind=EntryKind.VIEWING, actor=permit.viewer.user, asset_id=permit.camera.id, payload=payload)
