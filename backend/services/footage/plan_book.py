"""How each camera is to be recorded: kept with the city, changed by people, journalled."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from backend.domain.footage_rules import plan_fault
from backend.ports import KeptRecord, Storage, Unit
from backend.services.footage.facts import footage_entry
from backend.services.refusals import FootageRefused
from backend.services.register import Register
from backend.services.said import say
from contract.footage import PlanChange, RecordingMode, RecordingPlan

log = logging.getLogger(__name__)
KIND: Final = "recording_plan"
MOST_CAMERAS: Final = 1_000


class KeptPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan and how often it was changed."""

    plan: RecordingPlan
    version: int = 1


class PlanBook:
    """Plans by camera. A camera without one is not recorded."""

    def __init__(self, storage: Storage, register: Register) -> None:
        self._storage = storage
        self._register = register
        self._plans: dict[int, KeptPlan] = {}
        self._listeners: list[Callable[[], None]] = []
        self.revision = 0  # counts the changes

    async def load(self) -> None:
        """Read what is kept."""
        for key, body in (await self._storage.records(KIND)).items():
            try:
                self._plans[int(key)] = msgspec.json.decode(body, type=KeptPlan)
            except (ValueError, msgspec.MsgspecError):
                log.error("the recording plan of camera %s cannot be read: make it anew", key)
        self._changed()

    def listen(self, listener: Callable[[], None]) -> None:
        """Is called when plans changed; must be quick and not raise."""
        self._listeners.append(listener)

    def of(self, camera_id: int) -> KeptPlan | None:
        """The plan of a camera; None when it never had one."""
        return self._plans.get(camera_id)

    def all(self) -> Mapping[int, KeptPlan]:
        """Every plan, by camera."""
        return self._plans

    def is_recorded(self, camera_id: int) -> bool:
        """Whether this camera is to be recorded at all."""
        kept = self._plans.get(camera_id)
        return kept is not None and kept.plan.mode is not RecordingMode.OFF

    async def change(self, change: PlanChange, *, by: str) -> Sequence[int]:
        """Record these cameras so from now on, all or none; gives those that changed. Raises FootageRefused."""
        if not 0 < len(change.camera_ids) == len(set(change.camera_ids)) <= MOST_CAMERAS:
            raise FootageRefused(say("plan_cameras", count=MOST_CAMERAS))
        fault = plan_fault(change.plan)
        if fault is not None:
            raise FootageRefused(say(fault.code, **fault.args))
        for camera_id in change.camera_ids:
            asset = self._register.get(camera_id)
            if asset is None or asset.class_ != "camera":
                raise FootageRefused(say("plan_not_a_camera", asset=camera_id if asset is None else asset.code))
        changed: dict[int, KeptPlan] = {}
        unit = Unit()
        for camera_id in change.camera_ids:
            before = self._plans.get(camera_id)
            if before is not None and before.plan == change.plan:
                continue
            kept = KeptPlan(plan=change.plan, version=1 if before is None else before.version + 1)
            changed[camera_id] = kept
            unit.records.append(KeptRecord(KIND, str(camera_id), msgspec.json.encode(kept)))
            payload: dict[str, object] = {
                "before": None if before is None else msgspec.to_builtins(before.plan),
                "after": msgspec.to_builtins(change.plan),
            }
            unit.entries.append(footage_entry("planned", payload, by=by, camera_id=camera_id))
        if changed:
            await self._storage.commit(unit)
            self._plans.update(changed)
            self._changed()
        return tuple(changed)

    def _changed(self) -> None:
        self.revision += 1
        for listener in self._listeners:
            listener()
