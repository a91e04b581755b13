"""Fault matrix: a package that is unsigned, changed or older is never installed."""

import hashlib
import zipfile
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from backend.commands import update
from backend.storage.update_package import UpdateRefused, check_update

KEY = Ed25519PrivateKey.generate()
TRUSTED = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
CONTENT = b"print('a belfry')"


def package(
    path: Path,
    version: str = "9.1.0",
    *,
    signer: Ed25519PrivateKey | None = KEY,
    content: bytes = CONTENT,
    more: str = "",
) -> Path:
    """A package; each argument makes it worse."""
    release = msgspec.json.encode({"version": version, "files": {"main.py": hashlib.sha256(CONTENT).hexdigest()}})
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("release.json", release)
        if signer is not None:
            archive.writestr("release.sig", signer.sign(release))
        archive.writestr("main.py", content)
        if more:
            archive.writestr(more, b"x")
    return path


def test_f66_a_signed_whole_and_newer_package_may_be_installed(tmp_path: Path) -> None:
    assert check_update(package(tmp_path / "p.zip"), TRUSTED, "0.1.0").version == "9.1.0"


def test_f66_what_is_unsigned_changed_or_older_is_refused_in_words(tmp_path: Path) -> None:
    stranger = Ed25519PrivateKey.generate()
    refused = (
        (package(tmp_path / "1.zip", signer=None), "not signed"),
        (package(tmp_path / "2.zip", signer=stranger), "not signed with the key"),
        (package(tmp_path / "3.zip", "0.0.9"), "older"),
        (package(tmp_path / "4.zip", "0.1.0"), "older"),
        (package(tmp_path / "5.zip", content=b"print('evil')"), "not what was signed"),
        (package(tmp_path / "6.zip", more="../../etc/cron.d/x"), "other files"),
        (package(tmp_path / "7.zip", "newest"), "no version"),
    )
    for path, told in refused:
        with pytest.raises(UpdateRefused, match=told):
            check_update(path, TRUSTED, "0.1.0")
    with zipfile.ZipFile(package(tmp_path / "9.zip"), "a", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("bomb", b"\0" * 5_000_000)
    with pytest.raises(UpdateRefused, match="not packed as ours"):
        check_update(tmp_path / "9.zip", TRUSTED, "0.1.0")
    (tmp_path / "8.zip").write_bytes(b"PK nothing")
    with pytest.raises(UpdateRefused, match="cannot be read"):
        check_update(tmp_path / "8.zip", TRUSTED, "0.1.0")


def test_f66_the_command_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = tmp_path / "key"
    key.write_text(TRUSTED.hex())
    assert update.main(["check", str(package(tmp_path / "p.zip")), "--key", str(key)]) == 0
    assert update.main(["check", str(package(tmp_path / "q.zip", "0.0.1")), "--key", str(key)]) == 1
    assert "an older one is never put over a newer" in capsys.readouterr().err
    key.write_text("none")
    assert update.main(["check", str(tmp_path / "p.zip"), "--key", str(key)]) == 2
