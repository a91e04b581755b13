"""SOAP calls by the types of the ONVIF WSDL, which is parsed once for all cameras."""

import enum
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol, Self, TypeVar

import onvif
from onvif.client import ONVIFService, UsernameDigestTokenDtDiff, ZeepAsyncClient
from onvif.definition import SERVICES
from onvif.wsa import WsAddressingIfMissingPlugin
from zeep import Settings
from zeep.exceptions import Error, Fault, TransportError
from zeep.wsdl import Document
from zeep.wsdl.definitions import Binding

from backend.devkit.errors import LinkDown, LinkRefused, ProtocolError
from backend.integrations.onvif_camera.protocol import refusal

T = TypeVar("T")

_SETTINGS: Final = Settings(strict=False, forbid_dtd=True, forbid_entities=True, forbid_external=True)
_RAW_SETTINGS: Final = Settings(strict=False, raw_response=True)
# What zeep lets escape on answers that are XML but not what the schema says.
_CONFUSED: Final = (Error, ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)


class Service(enum.StrEnum):
    """The services of a camera, under the library's names."""

    DEVICE = "devicemgmt"
    MEDIA = "media"
    PTZ = "ptz"
    IMAGING = "imaging"
    EVENTS = "events"
    PULL_POINT = "pullpoint"
    SUBSCRIPTION = "subscription"

    @property
    def namespace(self) -> str:
        """The name under which a camera announces it."""
        return SERVICES[self]["ns"]


class Reply(Protocol):
    """An HTTP answer as zeep reads it."""

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        ...

    @property
    def content(self) -> bytes:
        """The body, already measured."""
        ...


class Transport(Protocol):
    """Carries one envelope to a camera. Raises LinkDown, LinkRefused, ProtocolError."""

    async def post_xml(self, address: str, envelope: object, headers: dict[str, str]) -> Reply:
        """Send it and give the answer, whatever its HTTP status."""
        ...


class Soap:
    """Turns operations into envelopes and answers into zeep's values, for any number of cameras.

    A zeep service proxy holds an object for each of some 80 operations: for thousands of cameras the bindings are
    called directly, with a client that lives as long as the call.
    """

    def __init__(self, documents: Mapping[Service, Document]) -> None:
        self._documents = documents
        self._bindings: dict[Service, Binding] = {
            service: document.bindings[_binding_name(service)] for service, document in documents.items()
        }

    @classmethod
    async def load(cls) -> Self:
        """Parse the WSDL that onvif-zeep-async brings (once in a process; takes about two seconds, off the loop)."""
        directory = Path(onvif.__file__).parent / "wsdl"
        documents: dict[Service, Document] = {}
        for service in Service:
            wsdl = str(directory / SERVICES[service]["wsdl"])
            loader = ONVIFService("http://unused", None, None, wsdl, no_cache=True, binding_name=_binding_name(service))
            try:
                await loader.setup()
            finally:
                await loader.close()
            if loader.document is None:
                raise RuntimeError(f"the WSDL of {service} could not be read")
            documents[service] = loader.document
        return cls(documents)

    async def call(
        self,
        service: Service,
        operation: str,
        address: str,
        transport: Transport,
        token: UsernameDigestTokenDtDiff | None,
        arguments: Mapping[str, object],
        read: Callable[[Any], T],
    ) -> T:
        """What `read` makes of zeep's value.

        Raises LinkDown, LinkRefused (wrong password), CommandRefused (the camera's own fault), ProtocolError.
        """
        try:
            return read(await self._send(service, operation, address, transport, token, _SETTINGS, arguments))
        except Fault as fault:
            codes = [str(getattr(code, "localname", code)) for code in fault.subcodes or ()]
            raise refusal(codes, fault.message) from None
        except TransportError as error:
            raise status_error(error.status_code) from None
        except _CONFUSED as error:
            raise ProtocolError(f"the camera's answer to {operation} is not what ONVIF says") from error

    async def call_raw(
        self,
        service: Service,
        operation: str,
        address: str,
        transport: Transport,
        token: UsernameDigestTokenDtDiff | None,
        arguments: Mapping[str, object],
    ) -> bytes:
        """The answer as bytes, for what is asked often. Raises LinkDown, LinkRefused, ProtocolError."""
        reply: Reply = await self._send(service, operation, address, transport, token, _RAW_SETTINGS, arguments)
        if not reply.content:
            raise status_error(reply.status_code)
        return reply.content

    async def _send(
        self,
        service: Service,
        operation: str,
        address: str,
        transport: Transport,
        token: UsernameDigestTokenDtDiff | None,
        settings: Settings,
        arguments: Mapping[str, object],
    ) -> Any:
        client = ZeepAsyncClient(
            self._documents[service],
            wsse=token,
            transport=transport,
            plugins=[WsAddressingIfMissingPlugin()],
            settings=settings,
        )
        options = {"address": address}
        return await self._bindings[service].send_async(client, options, operation, (), dict(arguments))


def status_error(status: int) -> LinkRefused | LinkDown:
    """The error for an HTTP status without a SOAP message."""
    if status in {401, 403}:
        return LinkRefused("the camera refuses the user name or password")
    return LinkDown(f"the camera answers with HTTP status {status} and nothing else")


def _binding_name(service: Service) -> str:
    return f"{{{SERVICES[service]['ns']}}}{SERVICES[service]['binding']}"
