import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from onvif.wsa import WsAddressingIfMissingPlugin
from zeep import Settings
from zeep.wsdl import Document

class _Reply(Protocol):
    @property
    def status_code(self) -> int: ...
    @property
    def content(self) -> bytes: ...

class _Transport(Protocol):
    async def post_xml(self, address: str, envelope: object, headers: dict[str, str]) -> _Reply: ...

class UsernameDigestTokenDtDiff:
    def __init__(
        self, user: str, passw: str, dt_diff: dt.timedelta | None = None, *, use_digest: bool = ...
    ) -> None: ...

class ONVIFService:
    document: Document | None
    def __init__(
        self,
        xaddr: str,
        user: str | None,
        passwd: str | None,
        url: str,
        *,
        no_cache: bool = ...,
        binding_name: str = ...,
    ) -> None: ...
    async def setup(self) -> None: ...
    async def close(self) -> None: ...

class ZeepAsyncClient:
    def __init__(
        self,
        wsdl: Document,
        *,
        wsse: UsernameDigestTokenDtDiff | None = ...,
        transport: _Transport,
        plugins: Sequence[WsAddressingIfMissingPlugin],
        settings: Settings,
    ) -> None: ...
