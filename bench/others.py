"""Other people's systems that do the same job: those that are not on this machine are said to be missing."""

import importlib.metadata
import shutil
import sys

from bench.report import Metric

_KNOWN = (("Home Assistant", "homeassistant", "hass"), ("Node-RED", "", "node-red"))


def say() -> list[Metric]:
    """One line for each; no figure is made up."""
    for name, distribution, program in _KNOWN:
        print(f"peer {name}: {_found(distribution, program)}", file=sys.stderr)
    return []


def _found(distribution: str, program: str) -> str:
    if distribution:
        try:
            version = importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            pass
        else:
            return f"{version} is installed, but no bench drives it yet: not measured"
    if shutil.which(program):
        return "installed, but no bench drives it yet: not measured"
    return "skipped: not installed"
