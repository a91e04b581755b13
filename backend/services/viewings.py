"""Who watches which camera: entered in the register first, then a ticket to the picture."""

import logging
from typing import Protocol

from backend.devkit.adapter import StreamingAdapter
from backend.devkit.errors import DeviceError
from backend.ports import SecretVault, Storage, Unit
from backend.services.devices import Devices
from backend.services.media import MediaUnavailable
from backend.services.reasons import Reasons
from backend.services.refusals import ViewingRefused
from backend.services.register import Register
from backend.services.said import NOTHING, joined, quoted, say
from contract.api import ViewRequest, ViewTicket
from contract.journal import EntryKind, NewEntry
from contract.masks import Mask
from contract.media import OpenCamera

__all__ = ["ViewingRefused", "Viewings"]

log = logging.getLogger(__name__)
STREAMS = frozenset({"sub", "main"})
_LONGEST_REASON = 500


class TicketIssuer(Protocol):
    """The media process, as the register of viewings sees it."""

    async def issue_ticket(
        self, camera: OpenCamera, user: str, masks: tuple[Mask, ...], *, session: str = "", lasts_s: float | None = None
    ) -> tuple[str, int]:
        """An RTSP address good once, and for how many seconds. Raises MediaUnavailable."""
        ...


class Viewings:
    """The law asks for a register of viewings: no entry, no picture."""

    def __init__(
        self,
        storage: Storage,
        register: Register,
        devices: Devices,
        reasons: Reasons,
        vault: SecretVault,
        media: TicketIssuer,
    ) -> None:
        self._storage = storage
        self._register = register
        self._devices = devices
        self._reasons = reasons
        self._vault = vault
        self._media = media

    def streams(self, asset_id: int) -> bool:
        """Whether a camera has a live picture to ask for."""
        return isinstance(self._devices.adapter_of(asset_id), StreamingAdapter)

    async def view(self, asset_id: int, request: ViewRequest, *, by: str, session: str = "") -> ViewTicket:
        """Enter the viewing, then give an address that opens once; it ends with `session`. Raises ViewingRefused."""
        asset = self._register.get(asset_id)
        if asset is None or asset.class_ != "camera":
            raise ViewingRefused(say("no_camera"))
        if request.stream not in STREAMS:
            raise ViewingRefused(say("streams"))
        if len(request.reason) > _LONGEST_REASON:
            raise ViewingRefused(say("viewing_reason", count=_LONGEST_REASON))
        connection_id = self._devices.connection_of(asset_id)
        if connection_id is None:
            raise ViewingRefused(say("no_picture", asset=asset.code))
        adapter: object = self._devices.adapter(connection_id)
        if not isinstance(adapter, StreamingAdapter):
            raise ViewingRefused(say("camera_not_running", asset=asset.code))
        await self._enter(asset_id, request, by, "asked")
        try:
            url = await adapter.stream_uri(asset_id, request.stream)
            name, _, password = self._credentials(connection_id).partition(":")
            camera = OpenCamera(camera_id=asset_id, stream=request.stream, url=url, user=name, password=password)
            address, expires_in = await self._media.issue_ticket(camera, by, (), session=session)
        except (DeviceError, MediaUnavailable) as error:
            words = self._reasons.why_silent(asset_id)
            reason = joined([quoted(f"{asset.code}: {error}"), words or NOTHING])
            await self._enter(asset_id, request, by, "refused", str(error))
            raise ViewingRefused(reason) from error
        return ViewTicket(url=address, expires_in=expires_in)

    def _credentials(self, connection_id: str) -> str:
        connection = self._devices.connection(connection_id)
        if connection is None or not connection.secret_name:
            return ""
        try:
            return self._vault.read(connection.secret_name)
        except KeyError:
            raise MediaUnavailable(
                f"the password {connection.secret_name!r} is not in the vault: enter it again"
            ) from None

    async def _enter(self, asset_id: int, request: ViewRequest, by: str, act: str, detail: str = "") -> None:
        payload: dict[str, object] = {"act": act, "stream": request.stream, "reason": request.reason}
        if detail:
            payload["detail"] = detail
        entry = NewEntry(kind=EntryKind.VIEWING, actor=by, asset_id=asset_id, payload=payload)
        await self._storage.commit(Unit(entries=[entry]))
