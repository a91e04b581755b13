"""Everything about who sees what, joined: one gate, its doors, and what ends what may not stay open."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final, Protocol

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.ports import SecretVault, Storage, StorageError
from backend.services.approvals import Approvals
from backend.services.devices import Devices
from backend.services.live_state import LiveState
from backend.services.reasons import Reasons
from backend.services.register import Register
from backend.services.viewing.footage_tickets import FootageTickets
from backend.services.viewing.gate import Accounts, Gate
from backend.services.viewing.lifts import Lifts
from backend.services.viewing.live import Media, Streams, Viewings
from backend.services.viewing.masks import Masks, MaskTeller
from backend.services.viewing.open_viewings import OpenViewings, PictureTaker
from backend.services.viewing.purposes import Purposes
from backend.services.viewing.register import ViewingRegister
from backend.services.viewing.stills import Stills
from contract.assets import Asset
from contract.masks import Mask
from contract.media import MediaEvent

log = logging.getLogger(__name__)
_LOOK_EVERY_S: Final = 1.0


class MediaDoor(Media, PictureTaker, MaskTeller, Protocol):
    """All that viewing asks of the media process."""


class Viewing:
    """Built once, by bootstrap. `gate` is for whoever else lets pictures out (evidence)."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        register: Register,
        live: LiveState,
        devices: Devices,
        reasons: Reasons,
        vault: SecretVault,
        accounts: Accounts,
        approvals: Approvals,
        media: MediaDoor,
        *,
        allows_sound: bool = False,
    ) -> None:
        self._register = register
        self._media = media
        self._tasks = Tasks("viewing")
        self._entries = ViewingRegister(storage)
        self.purposes = Purposes(storage, clock)
        self.masks = Masks(storage, clock, live, approvals, media)
        self.lifts = Lifts(storage, clock, self.purposes, self.masks, approvals, media)
        self.gate = Gate(storage, clock, register, accounts, self.purposes.of, self.masks_for)
        self.open_viewings = OpenViewings(self.gate, clock, media)
        self.streams = Streams(devices, vault, live, allows_sound=allows_sound)
        self.live = Viewings(self.gate, self.streams, reasons, media, self.open_viewings)
        self.footage = FootageTickets(self.gate, clock, media, self.open_viewings)
        self.stills = Stills(self.gate, clock, self.streams, media)

    async def open(self) -> None:
        """After the register: what was said, drawn and lifted before the restart."""
        await self.purposes.open()
        await self.masks.open()
        await self.lifts.open()
        self.masks.show(camera.id for camera in self._cameras())

    async def run(self) -> None:
        """End what is over, for ever."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            await self.look()

    async def close(self) -> None:
        """End what runs; may be called twice."""
        await self._tasks.close()
        await self.stills.close()
        await self._entries.close()

    async def look(self) -> None:
        """Lifts whose time is over, viewings whose right or login is gone."""
        self.open_viewings.end_what_may_not_stay()
        try:
            await self.lifts.end_due()
        except StorageError as error:
            log.error("that masks came back was not kept yet: %s", error)

    def masks_for(self, camera_id: int, session: str) -> tuple[tuple[Mask, ...], float | None]:
        """What is covered for this login now, and for how long it sees the camera bare."""
        masks = self.masks.of(camera_id)
        lasts_s = self.lifts.lasts_s(camera_id, session) if masks and session else None
        return (masks, None) if lasts_s is None else ((), lasts_s)

    def hear(self, event: MediaEvent) -> None:
        """What the media process says."""
        self._entries.hear(event)
        self.open_viewings.hear(event)
        self.stills.hear(event)

    def take_pictures(self, user: str, session: str) -> None:
        """This user's rights changed or a login of his ended: viewings end, and what he lifted comes back."""
        self._media.revoke_user(user, session)
        self._tasks.start(self._end_lifts(user, session), name="lifts end")

    def assets_changed(self, assets: Sequence[Asset], removed: Sequence[Asset] = ()) -> None:
        """New cameras say whether they are masked; whoever watches one that is gone, or not his any more, is ended."""
        cameras = [asset for asset in assets if asset.class_ == "camera"]
        gone = [asset.id for asset in removed if asset.class_ == "camera"]
        if cameras or gone:
            self._tasks.start(self._take_in(cameras, gone), name="cameras changed")

    def states_changed(self, asset_ids: Sequence[int]) -> None:
        """Nothing of viewing hangs on it."""

    def assets_moved(self, asset_ids: Sequence[int]) -> None:
        """Nothing of viewing hangs on it."""

    async def _take_in(self, cameras: Sequence[Asset], gone: Sequence[int]) -> None:
        for camera_id in gone:
            if self._register.get(camera_id) is None:
                self.open_viewings.camera_removed(camera_id)
        self.open_viewings.end_what_may_not_stay()
        self.masks.show(camera.id for camera in cameras)
        for camera_id in gone:
            if self._register.get(camera_id) is None:
                await self.lifts.end_on(camera_id)
                await self.masks.forget(camera_id)

    async def _end_lifts(self, user: str, session: str) -> None:
        try:
            await self.lifts.end_of(user, session)
        except StorageError as error:
            log.error("that masks came back was not kept yet: %s", error)

    def _cameras(self) -> Sequence[Asset]:
        topics = [topic for topic in self._register.topics() if topic[1] == "camera"]
        return [camera for commune, class_ in topics for camera in self._register.of_topic(commune, class_)]
