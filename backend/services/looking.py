"""Look here: every camera that can turn to a place does, each by a command of its own."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Final

from backend.domain.ground import way
from backend.domain.looking import aim_at, range_of
from backend.services.command_desk import CommandConflict, CommandDesk, CommandRejected
from backend.services.heads import is_ptz
from backend.services.live_state import LiveState
from backend.services.register import Register
from backend.services.said import Said, say
from contract.api import CommandRequest
from contract.assets import Asset
from contract.commands import CommandState
from contract.places import LookingCamera, LookOutcome, LookRequest

MOST_CAMERAS: Final = 32  # more heads than anybody can look through; the nearest are turned
MOST_OF_ONE_PERSON: Final = 3  # looks under way; heads that turn to and fro show nobody anything
_DEADLINE_S: Final = 8.0
_LEAST_M_A_DEGREE: Final = 110_000.0  # of latitude
_REFUSED: Final = frozenset({CommandState.REJECTED, CommandState.FAILED, CommandState.EXPIRED, CommandState.UNKNOWN})
May = Callable[[Asset], bool]


class LookBusy(Exception):
    """This person's former looks are still under way."""


class Looking:
    """Finds the heads that reach a place, aims them, and tells what each answered."""

    def __init__(self, register: Register, live: LiveState, commands: CommandDesk) -> None:
        self._register = register
        self._live = live
        self._commands = commands
        self._under_way: Counter[str] = Counter()  # by person

    def is_ptz(self, camera: Asset) -> bool:
        """Whether its head turns."""
        return is_ptz(camera, self._live)

    async def look(
        self, request: LookRequest, *, by: str, may_see: May, may_operate: May, session: str = ""
    ) -> LookOutcome:
        """Turn all capable cameras to the place; an id that was used before moves nothing again. Raises LookBusy."""
        if self._under_way[by] >= MOST_OF_ONE_PERSON:
            raise LookBusy
        look_id = uuid.UUID(request.id) if request.id else uuid.uuid4()
        reached = self._reached(request, may_see)[:MOST_CAMERAS]
        answers = [
            self._turn(camera, distance, look_id, request, (by, session), may_operate) for distance, camera in reached
        ]
        self._under_way[by] += 1
        try:
            return LookOutcome(cameras=tuple(await asyncio.gather(*answers)))
        finally:
            self._under_way[by] -= 1
            self._under_way += Counter[str]()  # forgets who has nothing under way

    def _reached(self, request: LookRequest, may_see: May) -> list[tuple[float, Asset]]:
        reached: list[tuple[float, Asset]] = []
        for commune, class_ in self._register.topics():
            if class_ != "camera":
                continue
            for camera in self._register.of_topic(commune, class_):
                is_far = abs(camera.lat - request.lat) * _LEAST_M_A_DEGREE > range_of(camera)
                if is_far or not self.is_ptz(camera) or not may_see(camera):
                    continue
                distance_m = way(camera.lon, camera.lat, request.lon, request.lat).distance_m
                if distance_m <= range_of(camera):
                    reached.append((distance_m, camera))
        return sorted(reached, key=lambda item: (item[0], item[1].id))

    async def _turn(
        self,
        camera: Asset,
        distance_m: float,
        look_id: uuid.UUID,
        request: LookRequest,
        by: tuple[str, str],
        may_operate: May,
    ) -> LookingCamera:
        distance_m = round(distance_m, 1)
        if not may_operate(camera):
            return _refused(camera, distance_m, say("look_not_allowed", asset=camera.code))
        aim = aim_at(camera, request.lon, request.lat)
        if aim is None:
            return _refused(camera, distance_m, say("look_no_azimuth", asset=camera.code))
        command = CommandRequest(
            id=str(uuid.uuid5(look_id, str(camera.id))),
            asset_id=camera.id,
            action="ptz_absolute",
            arguments={
                "pan_deg": round(aim.pan_deg, 2),
                "tilt_deg": round(aim.tilt_deg, 2),
                "magnification": round(aim.magnification, 2),
            },
            reason=request.reason or f"look at {request.lat:.6f}, {request.lon:.6f}",
            deadline_s=_DEADLINE_S,
        )
        try:
            done = await self._commands.submit(command, by=by[0], session=by[1])
        except (CommandConflict, CommandRejected) as error:
            return _refused(camera, distance_m, error.said, command.id, CommandState.REJECTED)
        if done.state in _REFUSED:
            said = Said(done.detail, done.detail_code, done.detail_args)
            return _refused(camera, distance_m, said, done.id, done.state)
        return LookingCamera(asset_id=camera.id, distance_m=distance_m, command_id=done.id, state=done.state)


def _refused(
    camera: Asset, distance_m: float, said: Said, command_id: str | None = None, state: CommandState | None = None
) -> LookingCamera:
    return LookingCamera(
        asset_id=camera.id,
        distance_m=distance_m,
        command_id=command_id,
        state=state,
        refusal=said.text,
        refusal_code=said.code,
        refusal_args=dict(said.args),
    )
