"""The packages there are: each change of one is journalled for every camera of it, and kept, in one commit."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from backend.ports import KeptRecord, Storage, Unit
from backend.services.evidence.kept_package import KeptPackage
from backend.services.viewing.gate import Door
from contract.journal import EntryKind, NewEntry

log = logging.getLogger(__name__)
KIND: Final = "evidence"


class PackageBook:
    """`load` before anything else."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._kept: dict[str, KeptPackage] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    async def load(self) -> None:
        """Read what is kept."""
        for key, body in (await self._storage.records(KIND)).items():
            try:
                self._kept[key] = msgspec.json.decode(body, type=KeptPackage)
            except msgspec.MsgspecError:
                log.error("the evidence package %s cannot be read; it is left as it is", key)

    def all(self) -> Sequence[KeptPackage]:
        """Newest first."""
        by_age = sorted(self._kept.values(), key=lambda kept: (kept.package.requested_at, kept.request.id))
        return by_age[::-1]

    def get(self, package_id: str) -> KeptPackage | None:
        """One package as it is now."""
        return self._kept.get(package_id)

    def is_current(self, kept: KeptPackage) -> bool:
        """Whether nothing has changed it since it was read."""
        return self._kept.get(kept.request.id) is kept

    def turn(self, package_id: str) -> asyncio.Lock:
        """One step of a package at a time."""
        return self._turns.setdefault(package_id, asyncio.Lock())

    async def save(
        self,
        kept: KeptPackage,
        act: str,
        changes: Mapping[str, object],
        *,
        by: str = "system",
        proof: Mapping[str, object] | None = None,
    ) -> KeptPackage:
        """`changes` are fields of the package; `proof` goes into the journal beside them. Raises StorageError."""
        kept = msgspec.structs.replace(kept, package=msgspec.structs.replace(kept.package, **changes))
        key = kept.request.id
        record = KeptRecord(KIND, key, msgspec.json.encode(kept))
        written = await self._storage.commit(Unit(entries=_entries(kept, act, by, proof or {}), records=[record]))
        kept = msgspec.structs.replace(kept, seqs=(*kept.seqs, *(entry.seq for entry in written)))
        self._kept[key] = kept
        return kept

    def note_entries(self, kept: KeptPackage, seqs: Sequence[int]) -> KeptPackage:
        """The register's entries about it; kept with the next change."""
        kept = msgspec.structs.replace(kept, seqs=(*kept.seqs, *seqs))
        self._kept[kept.request.id] = kept
        return kept

    async def forget(self, kept: KeptPackage, act: str, proof: Mapping[str, object]) -> None:
        """The journal alone tells of it from now on. Raises StorageError."""
        key = kept.request.id
        entries = _entries(kept, act, "system", proof)
        await self._storage.commit(Unit(entries=entries, records=[KeptRecord(KIND, key, None)]))
        self._kept.pop(key, None)
        self._turns.pop(key, None)


def _entries(kept: KeptPackage, act: str, by: str, proof: Mapping[str, object]) -> list[NewEntry]:
    """One a camera: the register of viewings is kept by camera."""
    package = kept.package
    payload: dict[str, object] = {
        "act": act,
        "door": Door.EVIDENCE.value,
        "evidence": package.id,
        "state": package.state.value,
        "reason": package.reason,
        "requisition": package.requisition,
        "incident": package.incident,
        "requested_by": package.requested_by,
        "approved_by": package.approved_by,
        **({"detail": package.detail} if package.detail else {}),
        **proof,
    }
    entries: list[NewEntry] = []
    for camera_id in kept.camera_ids:
        periods = [
            f"{part.since.isoformat()}/{part.until.isoformat()}"
            for part in package.parts
            if part.camera_id == camera_id
        ]
        told = {**payload, "periods": periods}
        entries.append(NewEntry(kind=EntryKind.VIEWING, actor=by, asset_id=camera_id, payload=told))
    return entries
