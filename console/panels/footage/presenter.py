"""Which cameras are played back, what is known of their recordings, and why one watches. No Qt."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import msgspec

from console.kit.errors import RequestFailed, RequestRefused
from console.kit.failures import failure_text
from console.kit.formats import clock_time
from console.kit.ports import AssetLookup, Client
from console.kit.video import NoAddress, PictureState
from contract.assets import Asset
from contract.footage import (
    BookmarkRequest,
    CameraFootage,
    FootageRequest,
    FootageTicket,
    StillRequest,
    ViewingPurpose,
)
from widgets.footage_timeline.lanes import FootageLane, LaneGap, LaneMark, MarkKind, Period
from widgets.texts import Texts

MOST_CAMERAS: Final = 9
TICKET_AROUND: Final = dt.timedelta(minutes=30)
LONGEST_VIEW: Final = dt.timedelta(days=2)
_CAMERA: Final = "camera"
_PLACE_CAMERAS: Final = 4


class FootageState(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a workspace keeps of the panel: its cameras, never a moment."""

    cameras: tuple[int, ...] = ()


class PurposeNeeded(NoAddress):
    """Recordings need a reason in words first."""


class FootagePresenter:
    """Requests and words of playback."""

    def __init__(self, assets: AssetLookup, client: Client, tr: Texts) -> None:
        self._assets = assets
        self._client = client
        self._tr = tr

    def camera(self, asset_id: int) -> Asset | None:
        """The asset, when it is a camera this console may see."""
        asset = self._assets.get(asset_id)
        return asset if asset is not None and asset.class_ == _CAMERA else None

    def camera_of_number(self, text: str) -> Asset | None:
        """The camera of a typed number."""
        return self._assets.camera_of_number(int(text)) if text.isdigit() and len(text) <= 6 else None

    def caption(self, camera_id: int) -> str:
        """Number and name."""
        camera = self.camera(camera_id)
        if camera is None:
            return str(camera_id)
        number = "" if camera.number is None else f"{camera.number} · "
        return f"{number}{camera.name or camera.code}"

    async def access(self, camera_id: int, at: float) -> FootageTicket:
        """A ticket for the time round a moment. Raises NoAddress, PurposeNeeded."""
        moment = dt.datetime.fromtimestamp(at, dt.UTC)
        request = FootageRequest(since=moment - TICKET_AROUND, until=moment + TICKET_AROUND)
        try:
            return await self._client.view_footage(camera_id, request)
        except RequestRefused as error:
            words = failure_text(error, self._tr)
            if needs_purpose(error):
                # A tile has little room: the form above says the rest.
                raise PurposeNeeded(self._tr("footage.purpose_needed")) from error
            raise NoAddress(words) from error
        except RequestFailed as error:
            raise NoAddress(self._tr("video.silent")) from error

    async def lane(self, camera_id: int, since: dt.datetime, until: dt.datetime) -> FootageLane:
        """What is recorded of a camera in a period. Raises RequestFailed."""
        found = await self._client.footage(camera_id, since, until)
        return self._lane(found)

    def waiting_lane(self, camera_id: int) -> FootageLane:
        """A camera of which nothing is known yet."""
        return FootageLane(camera_id, self.caption(camera_id), is_loading=True)

    async def nearest(self, lon: float, lat: float, at: dt.datetime) -> Sequence[int]:
        """The cameras near a place that were recorded at that time, best first. Raises RequestFailed."""
        found = await self._client.nearest_footage(lon, lat, at)
        return tuple(item.camera_id for item in found.items if item.has_footage)[:_PLACE_CAMERAS]

    async def bookmark(self, camera_id: int, at: float, label: str) -> None:
        """Mark a moment. Raises RequestFailed."""
        request = BookmarkRequest(at=dt.datetime.fromtimestamp(at, dt.UTC), label=label)
        await self._client.bookmark(camera_id, request)

    async def still(self, camera_id: int, at: float) -> bytes:
        """The picture of a moment as JPEG. Raises RequestFailed."""
        return await self._client.still(camera_id, StillRequest(at=dt.datetime.fromtimestamp(at, dt.UTC)))

    async def purpose(self) -> ViewingPurpose:
        """Why this session watches. Raises RequestFailed."""
        return await self._client.viewing_purpose()

    def state_text(self, state: PictureState, reason: str, gap: tuple[float | None, float | None] | None) -> str:
        """What a tile says; a recorded picture says nothing, its clock does."""
        if state is PictureState.RECORDED:
            return ""
        if state is PictureState.NO_RECORDING and gap is not None and gap[0] is not None and gap[1] is not None:
            since, until = (clock_time(dt.datetime.fromtimestamp(at, dt.UTC)) for at in (gap[0], gap[1]))
            return self._tr("footage.gap", since=since, until=until)
        if state in {PictureState.NO_RECORDING, PictureState.ENDED, PictureState.CONNECTING}:
            return self._tr(f"footage.{state.value}")
        return reason or self._tr(f"video.{state.value}", time="")

    def _lane(self, found: CameraFootage) -> FootageLane:
        gaps = [LaneGap(_ms(gap.since), _ms(gap.until), self._tr(f"footage.reason.{gap.reason}")) for gap in found.gaps]
        marks = [
            LaneMark(
                mark.id,
                MarkKind(mark.kind),
                _ms(mark.since),
                None if mark.until is None else _ms(mark.until),
                mark.label,
                mark.priority,
            )
            for mark in found.marks
            if mark.kind in set(MarkKind)
        ]
        return FootageLane(
            found.camera_id,
            self.caption(found.camera_id),
            [Period(_ms(span.since), _ms(span.until)) for span in found.spans],
            gaps,
            marks,
        )


def needs_purpose(error: RequestRefused) -> bool:
    """Whether the backend asks why before it shows anything."""
    return error.problem is not None and error.problem.type.endswith("purpose-needed")


def _ms(at: dt.datetime) -> float:
    return at.timestamp() * 1000
