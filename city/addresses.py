"""Addresses and passwords of simulated devices, always the same for the same city."""

import hashlib
import uuid
from typing import Final

# A namespace of our own, so that a device's TALQ address follows from its code.
_DEVICES: Final = uuid.UUID("6f0d3c52-5f7e-5d0c-9a36-0c2f1b7e21d0")


def talq_address(code: str) -> str:
    """The TALQ address (a uuid) of the device with this code."""
    return str(uuid.uuid5(_DEVICES, code))


def camera_password(seed: int, code: str) -> str:
    """A simulated camera's password; it opens nothing but this city's own loopback listener."""
    return hashlib.sha256(f"beffroi demo city {seed} {code}".encode()).hexdigest()[:20]


def dev_eui(code: str) -> str:
    """The LoRaWAN address of the sensor with this code: 16 hexadecimal digits."""
    return uuid.uuid5(_DEVICES, f"lorawan {code}").hex[:16]


def network_password(seed: int) -> str:
    """The password of the city's own MQTT broker; it opens nothing else, and nothing but loopback reaches it."""
    return hashlib.sha256(f"beffroi demo city {seed} lorawan".encode()).hexdigest()[:20]
