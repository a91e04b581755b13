"""Assets leave at the shell and come back; how a file was read is said there, and corrected."""

from pathlib import Path

import pytest

from backend.commands import exporting, importing
from backend.storage.opening import create_storage

LAMPS = "classe;code;nom;x;y;source_electrique\nstreetlight;A1;Mât;5,04;47,32;lighting_cabinet:C1\n"
CABINET = "lighting_cabinet;C1;=Armoire;5,041;47,321;\n"


@pytest.fixture(autouse=True)
def _no_reserve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(create_storage, "__kwdefaults__", {"ballast_bytes": 0})


def test_a_whole_register_goes_through_one_file_and_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(tmp_path / "kept")]
    source, out = tmp_path / "all.csv", tmp_path / "out.csv"
    source.write_text(LAMPS + CABINET, "cp1252")
    assert importing.main([str(source), "--commune", "21231", "--dry-run", *data]) == 0
    told = capsys.readouterr().out
    assert '"encoding":"cp1252"' in told
    assert "2 would be added" in told
    assert importing.main([str(source), "--commune", "21231", *data]) == 0
    capsys.readouterr()
    assert exporting.main([str(out), "--french", *data]) == 0
    assert "2 assets in" in capsys.readouterr().out
    text = out.read_text("utf-8-sig")
    assert text.startswith("classe;code;nom;")
    assert "\t=Armoire" in text
    assert "lighting_cabinet:C1" in text
    assert importing.main([str(out), "--dry-run", *data]) == 0
    assert "2 stay as they are" in capsys.readouterr().out
    assert exporting.main([str(out), *data]) == 1
    assert "--force" in capsys.readouterr().err
    assert exporting.main([str(out), "--force", "--class", "camera", *data]) == 1
    assert "no asset" in capsys.readouterr().err


def test_wrong_rows_go_into_a_file_and_wrong_usage_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(tmp_path / "kept")]
    source, errors = tmp_path / "lamps.csv", tmp_path / "errors.csv"
    source.write_text("code,lon,lat,commissioned\nA1,5.04,47.32,13/14/2021\n")
    asked = [str(source), "--class", "streetlight", "--errors", str(errors), *data]
    assert importing.main(asked) == 1
    assert "is not a date" in errors.read_text("utf-8-sig")
    assert importing.main([*asked, "--server", "http://127.0.0.1:1", "--token-file", "x"]) == 2
    assert exporting.main([str(tmp_path / "a.doc"), *data]) == 2
    assert exporting.main([str(tmp_path / "a.csv"), "--columns", "colour", *data]) == 2
    assert exporting.main([str(tmp_path / "a.csv"), "--status", "broken", *data]) == 2
    assert exporting.main([str(tmp_path / "a.csv"), "--data", str(tmp_path / "none")]) == 1
    assert exporting.main(["--help"]) == 0
    assert "--french" in capsys.readouterr().out
