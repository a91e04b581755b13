"""What tiles say and ask for: captions, states, marks, numbers, the cameras near a place, how a head moves. No Qt."""

import datetime as dt
import uuid
from collections.abc import Container, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from console.kit.errors import RequestFailed, RequestRefused
from console.kit.failures import failure_text
from console.kit.formats import clock_time
from console.kit.ports import AssetLookup, Client, StateLookup
from console.kit.said_by_devices import told_text
from console.kit.video import NoAddress, PictureState
from contract.api import CommandRequest, ViewRequest
from contract.assets import Asset
from contract.points import PointValue, Quality, Value
from contract.stream import Visual
from widgets.texts import Texts
from widgets.tile_words import Mark

MOVE_DEADLINE_S: Final = 2.0
PRESET_DEADLINE_S: Final = 10.0
_CAMERA: Final = "camera"
_PLACE_CAMERAS: Final = 4
_NUMBER_DIGITS: Final = 6
_SILENT: Final = frozenset({Visual.UNKNOWN, Visual.STALE})
_ASKED_CAMERAS: Final = 16  # the most one may ask; those that stream and see the place come first
_CONDITIONS: Final = ("picture_frozen", "picture_covered", "picture_dark", "picture_blurred", "picture_moved", "tamper")


class Wanted(NamedTuple):
    """What was typed: a camera's number, and the tile it is for when that was said too (from 1)."""

    number: int | None
    tile: int | None = None


def read_number(text: str) -> Wanted | None:
    """ "12": camera 12; "12.3": into tile 3; ".3": choose tile 3. None where it is neither."""
    number, dot, tile = text.strip().partition(".")
    is_number = number.isascii() and number.isdigit() and len(number) <= _NUMBER_DIGITS
    is_tile = tile.isascii() and tile.isdigit() and len(tile) <= 2
    if dot and is_tile and (is_number or not number):
        return Wanted(int(number) if number else None, int(tile))
    return Wanted(int(number)) if is_number and not dot else None


class CamerasPresenter:
    """Words and requests of the camera wall."""

    def __init__(self, assets: AssetLookup, states: StateLookup, client: Client, tr: Texts) -> None:
        self._assets = assets
        self._states = states
        self._client = client
        self._tr = tr

    def camera(self, asset_id: int | None) -> Asset | None:
        """The asset, when it is a camera this console may see."""
        asset = None if asset_id is None else self._assets.get(asset_id)
        return asset if asset is not None and asset.class_ == _CAMERA else None

    def camera_of_number(self, number: int) -> Asset | None:
        """The camera people call by this number."""
        return self._assets.camera_of_number(number)

    def marks(self, points: Mapping[str, PointValue], *, is_mine: bool = False) -> tuple[Mark, ...]:
        """What is known of a camera, as signs: what is wrong with its picture, recording, masks, its head held here."""
        found = [
            Mark("mdi6.alert-outline", self._tr(f"wall.condition.{name}"), is_warning=True)
            for name in _CONDITIONS
            if _value(points, name) is True
        ]
        if _value(points, "recording_failed") is True:
            found.append(Mark("mdi6.record-circle-outline", self._tr("wall.mark.not_recorded"), is_warning=True))
        elif _value(points, "recording") is True or _value(points, "recording_state") == "recording":
            found.append(Mark("mdi6.record-circle", self._tr("wall.mark.recording")))
        if _value(points, "is_masked") is True:
            found.append(Mark("mdi6.checkerboard", self._tr("wall.mark.masked")))
        if is_mine:
            found.append(Mark("mdi6.gamepad-circle-outline", self._tr("wall.mark.mine")))
        return tuple(found)

    def holder(self, points: Mapping[str, PointValue]) -> str:
        """Who the camera's point says moves it; empty when nobody does."""
        name = _value(points, "ptz_holder")
        return name if isinstance(name, str) else ""

    def is_movable(self, points: Mapping[str, PointValue]) -> bool:
        """Whether hands may steer it: unless it is known to be fixed."""
        return _value(points, "is_ptz") is not False

    def caption(self, camera: Asset) -> str:
        """Number, name and street."""
        number = "" if camera.number is None else str(camera.number)
        parts = (number, camera.name or camera.code, camera.street if camera.street not in camera.name else "")
        return " · ".join(part for part in parts if part)

    def state_text(self, state: PictureState, reason: str, since: dt.datetime) -> str:
        """What a tile says; live says nothing, the picture does."""
        if state is PictureState.LIVE:
            return ""
        if reason == self._tr("video.silent"):
            return reason  # nobody refused anything
        text = self._tr(f"video.{state.value}", time=clock_time(since))
        is_why = state in {PictureState.REFUSED, PictureState.NOT_FOUND}
        return f"{text}\n{told_text(reason, self._tr)}" if reason and is_why else text

    async def address(self, camera_id: int, stream: str, *, sound: bool = False) -> str:
        """A fresh one-shot address. Raises NoAddress in words."""
        try:
            return (await self._client.view(camera_id, ViewRequest(stream=stream, sound=sound))).url
        except RequestRefused as error:
            raise NoAddress(failure_text(error, self._tr)) from error
        except RequestFailed as error:
            raise NoAddress(self._tr("video.silent")) from error

    def central(self, count: int, besides: Container[int | None]) -> Sequence[int]:
        """Cameras that answer, those in the middle of the city first: what a wall shows that nobody filled yet."""
        cameras, _total = self._assets.search("", _CAMERA)
        if not cameras:
            return ()
        places = np.array([(camera.lon, camera.lat) for camera in cameras], np.float64)
        middle_lon, middle_lat = np.median(places, axis=0)
        squeeze = float(np.cos(np.radians(middle_lat)))
        answering = [
            (((camera.lon - middle_lon) * squeeze) ** 2 + (camera.lat - middle_lat) ** 2, camera.id)
            for camera in cameras
            if camera.id not in besides and self._states.visual_of(camera.id) not in _SILENT
        ]
        return [camera_id for _distance, camera_id in sorted(answering)[:count]]

    async def nearest(self, lon: float, lat: float) -> tuple[int, ...]:
        """The live cameras for a place, best first, at most four. Raises RequestFailed."""
        found = await self._client.nearest_cameras(lon, lat, _ASKED_CAMERAS)
        return tuple(item.asset.id for item in found.items if item.streams)[:_PLACE_CAMERAS]

    async def move(self, camera_id: int, pan: float, tilt: float, zoom: float) -> str:
        """Turn the camera for a short while; answers why not, nothing when it moves."""
        arguments = {"pan": pan, "tilt": tilt, "zoom": zoom}
        return await self._act(camera_id, "ptz_move", arguments)

    async def stop(self, camera_id: int) -> str:
        """Stop the camera; answers why not."""
        return await self._act(camera_id, "ptz_stop", {})

    async def go_to_preset(self, camera_id: int, token: str) -> str:
        """Turn the camera to a kept place; answers why not."""
        return await self._act(camera_id, "ptz_preset", {"preset": token}, PRESET_DEADLINE_S)

    async def keep_preset(self, camera_id: int, name: str) -> str:
        """Keep where the camera looks now under a name; answers why not."""
        return await self._act(camera_id, "ptz_preset_set", {"name": name}, PRESET_DEADLINE_S)

    async def remove_preset(self, camera_id: int, token: str) -> str:
        """Forget a kept place; answers why not."""
        return await self._act(camera_id, "ptz_preset_remove", {"preset": token}, PRESET_DEADLINE_S)

    async def run_tour(self, camera_id: int, token: str, act: str) -> str:
        """Start, stop or pause a round that the camera runs by itself; answers why not."""
        return await self._act(camera_id, "ptz_tour", {"tour": token, "act": act}, PRESET_DEADLINE_S)

    async def _act(
        self, camera_id: int, action: str, arguments: Mapping[str, Value], deadline_s: float = MOVE_DEADLINE_S
    ) -> str:
        request = CommandRequest(
            id=str(uuid.uuid4()),
            asset_id=camera_id,
            action=action,
            arguments=dict(arguments),
            deadline_s=deadline_s,
        )
        try:
            await self._client.submit(request)
        except RequestFailed as error:
            return self._why_not(error)
        return ""

    def _why_not(self, error: RequestFailed) -> str:
        """In few words who moves the camera and until when: a tile has one line."""
        problem = error.problem if isinstance(error, RequestRefused) else None
        if problem is not None and problem.detail_code == "head_held":
            return self._tr("wall.head.held_until", **{"who": "", "until": "", **problem.detail_args})
        return failure_text(error, self._tr)


def _value(points: Mapping[str, PointValue], name: str) -> Value:
    """A point's value while it may be believed."""
    point = points.get(name)
    return point.value if point is not None and point.quality is Quality.GOOD else None
