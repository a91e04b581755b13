"""What simulated sensors send: frames as the makers of parking and air sensors lay them out."""

import struct

BOSCH_PROFILE = "Bosch TPS110 EU868"
MILESIGHT_PROFILE = "Milesight EM500-CO2 EU868"
STATUS_PORT, HEARTBEAT_PORT, AIR_PORT = 1, 2, 85


def bay_frame(*, is_occupied: bool) -> bytes:
    """Sent when a vehicle comes or goes."""
    return bytes([int(is_occupied)])


def bay_heartbeat(*, is_occupied: bool, temperature_c: int) -> bytes:
    """Sent from time to time."""
    return struct.pack("<Bb", int(is_occupied), max(-128, min(127, temperature_c)))


def air_frame(
    *, battery_percent: int, temperature_c: float, humidity_percent: float, co2_ppm: int, pressure_hpa: float
) -> bytes:
    """One measurement of the air."""
    return b"".join(
        (
            b"\x01\x75" + struct.pack("<B", battery_percent),
            b"\x03\x67" + struct.pack("<h", round(temperature_c * 10)),
            b"\x04\x68" + struct.pack("<B", round(humidity_percent * 2)),
            b"\x05\x7d" + struct.pack("<H", co2_ppm),
            b"\x06\x73" + struct.pack("<H", round(pressure_hpa * 10)),
        )
    )
