"""Which column of a file is which field of an asset."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from backend.services.import_files.rows import FileRefused

TEXT_FIELDS: Final = ("code", "name", "street", "commune", "service", "serial")
FIELDS: Final = (
    "class",
    *TEXT_FIELDS,
    "number",
    "azimuth_deg",
    "fov_deg",
    "range_m",
    "height_m",
    "expected_life_years",
    "commissioned",
    "status",
    "parent",
    "supply_parent",
    "network_parent",
    "lon",
    "lat",
)

# Names as French and English open data write them, best first.
_USUAL: Final[dict[str, tuple[str, ...]]] = {
    "class": ("class", "classe"),
    "code": ("code", "id", "identifiant", "ident", "ref", "reference", "idarc", "gid", "objectid"),
    "name": ("name", "nom", "libelle", "label", "lib_off", "car_lieu", "nom_c_50", "designation"),
    "street": ("street", "adresse", "rue", "voie", "address", "lib_off"),
    "commune": ("commune", "insee", "code_insee", "codgeo", "com_insee"),
    "service": ("service",),
    "serial": ("serial", "numero_serie", "num_serie"),
    "number": ("number", "numero"),
    "azimuth_deg": ("azimuth_deg", "azimut", "azimuth", "orientation"),
    "fov_deg": ("fov_deg", "fov", "champ"),
    "range_m": ("range_m", "portee", "portee_m"),
    "height_m": ("height_m", "hauteur", "height", "haut_mat"),
    "expected_life_years": ("expected_life_years", "duree_vie", "life_years"),
    "commissioned": ("commissioned", "date_pose", "mise_en_service", "annee", "car_annee", "annee_pose", "commission"),
    "status": ("status", "statut", "etat"),
    "parent": ("parent",),
    "supply_parent": (
        "supply_parent",
        "fed_by",
        "power_feeder",
        "alimente_par",
        "parent_alimentation",
        "supply_par",
        "source_electrique",
    ),
    "network_parent": (
        "network_parent",
        "network_feeder",
        "talks_through",
        "communique_par",
        "parent_reseau",
        "network_pa",
        "source_reseau",
    ),
    "lon": ("lon", "lng", "longitude", "x", "long"),
    "lat": ("lat", "latitude", "y"),
}
# Montpellier's cameras carry their code in the column for the name.
_OF_CLASS: Final[dict[str, dict[str, tuple[str, ...]]]] = {"camera": {"code": ("code", "id", "identifiant", "nom")}}
_WITHOUT_GEOMETRY: Final = ("lon", "lat")
_GEOMETRY: Final = ("line", "wkt", "geometry", "geom", "geometrie", "the_geom", "ligne")
EXTRA_MARK: Final = "extra:"  # before a name that would be taken for a field's


def choose_columns(
    names: Sequence[str], class_: str, wanted: Mapping[str, str], *, has_geometry: bool, has_texts: bool = False
) -> dict[str, str]:
    """Field -> column: what was asked for, and for the other fields what is usual. Raises FileRefused.

    `has_texts`: a column holds geometries as text, so that none for lon and lat need be found.
    """
    for field, column in wanted.items():
        if field not in FIELDS:
            raise FileRefused(f"there is no field {field!r}; the fields are {', '.join(FIELDS)}")
        if column and column not in names:
            shown = ", ".join(sorted(names)[:20])
            raise FileRefused(f"the file has no column {column!r}; its columns are {shown}")
    by_plain = {plain_name(name): name for name in reversed(names)}
    chosen: dict[str, str] = {}
    for field in FIELDS:
        if field in wanted:
            if wanted[field]:
                chosen[field] = wanted[field]
            continue
        if (has_geometry and field in _WITHOUT_GEOMETRY) or (field == "class" and class_):
            continue
        usual = _OF_CLASS.get(class_, {}).get(field, _USUAL[field])
        found = next((by_plain[name] for name in usual if name in by_plain), None)
        if found is not None and not _is_taken(found, field, chosen, wanted):
            chosen[field] = found
    if not class_ and "class" not in chosen:
        raise FileRefused("no column says of which class each asset is: choose the class of the whole file")
    if not has_geometry and not has_texts and not {"lon", "lat"} <= chosen.keys():
        raise FileRefused(
            "no columns for the position were found: say which give the longitude (x) and the latitude (y)"
        )
    return chosen


def _is_taken(column: str, field: str, chosen: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """A column serves one field; a street's official name alone serves as its name and as its street."""
    if field == "street" and plain_name(column) == "lib_off":
        return False
    return column in chosen.values() or column in wanted.values()


def names_geometry(name: str) -> bool:
    """Whether a column of this name may hold geometries as text (WKT)."""
    return plain_name(name) in _GEOMETRY


def is_usual(name: str) -> bool:
    """Whether a column of this name could be taken for a field."""
    plain = plain_name(name)
    return plain in _GEOMETRY or any(plain in usual for usual in _USUAL.values())


def plain_name(name: str) -> str:
    """Lower case, without accents, blanks as underscores."""
    decomposed = unicodedata.normalize("NFKD", name.strip().casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return bare.replace(" ", "_").replace("-", "_")


def named_columns(names: Sequence[str], known: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Which column is which field, by the words `known` for each; a field without a column is left out."""
    by_plain = {plain_name(name): name for name in reversed(names)}
    chosen: dict[str, str] = {}
    for field, words in known.items():
        found = next((by_plain[word] for word in words if word in by_plain), None)
        if found is not None:
            chosen[field] = found
    return chosen
