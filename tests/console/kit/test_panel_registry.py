"""The keys of panels: none opens two things."""

import sys
from pathlib import Path

import pytest

from console.kit.panel_registry import load_panels

SPEC = """from console.kit.panel_spec import Area, PanelSpec
from contract.assets import Label
SPEC = PanelSpec(id="{id}", title=Label(fr="", en=""), icon="", area=Area.RIGHT, shortcut="{key}",
                 another_shortcut="{another}", factory=lambda context: None)
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "panels_of_a_test"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return folder


def write(package: Path, name: str, key: str, another: str = "") -> None:
    (package / name).mkdir()
    (package / name / "__init__.py").write_text(SPEC.format(id=name, key=key, another=another), "utf-8")


def test_a_key_that_opens_one_more_panel_is_no_other_panels_key(package: Path) -> None:
    write(package, "wall", "Ctrl+4", "Ctrl+Shift+4")
    write(package, "settings", "Ctrl+Shift+4")
    with pytest.raises(ValueError, match=r"share the shortcut Ctrl\+Shift\+4"):
        load_panels(package.name)


def test_the_panels_there_are_share_no_key() -> None:
    specs = load_panels().values()
    keys = [key for spec in specs for key in (spec.shortcut, spec.another_shortcut) if key]
    assert len(keys) == len(set(keys))
