"""Heat maps say only what is known: energy by kilometre of street, unknown streets left out."""

import pytest

from console.store.heat import energy_along_streets
from contract.assets import Asset

KM = 1 / 111.32  # degrees of latitude


def _street(number: int, name: str, length_km: float, commune: str = "A") -> Asset:
    line = ((5.0 + number, 47.0), (5.0 + number, 47.0 + length_km * KM))
    return Asset(
        id=number, code=f"V{number}", class_="street", lon=5.0, lat=47.0, name=name, commune=commune, line=line
    )


def _lamp(number: int, street: str, commune: str = "A") -> Asset:
    return Asset(id=number, code=f"L{number}", class_="streetlight", lon=5.0, lat=47.0, street=street, commune=commune)


def test_energy_is_reckoned_by_kilometre_of_the_whole_street() -> None:
    city = [
        _street(1, "rue Monge", 0.5),
        _street(2, "rue Monge", 1.5),  # the same street in two pieces
        _street(3, "rue Monge", 1.0, commune="B"),
        _street(4, "quai Est", 1.0),
        _lamp(11, "rue Monge"),
        _lamp(12, "rue Monge"),
        _lamp(13, "quai Est"),
        _lamp(14, "rue Monge", commune="B"),
        _lamp(15, "nowhere"),
    ]
    lon, lat, weight = energy_along_streets(city, {11: 300.0, 12: 100.0, 14: 50.0, 15: 7.0})
    by_street = {round(x): w for x, w in zip(lon.tolist(), weight.tolist(), strict=True)}
    assert by_street == {6: pytest.approx(200.0), 7: pytest.approx(200.0), 8: pytest.approx(50.0)}
    assert len(lon) == len(lat) == 10 + 30 + 20, "a point each 50 m"


def test_where_nothing_is_known_nothing_is_drawn() -> None:
    assert all(len(column) == 0 for column in energy_along_streets([_street(1, "x", 1.0), _lamp(2, "x")], {}))
    point = _street(1, "x", 0.0)
    assert all(len(column) == 0 for column in energy_along_streets([point, _lamp(2, "x")], {2: 5.0}))
