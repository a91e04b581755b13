"""Car parks, their bays and rules; devices that speak and that nobody knows."""

from backend.api.problems import ProblemError
from backend.api.route import Call, Nothing, Route
from backend.services.parking.parking import ParkingRefused
from contract.parking import Bays, CarPark, CarParks, RuleRequest, UnknownDevices
from contract.rights import Level


async def car_parks(call: Call[Nothing, Nothing]) -> CarParks:
    """By name."""
    parking, sight = call.parts.parking, call.sight
    found = [
        parking.state(park, may_change_rule=sight.may(Level.MANAGE, park)) for park in parking.car_parks(sight.may_see)
    ]
    return CarParks(items=tuple(sorted(found, key=lambda park: (park.name.casefold(), park.code))))


async def bays(call: Call[Nothing, Nothing]) -> Bays:
    """By number."""
    park = call.asset(call.path_number("asset_id"), Level.VIEW)
    return Bays(items=tuple(call.parts.parking.bays(park.id, call.sight.may_see)))


async def set_rule(call: Call[Nothing, RuleRequest]) -> CarPark:
    """From now on."""
    park = call.asset(call.path_number("asset_id"), Level.MANAGE)
    try:
        await call.parts.parking.set_rule(park, call.body.rule, call.actor)
    except ParkingRefused as error:
        raise ProblemError(422, "parking-refused", "This rule cannot be.", error.said) from error
    return call.parts.parking.state(park, may_change_rule=True)


async def unknown_devices(call: Call[Nothing, Nothing]) -> UnknownDevices:
    """Listed, never made into assets."""
    return UnknownDevices(items=tuple(call.parts.parking.unknown_devices()))


ROUTES = (
    Route(
        method="GET",
        path="/car-parks",
        access=Level.VIEW,
        summary="Car parks: free, occupied and unknown bays, over-stays, the rule of each.",
        handler=car_parks,
        answer=CarParks,
    ),
    Route(
        method="GET",
        path="/car-parks/{asset_id}/bays",
        access=Level.VIEW,
        summary="The bays of a car park: occupied, since when, by how much too long.",
        handler=bays,
        answer=Bays,
        problems=(404,),
    ),
    Route(
        method="PUT",
        path="/car-parks/{asset_id}/rule",
        access=Level.MANAGE,
        summary="Change how long one may stay in a car park.",
        handler=set_rule,
        body=RuleRequest,
        answer=CarPark,
        problems=(404, 422),
    ),
    Route(
        method="GET",
        path="/devices/unknown",
        access=Level.MANAGE,
        summary="Devices that speak over a connection and that no asset is bound to.",
        handler=unknown_devices,
        answer=UnknownDevices,
        is_city_wide=True,
    ),
)
