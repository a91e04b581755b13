"""The link to the backend: live, lost since when, and how far apart the two clocks are."""

import datetime as dt
import enum
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal

from console.kit.clock import Clock
from contract.devices import LinkState, LinkStatus

SILENCE_LIMIT_S: Final = 4.5  # heartbeats come every 2 s; everything is grey within 5 s of the last
CUT_LIMIT_S: Final = 1.5  # a connection that was closed is lost for certain: only a blink is forgiven


class LinkStage(enum.StrEnum):
    """How the link stands, as the mirror tells it."""

    CONNECTING = "connecting"
    LIVE = "live"
    LOST = "lost"
    LOGGED_OUT = "logged_out"
    REFUSED = "refused"


class LinkStore(QObject):
    """Told by the mirror; `liveness_changed` says when the screens must grey and when they may live again."""

    stage_changed = Signal()
    liveness_changed = Signal(bool)
    loaded = Signal()  # at once: all that this login may see has come, and what it may not see is gone

    def __init__(self, clock: Clock, monotonic: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._monotonic = monotonic
        self._heard_at: float | None = None
        self._heard_on: dt.datetime | None = None
        self._offset = dt.timedelta(0)
        self._was_live = False
        self._is_dirty = False
        self.is_catching_up = False  # the backend answers again, but what happened meanwhile is still on its way
        self.stage = LinkStage.CONNECTING
        self.detail = ""
        self.user = ""
        self.server_id = ""
        self.device_links: dict[str, LinkStatus] = {}

    @property
    def is_live(self) -> bool:
        """Whether what is shown may be believed."""
        if self._heard_at is None or self.is_catching_up:
            return False
        limit = SILENCE_LIMIT_S if self.stage is LinkStage.LIVE else CUT_LIMIT_S
        return self._monotonic() - self._heard_at < limit

    @property
    def lost_since(self) -> dt.datetime | None:
        """When the backend was last heard, while it is not; None while live or never heard."""
        return None if self.stage is LinkStage.LIVE and self.is_live else self._heard_on

    @property
    def clock_offset_s(self) -> float:
        """Seconds the backend's clock is ahead of this machine's."""
        return self._offset.total_seconds()

    @property
    def devices_down(self) -> int:
        """How many device connections do not work."""
        return sum(link.state in {LinkState.DOWN, LinkState.REFUSED} for link in self.device_links.values())

    def server_now(self) -> dt.datetime:
        """The backend's clock, as far as known."""
        return self._clock() + self._offset

    def heard(self, server_time: dt.datetime | None = None) -> None:
        """The backend spoke."""
        self._heard_at = self._monotonic()
        self._heard_on = self._clock()
        if server_time is not None:
            self._offset = server_time - self._heard_on

    def catch_up(self, *, is_over: bool) -> None:
        """A new connection began, or everything that was missed has come."""
        self.is_catching_up = not is_over
        self._is_dirty = True
        if is_over:
            self.loaded.emit()

    def forget_devices(self) -> None:
        """Another person looks: the stream tells him of the connections he may know."""
        self.device_links.clear()
        self._is_dirty = True

    def silence_from(self, heard_on: dt.datetime) -> None:
        """Nothing was heard since then."""
        self._heard_at, self._heard_on = None, heard_on
        self._is_dirty = True

    def take_stage(self, stage: LinkStage, detail: str) -> None:
        """The mirror's link came or went."""
        if (stage, detail) != (self.stage, self.detail):
            self.stage, self.detail = stage, detail
            self._is_dirty = True

    def take_device_links(self, links: tuple[LinkStatus, ...]) -> None:
        """States of the backend's own connections to devices."""
        self.device_links.update({link.connection_id: link for link in links})
        self._is_dirty = True

    def flush(self) -> None:
        """Tell changes, and notice silence."""
        if self._is_dirty:
            self._is_dirty = False
            self.stage_changed.emit()
        if self.is_live is not self._was_live:
            self._was_live = not self._was_live
            self.liveness_changed.emit(self._was_live)
            self.stage_changed.emit()
