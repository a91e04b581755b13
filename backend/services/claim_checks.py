"""What may be claimed: refused in words before anything is kept."""

import datetime as dt
import math
import uuid

from backend.services.devices import Devices
from backend.services.refusals import ClaimRefused
from backend.services.register import Register
from backend.services.said import Said, say
from contract.api import ClaimRequest
from contract.assets import PointSpec
from contract.claims import Rank
from contract.points import PointKind, Value

MOST_ASSETS = 1000
MOST_YEARS = 10
_LONGEST_REASON = 500
_HIGHEST_ASKED = Rank.INCIDENT_PLAN


def check_claim(
    request: ClaimRequest, register: Register, devices: Devices, now: dt.datetime, *, is_agreed: bool = False
) -> None:
    """Raise ClaimRefused for a request that makes no sense, or that a device cannot be told.

    `is_agreed`: a second person agreed to it, so that the highest manual rank is open.
    """
    try:
        uuid.UUID(request.id)
    except ValueError:
        raise ClaimRefused(say("claim_id")) from None
    if not request.asset_ids or len(set(request.asset_ids)) != len(request.asset_ids):
        raise ClaimRefused(say("assets_once"))
    if len(request.asset_ids) > MOST_ASSETS:
        raise ClaimRefused(say("too_many_assets", count=MOST_ASSETS))
    if not request.reason.strip() or len(request.reason) > _LONGEST_REASON:
        raise ClaimRefused(say("claim_reason", count=_LONGEST_REASON))
    if request.rank > (Rank.TWO_PERSON_MANUAL if is_agreed else _HIGHEST_ASKED):
        raise ClaimRefused(say("rank_alone", rank=request.rank.name))
    if request.expires_at is not None:
        _check_expiry(request.expires_at, now)
    for asset_id in request.asset_ids:
        _check_asset(asset_id, request.property, request.value, register, devices)


def _check_expiry(expires_at: dt.datetime, now: dt.datetime) -> None:
    if expires_at.tzinfo is None:
        raise ClaimRefused(say("end_zone"))
    if expires_at <= now:
        raise ClaimRefused(say("end_past"))
    if expires_at.year - now.year > MOST_YEARS:
        raise ClaimRefused(say("end_far", years=MOST_YEARS))


def _check_asset(asset_id: int, property_: str, value: Value, register: Register, devices: Devices) -> None:
    asset = register.get(asset_id)
    if asset is None:
        raise ClaimRefused(say("no_asset", asset=asset_id))
    points = register.classes[asset.class_].points
    spec = next((spec for spec in points if spec.name == property_), None)
    if spec is None or not spec.is_controllable:
        raise ClaimRefused(say("no_property", asset=asset.code, what=repr(property_[:40])))
    problem = _value_problem(spec, value) or devices.why_cannot(asset, property_, is_claim=True)
    if problem is not None:
        raise ClaimRefused(problem)


def _value_problem(spec: PointSpec, value: Value) -> Said | None:
    match spec.kind:
        case PointKind.BOOLEAN:
            return None if isinstance(value, bool) else say("is_boolean", property=spec.name)
        case PointKind.TEXT:
            return None if isinstance(value, str) else say("is_text", property=spec.name)
        case PointKind.NUMBER:
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
                return say("is_number", property=spec.name)
    low = spec.minimum if spec.minimum is not None else -math.inf
    high = spec.maximum if spec.maximum is not None else math.inf
    if low <= value <= high:
        return None
    return say("is_between", property=spec.name, low=f"{low:g}", high=f"{high:g} {spec.unit}".rstrip())
