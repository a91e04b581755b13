"""The integrations that are installed: one folder each, found by its manifest."""

import asyncio
import importlib
import logging
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, cast

import msgspec

from backend.devkit.adapter import Integration, IntegrationContext
from backend.devkit.manifest import Manifest, read_manifest

log = logging.getLogger(__name__)


class Catalogue(Protocol):
    """Which integrations there are, and how one is made."""

    def manifests(self) -> Mapping[str, Manifest]:
        """Manifests by integration name."""
        ...

    async def create(self, name: str, context: IntegrationContext) -> Integration:
        """Make an integration. Raises IntegrationBroken."""
        ...


class IntegrationBroken(Exception):
    """An integration cannot be loaded; the text says why."""


class FolderCatalogue:
    """Integrations in the folders of a package. This is where their modules are loaded, and nowhere else."""

    def __init__(self, folder: Path, package: str = "backend.integrations") -> None:
        self._folder = folder
        self._package = package

    def manifests(self) -> Mapping[str, Manifest]:
        """Manifests by integration name; one that cannot be read is logged and left out."""
        found: dict[str, Manifest] = {}
        for path in sorted(self._folder.glob("*/manifest.toml")):
            try:
                manifest = read_manifest(path)
            except (msgspec.ValidationError, tomllib.TOMLDecodeError, OSError) as error:
                log.error("integration %s is left out: %s", path.parent.name, error)
                continue
            if manifest.name != path.parent.name:
                log.error("integration %s is left out: its manifest says %s", path.parent.name, manifest.name)
                continue
            found[manifest.name] = manifest
        return found

    async def create(self, name: str, context: IntegrationContext) -> Integration:
        """Load `adapter.py` of an integration and call its `create`."""
        if not name.isidentifier():
            raise IntegrationBroken(f"{name!r} is not the name of an integration")
        try:
            # In a thread: some libraries take a second to load.
            module = await asyncio.to_thread(importlib.import_module, f"{self._package}.{name}.adapter")
            create = module.create
        except (ImportError, AttributeError) as error:
            raise IntegrationBroken(f"the integration {name} cannot be loaded: {error}") from error
        return cast("Integration", create(context))
