"""Reports as the apps write them: for simulated vehicles and tests. Pure."""

from collections.abc import Sequence

import msgspec

from backend.integrations.osmand_vehicles.protocol import KMH, Fix


def osmand_query(device: str, fix: Fix) -> Sequence[tuple[str, str]]:
    """Names and values that say a fix as Traccar Client 8 does: speed in knots, seconds since 1970."""
    told: dict[str, object] = {
        "id": device,
        "timestamp": None if fix.at is None else f"{fix.at.timestamp():.3f}".removesuffix(".000"),
        "lat": fix.lat,
        "lon": fix.lon,
        "speed": None if fix.speed_kmh is None else round(fix.speed_kmh / KMH["kn"], 3),
        "bearing": fix.heading_deg,
        "accuracy": fix.accuracy_m,
        "batt": fix.battery_percent,
        "status": fix.status,
    }
    return [(name, str(value)) for name, value in told.items() if value is not None]


def traccar_json(device: str, fixes: Sequence[Fix]) -> bytes:
    """Fixes as Traccar Client 9 says them; what is not known is -1, as it says it."""
    locations = [
        {
            "timestamp": None if fix.at is None else fix.at.isoformat(timespec="milliseconds"),
            "coords": {
                "latitude": fix.lat,
                "longitude": fix.lon,
                "accuracy": -1 if fix.accuracy_m is None else fix.accuracy_m,
                "speed": -1 if fix.speed_kmh is None else fix.speed_kmh / KMH["ms"],
                "heading": -1 if fix.heading_deg is None else fix.heading_deg,
            },
            "battery": {"level": -1 if fix.battery_percent is None else fix.battery_percent / 100.0},
            "extras": {} if fix.status is None else {"status": fix.status},
        }
        for fix in fixes
    ]
    return msgspec.json.encode({"location": locations[0] if len(locations) == 1 else locations, "device_id": device})


def owntracks_json(fix: Fix, tracker: str) -> bytes:
    """A fix as OwnTracks publishes it: whole km/h and degrees; what is zero or unknown is left out."""
    told: dict[str, object] = {"_type": "location", "tid": tracker[-2:], "lat": fix.lat, "lon": fix.lon}
    if fix.at is not None:
        told["tst"] = int(fix.at.timestamp())
    numbers = {"vel": fix.speed_kmh, "cog": fix.heading_deg, "acc": fix.accuracy_m, "batt": fix.battery_percent}
    told.update({name: round(number) for name, number in numbers.items() if number is not None and round(number)})
    return msgspec.json.encode(told)
