"""TALQ messages as values, under TALQ's own names (camelCase on the wire)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import msgspec

API_VERSION: Final = "2.7.1"
VERSION_HEADER: Final = "talq-api-version"


class Talq(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What every TALQ object shares; fields we do not use are ignored, absent ones are left out when sent."""


class ResourceReference(Talq, frozen=True, kw_only=True):
    """Names an entity: resource "devices", address "UUID", "UUID/function" or "UUID/function/attribute"."""

    resource: str
    address: str


class ErrorReference(Talq, frozen=True, kw_only=True):
    """What caused an error."""

    address: ResourceReference
    tag: str | None = None


class ErrorMessage(Talq, frozen=True, kw_only=True):
    """Why a request was refused; `key` is one of TALQ's recommended keys."""

    key: str
    description: str | None = None
    references: tuple[ErrorReference, ...] | None = None


class State(Talq, frozen=True, kw_only=True):
    """A light level ("LevelState", 0 to 100) or another kind of state, which we carry and do not read."""

    name: str
    value: Any = None


class CommandBase(Talq, frozen=True, kw_only=True):
    """The state a program step asks for."""

    state: State
    ramp_to_level_time: float | None = None
    ramp_from_level_time: float | None = None


class Command(CommandBase, frozen=True, kw_only=True):
    """A state asked for, by what, until when. `cms_ref_id` comes back in the notifications it causes."""

    reason: str | None = None
    cms_ref_id: str | None = None
    ref_address: str | None = None
    start: dt.datetime | None = None
    expiration: dt.datetime | None = None


class OverrideCommand(Talq, frozen=True, kw_only=True):
    """Drive these devices; without `target_command`, stop driving them."""

    addresses: tuple[ResourceReference, ...] | None = None
    target_command: Command | None = None


class AssignCommand(Talq, frozen=True, kw_only=True):
    """Give these devices a calendar; an empty entity address takes it away."""

    addresses: tuple[ResourceReference, ...]
    entity: ResourceReference
    cms_ref_id: str | None = None


class Attribute(Talq, frozen=True, kw_only=True):
    """One value of a function, of a type named by TALQ ("AttributeFloat", "AttributeLevelState" ...)."""

    type: str
    timestamp: dt.datetime | None = None
    value: Any = None


class Function(msgspec.Struct, frozen=True, kw_only=True):
    """A function of a device with the attributes it gave."""

    id: str
    type: str
    attributes: Mapping[str, Attribute] = {}


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A lamp controller, a cabinet or the gateway itself."""

    address: str
    name: str
    class_: str
    functions: tuple[Function, ...] = ()

    def function(self, type_: str) -> Function | None:
        """Its first function of this TALQ type."""
        return next((function for function in self.functions if function.type == type_), None)


class AttributeDesc(Talq, frozen=True, kw_only=True):
    """An attribute that a function of a class has."""

    name: str
    read_only: bool | None = None


class EventDesc(Talq, frozen=True, kw_only=True):
    """An event that a function or service may report."""

    type: str


class FunctionDesc(Talq, frozen=True, kw_only=True):
    """A function that each device of a class has."""

    function_id: str
    type: str
    attributes: tuple[AttributeDesc, ...] | None = None
    events: tuple[EventDesc, ...] | None = None


class DeviceClass(Talq, frozen=True, kw_only=True):
    """What devices of one kind can do."""

    name: str
    functions: tuple[FunctionDesc, ...] | None = None


class Service(Talq, frozen=True, kw_only=True):
    """A service that the gateway offers, with the limits we respect."""

    name: str
    events: tuple[EventDesc, ...] | None = None
    commissioning_supported: bool | None = None
    devices_pagination_supported: bool | None = None
    supported_profiles: tuple[str, ...] | None = None
    supported_types: tuple[str, ...] | None = None
    supported_modes: tuple[str, ...] | None = None
    maximum_calendars: int | None = None
    maximum_programs: int | None = None
    maximum_data_logs: int | None = None
    sampling_accuracy: float | None = None
    min_collection_time: int | None = None
    day_offset: int | None = None
    maximum_number_of_groups: int | None = None
    maximum_group_size: int | None = None


class Group(Talq, frozen=True, kw_only=True):
    """A set of devices that one address commands."""

    address: str
    owner_cms: str = msgspec.field(name="ownerCMS")
    members: tuple[ResourceReference, ...]
    purpose: str | None = None
