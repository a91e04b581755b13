"""The address of a tile on a server: XYZ, WMTS by template (REST) and WMTS by parameters (KVP)."""

import re
from typing import Final
from urllib.parse import quote, urlsplit

from backend.base_maps.settings import MapSettings

_BLANK: Final = re.compile(r"\{-?[A-Za-z]{1,20}\}")


def tile_address(settings: MapSettings, z: int, x: int, y: int) -> str:
    """Where a tile is. Nothing but numbers is put into what the administrator wrote."""
    matrix = settings.matrix.replace("{z}", str(z))
    blanks = {
        "{z}": str(z),
        "{x}": str(x),
        "{y}": str(y),
        "{-y}": str((1 << z) - 1 - y),
        "{s}": settings.subdomains[(x + y) % len(settings.subdomains)] if settings.subdomains else "",
        "{layer}": quote(settings.layer, safe=""),
        "{style}": quote(settings.style, safe=""),
        "{tilematrixset}": quote(settings.matrix_set, safe=""),
        "{tilematrix}": quote(matrix, safe=":"),
        "{tilerow}": str(y),
        "{tilecol}": str(x),
    }
    if settings.kind == "wmts" and "{" not in settings.url:
        return _by_parameters(settings, matrix, x, y)
    return _BLANK.sub(lambda blank: blanks.get(blank[0].lower(), blank[0]), settings.url)


def host_of(settings: MapSettings) -> str:
    """The server's name, as people may read it: without keys that stand in the address."""
    try:
        return urlsplit(settings.url).hostname or "?"
    except ValueError:
        return "?"


def origin_of(address: str) -> tuple[str, str, int]:
    """Scheme, host and port. Raises ValueError."""
    parts = urlsplit(address)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    return parts.scheme, (parts.hostname or "").lower(), port


def _by_parameters(settings: MapSettings, matrix: str, x: int, y: int) -> str:
    pairs = {
        "SERVICE": "WMTS",
        "REQUEST": "GetTile",
        "VERSION": "1.0.0",
        "LAYER": settings.layer,
        "STYLE": settings.style,
        "FORMAT": settings.format,
        "TILEMATRIXSET": settings.matrix_set,
        "TILEMATRIX": matrix,
        "TILEROW": str(y),
        "TILECOL": str(x),
    }
    query = "&".join(f"{name}={quote(value, safe=':/')}" for name, value in pairs.items())
    joint = "" if settings.url.endswith(("?", "&")) else "&" if "?" in settings.url else "?"
    return settings.url + joint + query
