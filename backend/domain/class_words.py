"""What people call equipment besides its name in the register. Pure."""

from collections.abc import Mapping
from typing import Final

CALLED: Final[Mapping[str, str]] = {
    "streetlight": "lampadaire réverbère candélabre lampe éclairage lamp light luminaire",
    "lighting_cabinet": "coffret éclairage",
    "camera": "vidéo cctv",
    "recorder": "nvr",
    "junction": "feu feux signal signaux traffic lights",
    "car_park": "parking park",
    "parking_bay": "parking emplacement",
    "vehicle": "voiture camion bus car truck",
    "message_sign": "pmv vms afficheur",
    "bollard": "plot",
    "network_switch": "switch réseau",
}
"""Words in both languages, by class."""
