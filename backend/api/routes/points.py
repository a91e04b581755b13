"""One point of a whole class at once: what a heat map or a table needs, without a request for each asset."""

import asyncio
from typing import Final

import msgspec
import numpy as np

from backend.api.problems import bad_request
from backend.api.route import Call, Nothing, Route
from contract.api import PointColumn
from contract.points import PointKind
from contract.rights import Level

_AT_A_TIME: Final = 10_000  # assets between two breaths of the loop


class ColumnQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which point of which class."""

    class_: str = msgspec.field(name="class")
    point: str


async def point_column(call: Call[ColumnQuery, Nothing]) -> PointColumn:
    """The present numbers of one point, of all assets one may see that told it and are believed."""
    parts, query = call.parts, call.query
    known = parts.register.classes.get(query.class_)
    spec = None if known is None else next((spec for spec in known.points if spec.name == query.point), None)
    if spec is None or spec.kind is not PointKind.NUMBER:
        raise bad_request("class and point must name a class of assets and one of its points that is a number.")
    ids, values = parts.live.numbers(query.class_, query.point)
    is_seen = np.zeros(len(ids), np.bool_)
    for first in range(0, len(ids), _AT_A_TIME):
        for row in range(first, min(first + _AT_A_TIME, len(ids))):
            asset = parts.register.get(int(ids[row]))
            is_seen[row] = asset is not None and call.sight.may_see(asset)
        await asyncio.sleep(0)
    return PointColumn(
        ids=ids[is_seen].astype("<u4").tobytes(),
        values=values[is_seen].astype("<f8").tobytes(),
        unit=spec.unit,
    )


ROUTES = (
    Route(
        method="GET",
        path="/point-column",
        access=Level.VIEW,
        summary="The present numbers of one point of a class, as columns.",
        handler=point_column,
        query=ColumnQuery,
        answer=PointColumn,
    ),
)
