"""Which base maps a look shows, in which order. No Qt."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from msgspec.structs import replace

from console.store.map_look import BaseMapUse, MapLook
from contract.base_maps import BaseMap

REGISTER: Final = "~register"  # streets and outlines of the register itself; no base map of the backend has such an id


class UsedGround(NamedTuple):
    """One line of the list; `base_map` is None for the register's own streets and outlines."""

    use: BaseMapUse
    base_map: BaseMap | None


def used_grounds(look: MapLook, items: Sequence[BaseMap]) -> Sequence[UsedGround]:
    """All there are, the lowest first: what is new, off, then as the user ordered them. The register is on at first."""
    by_id: dict[str, BaseMap | None] = {item.id: item for item in items}
    by_id[REGISTER] = None
    chosen = [UsedGround(use, by_id[use.id]) for use in _once(look.base_maps) if use.id in by_id]
    known = {used.use.id for used in chosen}
    new = [UsedGround(BaseMapUse(id=key), item) for key, item in by_id.items() if key not in known | {REGISTER}]
    if REGISTER not in known:
        chosen.append(UsedGround(BaseMapUse(id=REGISTER, is_on=True), None))
    return [*new, *chosen]


def with_use(look: MapLook, items: Sequence[BaseMap], use: BaseMapUse) -> MapLook:
    """The look with one base map used like this. What is away just now is not forgotten."""
    uses = [use if used.use.id == use.id else used.use for used in used_grounds(look, items)]
    return _with_uses(look, uses)


def with_order(look: MapLook, items: Sequence[BaseMap], ids: Sequence[str]) -> MapLook:
    """The look with its base maps in this order, the lowest first."""
    uses = {used.use.id: used.use for used in used_grounds(look, items)}
    return _with_uses(look, [uses[key] for key in ids if key in uses])


def _with_uses(look: MapLook, uses: Sequence[BaseMapUse]) -> MapLook:
    there = {use.id for use in uses}
    away = [use for use in look.base_maps if use.id not in there]
    return replace(look, base_maps=(*uses, *away))


def _once(uses: Sequence[BaseMapUse]) -> Sequence[BaseMapUse]:
    return tuple({use.id: use for use in uses}.values())
