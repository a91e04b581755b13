"""Finding places, what is near one, and turning cameras to it. Positions are WGS84 lon, lat in degrees."""

import enum

import msgspec

from contract.commands import CommandState


class PlaceKind(enum.StrEnum):
    """What a hit of a search is."""

    ASSET = "asset"
    STREET = "street"
    ADDRESS = "address"
    COMMUNE = "commune"


class PlaceHit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One place that answers a search. The point of a street lies on the street.

    `is_exact` is False where the number asked for is not in the base: the hit is then the street.
    `bounds` is west, south, east, north; None for a point.
    """

    kind: PlaceKind
    label: str
    detail: str
    lon: float
    lat: float
    asset_id: int | None = None
    class_: str = msgspec.field(name="class", default="")  # of an asset
    commune: str = ""  # INSEE code
    bounds: tuple[float, float, float, float] | None = None
    distance_m: float | None = None  # from the place that the search was near to
    is_exact: bool = True


class PlaceHits(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /places, best first; `total` counts what the limit left out too, up to a ceiling."""

    items: tuple[PlaceHit, ...]
    next: str | None = None
    total: int = 0


class NearbyAsset(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An asset near a place; `is_live` when its position was reported, not read in the register."""

    asset_id: int
    lon: float
    lat: float
    distance_m: float
    is_live: bool = False


class NearbyAssets(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /assets/near, nearest first; `total` counts the assets one may see of that class."""

    items: tuple[NearbyAsset, ...]
    next: str | None = None
    total: int = 0


class LookRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /cameras/look: turn to this place. The same `id` (a UUID of the client's) moves no camera twice."""

    lon: float
    lat: float
    id: str = ""
    reason: str = ""


class LookingCamera(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one camera made of it. Not turned: `refusal` says why; `refusal_code` and `_args` for other languages."""

    asset_id: int
    distance_m: float
    command_id: str | None = None
    state: CommandState | None = None
    refusal: str = ""
    refusal_code: str = ""
    refusal_args: dict[str, str] = {}


class LookOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """Every PTZ camera within whose range the place lies, nearest first; empty when there is none."""

    cameras: tuple[LookingCamera, ...]
