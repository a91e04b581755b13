"""Acts that need two persons: one asks, another agrees, and the first does exactly what was agreed, once."""

import asyncio
import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Sequence
from typing import Final, Literal

import msgspec

from backend.devkit.clock import Clock
from backend.ports import Storage
from backend.services.said import say
from contract.api import Approval, ApprovalRequest
from contract.journal import EntryKind, NewEntry
from contract.rights import User

GOOD_FOR: Final = dt.timedelta(minutes=5)
MOST_OPEN_PER_ACCOUNT: Final = 20

Refusal = Literal[
    "unknown", "expired", "same_person", "already_approved", "not_approved", "used", "other_act", "not_yours",
    "too_many", "no_payload", "copy_away",
]  # fmt: skip


class ApprovalRefused(Exception):
    """Why not; the text may be shown."""

    def __init__(self, reason: Refusal) -> None:
        self.said = say(f"approval_{reason}")
        super().__init__(self.said.text)
        self.reason: Refusal = reason


class Approvals:
    """Bound to the hash of the exact payload and to persons, not accounts. Good for five minutes, used once."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        user: Callable[[str], User | None],
        is_blocked: Callable[[], bool] = lambda: False,
    ) -> None:
        """`user` gives an account by name, as it is now; `is_blocked`: the audit's copy is away, nothing is agreed."""
        self._is_blocked = is_blocked
        self._storage = storage
        self._clock = clock
        self._user = user
        self._open: dict[str, Approval] = {}
        self._turn = asyncio.Lock()  # one at a time: two approvers, or two uses, never pass the check together

    async def open(self) -> None:
        """Read those still open."""
        self._open = {approval.id: approval for approval in await self._storage.approvals()}

    def waiting(self) -> Sequence[Approval]:
        """Those that somebody may still approve or use, oldest first."""
        now = self._clock.now()
        return sorted(
            (item for item in self._open.values() if not item.is_used and item.expires_at > now),
            key=lambda item: item.requested_at,
        )

    def of(self, approval_id: str, *, by: str) -> Approval:
        """One's own request, as it stands. Raises ApprovalRefused."""
        approval = self._open.get(approval_id)
        if approval is None or approval.requester != by:
            raise ApprovalRefused("unknown")
        return approval

    async def request(self, request: ApprovalRequest, *, by: User) -> Approval:
        """Ask for a second person. Raises ApprovalRefused."""
        self._check_audited()
        digest = payload_hash(request.act, request.payload)
        async with self._turn:
            now = self._clock.now()
            self._open = {key: item for key, item in self._open.items() if item.expires_at > now}
            mine = sum(1 for item in self._open.values() if item.requester == by.name and not item.is_used)
            if mine >= MOST_OPEN_PER_ACCOUNT:
                raise ApprovalRefused("too_many")
            approval = Approval(
                id=str(uuid.uuid4()),
                act=request.act,
                payload_hash=digest,
                payload=request.payload,
                requester=by.name,
                reason=request.reason,
                requested_at=now,
                expires_at=now + GOOD_FOR,
            )
            return await self._save(approval, "requested", by, {"reason": request.reason})

    async def approve(self, approval_id: str, *, by: User) -> Approval:
        """The second person agrees. Raises ApprovalRefused."""
        self._check_audited()
        async with self._turn:
            approval = self._standing(approval_id)
            requester = self._user(approval.requester)
            # Machines have keys, not accounts: whoever made the key would agree with himself.
            if requester is None or self._user(by.name) is None or _is_same_person(requester, by):
                raise ApprovalRefused("same_person")
            if approval.is_used:
                raise ApprovalRefused("used")
            if approval.approver:
                raise ApprovalRefused("already_approved")
            approved = msgspec.structs.replace(approval, approver=by.name, approved_at=self._clock.now())
            return await self._save(approved, "approved", by, {})

    async def use(self, approval_id: str, act: str, payload: dict[str, object], *, by: User) -> Approval:
        """Spend it on exactly what was agreed; when this returns it is spent. Raises ApprovalRefused."""
        self._check_audited()
        digest = payload_hash(act, payload)
        async with self._turn:
            approval = self._standing(approval_id)
            if approval.is_used:
                raise ApprovalRefused("used")
            if not approval.approver:
                raise ApprovalRefused("not_approved")
            if approval.requester != by.name:
                raise ApprovalRefused("not_yours")
            approver = self._user(approval.approver)
            if approver is None or not approver.is_active or _is_same_person(approver, by):
                raise ApprovalRefused("same_person")
            if approval.act != act or approval.payload_hash != digest:
                raise ApprovalRefused("other_act")
            return await self._save(msgspec.structs.replace(approval, is_used=True), "used", by, {})

    def _check_audited(self) -> None:
        if self._is_blocked():
            raise ApprovalRefused("copy_away")

    def _standing(self, approval_id: str) -> Approval:
        approval = self._open.get(approval_id)
        if approval is None:
            raise ApprovalRefused("unknown")
        if approval.expires_at <= self._clock.now():
            raise ApprovalRefused("expired")
        return approval

    async def _save(self, approval: Approval, event: str, by: User, details: dict[str, object]) -> Approval:
        payload: dict[str, object] = {
            "event": event,
            "approval": approval.id,
            "act": approval.act,
            "payload_hash": approval.payload_hash,
            **details,
        }
        await self._storage.save_approval(approval, NewEntry(kind=EntryKind.APPROVAL, actor=by.name, payload=payload))
        self._open[approval.id] = approval
        return approval


def payload_hash(act: str, payload: dict[str, object]) -> str:
    """SHA-256 of the act and its payload with sorted keys. Raises ApprovalRefused for what has no canonical form."""
    try:
        return hashlib.sha256(msgspec.json.encode((act, payload), order="sorted")).hexdigest()
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise ApprovalRefused("no_payload") from error


def _is_same_person(one: User, other: User) -> bool:
    return one.name == other.name or one.person.strip().casefold() == other.person.strip().casefold()
