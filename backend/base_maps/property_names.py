"""Which property of a feature is its name, and which its weight."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

_NAMES: Final = (
    *(
        "name",
        "name_fr",
        "name:fr",
        "nom",
        "lib_off",
        "nom_voie",
        "nomvoie",
        "lib_voie",
        "libelle_voie",
        "nom_1_gauche",
    ),
    *(
        "nom_collaboratif_gauche",
        "nom_officiel",
        "nom_com",
        "nomcom",
        "nom_commune",
        "quartier",
        "nom_quart",
        "libquart",
    ),
    *("libelle", "label", "lib", "toponyme", "graphie", "title", "titre", "denomination", "designation", "street"),
    *("streetname", "str_name", "bezeichnung", "ref"),
)
_WEIGHTS: Final = (
    *("weight", "poids", "width", "largeur", "largeur_de_chaussee", "larg", "importance", "rank", "rang", "lanes"),
    *("nombre_de_voies", "nb_voies"),
)


def name_field(known: Iterable[str], wanted: str = "") -> str:
    """The property that names features; "" when there is none."""
    return _chosen(known, wanted, _NAMES, ("nom", "name", "lib"))


def weight_field(known: Iterable[str], wanted: str = "") -> str:
    """The property that weighs features; "" when there is none."""
    return _chosen(known, wanted, _WEIGHTS, ())


def _chosen(known: Iterable[str], wanted: str, usual: Sequence[str], parts: Sequence[str]) -> str:
    fields = list(known)
    if wanted:
        return wanted if wanted in fields else ""
    plain = {_plain(field): field for field in reversed(fields)}
    for name in usual:
        if name in plain:
            return plain[name]
    return next((field for part in parts for key, field in plain.items() if key.startswith(part)), "")


def _plain(field: str) -> str:
    letters = unicodedata.normalize("NFKD", field[:200])
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower().strip()
