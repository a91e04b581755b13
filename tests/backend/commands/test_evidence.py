"""`main.py evidence`: the fingerprint a court is told, and the verifier."""

import stat
from pathlib import Path

import pytest

from backend.commands import evidence
from backend.storage.evidence_key import EvidenceKey
from tests.video.evidence.packages import CityKey, a_package


def test_the_fingerprint_is_told_in_groups_and_stays_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "secrets").mkdir()
    for _ in range(2):
        assert evidence.main(["fingerprint", "--data", str(tmp_path)]) == 0
    first, second = capsys.readouterr().out.splitlines()
    key = EvidenceKey(tmp_path / "secrets")
    assert first == second
    assert first.replace(" ", "").lower() == key.fingerprint
    assert stat.S_IMODE((tmp_path / "secrets" / "evidence.key").stat().st_mode) == 0o600
    assert "evidence.key" not in repr(key)


def test_a_wrong_directory_makes_no_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evidence.main(["fingerprint", "--data", str(tmp_path / "nowhere")]) == 1
    assert "Give the right directory" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_damaged_key_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "evidence.key").write_bytes(b"short")
    assert evidence.main(["fingerprint", "--data", str(tmp_path), "--secrets", str(tmp_path)]) == 1
    assert "damaged" in capsys.readouterr().err


def test_the_verifier_of_the_packages_is_here_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = CityKey()
    package = a_package(tmp_path, key)
    assert evidence.main(["verify", str(package), "--fingerprint", key.fingerprint, "--lang", "fr"]) == 0
    assert "INTÈGRE ET AUTHENTIQUE" in capsys.readouterr().out
    package.write_bytes(package.read_bytes()[:-1])
    assert evidence.main(["verify", str(package), "--lang", "fr"]) == 1
    assert "ZIP tronqué" in capsys.readouterr().out


def test_it_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert evidence.main(["--help"]) == 0
    assert evidence.main([]) == 2
    told = capsys.readouterr()
    assert "fingerprint" in told.out
    assert "verify" in told.err
