"""Sees to it that the media process records what is planned, and tells how each recording fares."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks, look_for_ever
from backend.services.devices import Devices
from backend.services.footage.addresses import NoAddress
from backend.services.footage.plan_book import PlanBook
from backend.services.footage.texts import TEXTS
from backend.services.media import MediaUnavailable
from backend.services.register import Register
from backend.services.said import NOTHING, Said, quoted, say
from contract.assets import AssetStatus
from contract.devices import LinkState
from contract.footage import RecordingMode, RecordingPlan
from contract.media import CloseCamera, MediaCommand, OpenCamera, PlanRecording, RecordingState
from contract.points import Quality, Reading

log = logging.getLogger(__name__)
LOOK_EVERY_S: Final = 1.0
_AT_ONCE: Final = 8  # cameras that are asked where their picture is at the same time
_FIRST_DELAY_S: Final = 5.0
_LONGEST_DELAY_S: Final = 60.0
_COMES_UP_WITHIN_S: Final = 15.0
_ASK_ANEW_S: Final = 60.0  # where a camera that fails has its picture now


class Commanded(Protocol):
    """The media process, as the desk sees it."""

    @property
    def is_ready(self) -> bool:
        """Whether it listens."""
        ...

    @property
    def reason(self) -> str:
        """Why it does not."""
        ...

    def tell(self, command: MediaCommand) -> None:
        """Say a command. Raises MediaUnavailable."""
        ...


class Addresses(Protocol):
    """Where cameras have their pictures."""

    async def of(self, asset_id: int, stream: str) -> OpenCamera:
        """What opens a stream. Raises NoAddress."""
        ...


class Fare(msgspec.Struct, frozen=True):
    """How a recording fares: off, waiting, recording or failed, and why."""

    state: str
    why: Said = NOTHING


class _Camera:
    """What the desk knows of one planned camera."""

    def __init__(self) -> None:
        self.address: OpenCamera | None = None
        self.link: tuple[object, ...] = ()  # the connection as it was when the address was asked
        self.asked_stream = ""
        self.is_asking = False
        self.ask_at = 0.0
        self.delay_s = _FIRST_DELAY_S
        self.no_address = NOTHING
        self.needed_at: float | None = None  # monotonic: since when its address is needed
        self.told_address: OpenCamera | None = None  # to the media process that runs now
        self.told_plan: RecordingPlan | None = None
        self.fare: Fare | None = None  # as the recorder said


class RecordingDesk:
    """Pushes addresses and plans, again after each start of either side, and as cameras come, move and go."""

    def __init__(
        self,
        plans: PlanBook,
        register: Register,
        devices: Devices,
        addresses: Addresses,
        media: Commanded,
        clock: Clock,
        report_ours: Callable[[Sequence[Reading]], None],
    ) -> None:
        self._plans = plans
        self._register = register
        self._devices = devices
        self._addresses = addresses
        self._media = media
        self._clock = clock
        self._report_ours = report_ours
        self._cameras: dict[int, _Camera] = {}
        self._shown: dict[int, Fare | None] = {}
        self._tasks = Tasks("recordings")
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Look for ever, and at once when something is new."""
        await look_for_ever(self.look, self._wake, LOOK_EVERY_S, "recordings")

    async def close(self) -> None:
        """End what runs."""
        await self._tasks.close()

    async def settle(self) -> None:
        """Returns when no camera is being asked."""
        await self._tasks.settle()

    def wake(self) -> None:
        """Something is new: a plan, a camera."""
        self._wake.set()

    def media_began(self) -> None:
        """A new media process knows nothing: everything is told anew."""
        for camera in self._cameras.values():
            camera.told_address = camera.told_plan = camera.fare = None
        self.wake()

    def hear(self, event: RecordingState) -> None:
        """How the recording of a camera fares."""
        camera = self._cameras.get(event.camera_id)
        if camera is not None and camera.told_plan is not None:
            camera.fare = Fare(event.state, _why(event.detail))
            self._show(event.camera_id)

    def fare(self, camera_id: int) -> Fare:
        """How the recording of a camera fares now."""
        if not self._is_wanted(camera_id):
            return Fare("off")
        if not self._media.is_ready:
            return Fare("failed", say("recorder_not_running"))
        camera = self._cameras.get(camera_id)
        if camera is None:
            return Fare("waiting")
        if camera.fare is not None and (camera.fare.state != "failed" or not camera.no_address):
            return camera.fare
        return Fare("failed", camera.no_address) if self._is_given_up(camera) else Fare("waiting")

    def look(self) -> None:
        """Tell what is not told yet, ask what is not known, show what changed."""
        for camera_id in set(self._cameras) - set(self._plans.all()):
            self._cameras.pop(camera_id)
        for camera_id, kept in self._plans.all().items():
            camera = self._cameras.setdefault(camera_id, _Camera())
            try:
                if self._is_wanted(camera_id):
                    self._keep(camera_id, camera, kept.plan)
                else:
                    self._end(camera_id, camera, kept.plan)
            except MediaUnavailable:
                pass  # it begins anew, and is told everything then
            self._show(camera_id)

    def _is_wanted(self, camera_id: int) -> bool:
        asset = self._register.get(camera_id)
        is_there = asset is not None and asset.class_ == "camera" and asset.status is not AssetStatus.RETIRED
        return is_there and self._plans.is_recorded(camera_id)

    def _keep(self, camera_id: int, camera: _Camera, plan: RecordingPlan) -> None:
        if camera.needed_at is None:
            camera.needed_at = self._clock.monotonic()
        self._ask_if_due(camera_id, camera, plan.stream)
        if not self._media.is_ready:
            return
        address = camera.address
        if address is not None and address.stream == plan.stream and camera.told_address != address:
            self._media.tell(address)
            camera.told_address = address
        is_known = camera.told_address is not None and camera.told_address.stream == plan.stream
        # A camera of which no address can be had is planned too: that it is not recorded is a gap to be kept.
        if (is_known or self._is_given_up(camera)) and camera.told_plan != plan:
            self._media.tell(PlanRecording(camera_id=camera_id, plan=plan))
            camera.told_plan = plan

    def _end(self, camera_id: int, camera: _Camera, plan: RecordingPlan) -> None:
        """Its recordings stay until their delay is over: the recorder is told of that too."""
        if not self._media.is_ready:
            return
        off = msgspec.structs.replace(plan, mode=RecordingMode.OFF)
        if camera.told_plan != off:
            self._media.tell(PlanRecording(camera_id=camera_id, plan=off))
            camera.told_plan = off
        asset = self._register.get(camera_id)
        if camera.told_address is not None and (asset is None or asset.status is AssetStatus.RETIRED):
            self._media.tell(CloseCamera(camera_id=camera_id, stream=camera.told_address.stream))
            camera.told_address = camera.address = None

    # --- where its picture is

    def _ask_if_due(self, camera_id: int, camera: _Camera, stream: str) -> None:
        now = self._clock.monotonic()
        link = self._link(camera_id)
        is_failing = camera.fare is not None and camera.fare.state == "failed"
        is_new = camera.address is None or camera.address.stream != stream or link != camera.link
        is_other = link != camera.link or stream != camera.asked_stream
        if camera.is_asking or not (is_new or is_failing) or (now < camera.ask_at and not is_other):
            return
        camera.is_asking = True
        if link[:1] != camera.link[:1]:
            camera.needed_at = now  # another connection comes up in its own time
        camera.link, camera.asked_stream = link, stream
        self._tasks.start(self._ask(camera_id, camera, stream), name=f"address of camera {camera_id}")

    async def _ask(self, camera_id: int, camera: _Camera, stream: str) -> None:
        try:
            async with self._slots:
                address = await self._addresses.of(camera_id, stream)
        except NoAddress as error:
            camera.no_address = error.said
            camera.ask_at = self._clock.monotonic() + camera.delay_s
            camera.delay_s = min(camera.delay_s * 2, _LONGEST_DELAY_S)
        except Exception:
            camera.no_address = say("camera_address_unknown")
            camera.ask_at = self._clock.monotonic() + _LONGEST_DELAY_S
            raise
        else:
            camera.address, camera.no_address, camera.delay_s = address, NOTHING, _FIRST_DELAY_S
            camera.ask_at = self._clock.monotonic() + _ASK_ANEW_S
        finally:
            camera.is_asking = False
            self.wake()

    def _is_given_up(self, camera: _Camera) -> bool:
        """Its connection comes up within seconds of a start; later it is a failure."""
        if not camera.no_address or camera.needed_at is None:
            return False
        return self._clock.monotonic() - camera.needed_at >= _COMES_UP_WITHIN_S

    def _link(self, camera_id: int) -> tuple[object, ...]:
        """Differs when the connection has come up anew, or was changed."""
        connection_id = self._devices.connection_of(camera_id)
        if connection_id is None:
            return (None,)
        link = self._devices.link(connection_id)
        came_up = link.since if link.state is LinkState.UP else None
        adapter = self._devices.adapter(connection_id)
        return self._devices.connection(connection_id), None if adapter is None else id(adapter), came_up

    # --- what is shown

    def _show(self, camera_id: int) -> None:
        """Points of the camera. Without a recorder nothing is known of it: that is the recorder's alarm, not its."""
        is_known = self._media.is_ready or not self._is_wanted(camera_id)
        fare = self.fare(camera_id) if is_known else None
        if camera_id in self._shown and self._shown[camera_id] == fare:
            return
        self._shown[camera_id] = fare
        if self._register.get(camera_id) is None:
            return
        if fare is None:
            names = ("recording", "recording_state")
            self._report_ours([Reading(camera_id, name, None, quality=Quality.UNKNOWN) for name in names])
            return
        self._report_ours(
            [
                Reading(camera_id, "recording", fare.state == "recording"),
                Reading(camera_id, "recording_state", fare.state),
                Reading(camera_id, "recording_failed", fare.state == "failed"),
            ]
        )


def _why(detail: str) -> Said:
    """The recorder's word, in words."""
    code = f"rec_{detail}"
    return say(code) if code in TEXTS else quoted(detail)
