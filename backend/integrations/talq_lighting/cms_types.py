"""Types that gateways announce (lamp types, luminaire types, DALI memory banks ...): kept as they came, bounded."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from backend.integrations.talq_lighting.cms_refusal import Refused
from backend.integrations.talq_lighting.protocol.wire import parse

# Path of each collection, and what TALQ requires of its items besides the address.
TYPE_COLLECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "bracket-types": ("name",),
    "controller-types": ("name",),
    "driver-types": ("name",),
    "lamp-types": ("name", "controlType"),
    "luminaire-types": ("name",),
    "control-device-dali-part103-types": (),
    "control-gear-dali-part102-types": (),
    "luminaire-data-dali-part251-types": (),
    "energy-data-dali-part252-types": (),
    "diagnostics-and-maintenance-data-dali-part253-types": (),
    "luminaire-mounted-control-device-dali-part351-types": (),
}

_MOST_TYPES: Final = 1_000
_CONTROL_TYPES: Final = frozenset({"DALI", "1-10V", "PWM", "Bilevel", "Switch", "Other"})

TypeItem = Mapping[str, Any]


class TypeShelf:
    """The types of one collection from one gateway, by address."""

    def __init__(self, name: str) -> None:
        self._required = TYPE_COLLECTIONS[name]
        self._items: dict[str, TypeItem] = {}

    def all(self) -> Sequence[TypeItem]:
        """Every type, in order of arrival."""
        return list(self._items.values())

    def get(self, address: str) -> TypeItem:
        """One type; refused with 404 when there is none."""
        if (item := self._items.get(address)) is None:
            raise Refused(404, "resourceNotFound", f"there is no type {address[:80]!r}")
        return item

    def add(self, body: bytes) -> Sequence[TypeItem]:
        """New types; refused with 409 when one exists, 422 when there are too many."""
        items = self._parsed(body)
        if any(item["address"] in self._items for item in items):
            raise Refused(409, "resourceConflict", "one of these types exists already: change it with PUT")
        if len(self._items) + len(items) > _MOST_TYPES:
            raise Refused(422, "serviceConstraintExceeded", f"no more than {_MOST_TYPES} types of a kind are kept")
        self._items.update({item["address"]: item for item in items})
        return items

    def change(self, body: bytes) -> Sequence[TypeItem]:
        """Changed types; refused with 404 when one does not exist."""
        items = self._parsed(body)
        for item in items:
            self.get(item["address"])
        self._items.update({item["address"]: item for item in items})
        return items

    def change_one(self, address: str, body: bytes) -> TypeItem:
        """One changed type."""
        self.get(address)
        item = self._checked(parse(body, dict[str, Any]))
        if item["address"] != address:
            raise Refused(422, "resourceConflict", "the address in the body is not the one in the path")
        self._items[address] = item
        return item

    def remove(self, address: str) -> TypeItem:
        """Forget a type."""
        item = self.get(address)
        del self._items[address]
        return item

    def _parsed(self, body: bytes) -> Sequence[TypeItem]:
        return [self._checked(item) for item in parse(body, tuple[dict[str, Any], ...])]

    def _checked(self, item: TypeItem) -> TypeItem:
        for name in ("address", *self._required):
            value = item.get(name)
            if not isinstance(value, str) or not 0 < len(value) <= 200:
                raise Refused(400, "payloadError", f"a type needs a {name}")
        if "controlType" in self._required and item["controlType"] not in _CONTROL_TYPES:
            raise Refused(400, "payloadError", "this controlType is not one of TALQ's")
        return item
