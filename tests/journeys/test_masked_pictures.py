"""F60: what a mask covers is seen by nobody, by no door, until two persons lift it for one: held against pixels."""

import asyncio
import datetime as dt
import functools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, NamedTuple

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest
from av.error import FFmpegError

from backend.bootstrap import Backend, BackendOptions
from backend.devkit.clock import SystemClock
from backend.devkit.threads import Threads
from backend_client.errors import ClientError
from backend_client.session import Session
from contract.api import Approval, ApprovalRequest, JournalPage, NearbyCameras, ViewRequest, ViewTicket
from contract.footage import CameraFootage, PurposeRequest, StillRequest
from contract.masks import LiftRequest, Mask, MaskChange, MaskLift, MaskSheet
from contract.rights import Grant, Level
from tests.eventually import eventually
from tests.journeys.stage import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.timeout(420)]
FACADE: Final = Mask(id="m", name="façade", corners=((0.1, 0.1), (0.4, 0.1), (0.4, 0.4), (0.1, 0.4)))
WITHIN_S: Final = 120.0
Picture = npt.NDArray[np.uint8]


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[Backend]:
    """A tenth of the demo city; its supervisor may draw masks."""
    options = BackendOptions(
        data_dir=tmp_path / "data", is_demo=True, city_scale="0.1", is_city_calm=True, footage_quota_gb=1
    )
    running = Backend(options)
    await running.start()
    await running.identity.set_grants("supervisor", [Grant(level=Level.CONFIGURE)], by="system")
    yield running
    await running.close()
    await asyncio.get_running_loop().shutdown_default_executor()


class Seen(NamedTuple):
    """One picture that came."""

    picture: Picture

    @property
    def is_covered(self) -> bool:
        """Whether all within the mask is one colour, its rim left out."""
        height, width = self.picture.shape[:2]
        within = self.picture[int(height * 0.14) : int(height * 0.36), int(width * 0.14) : int(width * 0.36)]
        return float(within.std(axis=(0, 1)).max()) < 2.0


class Seat:
    """Somebody who looks at one camera."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._threads = Threads("seat")
        self.path = ""

    async def live(self) -> Seen | None:
        """A picture of the stream; None while the camera comes up."""
        try:
            ticket = await self.session.post_for(f"{self.path}/view", ViewRequest(stream="sub"), ViewTicket)
            return await self._threads.run(functools.partial(_eighth_picture, ticket.url))
        except (ClientError, FFmpegError):
            return None

    async def still(self, at: dt.datetime | None = None) -> Seen | None:
        """One picture as JPEG; None while there is none."""
        try:
            content = await self.session.post_bytes(f"{self.path}/still", StillRequest(at=at))
        except ClientError:
            return None
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        return None if picture is None else Seen(np.asarray(picture, np.uint8))

    async def close(self) -> None:
        """Leave."""
        await self.session.close()
        self._threads.close()

    async def recorded_at(self) -> dt.datetime | None:
        """A moment of which there is a recording."""
        now = SystemClock().now()
        since, until = ((now - dt.timedelta(minutes=m)).isoformat().replace("+00:00", "Z") for m in (10, 0))
        found = await self.session.get(f"{self.path}/footage", CameraFootage, {"since": since, "until": until})
        spans = [span for span in found.spans if span.until - span.since > dt.timedelta(seconds=8)]
        return spans[0].since + dt.timedelta(seconds=4) if spans else None


async def _sit_down(backend: Backend, name: str) -> Seat:
    session = Session(backend.url)
    await session.login(name, PASSWORD)
    await session.put("/viewing-purpose", PurposeRequest(reason="rixe", requisition="PV 12"))
    return Seat(session)


async def test_f60_what_is_masked_is_seen_through_no_door(backend: Backend) -> None:
    anne, paul, claire = [await _sit_down(backend, name) for name in ("operator1", "operator2", "supervisor")]
    seats = (anne, paul, claire)
    try:
        camera = await eventually(lambda: _streaming_camera(anne.session), "a camera streams", WITHIN_S)
        for seat in seats:
            seat.path = f"/cameras/{camera}"
        assert not (await eventually(anne.live, "it is seen", WITHIN_S)).is_covered
        at = await eventually(anne.recorded_at, "it is recorded", WITHIN_S)

        change = MaskChange(version=0, masks=(FACADE,), reason="fenêtres")
        await claire.session.put_for(f"{claire.path}/masks", change, MaskSheet)
        for seat in seats:
            await _sees(seat, at, is_covered=True)

        wish = ApprovalRequest(
            act="lift_mask", payload={"camera_id": camera, "reason": "plaque", "minutes": 30}, reason="plaque"
        )
        approval = await anne.session.post_for("/approvals", wish, Approval)
        await claire.session.post(f"/approvals/{approval.id}/approve", None)
        lift = LiftRequest(reason="plaque", approval_id=approval.id, minutes=30)
        await anne.session.post_for(f"{anne.path}/masks/lift", lift, MaskLift)
        await _sees(anne, at, is_covered=False)
        await _sees(paul, at, is_covered=True)
        await anne.session.delete(f"{anne.path}/masks/lift")
        await _sees(anne, at, is_covered=True)

        page = await claire.session.get("/journal", JournalPage, {"asset_id": camera, "kinds": "viewing", "limit": 200})
        seen = [entry for entry in page.items if entry.payload["act"] in {"began", "taken"}]
        asked = {entry.payload["ticket"] for entry in page.items if entry.payload["act"] == "asked"}
        assert len(seen) >= 15
        assert {entry.payload["ticket"] for entry in seen} <= asked, "nothing was seen that was not asked for"
    finally:
        for seat in seats:
            await seat.close()


async def _sees(seat: Seat, at: dt.datetime, *, is_covered: bool) -> None:
    for door in (seat.live, seat.still, lambda: seat.still(at)):
        seen = await eventually(door, "a picture comes", WITHIN_S)
        assert seen.is_covered is is_covered


async def _streaming_camera(session: Session) -> int | None:
    near = await session.get("/cameras/near", NearbyCameras, {"lon": 5.04, "lat": 47.32, "count": 1})
    return next((item.asset.id for item in near.items if item.streams), None)


def _eighth_picture(url: str) -> Seen | None:
    with av.open(url, options={"rtsp_transport": "tcp"}, timeout=10.0) as stream:
        for number, frame in enumerate(stream.decode(video=0)):
            if number == 7:
                return Seen(np.asarray(frame.to_ndarray(format="bgr24"), np.uint8))
    return None
