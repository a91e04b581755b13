"""A package as it is kept between restarts."""

import msgspec

from backend.services.refusals import Refused
from backend.services.said import Said
from backend.services.viewing.gate import Asked, Door
from contract.evidence import EvidencePackage, EvidenceRequest
from contract.footage import ViewingPurpose


class EvidenceRefused(Refused):
    """A package is not made, or not given."""


class KeptPackage(msgspec.Struct, frozen=True, kw_only=True):
    """`agreed`: exactly what two persons agree on. `seqs`: the journal's entries about it."""

    request: EvidenceRequest
    package: EvidencePackage
    seqs: tuple[int, ...] = ()

    @property
    def agreed(self) -> dict[str, object]:
        """The payload of its approval."""
        payload: dict[str, object] = msgspec.to_builtins(self.request)
        del payload["approval_id"], payload["id"]
        return payload

    @property
    def camera_ids(self) -> tuple[int, ...]:
        """Its cameras, each once."""
        return tuple(dict.fromkeys(part.camera_id for part in self.request.parts))

    @property
    def purpose(self) -> ViewingPurpose:
        """Why its pictures leave: said with the request, not of the login."""
        asked = self.request
        return ViewingPurpose(reason=asked.reason, incident=asked.incident, requisition=asked.requisition)


def asks_of(kept: KeptPackage, step: str) -> list[Asked]:
    """What the gate is asked for: each part of the package."""
    details: dict[str, object] = {
        "evidence": kept.request.id,
        "approved_by": kept.package.approved_by,
        "step": step,
    }
    if kept.package.sha256:
        # What stands in the file, whatever covers the camera by now.
        details["package_is_masked"] = kept.package.is_masked
    return [
        Asked(camera_id=part.camera_id, door=Door.EVIDENCE, since=part.since, until=part.until, details=details)
        for part in kept.request.parts
    ]


def told(said: Said) -> dict[str, object]:
    """What became of a package, as changes of its fields."""
    return {"detail": said.text, "detail_code": said.code, "detail_args": dict(said.args)}
