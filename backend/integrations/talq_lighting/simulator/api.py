"""The gateway's side of the TALQ API: what a simulated gateway answers its CMS."""

import uuid
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final, TypeVar

from aiohttp import web

from backend.devkit.errors import ProtocolError
from backend.integrations.talq_lighting.protocol.logs import LoggerConfig
from backend.integrations.talq_lighting.protocol.programs import Calendar, ControlProgram
from backend.integrations.talq_lighting.protocol.values import (
    VERSION_HEADER,
    AssignCommand,
    ErrorMessage,
    Function,
    Group,
    OverrideCommand,
    ResourceReference,
)
from backend.integrations.talq_lighting.protocol.wire import (
    compose,
    parse,
    parse_function,
    parse_many,
    parse_partial_device,
)
from backend.integrations.talq_lighting.simulator.gateway import SimulatedGateway

Answerer = Callable[[web.Request], Awaitable[web.Response]]
Keyed = TypeVar("Keyed", Calendar, ControlProgram, Group)

_READS: Final = frozenset({"GET"})


class _Refused(Exception):
    """A request that TALQ lets a gateway refuse."""

    def __init__(self, status: int, key: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.message = ErrorMessage(key=key, description=description)


def gateway_routes(gateway: SimulatedGateway, prefix: str) -> Sequence[web.RouteDef]:
    """The gateway's routes below `prefix` ("/gateways/dijon"), to add to a shared application."""
    api = _Api(gateway)
    table: Sequence[tuple[str, str, Answerer]] = (
        ("GET", "/services", api.services),
        ("GET", "/services/{name}", api.service),
        ("GET", "/device-classes", api.classes),
        ("GET", "/devices", api.devices),
        ("GET", "/devices/count", api.device_count),
        ("GET", "/devices/{device}", api.device),
        ("PATCH", "/devices/{device}", api.patch_device),
        ("GET", "/devices/{device}/{function}", api.function),
        ("PATCH", "/devices/{device}/{function}", api.patch_function),
        ("GET", "/devices/{device}/{function}/{attribute}", api.attribute),
        ("POST", "/override-commands", api.override),
        ("POST", "/assign-commands", api.assign),
        ("POST", "/logger-configs", api.add_logger),
        ("GET", "/logger-configs/{logger}", api.logger),
        ("PUT", "/logger-configs/{logger}", api.change_logger),
        ("DELETE", "/logger-configs/{logger}", api.remove_logger),
        *api.collection("/calendars", gateway.configuration.calendars, Calendar),
        *api.collection("/control-programs", gateway.configuration.programs, ControlProgram),
        *api.collection("/groups", gateway.configuration.groups, Group),
    )
    return [web.route(method, prefix.rstrip("/") + path, api.guarded(answer)) for method, path, answer in table]


class _Api:
    def __init__(self, gateway: SimulatedGateway) -> None:
        self._gateway = gateway
        self._configuration = gateway.configuration

    def guarded(self, answer: Answerer) -> Answerer:
        """Check what TALQ asks of every request, and refuse in TALQ's words."""

        async def respond(request: web.Request) -> web.Response:
            if self._gateway.is_silent:
                await self._gateway.speaks.wait()
            try:
                self._check(request)
                return await answer(request)
            except _Refused as refused:
                return _json([refused.message], refused.status)
            except ProtocolError as error:
                return _json([ErrorMessage(key="payloadError", description=str(error))], 400)

        return respond

    async def services(self, _: web.Request) -> web.Response:
        return _json(self._configuration.services)

    async def service(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        return _json(_found((service for service in self._configuration.services if service.name == name), name))

    async def classes(self, _: web.Request) -> web.Response:
        return _json(self._configuration.classes)

    async def devices(self, request: web.Request) -> web.Response:
        self._gateway.advance()
        offset, limit = _whole(request, "offset"), _whole(request, "limit")
        wanted = request.query.getall("deviceClasses", [])
        if offset is None and limit is None and not wanted:
            return _json(list(self._gateway.devices()))
        inventory = self._gateway.inventory
        addresses = [self._gateway.address, *inventory.cabinet_at, *inventory.lamp_at]
        start = offset or 0
        page = addresses[start : start + (500 if limit is None else limit)] if not wanted else addresses
        found = [device for address in page if (device := self._gateway.device(address)) is not None]
        if wanted:
            found = [device for device in found if device.class_ in wanted]
        return _json(found, headers={"pagination-totalCount": str(len(addresses)), "pagination-count": str(len(found))})

    async def device_count(self, _: web.Request) -> web.Response:
        inventory = self._gateway.inventory
        return _json(1 + len(inventory.cabinets) + len(inventory.lamps))

    async def device(self, request: web.Request) -> web.Response:
        self._gateway.advance()
        address = request.match_info["device"]
        return _json(_found([self._gateway.device(address)], address))

    async def patch_device(self, request: web.Request) -> web.Response:
        device = parse_partial_device(await request.read())
        for function in device.functions:
            self._configure(request.match_info["device"], function)
        return web.Response()

    async def function(self, request: web.Request) -> web.Response:
        return _json(self._function(request))

    async def patch_function(self, request: web.Request) -> web.Response:
        self._configure(request.match_info["device"], parse_function(await request.read()))
        return web.Response()

    async def attribute(self, request: web.Request) -> web.Response:
        name = request.match_info["attribute"]
        return _json(_found([self._function(request).attributes.get(name)], name))

    async def override(self, request: web.Request) -> web.Response:
        command = parse(await request.read(), OverrideCommand)
        lamps = self._lamps(command.addresses or (), "overrideAddressNotValid")
        target = command.target_command
        if target is None:
            self._gateway.override(lamps, None, float("inf"), None)
        else:
            level = target.state.value
            if target.state.name != "LevelState" or not isinstance(level, int) or not 0 <= level <= 100:
                raise _Refused(422, "overrideCommandNotValid", "these actuators take a LevelState from 0 to 100")
            until = target.expiration.timestamp() if target.expiration is not None else float("inf")
            self._gateway.override(lamps, level, until, target.cms_ref_id)
        return web.Response(status=201)

    async def assign(self, request: web.Request) -> web.Response:
        command = parse(await request.read(), AssignCommand)
        if command.entity.resource != "calendars":
            raise _Refused(422, "assignmentEntityNotValid", "only calendars can be assigned here")
        if command.entity.address and command.entity.address not in self._configuration.calendars:
            raise _Refused(422, "relatedResourceNotFound", f"no calendar {command.entity.address}")
        for lamp in self._lamps(command.addresses, "assignmentAddressNotValid"):
            self._configuration.calendar_of[lamp] = command.entity.address or None
        self._changed()
        return web.Response(status=201)

    async def add_logger(self, request: web.Request) -> web.Response:
        config = parse(await request.read(), LoggerConfig)
        if config.address in self._configuration.loggers:
            raise _Refused(409, "resourceConflict", f"the logger {config.address} exists")
        self._configuration.loggers[config.address] = config
        return web.Response(status=201)

    async def logger(self, request: web.Request) -> web.Response:
        address = request.match_info["logger"]
        return _json(_found([self._configuration.loggers.get(address)], address))

    async def change_logger(self, request: web.Request) -> web.Response:
        address = request.match_info["logger"]
        _found([self._configuration.loggers.get(address)], address)
        self._configuration.loggers[address] = parse(await request.read(), LoggerConfig)
        return web.Response()

    async def remove_logger(self, request: web.Request) -> web.Response:
        address = request.match_info["logger"]
        return _json(_found([self._configuration.loggers.pop(address, None)], address))

    def collection(self, path: str, store: dict[str, Keyed], type_: type[Keyed]) -> Sequence[tuple[str, str, Answerer]]:
        """The routes of a set of configured things."""

        async def everything(_: web.Request) -> web.Response:
            return _json(list(store.values()))

        async def one(request: web.Request) -> web.Response:
            key = request.match_info["key"]
            return _json(_found([store.get(key)], key))

        async def count(_: web.Request) -> web.Response:
            return _json(len(store))

        async def add(request: web.Request) -> web.Response:
            items = parse_many(await request.read(), type_)
            if any(_key(item) in store for item in items):
                raise _Refused(409, "resourceConflict", "one of them exists")
            self._store(store, items)
            return _json(items, 201)

        async def change(request: web.Request) -> web.Response:
            items = parse_many(await request.read(), type_)
            for item in items:
                _found([store.get(_key(item))], _key(item))
            self._store(store, items)
            return _json(items)

        async def change_one(request: web.Request) -> web.Response:
            key = request.match_info["key"]
            _found([store.get(key)], key)
            item = parse(await request.read(), type_)
            self._store(store, [item])
            return _json(item)

        async def remove(request: web.Request) -> web.Response:
            key = request.match_info["key"]
            if key in self._configuration.calendar_of:
                raise _Refused(422, "deletingResourceIsReferred", f"lamps follow {key}")
            removed = _found([store.pop(key, None)], key)
            self._changed()
            return _json(removed)

        keyed = path + "/{key}"
        return (
            ("GET", path, everything),
            ("POST", path, add),
            ("PUT", path, change),
            ("GET", path + "/count", count),
            ("GET", keyed, one),
            ("PUT", keyed, change_one),
            ("DELETE", keyed, remove),
        )

    def _check(self, request: web.Request) -> None:
        if VERSION_HEADER not in request.headers:
            raise _Refused(400, "headerMissing", f"{VERSION_HEADER} is missing")
        wanted = ["clientAddress"] if request.method in _READS else ["clientAddress", "talqRequestId"]
        for name in wanted:
            if name not in request.query:
                raise _Refused(400, "parameterMissing", f"{name} is missing")
            try:
                uuid.UUID(request.query[name])
            except ValueError:
                raise _Refused(400, "parameterValueNotValid", f"{name} is no uuid") from None
        known = self._configuration.cms_address
        is_bootstrap = request.path.rstrip("/").rpartition("/devices/")[2].startswith(self._gateway.address)
        if known is not None and request.query["clientAddress"] != known and not is_bootstrap:
            raise _Refused(400, "parameterValueNotValid", "this clientAddress is not my CMS")

    def _configure(self, device: str, function: Function) -> None:
        if _found([self._gateway.device(device)], device).address != self._gateway.address:
            return
        uri, address = function.attributes.get("cmsUri"), function.attributes.get("cmsAddress")
        if function.type != "GatewayFunction" or uri is None or address is None:
            return
        if not isinstance(uri.value, str) or not isinstance(address.value, str):
            raise _Refused(422, "payloadError", "cmsUri and cmsAddress are texts")
        is_new = (uri.value, address.value) != (self._configuration.cms_uri, self._configuration.cms_address)
        self._configuration.cms_uri, self._configuration.cms_address = uri.value, address.value
        self._gateway.bootstrapped(is_new_cms=is_new)

    def _function(self, request: web.Request) -> Function:
        self._gateway.advance()
        address, id_ = request.match_info["device"], request.match_info["function"]
        device = _found([self._gateway.device(address)], address)
        return _found((function for function in device.functions if function.id == id_), id_)

    def _lamps(self, references: Iterable[ResourceReference], refusal: str) -> list[int]:
        """The lamps that references name, groups opened."""
        lamps: list[int] = []
        for reference in references:
            if reference.resource == "groups":
                group = self._configuration.groups.get(reference.address)
                if group is None:
                    raise _Refused(422, "relatedResourceNotFound", f"no group {reference.address}")
                devices = (member for member in group.members if member.resource == "devices")
                lamps.extend(self._lamps(devices, refusal))
                continue
            index = self._gateway.inventory.lamp_at.get(reference.address.partition("/")[0])
            if index is None:
                raise _Refused(422, refusal, f"{reference.address} has no lamp actuator")
            lamps.append(index)
        return lamps

    def _store(self, store: dict[str, Keyed], items: Iterable[Keyed]) -> None:
        before = dict(store)
        store.update({_key(item): item for item in items})
        try:
            self._changed()
        except ProtocolError as error:
            store.clear()
            store.update(before)
            self._changed()
            raise _Refused(422, "payloadError", str(error)) from error

    def _changed(self) -> None:
        self._configuration.assigned()
        self._gateway.advance()


T = TypeVar("T")


def _key(item: Calendar | ControlProgram | Group) -> str:
    return item.address if isinstance(item, Group) else item.id


def _found(candidates: Iterable[T | None], name: str) -> T:
    found = next(iter(candidates), None)
    if found is None:
        raise _Refused(404, "resourceNotFound", f"there is no {name[:80]}")
    return found


def _whole(request: web.Request, name: str) -> int | None:
    text = request.query.get(name)
    if text is None:
        return None
    if not text.isdigit() or len(text) > 9:
        raise _Refused(400, "parameterValueNotValid", f"{name} is no whole number")
    return int(text)


def _json(value: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(body=compose(value), status=status, content_type="application/json", headers=headers)
