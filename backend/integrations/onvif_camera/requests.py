"""What a camera receives: SOAP requests and their WS-Security token, bytes to values."""

import base64
import binascii
from xml.etree.ElementTree import Element

import msgspec

from backend.devkit.errors import ProtocolError
from backend.devkit.hostile_xml import parse_xml
from backend.integrations.onvif_camera.protocol import (
    PTZ,
    SCHEMA,
    SECURITY,
    SECURITY_UTILITY,
    SOAP,
    Vector,
    password_digest,
)


class UsernameToken(msgspec.Struct, frozen=True):
    """Who asks, and the proof that he knows the password."""

    user: str
    digest: str
    nonce: bytes
    created: str

    def proves(self, user: str, password: str) -> bool:
        """Whether the digest was made from this password."""
        return self.user == user and self.digest == password_digest(self.nonce, self.created, password)


class Request(msgspec.Struct, frozen=True):
    """One question: the service's namespace, the operation, its element, and its token if it has one."""

    namespace: str
    operation: str
    body: Element
    token: UsernameToken | None

    def text(self, *path: str) -> str:
        """The text at a path of local names below the operation, in any namespace; empty when absent."""
        return (self.body.findtext("/".join(f"{{*}}{name}" for name in path)) or "").strip()

    def vector(self, name: str) -> Vector | None:
        """A PTZ vector (Velocity, Position) of the operation; None when absent. Raises ProtocolError."""
        element = self.body.find(f"{{{PTZ}}}{name}")
        if element is None:
            return None
        pan_tilt = element.find(f"{{{SCHEMA}}}PanTilt")
        zoom = element.find(f"{{{SCHEMA}}}Zoom")
        return Vector(_coordinate(pan_tilt, "x"), _coordinate(pan_tilt, "y"), _coordinate(zoom, "x"))

    def place(self, name: str, *, has_degrees: bool) -> Vector | None:
        """A PTZ position in the space that it names, as generic coordinates; None when absent. Raises ProtocolError."""
        element = self.body.find(f"{{{PTZ}}}{name}/{{{SCHEMA}}}PanTilt")
        space = "" if element is None else element.get("space", "")
        if element is None or not space.endswith("/SphericalPositionSpaceDegrees"):
            return self.vector(name)
        if not has_degrees:
            raise ProtocolError("a space that the head does not speak")
        zoom = self.body.find(f"{{{PTZ}}}{name}/{{{SCHEMA}}}Zoom")
        pan, tilt = _coordinate(element, "x", 180.0) / 180.0, _coordinate(element, "y", 90.0) / 90.0
        return Vector(pan, tilt, _coordinate(zoom, "x"))


def parse_request(message: bytes) -> Request:
    """Read one SOAP 1.2 request. Raises ProtocolError."""
    root = parse_xml(message)
    body = root.find(f"{{{SOAP}}}Body")
    if root.tag != f"{{{SOAP}}}Envelope" or body is None or len(body) != 1:
        raise ProtocolError("not a SOAP 1.2 request")
    namespace, _, operation = body[0].tag.removeprefix("{").rpartition("}")
    return Request(namespace, operation, body[0], _read_token(root))


def _read_token(root: Element) -> UsernameToken | None:
    token = root.find(f"{{{SOAP}}}Header/{{{SECURITY}}}Security/{{{SECURITY}}}UsernameToken")
    if token is None:
        return None
    try:
        nonce = base64.b64decode(token.findtext(f"{{{SECURITY}}}Nonce") or "", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ProtocolError("a nonce that is not base64") from error
    return UsernameToken(
        user=token.findtext(f"{{{SECURITY}}}Username") or "",
        digest=token.findtext(f"{{{SECURITY}}}Password") or "",
        nonce=nonce,
        created=token.findtext(f"{{{SECURITY_UTILITY}}}Created") or "",
    )


def _coordinate(element: Element | None, name: str, limit: float = 1.0) -> float:
    if element is None:
        return 0.0
    try:
        value = float(element.get(name, "0"))
    except ValueError as error:
        raise ProtocolError("a coordinate that is not a number") from error
    if not -limit <= value <= limit:  # also refuses NaN
        raise ProtocolError("a coordinate outside its space")
    return value
