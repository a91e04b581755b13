"""Where the recorder finds the picture of a camera: asked as for anybody who watches, of the camera's own adapter."""

from collections.abc import Callable
from typing import Protocol

from backend.devkit.errors import DeviceError
from backend.services.media import MediaUnavailable
from backend.services.refusals import ViewingRefused
from backend.services.said import Said, quoted, say
from contract.assets import Asset
from contract.media import OpenCamera


class Streams(Protocol):
    """Where cameras' videos are, with the passwords to open them."""

    def check(self, camera: Asset) -> None:
        """Raises ViewingRefused when there is no picture to ask for."""
        ...

    async def source(self, camera: Asset, stream: str) -> OpenCamera:
        """Raises DeviceError, MediaUnavailable, ViewingRefused."""
        ...


class NoAddress(Exception):
    """This stream cannot be opened now; `said` says why."""

    def __init__(self, said: Said) -> None:
        super().__init__(said.text)
        self.said = said


class CameraAddresses:
    """One reason for every way in which there is no address."""

    def __init__(self, asset: Callable[[int], Asset | None], streams: Streams) -> None:
        self._asset = asset
        self._streams = streams

    async def of(self, asset_id: int, stream: str) -> OpenCamera:
        """What opens this stream. Raises NoAddress."""
        camera = self._asset(asset_id)
        if camera is None or camera.class_ != "camera":
            raise NoAddress(say("no_camera"))
        try:
            self._streams.check(camera)
            return await self._streams.source(camera, stream)
        except ViewingRefused as error:
            raise NoAddress(error.said) from error
        except (DeviceError, MediaUnavailable) as error:
            raise NoAddress(quoted(f"{camera.code}: {error}")) from error
