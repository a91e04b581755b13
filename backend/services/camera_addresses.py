"""Where a camera's streams are, with the password to open them: for the media process alone."""

from backend.devkit.adapter import StreamingAdapter
from backend.devkit.errors import DeviceError
from backend.ports import SecretVault
from backend.services.devices import Devices
from backend.services.register import Register
from backend.services.said import Said, quoted, say
from contract.media import OpenCamera


class NoAddress(Exception):
    """This stream cannot be opened now; `said` says why."""

    def __init__(self, said: Said) -> None:
        super().__init__(said.text)
        self.said = said


class CameraAddresses:
    """Asks the camera's own adapter, which asks the camera."""

    def __init__(self, register: Register, devices: Devices, vault: SecretVault) -> None:
        self._register = register
        self._devices = devices
        self._vault = vault

    def streams(self, asset_id: int) -> bool:
        """Whether its adapter runs now and can say where its picture is."""
        return isinstance(self._devices.adapter_of(asset_id), StreamingAdapter)

    async def of(self, asset_id: int, stream: str) -> OpenCamera:
        """What opens this stream. Raises NoAddress."""
        asset = self._register.get(asset_id)
        if asset is None or asset.class_ != "camera":
            raise NoAddress(say("no_camera"))
        connection_id = self._devices.connection_of(asset_id)
        if connection_id is None:
            raise NoAddress(say("no_picture", asset=asset.code))
        adapter: object = self._devices.adapter(connection_id)
        if not isinstance(adapter, StreamingAdapter):
            raise NoAddress(say("camera_not_running", asset=asset.code))
        name, _, password = self._credentials(connection_id).partition(":")
        try:
            url = await adapter.stream_uri(asset_id, stream)
        except DeviceError as error:
            raise NoAddress(quoted(f"{asset.code}: {error}")) from error
        return OpenCamera(camera_id=asset_id, stream=stream, url=url, user=name, password=password)

    def _credentials(self, connection_id: str) -> str:
        connection = self._devices.connection(connection_id)
        if connection is None or not connection.secret_name:
            return ""
        try:
            return self._vault.read(connection.secret_name)
        except KeyError:
            words = f"the password {connection.secret_name!r} is not in the vault: enter it again"
            raise NoAddress(quoted(words)) from None
