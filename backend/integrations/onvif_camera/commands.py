"""What a camera can be told: moves, stops, presets and pictures, from a checked DeviceCommand."""

import datetime as dt
import hashlib
import math
from collections.abc import Sequence

import msgspec

from backend.devkit.adapter import DeviceCommand
from backend.devkit.errors import CommandRefused
from backend.integrations.onvif_camera.aim import Direction, Node, Reach, position_of
from backend.integrations.onvif_camera.device import OnvifDevice
from backend.integrations.onvif_camera.profiles import choose_profile, movable_profile
from backend.integrations.onvif_camera.protocol import Vector
from backend.integrations.onvif_camera.readers import Profile


class Move(msgspec.Struct, frozen=True):
    """Move at a speed; the camera stops by itself after `timeout_s`."""

    speed: Vector
    timeout_s: float


class Stop(msgspec.Struct, frozen=True):
    """Stand still."""


class GoToPreset(msgspec.Struct, frozen=True):
    """Look where a preset looks."""

    preset: str


class SavePreset(msgspec.Struct, frozen=True):
    """Store where it looks now under a name; in place of `preset` when it is given."""

    name: str
    preset: str | None


class RemovePreset(msgspec.Struct, frozen=True):
    """Forget a preset."""

    preset: str


class RunTour(msgspec.Struct, frozen=True):
    """Start, stop or pause a tour of the camera's own. `act` in ONVIF's words."""

    tour: str
    act: str


class LookAt(msgspec.Struct, frozen=True):
    """Look in a direction, from the head's own zero."""

    direction: Direction


class TakePicture(msgspec.Struct, frozen=True):
    """Prove that the camera gives a picture."""


Act = Move | Stop | GoToPreset | SavePreset | RemovePreset | RunTour | LookAt | TakePicture
_TOUR_ACTS = {"start": "Start", "stop": "Stop", "pause": "Pause"}


def parse(command: DeviceCommand, *, now: dt.datetime, longest_s: float) -> Act:
    """The act behind a command. Raises CommandRefused in words."""
    match command.action:
        case "ptz_move":
            speed = Vector(*(_speed(command, axis) for axis in ("pan", "tilt", "zoom")))
            return Move(speed, _timeout_s(command.expires_at, now, longest_s))
        case "ptz_stop":
            return Stop()
        case "ptz_preset":
            return GoToPreset(_token(command, "preset"))
        case "ptz_preset_set":
            name = command.arguments.get("name")
            if not isinstance(name, str) or not 0 < len(name.strip()) <= 64:
                raise CommandRefused("a preset needs a name of at most 64 signs")
            has_token = command.arguments.get("preset") is not None
            return SavePreset(name.strip(), _token(command, "preset") if has_token else None)
        case "ptz_preset_remove":
            return RemovePreset(_token(command, "preset"))
        case "ptz_tour":
            wish = _TOUR_ACTS.get(str(command.arguments.get("act")))
            if wish is None:
                raise CommandRefused("a tour is started, stopped or paused")
            return RunTour(_token(command, "tour"), wish)
        case "ptz_absolute":
            return LookAt(_direction(command))
        case "snapshot":
            return TakePicture()
        case _:
            raise CommandRefused(f"a camera cannot {command.action[:40]!r}")


async def perform(act: Act, device: OnvifDevice, profiles: Sequence[Profile], head: Node | None, reach: Reach) -> str:
    """Tell the camera, once; gives what an operator may want to read. Raises what OnvifDevice raises."""
    match act:
        case Move(speed, timeout_s):
            await device.move(movable_profile(profiles).token, speed, timeout_s)
        case Stop():
            await device.stop(movable_profile(profiles).token)
        case GoToPreset(preset):
            await device.go_to_preset(movable_profile(profiles).token, preset)
        case SavePreset(name, preset):
            return await device.save_preset(movable_profile(profiles).token, name, preset)
        case RemovePreset(preset):
            await device.remove_preset(movable_profile(profiles).token, preset)
        case RunTour(tour, wish):
            await device.run_tour(movable_profile(profiles).token, tour, wish)
        case LookAt(direction):
            token = movable_profile(profiles).token
            if head is None:
                raise CommandRefused("this camera does not say what its head can do: it cannot be sent to a direction")
            await device.go_to(token, position_of(direction, head, reach))
        case TakePicture():
            picture = await device.snapshot(choose_profile(profiles, "main").token)
            return f"JPEG, {len(picture)} bytes, SHA-256 {hashlib.sha256(picture).hexdigest()}"
    return ""


def _token(command: DeviceCommand, name: str) -> str:
    token = command.arguments.get(name)
    if isinstance(token, int) and not isinstance(token, bool):
        token = str(token)
    if not isinstance(token, str) or not 0 < len(token) <= 64:
        raise CommandRefused(f"a {name} is named by its token")
    return token


def _speed(command: DeviceCommand, axis: str) -> float:
    value = command.arguments.get(axis, 0.0)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise CommandRefused(f"the {axis} speed is not a number")
    if not -1.0 <= value <= 1.0:
        raise CommandRefused(f"the {axis} speed is not between -1 and 1")
    return float(value)


def _direction(command: DeviceCommand) -> Direction:
    pan = _number(command, "pan_deg", -360.0, 360.0)
    tilt = _number(command, "tilt_deg", -90.0, 90.0)
    if pan is None or tilt is None:
        raise CommandRefused("a direction has a pan_deg and a tilt_deg")
    return Direction(pan, tilt, _number(command, "magnification", 1.0, 1000.0))


def _number(command: DeviceCommand, name: str, low: float, high: float) -> float | None:
    value = command.arguments.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:  # NaN is refused too
        raise CommandRefused(f"{name} is a number between {low:.0f} and {high:.0f}")
    return float(value)


def _timeout_s(expires_at: dt.datetime | None, now: dt.datetime, longest_s: float) -> float:
    if expires_at is None:
        return longest_s
    left_s = (expires_at - now).total_seconds()
    if left_s <= 0:
        raise CommandRefused("the command has expired")
    return max(0.1, min(left_s, longest_s))
