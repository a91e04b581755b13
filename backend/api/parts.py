"""The services that routes call, joined by bootstrap."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from backend.devkit.clock import Clock
from backend.ports import Storage
from backend.services.alarm_desk import AlarmDesk
from backend.services.approvals import Approvals
from backend.services.base_maps import BaseMaps
from backend.services.claim_book import ClaimBook
from backend.services.command_desk import CommandDesk
from backend.services.evidence.desk import Evidence
from backend.services.footage.footage import Footage
from backend.services.gazetteer.gazetteer import Gazetteer
from backend.services.identity import Identity
from backend.services.importing import Importing
from backend.services.leases import Leases
from backend.services.live_state import LiveState
from backend.services.looking import Looking
from backend.services.nearness import Nearness
from backend.services.onboarding.desk import CameraOnboarding
from backend.services.register import Register
from backend.services.replay import Replay
from backend.services.supervisor import Supervisor
from backend.services.viewing.viewing import Viewing


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the API may call."""

    clock: Clock
    version: str
    server_id: str
    register: Register
    live: LiveState
    alarms: AlarmDesk
    claims: ClaimBook
    commands: CommandDesk
    identity: Identity
    approvals: Approvals
    viewing: Viewing
    leases: Leases
    importing: Importing
    supervisor: Supervisor
    gazetteer: Gazetteer
    nearness: Nearness
    looking: Looking
    replay: Replay
    base_maps: BaseMaps
    footage: Footage
    evidence: Evidence
    onboarding: CameraOnboarding
    storage: Storage
    troubles: Callable[[], Iterable[str]] = tuple  # what ails the backend, in words; empty ones do not count
