"""What is said aloud of new alarms, and what never is."""

import pytest

from console.kit.translations import LANGUAGES, Translations, load_table, set_in_french
from console.store.spoken import number_word, spoken_alarms, spoken_flood
from contract.alarms import Priority
from contract.assets import Commune
from tests.console.store.alarm_making import alarm

COMMUNES = {
    code: Commune(code=code, name=name, lon=5.0, lat=47.3)
    for code, name in (("21515", "Quetigny"), ("71153", "Le Creusot"), ("39470", "Les Rousses"))
}


def test_five_cabinets_are_said_as_five_cabinets() -> None:
    five = [alarm(number, Priority.P2, commune="21515") for number in range(5)]
    assert spoken_alarms(five, COMMUNES, Translations("fr")) == set_in_french(
        "priorité deux : cinq armoires à Quetigny"
    )
    assert spoken_alarms(five, COMMUNES, Translations("en")) == "priority two: five cabinets in Quetigny"


def test_french_articles_melt() -> None:
    alarms = [alarm(1, class_="camera", commune="71153"), alarm(2, class_="vehicle", commune="39470")]
    assert spoken_alarms(alarms, COMMUNES, Translations("fr")).endswith(
        "une caméra au Creusot, un véhicule aux Rousses"
    )


def test_a_private_place_is_never_named() -> None:
    """A building has no words of its own, nor has a class that somebody adds: both are an alarm, nowhere."""
    alarms = [alarm(1, Priority.P1, class_="building", commune="21515"), alarm(2, class_="home_alarm", commune="21515")]
    assert spoken_alarms(alarms, COMMUNES, Translations("en")) == "priority one: two alarms"


def test_many_groups_are_cut_short_and_large_numbers_are_digits() -> None:
    classes = ["camera"] * 40 + ["bollard"] * 3 + ["vehicle"] * 2 + ["junction", "recorder"]
    alarms = [alarm(number, class_=class_, commune="") for number, class_ in enumerate(classes)]
    said = spoken_alarms(alarms, COMMUNES, Translations("en"))
    assert said == "priority three: 40 cameras, three bollards, two vehicles, and more"
    assert spoken_alarms((), COMMUNES, Translations("en")) == ""


def test_a_flood_is_two_figures() -> None:
    assert spoken_flood(412, 12, Translations("fr")) == set_in_french(
        "Avalanche d'alarmes : 412 alarmes, nombre de causes : douze"
    )
    assert spoken_flood(20, 1, Translations("en")) == "Flood of alarms: 20 alarms, number of causes: one"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_class_that_is_said_can_be_said_of_one_and_of_many(language: str) -> None:
    keys = load_table(language)
    one = {key.rsplit(".", 1)[-1] for key in keys if key.startswith("spoken.class.")}
    many = {key.rsplit(".", 1)[-1] for key in keys if key.startswith("spoken.classes.")}
    assert one == many
    assert "building" not in one
    assert number_word(16, Translations(language)) in {"seize", "sixteen"}
