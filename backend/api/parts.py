"""The services that routes call, joined by bootstrap."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from backend.devkit.clock import Clock
from backend.ports import Storage
from backend.services.administration.joined import Administration
from backend.services.alarms.desk import AlarmDesk
from backend.services.alarms.joined import AlarmServices
from backend.services.approvals import Approvals
from backend.services.base_maps import BaseMaps
from backend.services.claim_book import ClaimBook
from backend.services.command_desk import CommandDesk
from backend.services.editing.joined import AssetWork
from backend.services.evidence.desk import Evidence
from backend.services.exchange.joined import Exchange
from backend.services.fleet.joined import FleetServices
from backend.services.footage.footage import Footage
from backend.services.gazetteer.gazetteer import Gazetteer
from backend.services.identity import Identity
from backend.services.leases import Leases
from backend.services.live_state import LiveState
from backend.services.looking import Looking
from backend.services.nearness import Nearness
from backend.services.onboarding.desk import CameraOnboarding
from backend.services.parking.parking import Parking
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
    asset_work: AssetWork
    live: LiveState
    alarms: AlarmDesk
    alarm_services: AlarmServices
    claims: ClaimBook
    commands: CommandDesk
    identity: Identity
    approvals: Approvals
    viewing: Viewing
    leases: Leases
    exchange: Exchange
    supervisor: Supervisor
    gazetteer: Gazetteer
    nearness: Nearness
    fleet: FleetServices
    looking: Looking
    parking: Parking
    replay: Replay
    base_maps: BaseMaps
    footage: Footage
    evidence: Evidence
    onboarding: CameraOnboarding
    administration: Administration
    storage: Storage
    shelves: asyncio.Lock = field(default_factory=asyncio.Lock)  # what is counted before it is kept, one by one
    is_exercise: bool = False
    troubles: Callable[[], Iterable[str]] = tuple  # what ails the backend, in words; empty ones do not count
