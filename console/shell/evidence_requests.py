"""Requests about evidence packages."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from backend_client import evidence
from backend_client.session import Session
from console.shell.asking import asked
from contract.evidence import EvidenceKeyFacts, EvidenceList, EvidencePackage, EvidenceRequest


class EvidenceRequests:
    """console.kit.evidence_ports.EvidenceCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def evidence(self, cursor: str | None = None) -> EvidenceList:
        """Packages of the cameras that one manages, newest first."""
        return await asked(self._session.get("/evidence", EvidenceList, {"cursor": cursor}))

    async def evidence_package(self, package_id: str) -> EvidencePackage:
        """How far one is."""
        return await asked(self._session.get(_path(package_id), EvidencePackage))

    async def request_evidence(self, request: EvidenceRequest) -> EvidencePackage:
        """Order one; asked twice with the same id, it is built once."""
        return await asked(self._session.post_for("/evidence", request, EvidencePackage))

    async def cancel_evidence(self, package_id: str) -> EvidencePackage:
        """Stop building it."""
        return await asked(self._session.post_for(f"{_path(package_id)}/cancel", None, EvidencePackage))

    async def resume_evidence(self, package_id: str) -> EvidencePackage:
        """Go on building it."""
        return await asked(self._session.post_for(f"{_path(package_id)}/resume", None, EvidencePackage))

    async def delete_evidence(self, package_id: str) -> None:
        """Destroy it before its time."""
        await asked(self._session.delete(_path(package_id)))

    async def evidence_fingerprint(self) -> str:
        """Of the city's evidence key: to be given out of band."""
        return (await asked(self._session.get("/evidence-key", EvidenceKeyFacts))).fingerprint

    async def fetch_evidence(
        self, package: EvidencePackage, target: Path, progress: Callable[[int, int], None]
    ) -> None:
        """Write it to a file; `progress` hears bytes done and in all. Raises OSError for the file."""
        await asked(evidence.fetch(self._session, package, target, progress))


def _path(package_id: str) -> str:
    return f"/evidence/{quote(package_id, safe='')}"
