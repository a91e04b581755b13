"""Public buildings: a town hall in each commune, then schools, halls, libraries where people live."""

import datetime as dt
from typing import Final

import numpy as np

from city.communes import inhabitants_served
from city.geography import Geography
from city.projection import to_degrees
from city.register import Register, titled
from city.sites import beside
from city.street_names import load_words
from city.street_network import Rank

BUILDINGS: Final = 180
_KINDS: Final = (
    ("École élémentaire", 44), ("École maternelle", 36), ("Gymnase", 26), ("Crèche", 16), ("Salle polyvalente", 12),
    ("Médiathèque", 9), ("Résidence autonomie", 9), ("Stade", 8), ("Centre technique", 6), ("Piscine", 5), ("Musée", 5),
    ("Théâtre", 4), ("Poste de police municipale", 4),
)  # fmt: skip


def place_buildings(register: Register, geography: Geography, names: list[str], *, seed: int, scale: float) -> None:
    """Adds them to the register, beside streets of their commune."""
    rng = np.random.default_rng([seed, 25])
    words = load_words()
    streets: list[list[int]] = [[] for _ in geography.communes]
    for number, street in enumerate(geography.streets):
        if street.rank in {Rank.STREET, Rank.COLLECTOR, Rank.LANE}:
            streets[street.commune].append(number)
    inhabitants = np.array(inhabitants_served(geography.communes))
    chances = inhabitants / inhabitants.sum()
    kinds = [kind for kind, share in _KINDS for _ in range(share)]
    for number in range(1, max(1, round(BUILDINGS * scale)) + 1):
        is_town_hall = number <= len(geography.communes)
        commune = number - 1 if is_town_hall else int(rng.choice(len(chances), p=chances))
        if is_town_hall:
            centre = geography.centres[commune]
            point, street_name = (float(centre[0]) - 38.0, float(centre[1]) + 46.0), "Place de la Mairie"
            name = f"Mairie de {geography.communes[commune].name}"
        else:
            choice = streets[commune][int(rng.integers(0, len(streets[commune])))]
            point, _ = beside(geography, choice, float(rng.uniform(0.2, 0.8)), float(rng.choice([-24.0, 24.0])))
            street_name = titled(names[choice])
            person = words.great[int(rng.integers(0, len(words.great)))]
            name = f"{kinds[int(rng.integers(0, len(kinds)))]} {person}"
        place = to_degrees(np.array([point]))[0].tolist()
        register.add(
            "building", f"BAT-{number:03d}", (place[0], place[1]),
            name=name, number=number, street=street_name, commune=geography.communes[commune].code,
            commissioned=dt.date(int(rng.integers(1892, 2022)), int(rng.integers(1, 13)), 1),
        )  # fmt: skip
