"""Where an MQTT broker is and what it takes to be let in, from a connection's address and settings."""

import ipaddress
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from backend.devkit.errors import LinkRefused

_PORTS: Final = {"mqtt": 1883, "mqtts": 8883}


class BrokerAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A broker. `ca_file`: who vouches for it (empty: the machine's authorities); `certificate_file`: who we are.

    `accepts_any`: encrypted, but whoever answers is believed (a broker with a certificate of its own making).
    """

    host: str
    port: int
    is_encrypted: bool = False
    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""
    accepts_any: bool = False

    def __str__(self) -> str:
        """As an operator knows it."""
        return f"{self.host}:{self.port}"


def broker_address(url: str, settings: Mapping[str, str], *, has_password: bool) -> BrokerAddress:
    """`mqtt://HOST[:1883]` or `mqtts://HOST[:8883]`. Raises ValueError in words for what can only be wrong.

    A password does not leave this machine in clear unless the setting `clear_text` says "yes".
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(f"{url!r} is no broker's address: write mqtt://HOST:PORT, or mqtts://HOST:PORT")
    if parts.username is not None or parts.password is not None:
        raise ValueError("the address holds a password: put user:password into the connection's secret instead")
    address = BrokerAddress(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        is_encrypted=parts.scheme == "mqtts",
        ca_file=settings.get("ca_file", ""),
        certificate_file=settings.get("certificate_file", ""),
        key_file=settings.get("key_file", ""),
        accepts_any=settings.get("tls", "verify") == "accept_any",
    )
    is_open = not address.is_encrypted and not is_loopback(address.host)
    if has_password and is_open and settings.get("clear_text", "no") != "yes":
        raise ValueError(
            f"the password would go to {address} in clear: use mqtts://, or set clear_text to yes on a closed network"
        )
    return address


def is_loopback(host: str) -> bool:
    """Whether what is sent there stays on this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def tls_context(address: BrokerAddress) -> ssl.SSLContext | None:
    """With what the session is encrypted; None: it is not. Raises LinkRefused when a file cannot be used."""
    if not address.is_encrypted:
        return None
    for path in (address.ca_file, address.certificate_file, address.key_file):
        if path and not Path(path).is_file():
            raise LinkRefused(f"the file {path} that the connection names does not exist")
    try:
        context = ssl.create_default_context(cafile=address.ca_file or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if address.accepts_any:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if address.certificate_file:
            context.load_cert_chain(address.certificate_file, address.key_file or None)
    except (ssl.SSLError, OSError) as error:
        raise LinkRefused(f"the certificates that the connection names cannot be used: {error}") from error
    return context


def split_secret(secret: str) -> tuple[str, str]:
    """User and password of a secret "user:password"."""
    user, _, password = secret.partition(":")
    return user, password
