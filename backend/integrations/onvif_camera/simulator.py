"""Simulated ONVIF cameras: many behind one HTTP port, each with its own password, clock, head and events."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote

import msgspec
from aiohttp import web

from backend.devkit.clock import Clock
from backend.devkit.errors import ProtocolError
from backend.integrations.onvif_camera import replies
from backend.integrations.onvif_camera.protocol import (
    DEVICE,
    EVENTS,
    IMAGING,
    MEDIA,
    NOTIFICATION,
    PTZ,
    Event,
    Operation,
    Vector,
    parse_duration,
    parse_instant,
)
from backend.integrations.onvif_camera.requests import Request, parse_request
from backend.integrations.onvif_camera.simulated_digest import DigestChallenge
from backend.integrations.onvif_camera.simulated_events import PullPoints
from backend.integrations.onvif_camera.simulated_ptz import DEFAULT_TIMEOUT_S, SimulatedHead

MAX_REQUEST_BYTES = 256 * 1024
MAX_CLOCK_SKEW_S = 300.0  # tokens further from the camera's own clock are refused, as real cameras do
_LONGEST_PULL_S = 60.0
_OPEN_TO_ALL = frozenset({"GetSystemDateAndTime", "GetServices", "GetCapabilities", "GetScopes"})
_PROFILES = (
    replies.StreamProfile(name="main", width=1280, height=720, frames_per_second=15, kilobits_per_second=2000),
    replies.StreamProfile(name="sub", width=640, height=360, frames_per_second=15, kilobits_per_second=500),
)


class Refusal(Exception):
    """A SOAP fault the camera answers with."""

    def __init__(self, subcode: str, reason: str) -> None:
        super().__init__(reason)
        self.subcode = subcode


class CameraIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """What the camera says of itself."""

    manufacturer: str = "Beffroi"
    model: str = "Simulated 720p"
    firmware: str = "1.0"
    serial: str = ""
    hardware: str = "simulated"


class SimulatedOnvifCamera:
    """One camera. Its levers are what happens to cameras: motion, tampering, silence, a changed password."""

    def __init__(
        self,
        *,
        code: str,
        name: str,
        rtsp_url_sub: str,
        rtsp_url_main: str,
        user: str,
        password: str,
        clock: Clock,
        snapshot: Callable[[], Awaitable[bytes]] | None = None,
        has_ptz: bool = True,
        has_absolute: bool = True,
        has_degrees: bool = False,
        has_events: bool = True,
        clock_offset_s: float = 0.0,
        identity: CameraIdentity = CameraIdentity(),  # noqa: B008 - a frozen value
    ) -> None:
        self.code = code
        self.name = name
        self.head = SimulatedHead(clock) if has_ptz else None
        self.has_absolute = has_absolute
        self.has_degrees = has_degrees
        self.clock_offset_s = clock_offset_s
        self.requests_answered = 0
        self._rtsp_urls = {"main": rtsp_url_main, "sub": rtsp_url_sub}
        self._user = user
        self._password = password
        self._clock = clock
        self._snapshot = snapshot
        self._points = PullPoints(clock) if has_events else None
        self._identity = identity
        self._state = {"motion": False, "tamper": False}
        self._speaks = asyncio.Event()
        self._speaks.set()
        self.digest = DigestChallenge(f"camera {code}")

    def __repr__(self) -> str:
        """Without its password."""
        return f"SimulatedOnvifCamera({self.code!r})"

    @property
    def now(self) -> dt.datetime:
        """What the camera takes for the time."""
        return self._clock.now() + dt.timedelta(seconds=self.clock_offset_s)

    def set_motion(self, is_moving: bool) -> None:
        """Something begins or ceases to move in the picture."""
        self._set("motion", is_moving)

    def set_tamper(self, is_tampered: bool) -> None:
        """Somebody covers the lens, or uncovers it."""
        self._set("tamper", is_tampered)

    def fall_silent(self) -> None:
        """Accept connections and never answer, until `answer_again`."""
        self._speaks.clear()

    def answer_again(self) -> None:
        """Answer, having forgotten all subscriptions as after a restart."""
        if self._points is not None:
            self._points.end_all()
        self._speaks.set()

    def wrong_password(self, becomes: str = "changed on the camera") -> None:
        """Somebody changed the camera's password; giving the old one back mends it."""
        self._password = becomes

    def accepts(self, user: str, password: str) -> bool:
        """Whether these open the camera."""
        return (user, password) == (self._user, self._password)

    async def answer(self, message: bytes, base_url: str, point: str = "") -> tuple[int, bytes]:
        """HTTP status and SOAP answer to one message; `point` is the pull point it was sent to."""
        await self._speaks.wait()
        try:
            request = parse_request(message)
            self._authorise(request)
            answer = await self._dispatch(request, base_url, point)
        except ProtocolError as error:
            return 400, replies.fault("Sender", "WellFormed", str(error))
        except Refusal as error:
            return 400, replies.fault("Sender", error.subcode, str(error))
        await self._speaks.wait()
        self.requests_answered += 1
        return 200, answer

    async def picture(self, authorization: str, method: str, path: str) -> tuple[int, bytes, str]:
        """HTTP status, JPEG and challenge for a snapshot."""
        await self._speaks.wait()
        if not self.digest.is_proved_by(authorization, method, path, self._user, self._password):
            return 401, b"", self.digest.header
        return (404, b"", "") if self._snapshot is None else (200, await self._snapshot(), "")

    def _authorise(self, request: Request) -> None:
        if request.operation in _OPEN_TO_ALL:
            return
        token = request.token
        if token is None or not token.proves(self._user, self._password):
            raise Refusal("NotAuthorized", "Sender not authorized")
        created = parse_instant(token.created)
        if created is None or abs((created - self.now).total_seconds()) > MAX_CLOCK_SKEW_S:
            raise Refusal("NotAuthorized", "The token's time is too far from the camera's clock")

    async def _dispatch(self, request: Request, base_url: str, point: str) -> bytes:
        if request.namespace == DEVICE:
            return self._answer_device(request.operation, base_url)
        if request.namespace == MEDIA:
            return self._answer_media(request, base_url)
        if request.namespace == PTZ:
            return self._answer_ptz(request)
        if request.namespace == IMAGING and request.operation == "GetImagingSettings":
            return replies.imaging_settings(is_night=False)
        if request.namespace in {EVENTS, NOTIFICATION}:
            return await self._answer_events(request, base_url, point)
        raise Refusal("ActionNotSupported", f"{request.operation} is not supported")

    def _answer_device(self, operation: str, base_url: str) -> bytes:
        if operation == "GetSystemDateAndTime":
            return replies.system_date_and_time(self.now)
        if operation == "GetServices":
            offered = {DEVICE: "device_service", MEDIA: "media", IMAGING: "imaging"}
            if self.head is not None:
                offered[PTZ] = "ptz"
            if self._points is not None:
                offered[EVENTS] = "events"
            return replies.services((namespace, f"{base_url}/onvif/{path}") for namespace, path in offered.items())
        if operation == "GetDeviceInformation":
            is_ = self._identity
            return replies.device_information(
                is_.manufacturer, is_.model, is_.firmware, is_.serial or self.code, is_.hardware
            )
        if operation == "GetScopes":
            return replies.scopes(scopes_of(self.name))
        raise Refusal("ActionNotSupported", f"{operation} is not supported")

    def _answer_media(self, request: Request, base_url: str) -> bytes:
        if request.operation == "GetProfiles":
            return replies.profiles(_PROFILES, has_ptz=self.head is not None)
        url = self._rtsp_urls.get(request.text("ProfileToken"))
        if url is None:
            raise Refusal("NoProfile", "There is no such profile")
        if request.operation == "GetStreamUri":
            return replies.media_uri("GetStreamUri", url)
        if request.operation == "GetSnapshotUri":
            return replies.media_uri("GetSnapshotUri", f"{base_url}/snapshot.jpg")
        raise Refusal("ActionNotSupported", f"{request.operation} is not supported")

    def _answer_ptz(self, request: Request) -> bytes:
        if (head := self.head) is None:
            raise Refusal("ActionNotSupported", "This camera does not move")
        match request.operation:
            case "GetStatus":
                return replies.ptz_status(head.position, is_moving=head.is_moving, now=self.now)
            case "GetPresets":
                return replies.presets((token, head.names[token], at) for token, at in head.presets.items())
            case "GetPresetTours":
                return replies.preset_tours(head.tours.items())
            case "SetPreset":
                return replies.preset_saved(head.save_preset(request.text("PresetName"), request.text("PresetToken")))
            case "RemovePreset":
                if not head.remove_preset(request.text("PresetToken")):
                    raise Refusal("NoToken", "There is no such preset")
            case "OperatePresetTour":
                state = {"Start": "Touring", "Stop": "Idle", "Pause": "Paused"}.get(request.text("Operation"))
                if state is None or request.text("PresetTourToken") not in head.tours:
                    raise Refusal("NoToken", "There is no such tour")
                head.tours[request.text("PresetTourToken")] = state
            case "ContinuousMove":
                span = request.text("Timeout")
                timeout_s = parse_duration(span).total_seconds() if span else DEFAULT_TIMEOUT_S
                head.move(request.vector("Velocity") or Vector(0.0, 0.0, 0.0), timeout_s)
            case "Stop":
                head.stop()
            case "GetNodes" | "GetNode":
                return replies.nodes(request.operation, has_absolute=self.has_absolute, has_degrees=self.has_degrees)
            case "AbsoluteMove" if self.has_absolute:
                head.travel_to(request.place("Position", has_degrees=self.has_degrees) or head.position)
            case "GotoPreset":
                if (place := head.presets.get(request.text("PresetToken"))) is None:
                    raise Refusal("NoToken", "There is no such preset")
                head.look_at(place)
            case _:
                raise Refusal("ActionNotSupported", f"{request.operation} is not supported")
        return replies.acknowledged("tptz", request.operation)

    async def _answer_events(self, request: Request, base_url: str, number: str) -> bytes:
        if (points := self._points) is None:
            raise Refusal("ActionNotSupported", "This camera has no events")
        if request.operation == "CreatePullPointSubscription":
            span = self._span(request.text("InitialTerminationTime") or "PT60S")
            number = points.create(span, (self._event(name, Operation.INITIALIZED) for name in self._state))
            address = f"{base_url}/onvif/pull/{number}"
            return replies.pull_point(address, self.now, self.now + span)
        if (point := points.get(number)) is None:
            raise Refusal("ResourceUnknown", "There is no such subscription")
        until = point.until + dt.timedelta(seconds=self.clock_offset_s)
        match request.operation:
            case "PullMessages":
                timeout_s = min(parse_duration(request.text("Timeout")).total_seconds(), _LONGEST_PULL_S)
                limit = request.text("MessageLimit")
                taken = await point.take(int(limit) if limit.isascii() and limit.isdigit() else 1, timeout_s)
                return replies.events(taken, self.now, until)
            case "Renew":
                span = self._span(request.text("TerminationTime"))
                point.until = self._clock.now() + span
                return replies.renewed(self.now, self.now + span)
            case "SetSynchronizationPoint":
                for name in self._state:
                    point.add(self._event(name, Operation.INITIALIZED))
                return replies.acknowledged("tev", request.operation)
            case "Unsubscribe":
                points.end(number)
                return replies.acknowledged("wsnt", request.operation)
            case _:
                raise Refusal("ActionNotSupported", f"{request.operation} is not supported")

    def _span(self, text: str) -> dt.timedelta:
        instant = parse_instant(text)
        return parse_duration(text) if instant is None else instant - self.now

    def _set(self, name: str, is_true: bool) -> None:
        changed = self._state[name] != is_true
        self._state[name] = is_true
        if changed and self._points is not None:
            self._points.publish(self._event(name, Operation.CHANGED))

    def _event(self, name: str, operation: Operation) -> Event:
        topic, item = {
            "motion": ("RuleEngine/CellMotionDetector/Motion", "IsMotion"),
            "tamper": ("RuleEngine/TamperDetector/Tamper", "IsTamper"),
        }[name]
        return Event(
            topic=topic,
            source=(("VideoSourceConfigurationToken", "source0"), ("Rule", name)),
            values=((item, "true" if self._state[name] else "false"),),
            operation=operation,
            at=self.now,
        )


def scopes_of(name: str) -> tuple[str, ...]:
    """The scopes a video camera announces."""
    return (
        "onvif://www.onvif.org/type/video_encoder",
        "onvif://www.onvif.org/Profile/Streaming",
        f"onvif://www.onvif.org/name/{quote(name)}",
    )


def simulated_camera_routes(
    cameras: Mapping[str, SimulatedOnvifCamera], prefix: str = "/cameras"
) -> list[web.RouteDef]:
    """HTTP routes for all cameras; one is at PREFIX/CODE/onvif/device_service. Cameras may be added later.

    Run them with `AppRunner(handler_cancellation=True)`: clients leave while their question for events is held.
    """

    def camera_and_base(request: web.Request) -> tuple[SimulatedOnvifCamera, str]:
        camera = cameras.get(request.match_info["code"])
        if camera is None:
            raise web.HTTPNotFound
        path = request.rel_url.raw_path.split("/onvif/")[0]
        return camera, f"{request.url.origin()}{path}"

    async def answer_soap(request: web.Request) -> web.Response:
        camera, base_url = camera_and_base(request)
        if (request.content_length or 0) > MAX_REQUEST_BYTES:
            raise web.HTTPRequestEntityTooLarge(MAX_REQUEST_BYTES, request.content_length or 0)
        status, body = await camera.answer(await request.read(), base_url, request.match_info.get("point", ""))
        return web.Response(status=status, body=body, content_type="application/soap+xml", charset="utf-8")

    async def answer_snapshot(request: web.Request) -> web.Response:
        camera, _ = camera_and_base(request)
        authorization = request.headers.get("Authorization", "")
        status, picture, challenge = await camera.picture(authorization, request.method, request.rel_url.raw_path)
        headers = {"WWW-Authenticate": challenge} if challenge else {}
        return web.Response(status=status, body=picture, content_type="image/jpeg", headers=headers)

    return [
        web.post(f"{prefix}/{{code}}/onvif/pull/{{point}}", answer_soap),
        web.post(f"{prefix}/{{code}}/onvif/{{service}}", answer_soap),
        web.get(f"{prefix}/{{code}}/snapshot.jpg", answer_snapshot),
    ]
