"""Bringing cameras in: search, try, add; and what a camera says of itself."""

from collections.abc import Sequence

import msgspec

from backend.api.parts import Parts
from backend.api.problems import ProblemError, bad_request
from backend.api.refusals import Refusals
from backend.api.route import Call, Nothing, Route
from backend.devkit.adapter import DescribingAdapter
from backend.devkit.errors import DeviceError
from backend.services.onboarding.desk import OnboardingRefused
from contract.cameras import CameraDetails
from contract.onboarding import AcceptRequest, CameraToAdd, FoundCameras, Onboarding, OnboardingRequest
from contract.rights import Level

LARGEST_LIST_BYTES = 4 * 1024 * 1024
_LONGEST_SEARCH_S = 10.0


class DiscoverQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long to wait for answers."""

    wait_s: float = 3.0


async def discover(call: Call[DiscoverQuery, Nothing]) -> FoundCameras:
    """Who answers on the backend's network."""
    if not 0.5 <= call.query.wait_s <= _LONGEST_SEARCH_S:
        raise bad_request(f"wait_s must be between 0.5 and {_LONGEST_SEARCH_S:.0f}.")
    with _REFUSALS:
        return FoundCameras(items=tuple(await call.parts.onboarding.discover(call.query.wait_s)))


async def begin(call: Call[Nothing, OnboardingRequest]) -> Onboarding:
    """Try the cameras that a person entered."""
    return await _begun(call.parts, call.body.cameras, call.actor)


async def begin_file(call: Call[Nothing, bytes]) -> Onboarding:
    """Try the cameras of a CSV file."""
    return await _begun(call.parts, call.body, call.actor)


async def of(call: Call[Nothing, Nothing]) -> Onboarding:
    """How far a list is."""
    with _REFUSALS:
        return call.parts.onboarding.of(call.path_text("list_id"), by=call.actor)


async def cancel(call: Call[Nothing, Nothing]) -> Onboarding:
    """Try no more of a list."""
    with _REFUSALS:
        return call.parts.onboarding.cancel(call.path_text("list_id"), by=call.actor)


async def accept(call: Call[Nothing, AcceptRequest]) -> Onboarding:
    """Add the cameras of a list."""
    with _REFUSALS:
        return await call.parts.onboarding.accept(
            call.path_text("list_id"), includes_failed=call.body.includes_failed, by=call.actor
        )


async def details(call: Call[Nothing, Nothing]) -> CameraDetails:
    """Asked of the camera at this moment."""
    asset = call.asset(call.path_number("camera_id"), Level.VIEW)
    adapter: object = call.parts.supervisor.adapter_of(asset.id)
    if asset.class_ != "camera" or not isinstance(adapter, DescribingAdapter):
        raise ProblemError(409, "not-connected", "This camera is not connected.", "Its connection tells nothing now.")
    try:
        return await adapter.details(asset.id)
    except DeviceError as error:
        raise ProblemError(409, "not-connected", "This camera does not answer.", str(error)) from error


async def _begun(parts: Parts, given: bytes | Sequence[CameraToAdd], by: str) -> Onboarding:
    with _REFUSALS:
        return await parts.onboarding.begin(given, by=by)


def _refused(error: OnboardingRefused) -> ProblemError:
    return ProblemError(409, "onboarding-refused", "This was not done.", str(error))


_REFUSALS = Refusals(OnboardingRefused, _refused)


ROUTES = (
    Route(
        method="GET",
        path="/cameras/discovery",
        access=Level.CONFIGURE,
        summary="Search the network for ONVIF cameras.",
        handler=discover,
        query=DiscoverQuery,
        answer=FoundCameras,
        problems=(409,),
        is_city_wide=True,
    ),
    Route(
        method="POST",
        path="/cameras/onboarding",
        access=Level.CONFIGURE,
        summary="Try cameras before they are added.",
        handler=begin,
        body=OnboardingRequest,
        answer=Onboarding,
        problems=(409,),
        max_body_bytes=LARGEST_LIST_BYTES,
        is_city_wide=True,
    ),
    Route(
        method="POST",
        path="/cameras/onboarding/file",
        access=Level.CONFIGURE,
        summary="Try the cameras of a CSV file before they are added.",
        handler=begin_file,
        answer=Onboarding,
        problems=(409,),
        max_body_bytes=LARGEST_LIST_BYTES,
        takes_bytes=True,
        is_city_wide=True,
    ),
    Route(
        method="GET",
        path="/cameras/onboarding/{list_id}",
        access=Level.CONFIGURE,
        summary="How far a list of cameras is.",
        handler=of,
        answer=Onboarding,
        problems=(409,),
        is_city_wide=True,
    ),
    Route(
        method="DELETE",
        path="/cameras/onboarding/{list_id}",
        access=Level.CONFIGURE,
        summary="Try no more cameras of a list.",
        handler=cancel,
        answer=Onboarding,
        problems=(409,),
        is_city_wide=True,
    ),
    Route(
        method="POST",
        path="/cameras/onboarding/{list_id}/accept",
        access=Level.CONFIGURE,
        summary="Add the cameras of a list that were tried.",
        handler=accept,
        body=AcceptRequest,
        answer=Onboarding,
        problems=(409,),
        is_city_wide=True,
    ),
    Route(
        method="GET",
        path="/cameras/{camera_id}/details",
        access=Level.VIEW,
        summary="What a camera says of itself: streams, presets, tours, picture, clock.",
        handler=details,
        answer=CameraDetails,
        problems=(404, 409),
    ),
)
