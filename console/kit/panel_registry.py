"""Which panels there are: ours, and those that packages of others announce. The one importlib place of the console."""

import importlib
import logging
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

from console.kit.panel_spec import PanelSpec

log = logging.getLogger(__name__)

GROUP: Final = "beffroi.panels"


def load_panels(package_name: str = "console.panels") -> Mapping[str, PanelSpec[Any]]:
    """Our specs by id, in the order of their shortcuts. Raises ValueError when two share an id or a shortcut."""
    package = importlib.import_module(package_name)
    found: list[PanelSpec[Any]] = []
    for module in pkgutil.iter_modules(package.__path__):
        if module.ispkg:
            spec: object = getattr(importlib.import_module(f"{package_name}.{module.name}"), "SPEC", None)
            found += _specs_among(spec)
    keys = [key for spec in found for key in _keys(spec)]
    for what, values in (("id", [spec.id for spec in found]), ("shortcut", keys)):
        twice = {value for value in values if values.count(value) > 1}
        if twice:
            raise ValueError(f"panels share the {what} {', '.join(sorted(map(str, twice)))}")
    return {spec.id: spec for spec in sorted(found, key=lambda spec: spec.shortcut)}


def announced_panels() -> Sequence[EntryPoint]:
    """The entry points of all installed packages, each once, always in the same order."""
    once = {(entry.name, entry.value): entry for entry in entry_points(group=GROUP)}
    return sorted(once.values(), key=lambda entry: (entry.name, entry.value))


def with_panels_of_others(
    ours: Mapping[str, PanelSpec[Any]], announced: Sequence[EntryPoint], tell: Callable[[str, Exception], None]
) -> Mapping[str, PanelSpec[Any]]:
    """Ours first, then theirs. What is wrong with one of theirs is told with its name; it takes nothing else with it.

    An id that is taken keeps a panel out; a key that is taken only loses the key.
    """
    together = dict(ours)
    taken = {key for spec in ours.values() for key in _keys(spec)}
    for entry in announced:
        try:
            spec = _spec_of(entry, together)
        except (Exception, SystemExit) as error:
            log.exception("the panel %s is left out", entry.name)
            tell(entry.name, error if isinstance(error, Exception) else ImportError("it wanted to end the program"))
            continue
        clashes = taken.intersection(_keys(spec))
        if clashes:
            tell(entry.name, ValueError(f"its key {', '.join(sorted(clashes))} is taken; it has none"))
            spec = replace(
                spec,
                shortcut="" if spec.shortcut in taken else spec.shortcut,
                another_shortcut="" if spec.another_shortcut in taken else spec.another_shortcut,
            )
        together[spec.id] = spec
        taken.update(_keys(spec))
    return together


def _spec_of(entry: EntryPoint, taken: Mapping[str, PanelSpec[Any]]) -> PanelSpec[Any]:
    found = _specs_among(entry.load())
    if not found:
        raise TypeError(f"{entry.value} is no PanelSpec")
    if found[0].id in taken:
        raise ValueError(f"there is a panel {found[0].id} already")
    return found[0]


def _keys(spec: PanelSpec[Any]) -> list[str]:
    return [key for key in (spec.shortcut, spec.another_shortcut) if key]


def _specs_among(*values: Any) -> list[PanelSpec[Any]]:
    return [value for value in values if isinstance(value, PanelSpec)]
