"""What is near a place, and turning cameras to it."""

import msgspec

from backend.api.checks import LONGEST_WORD, checked_line, checked_text, checked_uuid
from backend.api.problems import ProblemError, bad_request
from backend.api.route import Call, Nothing, Route
from backend.domain.ground import is_place
from backend.services.looking import LookBusy
from contract.assets import Asset
from contract.places import LookOutcome, LookRequest, NearbyAssets
from contract.rights import Level

MOST_NEARBY = 100


class NearQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place in degrees, a class of assets, and how many."""

    lon: float
    lat: float
    class_: str = msgspec.field(name="class")
    count: int = 5


async def near(call: Call[NearQuery, Nothing]) -> NearbyAssets:
    """Nearest first, on the ground; what moves counts where it last said that it is."""
    query = call.query
    _check_place(query.lon, query.lat)
    asset_class = call.parts.register.classes.get(checked_text("class", query.class_, LONGEST_WORD))
    if asset_class is None or asset_class.is_line:
        raise bad_request("class must be a class of assets that stand at a place.")
    if not 1 <= query.count <= MOST_NEARBY:
        raise bad_request(f"count must be between 1 and {MOST_NEARBY}.")
    return await call.parts.nearness.nearest(
        query.lon, query.lat, query.class_, may_see=call.sight.may_see, count=query.count
    )


async def look(call: Call[Nothing, LookRequest]) -> LookOutcome:
    """Each camera has a command of its own, in the journal; those that cannot turn say why."""
    _check_place(call.body.lon, call.body.lat)
    checked_line("reason", checked_text("reason", call.body.reason))
    if call.body.id:
        checked_uuid(call.body.id)

    def may_operate(camera: Asset) -> bool:
        return call.sight.may(Level.OPERATE, camera)

    try:
        return await call.parts.looking.look(
            call.body,
            by=call.actor,
            may_see=call.sight.may_see,
            may_operate=may_operate,
            session=call.session.id,
        )
    except LookBusy as error:
        raise ProblemError(
            503, "busy", "Your former looks are still under way.", "Wait for the cameras.", retry_after_s=2
        ) from error


def _check_place(lon: float, lat: float) -> None:
    if not is_place(lon, lat):
        raise bad_request("lon and lat must be degrees.")


ROUTES = (
    Route(
        method="GET",
        path="/assets/near",
        access=Level.VIEW,
        summary="The nearest assets of a class to a place.",
        handler=near,
        query=NearQuery,
        answer=NearbyAssets,
    ),
    Route(
        method="POST",
        path="/cameras/look",
        access=Level.OPERATE,
        summary="Turn every PTZ camera that can to a place.",
        handler=look,
        body=LookRequest,
        answer=LookOutcome,
    ),
)
