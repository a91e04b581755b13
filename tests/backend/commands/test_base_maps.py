"""`main.py base-map`, as an administrator types it at a shell."""

from pathlib import Path

import pytest

from backend.base_maps.settings import read_settings
from backend.commands import base_maps
from tests.backend.base_maps.files import geojson, mbtiles, png, street


def run(*words: str, data: Path) -> int:
    """The exit code."""
    return base_maps.main([*words, "--data", str(data)])


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A data directory that a backend has used."""
    (tmp_path / "city").mkdir()
    (tmp_path / "city" / "lock").touch()
    return tmp_path / "city"


def test_a_file_is_added_listed_checked_and_removed(
    tmp_path: Path, city: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = mbtiles(tmp_path / "plan.mbtiles", {(0, 0, 0): png()})
    assert run("add", str(source), "--name", 'Plan "2024"', "--attribution", "© la ville", data=city) == 0
    assert "plan-mbtiles was added (raster)." in capsys.readouterr().out
    assert run("check", data=city) == 0
    shown = capsys.readouterr().out
    assert 'Plan "2024" zoom 0-0  © la ville' in shown
    assert run("remove", "plan-mbtiles", data=city) == 0
    assert run("remove", "plan-mbtiles", data=city) == 1
    assert "no base map 'plan-mbtiles'" in capsys.readouterr().err
    assert run("list", data=city) == 0
    assert capsys.readouterr().out == ""
    assert read_settings(city / "base-maps").maps == {}


def test_a_file_that_cannot_be_drawn_is_refused(tmp_path: Path, city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.geojson").write_text("{")
    assert run("add", str(tmp_path / "bad.geojson"), data=city) == 1
    assert "Refused: bad.geojson is not GeoJSON" in capsys.readouterr().err
    (tmp_path / "plan.tif").write_text("x")
    assert run("add", str(tmp_path / "plan.tif"), data=city) == 1
    assert "this kind of file is not drawn" in capsys.readouterr().err
    assert run("add", str(tmp_path / "absent.gpkg"), data=city) == 1
    assert "There is no file" in capsys.readouterr().err
    assert run("list", data=city) == 0
    assert capsys.readouterr().out == ""


def test_servers_are_added_and_an_absent_one_is_told(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("add", "http://127.0.0.1:1/{z}/{x}/{y}.png", "--id", "plan", "--max-zoom", "18", data=city) == 0
    assert (
        run("add", "http://127.0.0.1:1/wmts", "--id", "ortho", "--layer", "HR", "--format", "image/jpeg", data=city)
        == 0
    )
    found = read_settings(city / "base-maps").maps
    assert found["plan"].max_zoom == 18
    assert (found["ortho"].kind, found["ortho"].layer, found["ortho"].format) == ("wmts", "HR", "image/jpeg")
    far = ["--bounds=3.7,43.5,4.1,43.8", "--tile-px", "512", "--subdomains", "ab", "--id", "far"]
    assert run("add", "http://{s}.127.0.0.1.invalid/{z}/{x}/{y}", *far, data=city) == 0
    assert read_settings(city / "base-maps").maps["far"].bounds == (3.7, 43.5, 4.1, 43.8)
    assert run("add", "http://127.0.0.1:1/{z}/{x}/{y}", "--bounds", "3,2", data=city) == 2
    assert run("remove", "far", data=city) == 0
    rest = "http://127.0.0.1:1/1.0.0/{TileMatrix}/{TileRow}/{TileCol}.png"
    assert run("add", rest, "--id", "rest", data=city) == 0
    assert read_settings(city / "base-maps").maps["rest"].kind == "wmts"
    assert run("remove", "rest", data=city) == 0
    capsys.readouterr()
    assert run("check", data=city) == 1
    assert "127.0.0.1 cannot be reached (Connection refused); look at the network" in capsys.readouterr().out
    assert run("add", "http://127.0.0.1:1/no-blanks", "--id", "x", data=city) == 1
    assert "url needs {z}, {x} and {y}" in capsys.readouterr().err
    assert run("add", "http://127.0.0.1:1/{z}/{x}/{y}", "--id", "../x", data=city) == 2
    assert set(read_settings(city / "base-maps").maps) == {"plan", "ortho"}


def test_a_mistyped_directory_is_not_made_into_a_city(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list", data=tmp_path / "ctiy") == 1
    assert "There is no city" in capsys.readouterr().err
    assert not (tmp_path / "ctiy").exists()


def test_help_and_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--help"], ["add", "--help"], ["check", "--help"]):
        assert base_maps.main(words) == 0
    assert "base-map check" in capsys.readouterr().out
    assert base_maps.main([]) == 2
    assert base_maps.main(["draw"]) == 2


def test_streets_are_added_with_the_field_that_names_them(
    tmp_path: Path, city: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rues.geojson").write_bytes(geojson(street("x", CODE="A1")))
    assert run("add", str(tmp_path / "rues.geojson"), "--id", "voies", "--name-field", "CODE", data=city) == 0
    assert read_settings(city / "base-maps").maps["voies-geojson"].name_field == "CODE"
    assert run("check", data=city) == 0
    assert "voies-geojson" in capsys.readouterr().out
