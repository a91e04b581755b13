"""The container: the same bytes each time, and beyond four gigabytes."""

import ast
import hashlib
import os
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.video.evidence.packages import CityKey, a_package
from video.evidence.one_file import one_file_verifier
from video.evidence.package import PackageStopped
from video.evidence.verifier import reading
from video.evidence.verifier.container import central_record, end_records, local_header
from video.evidence.verifier.report import Report

LARGE = 5 * 2**30


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = a_package(tmp_path / "one", CityKey()), a_package(tmp_path / "two", CityKey())
    assert one.read_bytes() == two.read_bytes()


def test_pythons_own_zip_reader_finds_it_sound(tmp_path: Path) -> None:
    with zipfile.ZipFile(a_package(tmp_path, CityKey())) as archive:
        assert archive.testzip() is None
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.comment == b""


def test_files_beyond_four_gigabytes_are_laid_out_as_zip64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of holes: nothing of that size is written or read here."""
    path = tmp_path / "large.zip"
    small = b"after five gigabytes"
    crc = zlib.crc32(small)
    with path.open("wb") as file:
        file.write(local_header(b"clips/large.mp4", LARGE, 7))
        file.seek(LARGE, os.SEEK_CUR)
        offset = file.tell()
        file.write(local_header(b"clips/small.mp4", len(small), crc) + small)
        directory = central_record(b"clips/large.mp4", LARGE, 7, 0)
        directory += central_record(b"clips/small.mp4", len(small), crc, offset)
        file.write(directory + end_records(2, len(directory), file.tell()))
    with zipfile.ZipFile(path) as archive:
        large, last = archive.infolist()
        assert (large.file_size, last.header_offset) == (LARGE, offset)
        assert archive.read("clips/small.mp4") == small

    real = reading.digest

    def skipping(file: BinaryIO, name: str, size: int) -> tuple[str, int, bytes, int]:
        if size != LARGE:
            return real(file, name, size)
        file.seek(size, os.SEEK_CUR)
        return "0" * 64, 7, b"", size

    monkeypatch.setattr(reading, "digest", skipping)
    report = Report()
    with path.open("rb") as written:
        reading.walk_zip(written, path.stat().st_size, report)
    assert report.findings == []
    assert [member.is_sound for member in report.members] == [True, True]


def test_the_verifier_is_one_file_of_old_python_and_its_standard_library() -> None:
    text = one_file_verifier().decode()
    tree = ast.parse(text, feature_version=(3, 8))
    imported = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    imported |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & {"exec", "eval", "compile", "__import__"}
    assert not imported & {"subprocess", "socket", "shutil", "zipfile", "ctypes", "importlib", "urllib", "http"}


@pytest.mark.parametrize(
    ("fingerprint", "code", "words"),
    [
        (CityKey().fingerprint, 0, "WHOLE AND GENUINE"),
        ("", 3, "ORIGIN IS NOT PROVEN"),
        ("0" * 64, 1, "another key"),
        ("abc", 2, "64 hexadecimal digits"),
    ],
)
def test_the_command_explains_itself_and_changes_nothing(
    tmp_path: Path, fingerprint: str, code: int, words: str
) -> None:
    package = a_package(tmp_path / "package", CityKey())
    (tmp_path / "verify.py").write_bytes(one_file_verifier())
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    given = ["--fingerprint", fingerprint] if fingerprint else []
    command = [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), str(package), "--lang", "en", *given]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert words in done.stdout + done.stderr
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_package_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "verify.py").write_bytes(one_file_verifier())
    command = [sys.executable, "-I", str(tmp_path / "verify.py"), "no-such.zip"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, "no-such.zip" in done.stderr) == (2, True)


def test_the_key_in_the_package_is_the_one_its_manifest_names(tmp_path: Path) -> None:
    with zipfile.ZipFile(a_package(tmp_path, CityKey())) as archive:
        pem = archive.read("public-key.pem")
        assert hashlib.sha256(archive.read("verify.py")).digest() == hashlib.sha256(one_file_verifier()).digest()
    assert pem.startswith(b"-----BEGIN PUBLIC KEY-----\n")


def test_writing_stops_when_it_is_told_to_and_leaves_no_package(tmp_path: Path) -> None:
    made = a_package(tmp_path / "whole", CityKey())
    for most in (0, 1, 3, 8, 12, 15):
        asked = [0]

        def go_on(_: int, asked: list[int] = asked, most: int = most) -> bool:
            asked[0] += 1
            return asked[0] <= most

        with pytest.raises(PackageStopped):
            a_package(tmp_path / f"stopped {most}", CityKey(), go_on=go_on)
        assert not list((tmp_path / f"stopped {most}").glob("*.zip"))
    assert made.exists()
