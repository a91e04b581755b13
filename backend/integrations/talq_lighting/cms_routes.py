"""The CMS API, route by route: what gateways announce, report and read back. Plain functions of a request."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec
from multidict import MultiMapping

from backend.devkit.errors import ProtocolError
from backend.integrations.talq_lighting.cms_peer import GatewayPeer
from backend.integrations.talq_lighting.cms_refusal import Refused
from backend.integrations.talq_lighting.cms_types import TYPE_COLLECTIONS, TypeShelf
from backend.integrations.talq_lighting.protocol.logs import LogReport
from backend.integrations.talq_lighting.protocol.values import Device, DeviceClass, Function, Service
from backend.integrations.talq_lighting.protocol.wire import (
    compose,
    parse,
    parse_device,
    parse_devices,
    parse_partial_device,
    parse_partial_devices,
)

_PAGE: Final = 500
_MOST_DEVICES: Final = 50_000


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """A request that passed the door."""

    path: Mapping[str, str]
    query: MultiMapping[str]
    body: bytes


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer; an empty body has no content type."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = {}

    @classmethod
    def of(cls, value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> "Reply":
        """A value as JSON."""
        return cls(status=status, body=compose(value), headers=headers or {})


class Caller:
    """A gateway that may speak: who listens to it, and the types it announced."""

    def __init__(self, peer: GatewayPeer, name: str = "") -> None:
        """`name`: of its connection."""
        self.peer = peer
        self.name = name
        self.types = {name: TypeShelf(name) for name in TYPE_COLLECTIONS}


Answer = Callable[[Ask, Caller], Reply]


def _add_services(ask: Ask, caller: Caller) -> Reply:
    caller.peer.announced_services(parse(ask.body, tuple[Service, ...]))
    return Reply(status=201)


def _add_classes(ask: Ask, caller: Caller) -> Reply:
    classes = parse(ask.body, tuple[DeviceClass, ...])
    if any(caller.peer.device_class(class_.name) not in {None, class_} for class_ in classes):
        raise Refused(409, "resourceConflict", "a class of this name is described otherwise: change it with PUT")
    caller.peer.announced_classes(classes)
    return Reply.of([_kept(class_) for class_ in classes], status=201)


def _change_classes(ask: Ask, caller: Caller) -> Reply:
    classes = parse(ask.body, tuple[DeviceClass, ...])
    for class_ in classes:
        _class(caller, class_.name)
    caller.peer.announced_classes(classes)
    return Reply.of([_kept(class_) for class_ in classes])


def _change_class(ask: Ask, caller: Caller) -> Reply:
    class_ = parse(ask.body, DeviceClass)
    if class_.name != ask.path["name"] or caller.peer.device_class(class_.name) is None:
        raise Refused(422, "resourceNotFound", "the path names no class of this gateway, or another than the body")
    caller.peer.announced_classes([class_])
    return Reply.of(_kept(class_))


def _remove_class(ask: Ask, caller: Caller) -> Reply:
    class_ = _class(caller, ask.path["name"])
    if any(device.class_ == class_.name for device in caller.peer.devices()):
        raise Refused(422, "deletingResourceIsReferred", "devices of this class exist")
    caller.peer.removed_class(class_.name)
    return Reply.of(_kept(class_))


def _kept(class_: DeviceClass) -> DeviceClass:
    """A class as we keep it: events are known by their names when they come, vendor's own ones included."""
    functions = tuple(msgspec.structs.replace(function, events=None) for function in class_.functions or ())
    return msgspec.structs.replace(class_, functions=functions)


def _class(caller: Caller, name: str) -> DeviceClass:
    if (class_ := caller.peer.device_class(name)) is None:
        raise Refused(404, "resourceNotFound", f"there is no class {name[:80]!r}")
    return class_


def _devices(ask: Ask, caller: Caller) -> Reply:
    devices = caller.peer.devices()
    wanted = set(ask.query.getall("deviceClasses", []))
    if wanted:
        devices = [device for device in devices if device.class_ in wanted]
    offset, limit = _whole(ask, "offset"), _whole(ask, "limit")
    if offset is None and limit is None:
        return Reply.of(devices)
    start = offset or 0
    page = devices[start : start + (_PAGE if limit is None else limit)]
    counts = {"count": len(page), "defaultLimit": _PAGE, "offset": start, "totalCount": len(devices)}
    return Reply.of(page, headers={f"pagination-{name}": str(count) for name, count in counts.items()})


def _add_devices(ask: Ask, caller: Caller) -> Reply:
    devices = parse_devices(ask.body)
    # A gateway that announces itself again (after its restart) describes the same devices: no conflict.
    if any((known := caller.peer.device(new.address)) is not None and known.class_ != new.class_ for new in devices):
        raise Refused(409, "resourceConflict", "a device of this address is of another class: change it with PUT")
    if len(caller.peer.devices()) + len(devices) > _MOST_DEVICES:
        raise Refused(422, "serviceConstraintExceeded", f"no more than {_MOST_DEVICES} devices a gateway are accepted")
    caller.peer.announced_devices(devices)
    return Reply(status=201, body=ask.body)


def _replace_devices(ask: Ask, caller: Caller) -> Reply:
    devices = parse_devices(ask.body)
    for device in devices:
        _known(caller, device.address)
    caller.peer.announced_devices(devices)
    return Reply(body=ask.body)


def _patch_devices(ask: Ask, caller: Caller) -> Reply:
    devices = parse_partial_devices(ask.body)
    for device in devices:
        _known(caller, device.address)
    caller.peer.changed_devices(devices)
    return Reply()


def _device(ask: Ask, caller: Caller) -> Reply:
    return Reply.of(_known(caller, ask.path["device"]))


def _replace_device(ask: Ask, caller: Caller) -> Reply:
    device = parse_device(ask.body)
    _known(caller, ask.path["device"])
    if device.address != ask.path["device"]:
        raise Refused(422, "resourceConflict", "the address in the body is not the one in the path")
    caller.peer.announced_devices([device])
    return Reply(body=ask.body)


def _patch_device(ask: Ask, caller: Caller) -> Reply:
    device = parse_partial_device(ask.body)
    _known(caller, ask.path["device"])
    if device.address not in {"", ask.path["device"]}:
        raise Refused(422, "resourceConflict", "the address in the body is not the one in the path")
    caller.peer.changed_devices([msgspec.structs.replace(device, address=ask.path["device"])])
    return Reply()


def _remove_device(ask: Ask, caller: Caller) -> Reply:
    device = _known(caller, ask.path["device"])
    caller.peer.removed_device(device.address)
    return Reply.of(device)


def _function(ask: Ask, caller: Caller) -> Reply:
    return Reply.of(_function_of(ask, caller))


def _attribute(ask: Ask, caller: Caller) -> Reply:
    attribute = _function_of(ask, caller).attributes.get(ask.path["attribute"])
    if attribute is None:
        raise Refused(404, "resourceNotFound", "this CMS keeps no such attribute")
    return Reply.of(attribute)


def _function_of(ask: Ask, caller: Caller) -> Function:
    device = _known(caller, ask.path["device"])
    for function in device.functions:
        if function.id == ask.path["function"]:
            return function
    raise Refused(404, "resourceNotFound", "the device has no such function")


def _known(caller: Caller, address: str) -> Device:
    if (device := caller.peer.device(address)) is None:
        raise Refused(404, "resourceNotFound", f"there is no device {address[:80]!r} behind this gateway")
    return device


def _groups(_: Ask, caller: Caller) -> Reply:
    return Reply.of(list(caller.peer.groups()))


def _group(ask: Ask, caller: Caller) -> Reply:
    for group in caller.peer.groups():
        if group.address == ask.path["group"]:
            return Reply.of(group)
    raise Refused(404, "resourceNotFound", "there is no such group")


def _logger(ask: Ask, caller: Caller) -> Reply:
    if (config := caller.peer.logger(ask.path["logger"])) is None:
        raise Refused(404, "resourceNotFound", "there is no such logger")
    return Reply.of(config)


def _report(ask: Ask, caller: Caller) -> Reply:
    report = parse(ask.body, LogReport)
    if not caller.peer.is_introduced:
        raise Refused(503, "genericError", "this CMS does not know your devices yet: say it again")
    caller.peer.logged(report)
    return Reply(status=201)


def _no_packages(_: Ask, __: Caller) -> Reply:
    return Reply.of([])


def _no_package(_: Ask, __: Caller) -> Reply:
    raise Refused(404, "resourceNotFound", "this CMS offers no data packages")


def _type_routes(name: str) -> Sequence[tuple[str, str, Answer]]:
    """The routes of one collection of types."""
    return (
        ("GET", f"/{name}", lambda _, caller: Reply.of(caller.types[name].all())),
        ("POST", f"/{name}", lambda ask, caller: Reply.of(caller.types[name].add(ask.body), status=201)),
        ("PUT", f"/{name}", lambda ask, caller: Reply.of(caller.types[name].change(ask.body))),
        ("GET", f"/{name}/count", lambda _, caller: Reply.of(len(caller.types[name].all()))),
        ("GET", f"/{name}/{{key}}", lambda ask, caller: Reply.of(caller.types[name].get(ask.path["key"]))),
        (
            "PUT",
            f"/{name}/{{key}}",
            lambda ask, caller: Reply.of(caller.types[name].change_one(ask.path["key"], ask.body)),
        ),
        ("DELETE", f"/{name}/{{key}}", lambda ask, caller: Reply.of(caller.types[name].remove(ask.path["key"]))),
    )


def _whole(ask: Ask, name: str) -> int | None:
    text = ask.query.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise ProtocolError(f"{name} is no whole number")
    return int(text)


CMS_ROUTES: Final[Sequence[tuple[str, str, Answer]]] = (
    ("POST", "/services", _add_services),
    ("POST", "/device-classes", _add_classes),
    ("PUT", "/device-classes", _change_classes),
    ("PUT", "/device-classes/{name}", _change_class),
    ("DELETE", "/device-classes/{name}", _remove_class),
    ("GET", "/devices", _devices),
    ("POST", "/devices", _add_devices),
    ("PUT", "/devices", _replace_devices),
    ("PATCH", "/devices", _patch_devices),
    ("GET", "/devices/{device}", _device),
    ("PUT", "/devices/{device}", _replace_device),
    ("PATCH", "/devices/{device}", _patch_device),
    ("DELETE", "/devices/{device}", _remove_device),
    ("GET", "/devices/{device}/{function}", _function),
    ("GET", "/devices/{device}/{function}/{attribute}", _attribute),
    ("GET", "/groups", _groups),
    ("GET", "/groups/{group}", _group),
    ("GET", "/logger-configs/{logger}", _logger),
    ("POST", "/log-reports", _report),
    ("GET", "/data-packages", _no_packages),
    ("GET", "/data-packages/{package}", _no_package),
    *(route for name in TYPE_COLLECTIONS for route in _type_routes(name)),
)
