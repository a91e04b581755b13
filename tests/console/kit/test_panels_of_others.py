"""Panels that others install: they stand beside ours, and what is wrong with one leaves only that one out."""

import sys
from pathlib import Path

import pytest

from console.kit.panel_registry import announced_panels, load_panels, with_panels_of_others

SPEC = """from console.kit.panel_spec import Area, PanelSpec
from contract.assets import Label
SPEC = PanelSpec(id="{id}", title=Label(fr="Marées", en="Tides"), icon="mdi6.waves", area=Area.RIGHT,
                 shortcut="{key}", factory=lambda context: 1 / 0)
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    return tmp_path


def install(site: Path, name: str, code: str, value: str = "") -> None:
    (site / name).mkdir()
    (site / name / "__init__.py").write_text(code, "utf-8")
    told = site / f"{name}-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
    (told / "entry_points.txt").write_text(f"[beffroi.panels]\n{name} = {value or f'{name}:SPEC'}\n", "utf-8")


def test_a_panel_of_others_comes_after_ours(site: Path) -> None:
    install(site, "tides_a", SPEC.format(id="tides", key="Ctrl+Alt+T"))
    told: list[str] = []
    ours = load_panels()
    together = with_panels_of_others(ours, announced_panels(), lambda name, error: told.append(f"{name}: {error}"))
    assert list(together) == [*ours, "tides"]
    assert together["tides"].shortcut == "Ctrl+Alt+T"
    assert told == []


def test_whatever_is_wrong_is_told_and_the_others_stand(site: Path) -> None:
    install(site, "a_torn", "def")
    install(site, "b_ends", "import sys\nsys.exit(1)")
    install(site, "c_fails", "1 / 0")
    install(site, "d_none", "SPEC = 7")
    install(site, "e_gone", "", value="no_such_package:SPEC")
    install(site, "f_ours", SPEC.format(id="map", key=""))
    install(site, "g_key", SPEC.format(id="keyed", key="Ctrl+0"))
    install(site, "h_sound", SPEC.format(id="sound", key=""))
    ours = load_panels()
    ours = {**ours, "map": ours["map"]}
    told: dict[str, str] = {}
    together = with_panels_of_others(
        ours, announced_panels(), lambda name, error: told.update({name: f"{type(error).__name__}: {error}"})
    )
    assert set(together) == {*ours, "keyed", "sound"}
    assert together["map"] is ours["map"]
    assert together["keyed"].shortcut == ("" if "Ctrl+0" in {spec.shortcut for spec in ours.values()} else "Ctrl+0")
    assert told["a_torn"].startswith("SyntaxError")
    assert "wanted to end" in told["b_ends"]
    assert told["c_fails"].startswith("ZeroDivisionError")
    assert "is no PanelSpec" in told["d_none"]
    assert told["e_gone"].startswith("ModuleNotFoundError")
    assert "there is a panel map already" in told["f_ours"]
    assert "h_sound" not in told
