"""The recorder as an asset: whether it runs, how full its disk is, what it fails to destroy or to seal."""

import logging
from collections.abc import Callable, Mapping
from typing import Final

from backend.devkit.adapter import Sink
from backend.domain.footage_rules import disk_percent
from backend.ports import StorageError
from backend.services.footage.facts import FootageFacts
from backend.services.register import Register, RegisterRefused
from contract.assets import Asset
from contract.media import FootageDisk, PurgeHeld
from contract.points import Reading, Value

log = logging.getLogger(__name__)
CLASS: Final = "recorder"
CODE: Final = "ENR-01"
SinkOf = Callable[[tuple[int, ...]], Sink]


class Recorder:
    """Tells what the media process says of itself as points of one asset, made when the first camera is recorded."""

    def __init__(self, register: Register, facts: FootageFacts, sink_of: SinkOf) -> None:
        """`sink_of` gives where to report on our own assets."""
        self._register = register
        self._facts = facts
        self._sink_of = sink_of
        self._points: dict[str, Value] = {}
        self._told: dict[str, Value] = {}
        self._asset_id: int | None = None
        self.disk: FootageDisk | None = None
        self.purge_held = ""

    @property
    def trouble(self) -> str:
        """What ails the recordings as a whole, in words; empty when nothing does."""
        if self._points.get("running") is False:
            return "nothing is recorded: the recorder does not run"
        if self._points.get("stopped_by_disk") is True:
            return "nothing is recorded: the disk of the recordings is full; free room on it"
        if self.purge_held:
            return f"recordings are not purged: {self.purge_held}"
        if self._points.get("retention_overdue") is True:
            return "recordings are kept longer than their plans allow: look at the recorder"
        return ""

    async def ensure(self, near: Asset) -> None:
        """Have the asset. It stands where the register says, at first beside a camera that it records."""
        if self._standing() is not None:
            return
        asset = Asset(
            id=self._register.next_id(),
            code=CODE,
            class_=CLASS,
            name="Enregistreur vidéo",
            lon=near.lon,
            lat=near.lat,
            commune=near.commune,
            service="video_protection",
        )
        try:
            await self._register.apply([asset], "system", note="the first camera is recorded")
        except (RegisterRefused, StorageError) as error:
            log.error("the recorder could not be entered in the register: %s", error)

    def hear(self, event: FootageDisk | PurgeHeld) -> None:
        """What the media process says of the archive as a whole."""
        match event:
            case FootageDisk():
                self._hear_disk(event)
            case PurgeHeld():
                if event.reason != self.purge_held:
                    self.purge_held = event.reason
                    name = "purge_held" if event.reason else "purge_resumed"
                    self._facts.add(name, {"reason": event.reason})
                self.tell({"purge_held": bool(event.reason)})

    def tell(self, points: Mapping[str, Value]) -> None:
        """These are its points now; those that were told so already are not told again."""
        self._points |= points
        asset_id = self._standing()
        if asset_id is None:
            return
        if asset_id != self._asset_id:  # a new asset, or a new register: it knows nothing yet
            self._asset_id, self._told = asset_id, {}
        fresh = {name: value for name, value in self._points.items() if self._told.get(name) != value}
        if fresh:
            self._told |= fresh
            self._sink_of((asset_id,)).report([Reading(asset_id, name, value) for name, value in fresh.items()])

    def _hear_disk(self, event: FootageDisk) -> None:
        was_stopped = self.disk is not None and self.disk.is_stopped
        self.disk = event
        if event.is_stopped != was_stopped:
            name = "recording_stopped" if event.is_stopped else "recording_resumed"
            self._facts.add(name, {"used_bytes": event.used_bytes, "free_bytes": event.free_bytes})
        percent = disk_percent(event.used_bytes, event.free_bytes)
        self.tell({"disk_percent": percent, "stopped_by_disk": event.is_stopped})

    def _standing(self) -> int | None:
        for topic in self._register.topics():
            if topic[1] == CLASS:
                return self._register.of_topic(*topic)[0].id
        return None
