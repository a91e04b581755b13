"""Seals in words, and what two persons agree to. No Qt."""

import datetime as dt
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from console.kit.formats import clock_time, number_text
from console.kit.ports import AssetLookup, Client
from console.kit.said_by_devices import told_text
from console.store.wishes import Extraction
from contract.footage import FootageLock, LockRelease, LockRequest
from widgets.texts import Texts

SEAL: Final = "lock_footage"
RELEASE: Final = "release_footage_lock"
OPEN: Final = frozenset({"sealing", "sealed", "failed"})
UNDER_WAY: Final = frozenset({"sealing", "releasing"})


class SealLine(NamedTuple):
    """One seal as a row."""

    id: str
    what: str
    reason: str
    until: str
    state: str
    details: str
    is_open: bool


class SealsPresenter:
    """What the panel says and asks."""

    def __init__(self, assets: AssetLookup, client: Client, tr: Texts) -> None:
        self._assets = assets
        self._client = client
        self._tr = tr

    async def seals(self) -> Sequence[FootageLock]:
        """The newest page. Raises RequestFailed."""
        return (await self._client.footage_locks()).items

    def request(self, chosen: Extraction, reason: str, requisition: str, expires_at: dt.datetime) -> LockRequest:
        """What is asked for."""
        return LockRequest(
            camera_ids=chosen.camera_ids,
            since=chosen.since,
            until=chosen.until,
            reason=reason,
            requisition=requisition,
            expires_at=expires_at,
            approval_id="",
        )

    @staticmethod
    def payload(request: LockRequest) -> dict[str, object]:
        """What the second person agrees to."""
        payload: dict[str, object] = msgspec.to_builtins(request)
        del payload["approval_id"]
        return payload

    async def seal(self, request: LockRequest, approval_id: str) -> None:
        """Do it. Raises RequestFailed."""
        await self._client.lock_footage(msgspec.structs.replace(request, approval_id=approval_id))

    async def release(self, lock_id: str, reason: str, approval_id: str) -> None:
        """Give it up before its end. Raises RequestFailed."""
        await self._client.release_footage_lock(lock_id, LockRelease(reason=reason, approval_id=approval_id))

    def chosen_words(self, chosen: Extraction | None) -> str:
        """Which period would be sealed; what to do when none is chosen."""
        if chosen is None:
            return self._tr("seals.choose")
        return self._tr("seals.of", what=self._what(chosen.camera_ids, chosen.since, chosen.until))

    def line(self, seal: FootageLock) -> SealLine:
        """One seal as a row."""
        tr = self._tr
        details = [tr("seals.asked_by", who=seal.requested_by, other=seal.approved_by)]
        if seal.requisition:
            details.append(tr("seals.requisition_told", requisition=seal.requisition))
        if seal.bytes:
            details.append(tr("seals.size", size=number_text(round(seal.bytes / 1e6, 1), tr.language)))
        if seal.detail:
            details.append(told_text(seal.detail, tr))
        return SealLine(
            id=seal.id,
            what=self._what(seal.camera_ids, seal.since, seal.until),
            reason=seal.reason,
            until=f"{seal.expires_at.astimezone():%d/%m/%Y}",
            state=tr(f"seals.state.{seal.state}"),
            details="\n".join(details),
            is_open=seal.state in OPEN,
        )

    def _what(self, cameras: Sequence[int], since: dt.datetime, until: dt.datetime) -> str:
        names = ", ".join(self._name(one) for one in cameras)
        return f"{names} · {since.astimezone():%d/%m/%Y} {clock_time(since)} → {clock_time(until)}"

    def _name(self, camera_id: int) -> str:
        asset = self._assets.get(camera_id)
        if asset is None:
            return str(camera_id)
        number = "" if asset.number is None else f"{asset.number} · "
        return f"{number}{asset.name or asset.code}"
