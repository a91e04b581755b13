"""The levers over HTTP, on loopback only: for demonstrations, exercises and journeys."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import msgspec
from aiohttp import web

from city.addresses import talq_address
from city.behaviour import Behaviour
from city.camera_devices import CameraDevices, CityCamera
from city.fleet_devices import FleetDevices
from city.lighting_devices import LightingDevices
from city.parking_devices import ParkingDevices

T = TypeVar("T")
Answerer = Callable[[web.Request], Awaitable[web.Response]]

_TITLES: Final = {400: "Bad request", 404: "Not found"}


class LampFault(msgspec.Struct, frozen=True):
    """Which TALQ event a lamp shall show."""

    event: str = "lampFailure"


class CameraFault(msgspec.Struct, frozen=True):
    """What shall be wrong with a camera."""

    kind: str


class Spontaneous(msgspec.Struct, frozen=True):
    """Whether faults begin by themselves."""

    spontaneous: bool


class Control:
    """POST on a device does it, an empty answer says done; an unknown code is 404, a bad body 400 with the reason."""

    def __init__(
        self,
        lighting: LightingDevices,
        cameras: CameraDevices,
        fleet: FleetDevices,
        parking: ParkingDevices,
        behaviour: Behaviour,
    ) -> None:
        self._lighting = lighting
        self._cameras = cameras
        self._fleet = fleet
        self._parking = parking
        self._behaviour = behaviour

    def routes(self) -> list[web.RouteDef]:
        """All of it."""
        posts: dict[str, Answerer] = {
            "/cabinets/{code}/lose_supply": self._lose_supply,
            "/cabinets/{code}/restore_supply": self._restore_supply,
            "/cabinets/{code}/open_door": self._open_door,
            "/cabinets/{code}/shut_door": self._shut_door,
            "/lamps/{code}/fail": self._fail_lamp,
            "/lamps/{code}/mend": self._mend_lamp,
            "/cameras/{code}/fault": self._break_camera,
            "/cameras/{code}/clear": self._mend_camera,
            "/gateways/{commune}/silence": self._silence,
            "/gateways/{commune}/speak": self._speak,
            "/vehicles/{code}/lose_signal": self._lose_signal,
            "/vehicles/{code}/regain_signal": self._regain_signal,
            "/bays/{code}/occupy": self._occupy,
            "/bays/{code}/free": self._free,
            "/bays/{code}/silence": self._silence_bay,
            "/faults": self._set_spontaneous,
        }
        return [
            *(web.post(path, _plainly(answer)) for path, answer in posts.items()),
            web.get("/lamps/{code}", _plainly(self._lamp)),
            web.get("/cameras/{code}", _plainly(self._looks)),
            web.get("/vehicles/{code}", _plainly(self._vehicle)),
            web.get("/status", _plainly(self._status)),
        ]

    async def _lose_supply(self, request: web.Request) -> web.Response:
        code = _named(request, "code")
        self._lighting.gateway_of(code).lose_supply(talq_address(code))
        return _done()

    async def _restore_supply(self, request: web.Request) -> web.Response:
        code = _named(request, "code")
        self._lighting.gateway_of(code).restore_supply(talq_address(code))
        return _done()

    async def _open_door(self, request: web.Request) -> web.Response:
        code = _named(request, "code")
        self._lighting.gateway_of(code).open_cabinet_door(talq_address(code))
        return _done()

    async def _shut_door(self, request: web.Request) -> web.Response:
        code = _named(request, "code")
        self._lighting.gateway_of(code).open_cabinet_door(talq_address(code), is_open=False)
        return _done()

    async def _fail_lamp(self, request: web.Request) -> web.Response:
        code = _named(request, "code")
        fault = await _body(request, LampFault, default=LampFault())
        self._lighting.gateway_of(code).fail_lamp(talq_address(code), fault.event)
        return _done()

    async def _mend_lamp(self, request: web.Request) -> web.Response:
        code = _named(request, "code")
        self._lighting.gateway_of(code).mend_lamp(talq_address(code))
        return _done()

    async def _break_camera(self, request: web.Request) -> web.Response:
        camera = self._camera(request)
        camera.break_down((await _body(request, CameraFault)).kind)
        return _done()

    async def _mend_camera(self, request: web.Request) -> web.Response:
        self._camera(request).mend()
        return _done()

    async def _silence(self, request: web.Request) -> web.Response:
        self._lighting.gateways[_named(request, "commune")].fall_silent()
        return _done()

    async def _speak(self, request: web.Request) -> web.Response:
        self._lighting.gateways[_named(request, "commune")].speak_again()
        return _done()

    async def _lose_signal(self, request: web.Request) -> web.Response:
        self._fleet.by_code[_named(request, "code")].lose_signal()
        return _done()

    async def _regain_signal(self, request: web.Request) -> web.Response:
        self._fleet.by_code[_named(request, "code")].regain_signal()
        return _done()

    async def _vehicle(self, request: web.Request) -> web.Response:
        return _json(self._fleet.state(_named(request, "code")))

    async def _occupy(self, request: web.Request) -> web.Response:
        self._parking.set_bay(_named(request, "code"), is_taken=True)
        return _done()

    async def _free(self, request: web.Request) -> web.Response:
        self._parking.set_bay(_named(request, "code"), is_taken=False)
        return _done()

    async def _silence_bay(self, request: web.Request) -> web.Response:
        self._parking.silence_bay(_named(request, "code"))
        return _done()

    async def _set_spontaneous(self, request: web.Request) -> web.Response:
        self._behaviour.is_calm = not (await _body(request, Spontaneous)).spontaneous
        return _done()

    async def _lamp(self, request: web.Request) -> web.Response:
        return _json(self._lighting.lamp_state(_named(request, "code")))

    async def _looks(self, request: web.Request) -> web.Response:
        return _json(self._camera(request).looks())

    async def _status(self, _: web.Request) -> web.Response:
        cameras = {code: camera.fault for code, camera in self._cameras.by_code.items()}
        return _json(
            {
                **self._lighting.status(),
                **self._parking.status(),
                "cameras_streaming": len(cameras),
                "camera_faults": {code: fault for code, fault in cameras.items() if fault is not None},
                "spontaneous": not self._behaviour.is_calm,
                "faults_begun": self._behaviour.begun,
            }
        )

    def _camera(self, request: web.Request) -> CityCamera:
        return self._cameras.by_code[_named(request, "code")]


def _named(request: web.Request, key: str) -> str:
    return request.match_info[key]


async def _body(request: web.Request, wanted: type[T], *, default: T | None = None) -> T:
    content = await request.read()
    if not content and default is not None:
        return default
    return msgspec.json.decode(content, type=wanted)


def _plainly(answer: Answerer) -> Answerer:
    async def respond(request: web.Request) -> web.Response:
        try:
            return await answer(request)
        except KeyError as error:
            return _problem(404, f"{error.args[0]} is not a device of this city that can be reached here")
        except (msgspec.MsgspecError, ValueError) as error:
            return _problem(400, str(error))

    return respond


def _problem(status: int, detail: str) -> web.Response:
    body = msgspec.json.encode({"title": _TITLES[status], "status": status, "detail": detail})
    return web.Response(status=status, body=body, content_type="application/problem+json")


def _json(value: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")


def _done() -> web.Response:
    return web.Response(status=204)
