"""The commands of an administrator at a shell: what they say and with which exit code."""

import io
import json
import sys
from pathlib import Path

import pytest

from backend.commands import audit, exporting, importing, users
from backend.storage.lock import DataLock
from backend.storage.opening import create_storage
from tests.backend.packages_of_others import install_integration

LAMPS = "code,nom,lon,lat\nA1,Mât,5.04,47.32\nA2,,5.05,47.32\n"
PASSWORD = "un-canari-tres-secret"


@pytest.fixture(autouse=True)
def _no_reserve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(create_storage, "__kwdefaults__", {"ballast_bytes": 0})


@pytest.fixture
def lamps(tmp_path: Path) -> Path:
    """A file of two lamps."""
    path = tmp_path / "lamps.csv"
    path.write_text(LAMPS)
    return path


def test_a_file_is_imported_and_the_audit_is_whole(
    tmp_path: Path, lamps: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(tmp_path / "kept")]
    assert importing.main([str(lamps), "--class", "streetlight", "--commune", "21231", "--dry-run", *data]) == 0
    assert "2 would be added" in capsys.readouterr().out
    assert importing.main([str(lamps), "--class", "streetlight", "--commune", "21231", *data]) == 0
    assert "2 were added" in capsys.readouterr().out
    assert importing.main([str(lamps), "--class", "streetlight", "--map", "name=nom", *data]) == 0
    assert "2 stay as they are" in capsys.readouterr().out
    assert audit.main(["verify", *data]) == 0
    assert "whole: 3 rows" in capsys.readouterr().out


def test_the_shell_knows_the_asset_classes_of_packages_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gauge = """[[class]]
code = "tide_gauge"
label = { fr = "Marégraphe", en = "Tide gauge" }
icon = "mdi6.waves"
service = "environment"
"""
    site, data = tmp_path / "site", ["--data", str(tmp_path / "kept")]
    site.mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(site)])
    install_integration(site, "tide_s", classes=gauge)
    gauges = tmp_path / "gauges.csv"
    gauges.write_text("class,code,lon,lat\ntide_gauge,TG-1,5.04,47.32\n")
    assert importing.main([str(gauges), *data]) == 0
    assert exporting.main([str(tmp_path / "out.csv"), "--class", "tide_gauge", *data]) == 0
    assert "TG-1" in (tmp_path / "out.csv").read_text("utf-8-sig")
    assert not capsys.readouterr().err


def test_wrong_rows_and_wrong_usage_have_their_own_exit_codes(
    tmp_path: Path, lamps: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(tmp_path / "kept")]
    lamps.write_text(LAMPS + "A3,,x,47\n")
    assert importing.main([str(lamps), "--class", "streetlight", *data]) == 1
    assert "row 3: lon 'x' is not a number" in capsys.readouterr().err
    assert importing.main([str(lamps), "--class", "dragon", *data]) == 1
    assert "no asset class 'dragon'" in capsys.readouterr().err
    assert importing.main([str(lamps), "--class", "streetlight", "--map", "colour=nom", *data]) == 2
    assert importing.main([*data]) == 2
    assert importing.main([str(lamps), "--class", "streetlight", "--server", "http://127.0.0.1:1"]) == 2
    assert importing.main(["--help"]) == 0
    assert users.main(["--help"]) == 0
    assert audit.main(["--help"]) == 0


def test_a_file_may_say_the_class_of_each_asset_and_is_refused_when_nobody_says_it(
    tmp_path: Path, lamps: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(tmp_path / "kept")]
    assert importing.main([str(lamps), *data]) == 1
    assert "choose the class of the whole file" in capsys.readouterr().err
    lamps.write_text("class,code,lon,lat\nstreetlight,A1,5.04,47.32\ncamera,C1,5.05,47.32\n")
    assert importing.main([str(lamps), *data]) == 0
    assert "2 were added" in capsys.readouterr().out


def test_commands_refuse_while_a_backend_has_the_data_open(
    tmp_path: Path, lamps: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(tmp_path / "kept")]
    with DataLock(tmp_path / "kept"):
        assert importing.main([str(lamps), "--class", "streetlight", *data]) == 3
        assert users.main(["list", *data]) == 3
        assert audit.main(["verify", *data]) == 3
    assert "running backend" in capsys.readouterr().err
    assert users.main(["list", *data]) == 0


def test_accounts_are_made_with_a_password_that_is_written_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(tmp_path / "kept")]
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    assert users.main(["add", "anne", "--role", "supervisor", "--password-stdin", *data]) == 0
    assert users.main(["list", *data]) == 0
    shown = capsys.readouterr()
    assert "anne" in shown.out
    assert "supervisor" in shown.out
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "2\n"))
    assert users.main(["password", "anne", "--password-stdin", *data]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("kurz\n"))
    assert users.main(["password", "anne", "--password-stdin", *data]) == 1
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert users.main(["password", "anne", "--password-stdin", *data]) == 2
    assert users.main(["password", "nobody", "--role", "x", *data]) == 2
    for path in (tmp_path / "kept").rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes(), path
    assert PASSWORD not in shown.out + shown.err


def test_a_server_that_is_not_there_is_told_in_words(
    tmp_path: Path, lamps: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = tmp_path / "token"
    token.write_text(json.dumps("t"))
    server = ["--server", "http://127.0.0.1:9", "--token-file", str(token)]
    assert importing.main([str(lamps), "--class", "streetlight", *server]) == 1
    assert "cannot be reached" in capsys.readouterr().err


@pytest.mark.parametrize("command", [("audit", "verify"), ("user", "list")])
def test_a_mistyped_folder_is_not_made_into_an_empty_city(
    command: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mistyped = tmp_path / "my-ciyt"
    main = audit.main if command[0] == "audit" else users.main
    assert main([command[1], "--data", str(mistyped)]) == 1
    assert "no city" in capsys.readouterr().err
    assert not mistyped.exists()
