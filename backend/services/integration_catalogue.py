"""The integrations that are installed: one folder each, found by its manifest; and those of other packages."""

import asyncio
import importlib
import importlib.util
import logging
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib.machinery import PathFinder
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Final, Protocol, cast

import msgspec

from backend.devkit.adapter import Integration, IntegrationContext
from backend.devkit.manifest import Manifest, read_manifest
from backend.domain.asset_classes import parse_asset_classes, standard_asset_classes
from contract.assets import AssetClass

log = logging.getLogger(__name__)

GROUP: Final = "beffroi.integrations"


class Catalogue(Protocol):
    """Which integrations there are, and how one is made."""

    def manifests(self) -> Mapping[str, Manifest]:
        """Manifests by integration name."""
        ...

    async def create(self, name: str, context: IntegrationContext) -> Integration:
        """Make an integration. Raises IntegrationBroken."""
        ...


class IntegrationBroken(Exception):
    """An integration cannot be loaded or started; the text says why."""


class FolderCatalogue:
    """Integrations in the folders of a package, and in packages of others that announce them by an entry point.

    This is where their modules are loaded, and nowhere else. What is wrong with a package of others is told by
    `troubles`; it takes nothing else with it.
    """

    def __init__(
        self, folder: Path, package: str = "backend.integrations", announced: Sequence[EntryPoint] = ()
    ) -> None:
        self._folder = folder
        self._package = package
        self.troubles: list[str] = []
        self._others = self._read_others(announced)

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
        return {**{name: other.manifest for name, other in self._others.items()}, **found}

    def with_classes_of_others(self, ours: Mapping[str, AssetClass]) -> Mapping[str, AssetClass]:
        """Our asset classes, and those that packages of others bring in an `asset_classes.toml` beside the manifest."""
        together = dict(ours)
        for name, other in self._others.items():
            path = other.folder / "asset_classes.toml"
            if not path.is_file():
                continue
            try:
                brought = parse_asset_classes(path.read_text("utf-8"))
            except (msgspec.ValidationError, tomllib.TOMLDecodeError, OSError, UnicodeDecodeError) as error:
                self._tell(f"the asset classes of the integration {name} are left out: {error}")
                continue
            for code, asset_class in brought.items():
                if code in together:
                    self._tell(f"the asset class {code} of the integration {name} is left out: there is one already")
                else:
                    together[code] = asset_class
        for name, other in self._others.items():
            for code in other.manifest.classes:
                if code not in together:
                    self._tell(f"the integration {name} is for the asset class {code}, which there is not")
        return together

    async def create(self, name: str, context: IntegrationContext) -> Integration:
        """Load `adapter.py` of an integration and call its `create`."""
        if not name.isidentifier():
            raise IntegrationBroken(f"{name!r} is not the name of an integration")
        other = self._others.get(name)
        package = f"{self._package}.{name}" if other is None else other.package
        try:
            # In a thread: some libraries take a second to load.
            module = await asyncio.to_thread(_load, f"{package}.adapter")
            return cast("Integration", module.create(context))
        except (Exception, SystemExit) as error:
            log.exception("the integration %s cannot be loaded", name)
            raise IntegrationBroken(f"the integration {name} cannot be loaded: {_said(error)}") from error

    def _read_others(self, announced: Sequence[EntryPoint]) -> Mapping[str, "_Other"]:
        found: dict[str, _Other] = {}
        ours = {path.parent.name for path in self._folder.glob("*/manifest.toml")}
        for entry in announced:
            try:
                other = _read(entry)
            except Exception as error:
                log.exception("the integration %s is left out", entry.name)
                self.troubles.append(f"the integration {entry.name} ({entry.value}) is left out: {_said(error)}")
                continue
            if entry.name in ours or entry.name in found:
                self._tell(f"the integration {entry.name} of {entry.value} is left out: the name is taken")
                continue
            found[entry.name] = other
        return found

    def _tell(self, trouble: str) -> None:
        log.error("%s", trouble)
        self.troubles.append(trouble)


class _Other(msgspec.Struct, frozen=True):
    """An integration in a package of somebody else."""

    package: str
    folder: Path
    manifest: Manifest


def announced_integrations() -> Sequence[EntryPoint]:
    """The entry points of all installed packages, always in the same order."""
    return sorted(_unlike(entry_points(group=GROUP)), key=lambda entry: (entry.name, entry.value))


def installed_asset_classes() -> Mapping[str, AssetClass]:
    """Those that come with the product and those of the packages that are installed: for commands beside a backend."""
    folder = Path(__file__).parents[1] / "integrations"
    return FolderCatalogue(folder, announced=announced_integrations()).with_classes_of_others(standard_asset_classes())


def _unlike(entries: Iterable[EntryPoint]) -> Iterable[EntryPoint]:
    """Each once: a package that is installed twice announces itself twice."""
    return {(entry.name, entry.value): entry for entry in entries}.values()


def _read(entry: EntryPoint) -> _Other:
    """Where the package lies and what its manifest says; nothing of its code runs. Raises whatever is wrong."""
    if not entry.name.isidentifier() or not all(part.isidentifier() for part in entry.value.split(".")):
        raise ValueError(f'the entry point must read NAME = "package", not {entry.name} = "{entry.value}"')
    folder = _folder_of(entry.value)
    manifest = read_manifest(folder / "manifest.toml")
    if manifest.name != entry.name:
        raise ValueError(f"its manifest says {manifest.name}")
    return _Other(entry.value, folder, manifest)


def _folder_of(package: str) -> Path:
    """Where a package lies, found without loading it, nor what it lies in. Raises ModuleNotFoundError."""
    first, *inner = package.split(".")
    spec = importlib.util.find_spec(first)
    name = first
    for part in inner:
        name = f"{name}.{part}"
        outer = None if spec is None else spec.submodule_search_locations
        spec = PathFinder.find_spec(name, list(outer)) if outer else None
    places = [] if spec is None else list(spec.submodule_search_locations or ())
    if not places:
        raise ModuleNotFoundError(f"there is no package {package}")
    return Path(places[0])


def _load(module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except SystemExit as error:  # a module of others that ends the process as it is loaded ends nothing here
        raise ImportError(f"{module} wanted to end the program") from error


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
