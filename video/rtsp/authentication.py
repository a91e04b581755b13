"""Basic and Digest (RFC 2617, RFC 7616; MD5 and SHA-256) for both sides; no sockets."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Sequence

import msgspec

from video.errors import ProtocolError

_MAX_HEADER_CHARACTERS = 4096
_ALGORITHMS = ("SHA-256", "MD5")


class Credentials(msgspec.Struct, frozen=True):
    """A name and a password that we hold for a camera."""

    user: str
    password: str

    def __repr__(self) -> str:
        return f"Credentials({self.user!r}, ...)"


class Challenge(msgspec.Struct, frozen=True):
    """What a server asks for."""

    scheme: str
    realm: str
    nonce: str = ""
    algorithm: str = "MD5"
    opaque: str | None = None
    has_quality: bool = False
    is_stale: bool = False

    def encode(self) -> str:
        """As the value of WWW-Authenticate."""
        if self.scheme == "Basic":
            return f'Basic realm="{self.realm}"'
        return f'Digest realm="{self.realm}", nonce="{self.nonce}", algorithm={self.algorithm}, qop="auth"'


class PresentedCredentials(msgspec.Struct, frozen=True):
    """What a client claims in its Authorization header; `proves` tells whether it is true."""

    user: str
    method: str
    scheme: str
    fields: dict[str, str]

    def proves(self, password: str) -> bool:
        """Whether the client knows this password. Compares in constant time."""
        if self.scheme == "Basic":
            return _same(self.fields["password"], password)
        expected = digest_response(
            Credentials(self.user, password),
            self.method,
            self.fields.get("uri", ""),
            Challenge(
                "Digest",
                self.fields.get("realm", ""),
                self.fields.get("nonce", ""),
                self.fields.get("algorithm", "MD5"),
                has_quality="qop" in self.fields,
            ),
            self.fields.get("nc", ""),
            self.fields.get("cnonce", ""),
        )
        return _same(expected, self.fields.get("response", ""))


def parse_challenges(values: Iterable[str]) -> list[Challenge]:
    """The challenges of the WWW-Authenticate lines that we can answer."""
    found: list[Challenge] = []
    for value in values:
        scheme, _, rest = _limited(value).strip().partition(" ")
        fields = _parse_fields(rest)
        if scheme.lower() == "basic":
            found.append(Challenge("Basic", fields.get("realm", "")))
        elif scheme.lower() == "digest":
            algorithm = fields.get("algorithm", "MD5").upper()
            if algorithm not in _ALGORITHMS:
                continue
            offered = {word.strip() for word in fields.get("qop", "").lower().split(",")}
            found.append(
                Challenge(
                    "Digest",
                    fields.get("realm", ""),
                    fields.get("nonce", ""),
                    algorithm,
                    fields.get("opaque"),
                    "auth" in offered,
                    fields.get("stale", "").lower() == "true",
                )
            )
    return found


def strongest(challenges: Sequence[Challenge]) -> Challenge | None:
    """Digest SHA-256 before Digest MD5 before Basic; None when there is none to answer."""
    order = {("Digest", "SHA-256"): 0, ("Digest", "MD5"): 1}
    ranked = sorted(challenges, key=lambda challenge: order.get((challenge.scheme, challenge.algorithm), 2))
    return ranked[0] if ranked else None


def authorise(
    challenge: Challenge, credentials: Credentials, method: str, uri: str, count: int, client_nonce: str
) -> str:
    """The value of the Authorization header for one request."""
    if challenge.scheme == "Basic":
        pair = f"{credentials.user}:{credentials.password}".encode()
        return "Basic " + base64.b64encode(pair).decode()
    counter = f"{count:08x}"
    response = digest_response(credentials, method, uri, challenge, counter, client_nonce)
    fields = {
        "username": credentials.user,
        "realm": challenge.realm,
        "nonce": challenge.nonce,
        "uri": uri,
        "response": response,
    }
    text = ", ".join(f'{name}="{_escape(value)}"' for name, value in fields.items())
    text += f", algorithm={challenge.algorithm}"
    if challenge.opaque is not None:
        text += f', opaque="{_escape(challenge.opaque)}"'
    if challenge.has_quality:
        text += f', qop=auth, nc={counter}, cnonce="{client_nonce}"'
    return "Digest " + text


def parse_authorization(value: str, method: str) -> PresentedCredentials:
    """Read the Authorization header of a request."""
    scheme, _, rest = _limited(value).strip().partition(" ")
    if scheme.lower() == "basic":
        try:
            user, colon, password = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            raise ProtocolError("Basic credentials that are not base64 text") from None
        if not colon:
            raise ProtocolError("Basic credentials without a colon")
        return PresentedCredentials(user, method, "Basic", {"password": password})
    if scheme.lower() != "digest":
        raise ProtocolError(f"the unknown way to log in {scheme[:20]!r}")
    fields = _parse_fields(rest)
    if fields.get("algorithm", "MD5").upper() not in _ALGORITHMS:
        raise ProtocolError("an unknown Digest algorithm")
    return PresentedCredentials(fields.get("username", ""), method, "Digest", fields)


def digest_response(
    credentials: Credentials, method: str, uri: str, challenge: Challenge, counter: str, client_nonce: str
) -> str:
    """The proof of RFC 7616, with qop=auth where the challenge offers it."""

    def digest(text: str) -> str:
        if challenge.algorithm.upper() == "SHA-256":
            return hashlib.sha256(text.encode()).hexdigest()
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    secret = digest(f"{credentials.user}:{challenge.realm}:{credentials.password}")
    action = digest(f"{method}:{uri}")
    if challenge.has_quality:
        return digest(f"{secret}:{challenge.nonce}:{counter}:{client_nonce}:auth:{action}")
    return digest(f"{secret}:{challenge.nonce}:{action}")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _limited(value: str) -> str:
    if len(value) > _MAX_HEADER_CHARACTERS:
        raise ProtocolError("an authentication header longer than 4 KiB")
    return value


def _parse_fields(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    position = 0
    while position < len(text) and len(fields) < 32:
        equals = text.find("=", position)
        if equals < 0:
            break
        name = text[position:equals].strip(" ,\t").lower()
        position = equals + 1
        if text[position : position + 1] == '"':
            value, position = _quoted(text, position + 1)
        else:
            comma = text.find(",", position)
            comma = len(text) if comma < 0 else comma
            value, position = text[position:comma].strip(), comma
        fields[name] = value
    return fields


def _quoted(text: str, position: int) -> tuple[str, int]:
    characters: list[str] = []
    while position < len(text) and text[position] != '"':
        if text[position] == "\\":
            position += 1
        characters.append(text[position : position + 1])
        position += 1
    return "".join(characters), position + 1
