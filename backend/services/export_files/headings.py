"""What the columns of an export are called: so that an import knows each of them again."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from backend.services.import_files.columns import EXTRA_MARK, is_usual

LON, LAT, LINE = "lon", "lat", "line"
_FRENCH: Final = {
    "class": "classe",
    "code": "code",
    "name": "nom",
    "number": "numero",
    "street": "rue",
    "commune": "commune",
    "service": "service",
    "azimuth_deg": "azimut",
    "fov_deg": "champ",
    "range_m": "portee_m",
    "height_m": "hauteur",
    "parent": "parent",
    "supply_parent": "source_electrique",
    "network_parent": "source_reseau",
    "serial": "numero_serie",
    "commissioned": "mise_en_service",
    "expected_life_years": "duree_vie",
    "status": "statut",
    LON: "longitude",
    LAT: "latitude",
    LINE: "ligne",
}
_SHORT: Final = {
    "azimuth_deg": "azimuth",
    "expected_life_years": "life_years",
    "commissioned": "commission",
    "supply_parent": "supply_par",
    "network_parent": "network_pa",
}
_TAKEN: Final = frozenset({"fid", "ogc_fid"})  # GeoPackages number their rows in these
_NUMBERED: Final = re.compile(r"~\d+$")
_SHORT_LETTERS: Final = 10


def field_headings(fields: Sequence[str], language: str) -> list[str]:
    """The fields in the words of a language."""
    return [_FRENCH[field] if language == "fr" else field for field in fields]


def extra_headings(extras: Sequence[str], taken: Sequence[str]) -> list[str]:
    """The names of extras; marked where they would be taken for a field or for one another."""
    seen = {name.casefold() for name in taken}
    made: list[str] = []
    for name in extras:
        heading = name
        if is_usual(name) or name.casefold() in _TAKEN or name.startswith(EXTRA_MARK) or name.casefold() in seen:
            heading = f"{EXTRA_MARK}{name}"
        if heading.startswith(EXTRA_MARK) and (_NUMBERED.search(name) or heading.casefold() in seen):
            number = next(
                number for number in range(1, len(extras) + 2) if f"{heading}~{number}".casefold() not in seen
            )
            heading = f"{heading}~{number}"
        seen.add(heading.casefold())
        made.append(heading)
    return made


def short_names(names: Sequence[str]) -> list[str]:
    """Names of ten plain letters at most, each once, as shapefiles have them."""
    seen: set[str] = set()
    made: list[str] = []
    for name in names:
        bare = unicodedata.normalize("NFKD", _SHORT.get(name, name)).encode("ascii", "ignore").decode()
        plain = re.sub(r"[^A-Za-z0-9_]+", "_", bare)[:_SHORT_LETTERS] or "field"
        number = 1
        found = plain
        while found.casefold() in seen:
            number += 1
            tail = f"_{number}"
            found = plain[: _SHORT_LETTERS - len(tail)] + tail
        seen.add(found.casefold())
        made.append(found)
    return made
