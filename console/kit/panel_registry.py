"""Which panels there are: every folder of console.panels that has a SPEC. The one importlib place of the console."""

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any

from console.kit.panel_spec import PanelSpec


def load_panels(package_name: str = "console.panels") -> Mapping[str, PanelSpec[Any]]:
    """Specs by id, in the order of their shortcuts. Raises ValueError when two panels share an id or a shortcut."""
    package = importlib.import_module(package_name)
    found: list[PanelSpec[Any]] = []
    for module in pkgutil.iter_modules(package.__path__):
        if module.ispkg:
            spec: object = getattr(importlib.import_module(f"{package_name}.{module.name}"), "SPEC", None)
            found += _specs_among(spec)
    keys = [key for spec in found for key in (spec.shortcut, spec.another_shortcut) if key]
    for what, values in (("id", [spec.id for spec in found]), ("shortcut", keys)):
        twice = {value for value in values if values.count(value) > 1}
        if twice:
            raise ValueError(f"panels share the {what} {', '.join(sorted(map(str, twice)))}")
    return {spec.id: spec for spec in sorted(found, key=lambda spec: spec.shortcut)}


def _specs_among(*values: Any) -> list[PanelSpec[Any]]:
    return [value for value in values if isinstance(value, PanelSpec)]
