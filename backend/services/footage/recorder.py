"""The recorder as an asset: whether it runs, how full its disk is, what it fails to destroy or to seal."""

from collections.abc import Mapping
from typing import Final

from backend.domain.footage_rules import disk_percent
from backend.services.footage.facts import FootageFacts
from backend.services.own_asset import OwnAsset, SinkOf
from backend.services.register import Register
from contract.assets import Asset
from contract.media import FootageDisk, PurgeHeld
from contract.points import Value

CLASS: Final = "recorder"
CODE: Final = "ENR-01"


class Recorder:
    """Tells what the media process says of itself as points of one asset, made when the first camera is recorded."""

    def __init__(self, register: Register, facts: FootageFacts, sink_of: SinkOf) -> None:
        """`sink_of` gives where to report on our own assets."""
        why = "the first camera is recorded"
        self._asset = OwnAsset(register, CLASS, CODE, "Enregistreur vidéo", why=why, service="video_protection")
        self._asset.report_by(sink_of)
        self._facts = facts
        self.disk: FootageDisk | None = None
        self.purge_held = ""

    @property
    def trouble(self) -> str:
        """What ails the recordings as a whole, in words; empty when nothing does."""
        if self._asset.points.get("running") is False:
            return "nothing is recorded: the recorder does not run"
        if self._asset.points.get("stopped_by_disk") is True:
            return "nothing is recorded: the disk of the recordings is full; free room on it"
        if self.purge_held:
            return f"recordings are not purged: {self.purge_held}"
        if self._asset.points.get("retention_overdue") is True:
            return "recordings are kept longer than their plans allow: look at the recorder"
        return ""

    async def ensure(self, near: Asset) -> None:
        """Have the asset. It stands where the register says, at first beside a camera that it records."""
        await self._asset.ensure(near)

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
        self._asset.tell(points)

    def _hear_disk(self, event: FootageDisk) -> None:
        was_stopped = self.disk is not None and self.disk.is_stopped
        self.disk = event
        if event.is_stopped != was_stopped:
            name = "recording_stopped" if event.is_stopped else "recording_resumed"
            self._facts.add(name, {"used_bytes": event.used_bytes, "free_bytes": event.free_bytes})
        percent = disk_percent(event.used_bytes, event.free_bytes)
        self.tell({"disk_percent": percent, "stopped_by_disk": event.is_stopped})
