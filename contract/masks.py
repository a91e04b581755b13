"""Privacy masks: parts of a camera's picture that nobody sees unless two persons lift them for a while."""

import datetime as dt

import msgspec

MOST_MASKS = 32
MOST_CORNERS = 64


class Mask(msgspec.Struct, frozen=True, kw_only=True):
    """A filled polygon. Corners are (x, y) shares of the picture, 0 to 1 from its top left, at least three."""

    id: str
    name: str = ""
    corners: tuple[tuple[float, float], ...] = ()


class MaskSheet(msgspec.Struct, frozen=True, kw_only=True):
    """The masks of one camera. `version` counts its changes; a change names the one it was made from."""

    camera_id: int
    version: int = 0
    masks: tuple[Mask, ...] = ()
    changed_at: dt.datetime | None = None
    changed_by: str = ""
    lift: "MaskLift | None" = None
    """This caller's own lift, while it is in force."""


class MaskChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Draw these masks from now on. Uncovering anything needs `approval_id`.

    Act "uncover_mask", payload: the camera's id as `camera_id`, and this change with an empty `approval_id`.
    """

    version: int
    masks: tuple[Mask, ...]
    reason: str = ""
    approval_id: str = ""


class LiftRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """See this camera without masks, at most 30 minutes.

    `approval_id`: act "lift_mask", payload: the camera's id as `camera_id`, and these fields but itself.
    """

    reason: str
    approval_id: str
    minutes: int = 30


class MaskLift(msgspec.Struct, frozen=True, kw_only=True):
    """One person sees one camera unmasked until then; it comes back by itself."""

    camera_id: int
    user: str
    approved_by: str
    reason: str
    until: dt.datetime
