"""A token for each device of a connection, from the connection's one secret: nothing more is kept."""

import base64
import hashlib
import hmac
from typing import Final

_BYTES: Final = 20  # 160 bits: 32 letters and digits
SHORTEST_SECRET: Final = 16


def device_token(secret: str, address: str) -> str:
    """What the device at this address must show. Another `#2` behind the address gives another token: that revokes.

    Raises ValueError when the secret is too short to protect anything.
    """
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"the secret of the tokens must have {SHORTEST_SECRET} characters at least")
    digest = hmac.new(secret.encode(), f"beffroi device {address}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:_BYTES]).decode().lower()


def is_token(secret: str, address: str, shown: str) -> bool:
    """Whether this is the device's token; takes as long for a wrong one as for the right one."""
    return hmac.compare_digest(device_token(secret, address).encode(), shown.encode("utf-8", "surrogatepass"))


def device_name(address: str) -> str:
    """How the device calls itself: its address without the number of its token."""
    return address.partition("#")[0]
