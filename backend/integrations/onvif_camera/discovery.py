"""WS-Discovery: which ONVIF devices answer on this network. Multicast, so it runs only when somebody asks."""

import asyncio
import socket
import uuid
from typing import Final
from urllib.parse import unquote
from xml.sax.saxutils import escape

import msgspec

from backend.devkit.errors import LinkDown, ProtocolError
from backend.devkit.hostile_xml import parse_xml
from backend.integrations.onvif_camera.protocol import SOAP, one_line

GROUP: Final = "239.255.255.250"
PORT: Final = 3702
MAX_FOUND: Final = 10_000
_DISCOVERY: Final = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
_ADDRESSING: Final = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_PROBE: Final = (
    f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{SOAP}" xmlns:a="{_ADDRESSING}" '
    f'xmlns:d="{_DISCOVERY}" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Header>'
    f"<a:Action>{_DISCOVERY}/Probe</a:Action><a:MessageID>%s</a:MessageID>"
    "<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header>"
    "<s:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></s:Body></s:Envelope>"
)


class FoundDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A device that answered: its permanent identity, where it answers, and what it says of itself."""

    identity: str
    addresses: tuple[str, ...]
    name: str
    hardware: str
    place: str


def build_probe(message_id: str) -> bytes:
    """The question to everyone: who is a video camera?"""
    return (_PROBE % escape(message_id)).encode()


def parse_probe_matches(datagram: bytes, message_id: str = "") -> tuple[FoundDevice, ...]:
    """The devices of one answer; none when it answers another question. Raises ProtocolError."""
    root = parse_xml(datagram)
    relates_to = (root.findtext(f"{{{SOAP}}}Header/{{{_ADDRESSING}}}RelatesTo") or "").strip()
    if message_id and relates_to != message_id:
        return ()
    found: list[FoundDevice] = []
    for match in root.iter(f"{{{_DISCOVERY}}}ProbeMatch"):
        # Some put the reference into a namespace of their own choice.
        identity = (match.findtext("{*}EndpointReference/{*}Address") or "").strip()
        addresses = (match.findtext(f"{{{_DISCOVERY}}}XAddrs") or "").split()
        scopes = (match.findtext(f"{{{_DISCOVERY}}}Scopes") or "").split()
        if identity and addresses:
            found.append(
                FoundDevice(
                    identity=one_line(identity),
                    addresses=tuple(address for address in addresses[:16] if len(address) < 1_000),
                    name=_scope(scopes, "name"),
                    hardware=_scope(scopes, "hardware"),
                    place=_scope(scopes, "location"),
                )
            )
    return tuple(found)


async def discover(wait_s: float = 3.0, *, interface: str = "") -> tuple[FoundDevice, ...]:
    """Ask on one network (the address of our `interface` in it) and gather answers for `wait_s`.

    Answers are hearsay: nothing is connected before a person says so. Raises LinkDown when nothing can be sent.
    """
    message_id = f"urn:uuid:{uuid.uuid4()}"
    gathering = _Gathering(message_id)
    try:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: gathering, sock=_multicast_socket(interface)
        )
    except OSError as error:
        raise LinkDown(f"this network cannot be searched: {error.strerror}") from error
    try:
        # Datagrams get lost: the same question twice, as WS-Discovery wants.
        for _ in range(2):
            transport.sendto(build_probe(message_id), (GROUP, PORT))
            await asyncio.sleep(wait_s / 2)
    finally:
        transport.close()
    if gathering.failure is not None and not gathering.found:
        raise LinkDown(f"this network cannot be searched: {gathering.failure.strerror}")
    return tuple(gathering.found.values())


class _Gathering(asyncio.DatagramProtocol):
    def __init__(self, message_id: str) -> None:
        self._message_id = message_id
        self.found: dict[str, FoundDevice] = {}
        self.failure: OSError | None = None

    def datagram_received(self, data: bytes, addr: object) -> None:
        del addr
        try:
            devices = parse_probe_matches(data, self._message_id)
        except ProtocolError:
            return  # anyone may send anything to this port
        for device in devices:
            if len(self.found) < MAX_FOUND:
                self.found.setdefault(device.identity, device)

    def error_received(self, exc: Exception) -> None:
        if isinstance(exc, OSError):
            self.failure = exc


def _multicast_socket(interface: str) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    try:
        sock.bind((interface, 0))
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        if interface:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interface))
    except OSError:
        sock.close()
        raise
    return sock


def _scope(scopes: list[str], kind: str) -> str:
    start = f"onvif://www.onvif.org/{kind}/"
    found = next((scope.removeprefix(start) for scope in scopes if scope.startswith(start)), "")
    return one_line(unquote(found))
