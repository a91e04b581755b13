"""Names on the map: none covers another, great streets first, and alarms keep their place."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np

from widgets.city_map import BaseLayer, LayerKind, Viewport
from widgets.city_map.mercator import project_point, unproject_point
from widgets.city_map.overlay.labels import Label, LabelPlacer, Obstacle

X, Y = project_point(5.04, 47.32)
VIEW = Viewport(X, Y, 1.5, 900, 700)
FAR = Viewport(X, Y, 4.0, 900, 700)


def measure(text: str, pixels: float) -> tuple[float, float]:
    return len(text) * pixels * 0.55, pixels * 1.3


def streets(lines: list[tuple[str, float, list[tuple[float, float]]]]) -> BaseLayer:
    """Name, weight and points in metres from the middle of the view."""
    points = [unproject_point(X + x, Y + y) for _, _, line in lines for x, y in line]
    return BaseLayer(
        "streets",
        LayerKind.STREET,
        np.array([lon for lon, _ in points]),
        np.array([lat for _, lat in points]),
        np.concatenate(([0], np.cumsum([len(line) for _, _, line in lines]))).astype(np.int64),
        tuple(name for name, _, _ in lines),
        np.array([weight for _, weight, _ in lines]),
    )


def box(label: Label) -> tuple[float, float, float, float]:
    wide, high = measure(label.text, label.pixels)
    turn = np.radians(label.angle_deg)
    w = abs(wide * np.cos(turn)) + abs(high * np.sin(turn))
    h = abs(wide * np.sin(turn)) + abs(high * np.cos(turn))
    x, y = label.x / VIEW.units, label.y / VIEW.units
    return x - w / 2, y - h / 2, x + w / 2, y + h / 2


def test_no_name_covers_another() -> None:
    rng = np.random.default_rng(2)
    lines: list[tuple[str, float, list[tuple[float, float]]]] = []
    for i in range(80):
        x, y, dx, dy = rng.uniform(-500, 500, 4).tolist()
        lines.append((f"Rue numéro {i}", 1.0 + i % 3, [(x, y), (x + dx, y + dy)]))
    placer = LabelPlacer()
    placer.set_layers([streets(lines)])
    placer.set_communes(["Dijon", "Talant"], [(X, Y), (X + 20, Y)])
    labels = placer.place(VIEW, measure)
    assert len(labels) > 10
    for one, other in combinations([box(label) for label in labels], 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_the_greater_of_two_crossing_streets_is_named_and_reads_from_left_to_right() -> None:
    placer = LabelPlacer()
    placer.set_layers(
        [
            streets(
                [
                    ("Rue Monge", 1.0, [(-200, 0), (200, 0)]),
                    ("Avenue Jean Jaurès", 3.0, [(200, -3), (-200, 3)]),
                    ("Impasse", 1.0, [(-4, 300), (4, 300)]),
                ]
            )
        ]
    )
    (label,) = placer.place(VIEW, measure)
    assert label.text == "Avenue Jean Jaurès"
    assert abs(label.angle_deg) < 5


def test_a_commune_steps_aside_for_an_alarm_but_never_loses_its_name() -> None:
    placer = LabelPlacer()
    placer.set_communes(["Dijon"], [(X, Y)])
    (free,) = placer.place(FAR, measure)
    (aside,) = placer.place(FAR, measure, [Obstacle(X, Y)])
    crowd = [Obstacle(X, Y + step * FAR.units) for step in range(-80, 81, 10)]
    (crowded,) = placer.place(FAR, measure, crowd)
    assert (free.y, crowded.y) == (Y, Y)
    assert aside.y != Y


def test_names_without_a_place_are_left_out() -> None:
    placer = LabelPlacer()
    nan = float("nan")
    layer = BaseLayer(
        "places",
        LayerKind.LABEL,
        np.array([nan, 5.04, 5.041]),
        np.array([47.3, 47.32, 47.9]),
        np.zeros(0, np.int64),
        ("Nulle part", "Ici", "", "de trop"),
    )
    placer.set_layers([layer])
    assert [label.text for label in placer.place(FAR, measure)] == ["Ici"]


def test_a_name_stands_on_its_street_however_the_street_bends_and_however_near_one_looks() -> None:
    bend = [(0.0, 0.0), (300.0, 60.0), (600.0, 70.0), (900.0, 0.0)]
    placer = LabelPlacer()
    placer.set_layers([streets([("Cours des Saules", 1.0, bend)])])
    for units in (0.2, 0.4, 0.8, 1.6, 3.0):
        view = Viewport(X + 450, Y + 40, units, 1900, 1000)
        (label,) = placer.place(view, measure)
        beside = min(
            abs((bx - ax) * (label.y - Y - ay) - (by - ay) * (label.x - X - ax)) / np.hypot(bx - ax, by - ay)
            for (ax, ay), (bx, by) in pairwise(bend)
        )
        assert beside / units <= 4.0, units
