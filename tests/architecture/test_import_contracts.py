"""The import contracts hold, and each one would catch what it forbids."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]

# contract's name -> (a module that would break it, what it would import)
FORBIDDEN: dict[str, tuple[str, str]] = {
    "contract holds values: the standard library and msgspec only": ("contract.injected", "numpy"),
    "nothing on the console's side imports the backend, nor the reverse": (
        "console.kit.injected",
        "backend.domain.rights",
    ),
    "the console's side knows no backend, no city, no media process": ("widgets.injected", "media"),
    "the backend knows no console and no city": ("backend.services.injected", "city"),
    "no Qt outside the console's windows": ("backend_client.injected", "PySide6"),
    "widgets paint and speak by signals: no network, no streams, no client": ("widgets.injected", "aiohttp"),
    "video knows contract alone": ("video.injected", "backend_client"),
    "media imports video and contract": ("media.injected", "backend.domain.rights"),
    "the city drives simulators and imports nothing else of the backend": (
        "city.injected",
        "backend.services.register",
    ),
    "exported maps know contract alone": ("exported_maps.injected", "console.kit.clock"),
    "folium is loaded in the process that exports maps, never in the console": ("console.store.injected", "folium"),
    "console layers": ("console.kit.injected", "console.shell"),
    "backend layers": ("backend.domain.injected", "backend.services.register"),
    "storage and integrations plug in through ports and devkit, never services": (
        "backend.storage.injected",
        "backend.services.register",
    ),
    "base maps plug in through ports and devkit alone": (
        "backend.base_maps.injected",
        "backend.services.said",
    ),
    "integrations see devkit alone": ("backend.integrations.talq_lighting.injected", "backend.ports"),
    "integrations never import one another": (
        "backend.integrations.talq_lighting.injected",
        "backend.integrations.onvif_camera.protocol",
    ),
    "domain is pure: no input or output": ("backend.domain.injected", "aiohttp"),
    "presenters know no Qt, not even through what they import": (
        "console.panels.new_panel.presenter",
        "console.store.stores",
    ),
    "only the shell runs Qt's event loop under asyncio": ("console.panels.injected", "qasync"),
}


def _lint(folder: Path) -> dict[str, str]:
    program = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False, timeout=110)
    verdicts = re.findall(r"^(.+?) (KEPT|BROKEN)", run.stdout, flags=re.MULTILINE)
    assert verdicts, run.stdout + run.stderr
    return dict(verdicts)


@pytest.fixture(scope="module")
def verdicts_with_forbidden_imports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What import-linter says of a copy of the tree into which every forbidden import was put."""
    copy = tmp_path_factory.mktemp("tree")
    for package in SETTINGS["root_packages"]:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for module, forbidden in FORBIDDEN.values():
        file = copy / (module.replace(".", "/") + ".py")
        if not file.parent.exists():
            file.parent.mkdir()
            (file.parent / "__init__.py").touch()
        with file.open("a", encoding="utf-8") as injected:
            injected.write(f"import {forbidden}\n")
    return _lint(copy)


def test_the_tree_keeps_every_contract() -> None:
    assert {name for name, verdict in _lint(ROOT).items() if verdict != "KEPT"} == set()


def test_every_contract_has_its_forbidden_import() -> None:
    assert {contract["name"] for contract in SETTINGS["contracts"]} == set(FORBIDDEN)


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_forbidden_import_is_caught(name: str, verdicts_with_forbidden_imports: dict[str, str]) -> None:
    assert verdicts_with_forbidden_imports[name] == "BROKEN"
