"""What a package says of itself: signed, readable by people, always written the same way."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from contract.footage import FootageGap
from contract.masks import Mask
from contract.media import EvidenceClip
from video.evidence.verifier.judging import canonical
from video.evidence.verifier.report import FORMAT

_MASK_STEPS: Final = 1_000_000
_WHY_REENCODED: Final = (
    "Privacy masks of this camera are burnt into the pictures before they leave: these pictures were decoded, "
    "masked and encoded anew. / Les masques de vie privée de cette caméra sont incrustés avant toute sortie : "
    "images décodées, masquées puis réencodées."
)


class CameraFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A camera of the package, as the register knew it."""

    id: int
    code: str
    name: str
    place: str


class AskedPart(msgspec.Struct, frozen=True, kw_only=True):
    """A camera and the period that was asked for; clips begin at the key picture before it."""

    camera_id: int
    since: dt.datetime
    until: dt.datetime


class JournalFact(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the city's journal about this package. `hash` chains it to all before it."""

    seq: int
    at: dt.datetime
    kind: str
    actor: str
    hash: str
    payload: Mapping[str, object]


class PackageFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Who asked for the package, who agreed, and why."""

    package: str
    requisition: str
    reason: str
    incident: str
    requested_by: str
    approved_by: str
    requested_at: dt.datetime
    built_at: dt.datetime
    software: str
    key_fingerprint: str
    lock: str = ""
    cameras: tuple[CameraFacts, ...] = ()
    asked: tuple[AskedPart, ...] = ()
    journal: tuple[JournalFact, ...] = ()


class ListedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the package besides manifest and signature."""

    name: str
    bytes: int
    sha256: str


def manifest_bytes(
    facts: PackageFacts, clips: Sequence[EvidenceClip], gaps: Sequence[FootageGap], files: Sequence[ListedFile]
) -> bytes:
    """The canonical manifest."""
    told: dict[str, Any] = {
        "format": FORMAT,
        **_plain(facts),
        "clips": [_clip(number, clip) for number, clip in enumerate(clips, 1)],
        "gaps": [_gap(gap) for gap in gaps],
        "files": [_plain(file) for file in files],
    }
    return canonical(told)


def _clip(number: int, clip: EvidenceClip) -> dict[str, Any]:
    return {
        "order": number,
        "name": f"clips/{clip.name}",
        "camera_id": clip.camera_id,
        "label": clip.label,
        "part": clip.part + 1,
        "since": _time(clip.since),
        "until": _time(clip.until),
        "bytes": clip.bytes,
        "sha256": clip.sha256,
        "codec": clip.codec,
        "width": clip.width,
        "height": clip.height,
        "pictures": clip.pictures,
        "is_original": clip.is_original,
        "why_reencoded": "" if clip.is_original else _WHY_REENCODED,
        "masks_burnt_in": [_mask(mask) for mask in clip.masks],
    }


def _gap(gap: FootageGap) -> dict[str, Any]:
    return {
        "camera_id": gap.camera_id,
        "since": _time(gap.since),
        "until": _time(gap.until),
        "reason": gap.reason,
    }


def _mask(mask: Mask) -> dict[str, Any]:
    """Corners in millionths of the picture's width and height: whole numbers are written one way only."""
    corners = [[round(x * _MASK_STEPS), round(y * _MASK_STEPS)] for x, y in mask.corners]
    return {"id": mask.id, "name": mask.name, "corners_millionths": corners}


def _plain(value: msgspec.Struct) -> dict[str, Any]:
    """As JSON knows it, times in UTC."""
    return msgspec.json.decode(msgspec.json.encode(value), type=dict[str, Any])


def _time(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
