"""A small piece of a city, as a console would hand it over."""

import datetime as dt
from typing import Any

import msgspec
import numpy as np

from contract.alarms import Priority
from contract.stream import Visual
from exported_maps.command import make
from exported_maps.values import (
    Area,
    AssetKind,
    Bounds,
    Choropleth,
    ExportedAlarm,
    ExportedAsset,
    ExportedCone,
    ExportedLines,
    ExportedMap,
    ExportRequest,
    FileFormat,
    LineKind,
    Shape,
)
from exported_maps.wording import Words

MADE_AT = dt.datetime(2026, 3, 14, 22, 5, 9, tzinfo=dt.UTC)
KINDS = (AssetKind("Lampadaire", "dot"), AssetKind("Caméra", "camera"))


def asset(number: int, **fields: Any) -> ExportedAsset:
    """Asset `number`, somewhere in Dijon unless said otherwise."""
    place: dict[str, Any] = {"lon": 5.03 + number % 100 * 1e-4, "lat": 47.32 + number // 100 * 1e-4}
    whole: dict[str, Any] = {"id": number, "code": f"L-{number:05d}", "kind": 0, "commune": "Dijon"}
    return ExportedAsset(**(whole | place | fields))


def lines(
    kind: LineKind, *drawn: list[tuple[float, float]], names: tuple[str, ...] = (), weight: float = 1
) -> ExportedLines:
    """Lines as columns."""
    points = np.array([point for line in drawn for point in line], "<f8").reshape(-1, 2)
    return ExportedLines(
        kind=kind,
        lon=points[:, 0].tobytes(),
        lat=points[:, 1].tobytes(),
        offsets=np.concatenate(([0], np.cumsum([len(line) for line in drawn]))).astype("<i8").tobytes(),
        names=names,
        weights=np.full(len(drawn), weight, "<f8").tobytes(),
    )


def city(**fields: Any) -> ExportedMap:
    """Four assets, one of each sort of state, on two streets of a commune."""
    square = [(5.02, 47.31), (5.06, 47.31), (5.06, 47.34), (5.02, 47.34), (5.02, 47.31)]
    whole: dict[str, Any] = {
        "shape": Shape.VIEW,
        "language": "fr",
        "title": "Centre-ville",
        "author": "Camille Martin",
        "made_at": MADE_AT,
        "utc_offset_minutes": 60,
        "zone": "CET",
        "bounds": Bounds(5.03, 47.32, 5.04, 47.33),
        "kinds": KINDS,
        "assets": (
            asset(1, state=Visual.NORMAL, level_percent=60),
            asset(2, state=Visual.FAULT),
            asset(3, state=Visual.ALARM_P1, is_unacknowledged=True, name="Place de la Libération"),
            asset(4, kind=1, code="C-118", state=Visual.UNKNOWN),
        ),
        "cones": (ExportedCone(5.0304, 47.32, 90, 60, 50),),
        "lines": (
            lines(LineKind.STREET, [(5.03, 47.32), (5.04, 47.325)], names=("Rue de la Liberté",), weight=3),
            lines(LineKind.OUTLINE, square, names=("Dijon",)),
        ),
        "alarms": (ExportedAlarm(priority=Priority.P1, asset="L-00003", text="Porte ouverte", raised_at=MADE_AT),),
        "choropleth": Choropleth(
            title="Défauts par commune",
            areas=(
                Area(name="Dijon", value=12, rings=(tuple(square),)),
                Area(name="Talant", value=None, rings=(((5.0, 47.3), (5.02, 47.3), (5.02, 47.34)),)),
            ),
        ),
        "attribution": ("Registre de la ville",),
    }
    return ExportedMap(**(whole | fields))


def made(wanted: ExportedMap, format_: FileFormat = FileFormat.HTML) -> str:
    """The file's text. Raises ExportRefused."""
    return make(msgspec.msgpack.encode(ExportRequest(format_, wanted)), Words("en")).decode("utf-8")
