"""Live pictures: the gate first, then a ticket to the media process's stream."""

from typing import Final, Protocol, TypeVar

from backend.devkit.adapter import StreamingAdapter
from backend.devkit.errors import DeviceError
from backend.ports import SecretVault
from backend.services.devices import Devices
from backend.services.heads import is_ptz
from backend.services.live_state import LiveState
from backend.services.media import TICKET_S, MediaUnavailable
from backend.services.reasons import Reasons
from backend.services.refusals import ViewingRefused
from backend.services.said import NOTHING, joined, quoted, say
from backend.services.viewing.gate import Asked, Door, Gate, Permit, Viewer
from backend.services.viewing.open_viewings import OpenViewings
from contract.api import ViewRequest, ViewTicket
from contract.assets import Asset
from contract.media import IssueTicket, MediaCommand, MediaEvent, MediaReady, OpenCamera, TicketReady

STREAMS: Final = frozenset({"sub", "main"})
TICKET_WITHIN_S: Final = 3.0
_NO: Final = frozenset({"no", "non", "0", "false"})
Answer = TypeVar("Answer", bound=MediaEvent)


class Media(Protocol):
    """The media process, as the doors see it."""

    @property
    def public_host(self) -> str:
        """How consoles reach it."""
        ...

    async def until_ready(self) -> MediaReady:
        """Its ports, once it listens. Raises MediaUnavailable."""
        ...

    def tell(self, command: MediaCommand) -> None:
        """Say a command that is not answered. Raises MediaUnavailable."""
        ...

    async def ask(self, command: MediaCommand, key: str, kind: type[Answer], *, within_s: float) -> Answer:
        """Tell a command and wait for its answer; while it is ready the command goes out before anything is awaited."""
        ...


class Streams:
    """Where a camera's video is, for the media process alone."""

    def __init__(self, devices: Devices, vault: SecretVault, live: LiveState, *, allows_sound: bool = False) -> None:
        """`allows_sound`: this deployment lets cameras be heard, but those that their register says "no" for."""
        self._allows_sound = allows_sound
        self._devices = devices
        self._vault = vault
        self._live = live

    def streams(self, asset_id: int) -> bool:
        """Whether a camera has a live picture to ask for."""
        return isinstance(self._devices.adapter_of(asset_id), StreamingAdapter)

    def check(self, camera: Asset) -> None:
        """Raises ViewingRefused when there is no live picture to ask for."""
        connection_id = self._devices.connection_of(camera.id)
        if connection_id is None:
            raise ViewingRefused(say("no_picture", asset=camera.code))
        if not self.streams(camera.id):
            raise ViewingRefused(say("camera_not_running", asset=camera.code))

    def may_sound(self, camera: Asset) -> bool:
        """Whether this camera may be heard at all."""
        return self._allows_sound and camera.extra.get("sound", "").strip().lower() not in _NO

    def check_sound(self, camera: Asset) -> None:
        """Raises ViewingRefused when this camera may not be heard."""
        if not self._allows_sound:
            raise ViewingRefused(say("sound_off"))
        if not self.may_sound(camera):
            raise ViewingRefused(say("sound_camera", asset=camera.code))

    async def source(self, camera: Asset, stream: str) -> OpenCamera:
        """Its address and credentials. Raises DeviceError, MediaUnavailable, ViewingRefused."""
        adapter: object = self._devices.adapter_of(camera.id)
        if not isinstance(adapter, StreamingAdapter):
            raise ViewingRefused(say("camera_not_running", asset=camera.code))
        url = await adapter.stream_uri(camera.id, stream)
        name, _, password = self._credentials(camera.id).partition(":")
        return OpenCamera(
            camera_id=camera.id,
            stream=stream,
            url=url,
            user=name,
            password=password,
            is_movable=is_ptz(camera, self._live),
            has_sound=self.may_sound(camera),
        )

    def _credentials(self, asset_id: int) -> str:
        connection = self._devices.connection(self._devices.connection_of(asset_id) or "")
        if connection is None or not connection.secret_name:
            return ""
        try:
            return self._vault.read(connection.secret_name)
        except KeyError:
            raise MediaUnavailable(
                f"the password {connection.secret_name!r} is not in the vault: enter it again"
            ) from None


class Viewings:
    """The law asks for a register of viewings: no entry, no picture."""

    def __init__(
        self,
        gate: Gate,
        streams: Streams,
        reasons: Reasons,
        media: Media,
        open_viewings: OpenViewings,
    ) -> None:
        self._gate = gate
        self._streams = streams
        self._reasons = reasons
        self._media = media
        self._open = open_viewings

    def streams(self, asset_id: int) -> bool:
        """Whether a camera has a live picture to ask for."""
        return self._streams.streams(asset_id)

    async def view(self, asset_id: int, request: ViewRequest, viewer: Viewer) -> ViewTicket:
        """Enter the viewing, then give an address that opens once. Raises ViewingRefused."""
        if request.stream not in STREAMS:
            raise ViewingRefused(say("streams"))
        camera = self._gate.camera(viewer, asset_id, Door.LIVE)
        self._streams.check(camera)
        if request.sound:
            self._streams.check_sound(camera)
        asked = Asked(
            camera_id=asset_id,
            door=Door.LIVE,
            stream=request.stream,
            reason=request.reason.strip(),
            details={"sound": True} if request.sound else {},
        )
        permit = await self._gate.admit(viewer, asked)
        try:
            source = await self._streams.source(permit.camera, request.stream)
            return await self._issue(source, permit, has_sound=request.sound)
        except (DeviceError, MediaUnavailable) as error:
            await self._gate.enter(permit, "refused", {"detail": str(error)})
            words = self._reasons.why_silent(asset_id)
            raise ViewingRefused(joined([quoted(f"{permit.camera.code}: {error}"), words or NOTHING])) from error
        except ViewingRefused as error:
            await self._gate.enter(permit, "refused", {"detail": error.reason})
            raise

    async def _issue(self, source: OpenCamera, permit: Permit, *, has_sound: bool) -> ViewTicket:
        ready = await self._media.until_ready()
        now = self._gate.current(permit)
        if has_sound:
            self._streams.check_sound(now.camera)
            if now.masks:
                raise ViewingRefused(say("sound_masked", asset=now.camera.code))
        self._media.tell(source)
        self._open.expect(now)
        issue = IssueTicket(
            ticket=now.ticket,
            camera_id=source.camera_id,
            stream=source.stream,
            user=now.viewer.user,
            expires_in=TICKET_S,
            masks=now.masks,
            session=now.viewer.session,
            lasts_s=now.lasts_s,
            has_sound=has_sound,
        )
        await self._media.ask(issue, now.ticket, TicketReady, within_s=TICKET_WITHIN_S)
        scheme = "rtsps" if ready.is_encrypted else "rtsp"
        where = f"{self._media.public_host}:{ready.rtsp_port}"
        return ViewTicket(
            url=f"{scheme}://{where}/live/{source.camera_id}/{source.stream}?ticket={now.ticket}",
            expires_in=TICKET_S,
            is_masked=bool(now.masks),
            lasts_s=now.lasts_s,
        )
