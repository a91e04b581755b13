"""What may be claimed: refused in words before anything is kept."""

import datetime as dt
import math
import uuid

from backend.services.devices import Devices
from backend.services.refusals import ClaimRefused
from backend.services.register import Register
from contract.api import ClaimRequest
from contract.assets import PointSpec
from contract.claims import Rank
from contract.points import PointKind, Value

MOST_ASSETS = 1000
MOST_YEARS = 10
_LONGEST_REASON = 500
_HIGHEST_ASKED = Rank.INCIDENT_PLAN


def check_claim(request: ClaimRequest, register: Register, devices: Devices, now: dt.datetime) -> None:
    """Raise ClaimRefused for a request that makes no sense, or that a device cannot be told."""
    try:
        uuid.UUID(request.id)
    except ValueError:
        raise ClaimRefused("a claim's id is a UUID") from None
    if not request.asset_ids or len(set(request.asset_ids)) != len(request.asset_ids):
        raise ClaimRefused("name each asset once, and at least one")
    if len(request.asset_ids) > MOST_ASSETS:
        raise ClaimRefused(f"at most {MOST_ASSETS} assets are claimed at once")
    if not request.reason.strip() or len(request.reason) > _LONGEST_REASON:
        raise ClaimRefused("a claim needs a reason, of 500 characters at most")
    if request.rank > _HIGHEST_ASKED:
        raise ClaimRefused(f"nobody may claim at rank {request.rank.name} alone")
    if request.expires_at is not None:
        _check_expiry(request.expires_at, now)
    for asset_id in request.asset_ids:
        _check_asset(asset_id, request.property, request.value, register, devices)


def _check_expiry(expires_at: dt.datetime, now: dt.datetime) -> None:
    if expires_at.tzinfo is None:
        raise ClaimRefused("the end of a claim needs a time zone")
    if expires_at <= now:
        raise ClaimRefused("the end of this claim is past already")
    if expires_at.year - now.year > MOST_YEARS:
        raise ClaimRefused(f"a claim ends within {MOST_YEARS} years; without an end it stands until it is released")


def _check_asset(asset_id: int, property_: str, value: Value, register: Register, devices: Devices) -> None:
    asset = register.get(asset_id)
    if asset is None:
        raise ClaimRefused(f"there is no asset {asset_id}")
    points = register.classes[asset.class_].points
    spec = next((spec for spec in points if spec.name == property_), None)
    if spec is None or not spec.is_controllable:
        raise ClaimRefused(f"{asset.code} has no controllable property {property_[:40]!r}")
    problem = _value_problem(spec, value) or devices.why_cannot(asset, property_, is_claim=True)
    if problem is not None:
        raise ClaimRefused(problem)


def _value_problem(spec: PointSpec, value: Value) -> str | None:
    match spec.kind:
        case PointKind.BOOLEAN:
            return None if isinstance(value, bool) else f"{spec.name} is yes or no"
        case PointKind.TEXT:
            return None if isinstance(value, str) else f"{spec.name} is a text"
        case PointKind.NUMBER:
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
                return f"{spec.name} is a number"
    low = spec.minimum if spec.minimum is not None else -math.inf
    high = spec.maximum if spec.maximum is not None else math.inf
    return None if low <= value <= high else f"{spec.name} is between {low:g} and {high:g} {spec.unit}".rstrip()
