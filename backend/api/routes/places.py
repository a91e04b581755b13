"""Finding places: equipment, streets, addresses, communes."""

import msgspec

from backend.api.checks import checked_text
from backend.api.problems import bad_request
from backend.api.route import Call, Nothing, Route
from backend.domain.ground import is_place
from contract.places import PlaceHits
from contract.rights import Level

LONGEST_TEXT = 200
MOST_HITS = 50


class PlaceQueryParameters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is searched; of equal answers those near (lon, lat) come first."""

    text: str
    limit: int = 20
    lon: float | None = None
    lat: float | None = None


async def places(call: Call[PlaceQueryParameters, Nothing]) -> PlaceHits:
    """Only what one may see: streets and addresses go with the right to see the commune's streets."""
    query = call.query
    checked_text("text", query.text, LONGEST_TEXT)
    if not 1 <= query.limit <= MOST_HITS:
        raise bad_request(f"limit must be between 1 and {MOST_HITS}.")
    near: tuple[float, float] | None = None
    if query.lon is not None and query.lat is not None:
        near = (query.lon, query.lat)
        if not is_place(*near):
            raise bad_request("lon and lat must be degrees.")
    elif query.lon is not None or query.lat is not None:
        raise bad_request("Give lon and lat, or neither.")

    def allows(commune: str, service: str, class_: str) -> bool:
        return call.sight.allows(Level.VIEW, commune, service, class_)

    return await call.parts.gazetteer.search(query.text, allows=allows, near=near, limit=query.limit)


ROUTES = (
    Route(
        method="GET",
        path="/places",
        access=Level.VIEW,
        summary="Equipment, streets, addresses and communes by what people call them.",
        handler=places,
        query=PlaceQueryParameters,
        answer=PlaceHits,
    ),
)
